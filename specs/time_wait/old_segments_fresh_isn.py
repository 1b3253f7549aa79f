"""A caller whose ISS avoids every number in flight is safe from the resets that it sent before.

Source: RFC 9293 3.4.1; hazard H55, its other side.  In the network of `old_segments_reset_listener`: the reset
that an old segment drew meets B's SYN-RECEIVED all the same, and is outside of its window.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import ESTABLISHED, LISTEN, SYN_RECEIVED, at, in_flight, inc, promises

system = connection(
    a=User(closes=1, active_opens=1),
    b=User(closes=1, passive_opens=1),
    network=Network(capacity=3, when_full="block"),
    bits=4,
    established=True,
)
reset_for_b = in_flight("A", lambda segment, sender: segment.ctl.rst)
claims = [
    Witness(
        "reset_meets_syn_received",
        both(promises.is_in("B", SYN_RECEIVED), at("B", equal(inc, 2)), reset_for_b),
        says="a reset of A's is in flight towards B's new SYN-RECEIVED",
    ),
    Always(
        "listener_is_not_sent_away",
        ~both(promises.is_in("A", ESTABLISHED), promises.is_in("B", LISTEN), promises.has_ended("B", "reset")),
        needs=both(promises.is_in("A", ESTABLISHED), promises.is_in("B", SYN_RECEIVED)),
        says="no reset sends a listener back to LISTEN when its caller is ESTABLISHED",
    ),
    promises.typing(),
]
hazards = {"H55": "listener_is_not_sent_away"}
broken_by = {"listener_is_not_sent_away": {"a": User(closes=1, active_opens=1, isn="free")}}
