"""B's reset is lost: A, which has nothing to send, believes in the connection for ever.

Source: RFC 9293 3.5.1; hazards H39 (2 steps from ESTABLISHED), H41 and H66; promise L2.  A reset is never sent
again, so a network that is fair to resets is no help.  An octet to send is: it is repeated until the
answer of CLOSED, a reset, arrives.  It must be one that B never acknowledged: where the last thing that B
did was to acknowledge the octet, A is left alone all the same.
"""

from tcpmodel import Network, User, Witness, connection
from tcpmodel.tcp import (
    KINDS,
    RESETS,
    TEXTS,
    arrive,
    at,
    hygiene,
    in_flight,
    mutants,
    promises,
    repeats,
    something_outstanding,
)

system = connection(
    a=User(sends=1, retransmissions=None),
    b=User(aborts=1),
    network=Network(lose=None, when_full="block"),
    established=True,
)
unacknowledged = at("A", something_outstanding)
no_answer = ~in_flight("B", lambda segment, sender: segment.ctl.ack)
everything = (*repeats("A"), *arrive("A", *KINDS), *arrive("B", *KINDS))
by_sending = (*repeats("A"), *arrive("A", RESETS), *arrive("B", TEXTS))
claims = [
    Witness("found_out", promises.has_ended("A", "reset"), says="A learns that B has left"),
    promises.half_open_is_found_out("A", *everything, expected="fails"),
    promises.half_open_is_found_out(
        "A", *everything, given=unacknowledged, name="found_out_by_an_octet", expected="fails"
    ),
    promises.half_open_is_found_out(
        "A", *by_sending, given=unacknowledged & no_answer, name="found_out_by_an_octet_that_nobody_took"
    ),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
]
hazards = {
    "H39": "half_open_is_found_out",
    "H41": "found_out_by_an_octet_that_nobody_took",
    "H66": "half_open_is_found_out",
}
broken_by = {"found_out_by_an_octet_that_nobody_took": mutants.closed_is_silent}
