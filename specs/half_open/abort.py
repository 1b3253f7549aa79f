"""A aborts: B is reset; but a reset is never repeated, and where it is lost B is left half-open.

Source: RFC 9293 3.10.5 and 3.5.1; hazards H39 and H66.  `left_half_open` takes 2 steps, as the
prototype found: ABORT, and the loss of the reset.  B finds out when it sends.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import CLOSED, ESTABLISHED, hygiene, nothing_in_flight, promises

system = connection(
    a=User(aborts=1, sends=1), b=User(sends=1, aborts=1), network=Network(capacity=4, lose=1), established=True
)
claims = [
    Witness("reset", promises.has_ended("B", "reset"), says="B learns that A has aborted"),
    Witness(
        "left_half_open",
        both(promises.is_in("A", CLOSED), promises.is_in("B", ESTABLISHED), nothing_in_flight()),
        says="B is ESTABLISHED with nobody, and nothing in flight can tell it",
    ),
    promises.no_stale_data(),
    promises.no_stale_control(),
    promises.typing(),
    hygiene.all_is_forgotten(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.all_is_settled(),
]
hazards = {"H39": "left_half_open", "H66": "left_half_open"}
