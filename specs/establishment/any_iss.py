"""Wherever the two numbers begin, at 0, in the middle, or one before they wrap, the ends come to agree.

Source: RFC 9293 3.4; hazard H24.  Each end chooses any ISS, and B listens, calls, or is called while it calls: all
64 pairs of numbers are in this system, those with ISS m-1, whose SYN is acknowledged by 0, among them.  Who compares
numbers as if they never wrapped refuses the ACK of that SYN for ever.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import SYN_RECEIVED, at, iss, mutants, promises

system = connection(
    a=User(active_opens=1),
    b=User(passive_opens=1, active_opens=1),
    network=Network(capacity=3, reorder=False),
    isn="free",
)


def connected_with(a, b):
    """Both ends are ESTABLISHED, and began with these numbers."""
    return both(promises.both_established().predicate, at("A", equal(iss, a)), at("B", equal(iss, b)))


claims = [
    Witness("wraps_at_a", connected_with(7, 0), says="A's SYN is acknowledged by 0"),
    Witness("wraps_at_b", connected_with(4, 7), says="B's SYN is acknowledged by 0"),
    Witness("wraps_at_both", connected_with(7, 7), says="both SYNs are acknowledged by 0"),
    Witness("begins_at_zero", connected_with(0, 4), says="A begins at 0, B in the middle"),
    Witness(
        "crossing",
        both(*(promises.is_in(end, SYN_RECEIVED) & at(end, equal(iss, 7)) for end in "AB")),
        says="two SYNs cross, both before the wrap",
    ),
    promises.agreement_on_entry(),
    promises.sequence_agreement(),
    promises.nobody_waits(),
    promises.typing(),
]
hazards = {"H24": "deadlock_free"}
broken_by = {"deadlock_free": mutants.numbers_never_wrap}
