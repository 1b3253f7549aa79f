"""What an old segment draws from A, CLOSED or calling again, sends B's new listener away from A's new call.

Source: RFC 1337, H3; RFC 9293 3.5.2; hazard H55, the general form of H53.  B's delayed ACK outlives the first
connection and meets A CLOSED, which resets its sender; A calls with an ISS just in front of that reset's
number, so that it is exactly at the RCV.NXT of B's SYN-RECEIVED, and RFC 5961 is no help.  A listener that
is sent back to LISTEN leaves an ESTABLISHED caller behind.  No wait and any ISS for A, 0 for B:
`old_segments_fresh_isn` has the policy that spares B.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import ESTABLISHED, LISTEN, SYN_RECEIVED, at, in_flight, inc, promises

system = connection(
    a=User(closes=1, active_opens=1, isn="free"),
    b=User(closes=1, passive_opens=1, isn="zero"),
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
        expected="fails",
    ),
    promises.typing(),
]
hazards = {"H55": "listener_is_not_sent_away"}
