"""SEND and CLOSE in a row leave in one segment: B takes the text and then its FIN, at one arrival.

Source: RFC 9293 3.10.7.4, seventh and eighth check, and 3.10.4; promises S2 and S4.  One ACK answers both.  Where the
text fills B's window its FIN lies behind the window and is trimmed off: it has to come again.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import (
    CLOSE_WAIT,
    ESTABLISHED,
    FIN_WAIT_1,
    at,
    delivered,
    hygiene,
    in_flight,
    mutants,
    promises,
    rcv,
    theirs,
)

WINDOW = 2
system = connection(
    a=User(sends=1, closes=1, retransmissions=2),
    b=User(closes=1),
    network=Network(capacity=2, lose=1, duplicate=1),
    segments="any",
    window=WINDOW,
    bits=4,
    established=True,
)


def with_fin(octets):
    """A segment of so many octets and a FIN is in flight, and B expects its first."""
    return in_flight("A", lambda s, sender: both(s.ctl.fin, equal(s.text, octets), equal(s.seq, theirs(rcv.nxt))))


claims = [
    Witness("text_and_fin_fit", with_fin(1), says="text and a FIN are in flight in one segment, both in B's window"),
    Witness(
        "both_are_taken",
        both(promises.is_in("B", CLOSE_WAIT), at("B", equal(delivered, 1))),
        says="B has delivered the text and consumed the FIN",
    ),
    Witness(
        "fin_is_trimmed", with_fin(WINDOW), says="text that fills B's window is in flight, its FIN behind the window"
    ),
    Witness(
        "text_is_taken_without_its_fin",
        both(promises.is_in("A", FIN_WAIT_1), promises.is_in("B", ESTABLISHED), at("B", equal(delivered, WINDOW))),
        says="B has delivered text that filled its window, and not its FIN",
    ),
    promises.whole_stream(),
    promises.no_stale_data(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
]
broken_by = {"whole_stream": mutants.text_in_front_of_fin_is_lost, "no_stale_data": mutants.text_ahead_is_delivered}
