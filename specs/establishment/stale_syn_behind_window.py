"""Where later SYNs have higher numbers an old one lies behind the listener's window and only draws an ACK.

Source: RFC 9293 3.4.1; RFC 6528; hazard H14.  The sibling of `stale_syn_in_window` with a caller whose ISS
never goes back.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import ESTABLISHED, SYN_RECEIVED, at, inc, promises

system = connection(
    a=User(active_opens=2, aborts=1),
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
    ),
    promises.no_stale_control(),
    promises.typing(),
]
hazards = {"H14": "caller_survives"}
broken_by = {"caller_survives": {"a": User(active_opens=2, aborts=1, isn="free")}}
