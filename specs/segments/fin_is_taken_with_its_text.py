"""A FIN is taken with the text in front of it, new or old: nobody has to send it again.

Source: RFC 9293 3.10.7.4, seventh and eighth check: after the text "go on to the eighth check".  Whoever looks at the
FIN only where it comes alone waits for another; here the sender has no retransmission left for that.
"""

from tcpmodel import LeadsTo, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import (
    CLOSE_WAIT,
    CLOSING,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    FINS,
    LAST_ACK,
    TEXTS,
    TIME_WAIT,
    arrive,
    at,
    hygiene,
    in_flight,
    mutants,
    promises,
    rcv,
    rtx_budget,
    theirs,
)

system = connection(
    a=User(sends=1, closes=1, retransmissions=1),
    b=User(closes=1),
    network=Network(capacity=2, lose=1, when_full="block"),
    segments="any",
    bits=4,
    established=True,
)
spent = both(equal(system.variable("network.left.lose"), 0), at("A", equal(rtx_budget, 0)))
open_half = promises.is_in("B", ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2)
taken = promises.is_in("B", CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT) | promises.has_ended("B", "closed")


def with_fin(where):
    """A FIN behind text is in flight, and what `where` says of the text and RCV.NXT is so."""
    return in_flight("A", lambda s, sender: both(s.ctl.fin, s.has_text, where(s, theirs(rcv.nxt))))


claims = [
    Witness(
        "nothing_is_left_to_repeat",
        both(spent, open_half, with_fin(lambda s, number: equal(s.seq, number))),
        says="text with a FIN is in flight, and neither a retransmission nor a loss is left",
    ),
    LeadsTo(
        "fin_behind_new_text",
        both(spent, open_half, with_fin(lambda s, number: both(equal(s.seq, number), equal(s.text, 1)))),
        taken,
        arrive("B", TEXTS, FINS),
        says="a FIN behind an octet that B expects is taken, though nothing is sent again",
    ),
    LeadsTo(
        "fin_behind_old_text",
        both(spent, open_half, with_fin(lambda s, number: equal(s.seq + s.text, number))),
        taken,
        arrive("B", TEXTS, FINS),
        says="a FIN behind text that B has had is taken, though nothing is sent again",
    ),
    promises.whole_stream(),
    promises.no_stale_data(),
    promises.typing(),
    hygiene.own_numbers(),
]
broken_by = {
    "fin_behind_new_text": mutants.fin_must_come_alone,
    "fin_behind_old_text": mutants.fin_must_come_alone,
}
