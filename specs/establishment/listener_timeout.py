"""An old SYN, nobody to acknowledge the answer, a user timeout: and by the RFC's letter the listener is gone.

Source: RFC 9293 3.10.8, user timeout: "for any state", SYN-RECEIVED included, the TCB is deleted and the end
CLOSED; hazard H80 (4 steps; 5 where the SYN is old).  3.10.7.4 returns a listener to LISTEN at a reset (MUST-11)
and nothing says so of the timeout: one SYN whose answer is lost shuts the service (FreeRTOS-Plus-TCP #545).
`listener_timeout_listens` shows what keeps it.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import CLOSED, SYN_RECEIVED, promises, service

system = connection(
    a=User(active_opens=1, aborts=1, first_isn=0),
    b=User(passive_opens=1, timeouts=1, first_isn=4),
    network=Network(lose=1),
)
claims = [
    promises.both_established(),
    Witness(
        "answers_nobody",
        both(promises.is_in("A", CLOSED), promises.is_in("B", SYN_RECEIVED)),
        says="the caller has given up, and its SYN is answered",
    ),
    service.listener_survives("B", expected="fails"),
    promises.typing(),
]
hazards = {"H80": "listener_survives"}
