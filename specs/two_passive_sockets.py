"""An old SYN reaches one of two listeners; the other's reset sends it back to LISTEN.

Source: RFC 9293 figure 11; hazard H05 (7 steps).
"""

from tcpmodel import User, Witness, connection
from tcpmodel.language.terms import both
from tcpmodel.tcp import promises
from tcpmodel.tcp.tcb import LISTEN, SYN_RECEIVED

system = connection(
    a=User(active_opens=1, aborts=1, passive_opens=1, first_isn=0),
    b=User(passive_opens=1),
)
two_listeners = both(promises.is_in("A", LISTEN), promises.is_in("B", LISTEN))
claims = [
    Witness(
        "figure_11",
        both(two_listeners, promises.has_ended("B", "reset")),
        says="both ends listen again, and B has been through SYN-RECEIVED",
    ),
    Witness("stirred", both(promises.is_in("A", LISTEN), promises.is_in("B", SYN_RECEIVED)), says="B took the old SYN"),
    promises.no_false_established(),
    promises.agreement_on_entry(),
    promises.typing(),
    promises.nobody_waits(),
]
