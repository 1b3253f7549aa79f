"""An old SYN reaches one of two listeners; the other's reset sends it back to LISTEN.

Source: RFC 9293 figure 11; hazards H05 and H13 (7 steps).
"""

from tcpmodel import User, Witness, both, connection
from tcpmodel.tcp import LISTEN, SYN_RECEIVED, hygiene, mutants, promises

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
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    promises.nobody_waits(),
]
hazards = {"H05": "figure_11", "H13": "figure_11"}
broken_by = {"deadlock_free": mutants.listen_is_silent}
