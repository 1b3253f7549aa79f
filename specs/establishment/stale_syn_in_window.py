"""An old SYN inside the listener's window sends it back to LISTEN, and its answer kills a caller already connected.

Source: RFC 9293 3.10.7.4 fourth; hazard H14 (9 steps).  The caller has its SYN,ACK and is ESTABLISHED; an older
SYN of its own, one number ahead, reaches the listener in SYN-RECEIVED, which returns to LISTEN without asking.
The caller's ACK finds a listener, is reset, and the caller dies.  RFC 5961 challenges a second SYN in every
other state; here a guess inside the window is enough.  The reset answers the caller's own ACK, so
`no_stale_control`, which asks whom a reset answers, sees nothing wrong with it.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import ESTABLISHED, SYN_RECEIVED, at, inc, promises

system = connection(
    a=User(active_opens=2, aborts=1, isn="free"),
    b=User(passive_opens=1, first_isn=4),
    network=Network(capacity=3),
    isn="monotone",
)
connected = both(promises.is_in("A", ESTABLISHED), at("A", equal(inc, 2)))
claims = [
    promises.stale_syn_reaches("B", SYN_RECEIVED),
    Witness("second_attempt_is_connected", connected, says="the caller's second attempt is ESTABLISHED"),
    Always(
        "caller_survives",
        ~promises.has_ended("A", "reset"),
        needs=connected,
        says="a caller that is connected is not reset: nobody here aborts it",
        expected="fails",
    ),
    promises.no_stale_control(),
    promises.typing(),
]
hazards = {"H14": "caller_survives"}
