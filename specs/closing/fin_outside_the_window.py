"""CLOSE asks for no room: behind a full window's octets the FIN lies outside the peer's window, and has to come again.

Source: RFC 9293 3.10.4, which sends the FIN when all SENDs have been segmentised, and 3.3.1, by whose SND.WND it
would wait.  A FIN that overtakes the octets is turned away with an ACK; sent again behind them it is taken.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal, every, implies, within
from tcpmodel.tcp import (
    BARE_ACKS,
    CLOSE_WAIT,
    ESTABLISHED,
    FIN_WAIT_1,
    FINS,
    OUT,
    TEXTS,
    arrive,
    at,
    delivered,
    fields_of,
    hygiene,
    in_flight,
    mutants,
    promises,
    rcv,
    repeats,
    theirs,
)

WINDOW = 2
system = connection(
    a=User(sends=2, closes=1, retransmissions=None),
    b=User(),
    network=Network(capacity=3, when_full="block"),
    window=WINDOW,
    bits=4,
    established=True,
)
each = fields_of("each")
beyond = within(each.seq, theirs(rcv.nxt) + WINDOW, WINDOW)
claims = [
    Witness(
        "fin_outside_the_window",
        in_flight("A", lambda segment, sender: segment.ctl.fin & equal(segment.seq, theirs(rcv.nxt) + WINDOW)),
        says="A's FIN is in flight with the first number behind B's window",
    ),
    Witness(
        "fin_taken",
        promises.is_in("B", CLOSE_WAIT) & at("B", equal(delivered, 2)),
        says="B has taken both octets and the FIN",
    ),
    Always(
        "text_keeps_to_the_window",
        at("A", every(OUT, "each", implies(each.has_text, ~beyond))),
        needs=both(promises.is_in("B", ESTABLISHED), in_flight("A", lambda segment, sender: segment.has_text)),
        says="no octet is sent that begins behind the peer's window",
    ),
    promises.leaves("A", FIN_WAIT_1, *repeats("A"), *arrive("A", BARE_ACKS), *arrive("B", TEXTS, FINS)),
    promises.whole_stream(),
    promises.no_stale_data(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
]
broken_by = {"leaves_fin_wait_1": mutants.nothing_is_repeated}
