"""After A's FIN, B may go on sending, and A delivers: each direction is closed on its own.

Source: RFC 9293 3.6.1; hazard H60; promises S4 and S5.  This is why closing takes four segments in general.  A
goes on acknowledging, so ACKs that say nothing of B's FIN reach LAST-ACK, which must not end at them.
`half_duplex_close` is the other way to close.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSED, FIN_WAIT_1, FIN_WAIT_2, at, delivered, hygiene, mutants, promises

system = connection(
    a=User(closes=1),
    b=User(closes=1, sends=2),
    network=Network(capacity=3, when_full="block"),
    bits=4,
    established=True,
)


def delivered_in(state):
    """Both of B's octets have reached A in this state."""
    return both(promises.is_in("A", state), at("A", equal(delivered, 2)))


claims = [
    Witness("delivered_in_fin_wait_1", delivered_in(FIN_WAIT_1), says="both octets reach A in FIN-WAIT-1"),
    Witness("delivered_in_fin_wait_2", delivered_in(FIN_WAIT_2), says="both octets reach A in FIN-WAIT-2"),
    Witness(
        "both_closed",
        both(*(promises.has_ended(end, "closed") for end in "AB"), at("B", equal(delivered, 0))),
        says="both ends have closed",
    ),
    Always(
        "nobody_is_reset",
        promises.is_in("A", CLOSED) | ~promises.has_ended("B", "reset", "cut short"),
        needs=delivered_in(FIN_WAIT_2),
        says="B is not reset while A is in the connection",
    ),
    promises.whole_stream(),
    promises.no_stale_data(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
]
hazards = {"H60": "whole_stream"}
broken_by = {
    "whole_stream": mutants.fin_out_of_order,
    "no_stale_data": mutants.text_ahead_is_delivered,
    "no_false_success": mutants.last_ack_ends_at_any_ack,
}
