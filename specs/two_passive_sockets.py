"""An old SYN reaches one of two listeners; the other's reset sends it back to LISTEN.

Source: RFC 9293 figure 11; hazard H05 (7 steps).
"""

from tcpmodel import User, Witness, connection
from tcpmodel.language.terms import both
from tcpmodel.tcp import claims
from tcpmodel.tcp.tcb import LISTEN, SYN_RECEIVED

system = connection(
    a=User(active_opens=1, aborts=1, passive_opens=1, first_isn=0),
    b=User(passive_opens=1),
)
two_listeners = both(claims.is_in("A", LISTEN), claims.is_in("B", LISTEN))
claims = [
    Witness(
        "figure_11",
        both(two_listeners, claims.has_ended("B", "reset")),
        says="both ends listen again, and B has been through SYN-RECEIVED",
    ),
    Witness("stirred", both(claims.is_in("A", LISTEN), claims.is_in("B", SYN_RECEIVED)), says="B took the old SYN"),
    claims.no_false_established(),
    claims.agreement_on_entry(),
    claims.typing(),
]
