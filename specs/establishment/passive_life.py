"""An end that has listened once calls: a reset that refuses its call must not make a listener of it.

Source: RFC 9293 3.5 (MUST-11) and 3.10.7.4 second; hazard H12.  B's first connection began in LISTEN and is over.  Its
second call crosses one of A's; A gives up, and the reset finds B in SYN-RECEIVED.  Where the origin of the first
life survives the deletion of the TCB, B is in LISTEN then, and nobody has told it to (8 steps).
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSED, LISTEN, SYN_RECEIVED, at, hygiene, inc, mutants, promises

system = connection(
    a=User(active_opens=1, aborts=1, first_isn=0),
    b=User(aborts=1, active_opens=1, first_isn=4),
    network=Network(capacity=3, reorder=False),
    established=True,
)
second_life = at("B", equal(inc, 2))
claims = [
    Witness("calls_cross", both(second_life, promises.is_in("B", SYN_RECEIVED)), says="B calls, and so does A"),
    Witness(
        "refused",
        both(second_life, promises.is_in("B", CLOSED), promises.has_ended("B", "refused")),
        says="a reset refuses B's call",
    ),
    Always(
        "no_listener_again",
        ~promises.is_in("B", LISTEN),
        needs=both(second_life, promises.has_ended("B", "refused")),
        says="B, which has no passive OPEN left, does not listen",
    ),
    hygiene.all_is_forgotten(),
    promises.typing(),
]
hazards = {"H12": "no_listener_again"}
broken_by = {"no_listener_again": mutants.passive_survives, "all_is_forgotten": mutants.passive_survives}
