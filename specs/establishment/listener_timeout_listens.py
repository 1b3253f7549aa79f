"""A user timeout that returns a listener to LISTEN, as a reset does: an old SYN costs the service nothing.

Source: RFC 9293 3.10.7.4 second (MUST-11) for resets, applied to the user timeout of 3.10.8, as stacks do that keep
half-open calls apart from the listening socket; hazard H80, its other side.  The sibling of `listener_timeout`.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import LISTEN, promises, service

system = connection(
    a=User(active_opens=2, aborts=1, first_isn=0),
    b=User(passive_opens=1, timeouts=1, first_isn=4),
    network=Network(lose=1),
    listener_timeout="listens",
)
claims = [
    Witness(
        "listens_again",
        both(promises.is_in("B", LISTEN), promises.has_ended("B", "timed out")),
        says="a timeout has sent the listener back to LISTEN",
    ),
    promises.both_established(),
    service.listener_survives("B"),
    promises.agreement_on_entry(),
    promises.typing(),
]
hazards = {"H80": "listener_survives"}
broken_by = {"listener_survives": {"listener_timeout": "closes"}}
