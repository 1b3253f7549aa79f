"""Where a reset must be exactly at RCV.NXT, the one that an old ACK draws does the listener no harm.

Source: RFC 5961 3.2; hazard H53, its other side.  The reset carries the old ACK's number.  It would be exactly
at B's RCV.NXT only if that number were one more than A's ISS, and such an ACK a caller does not answer
with a reset.  What is in flight before A calls is another matter (`old_segments_reset_listener`).
"""

from tcpmodel import Always, Attacker, Network, User, Witness, both, connection
from tcpmodel.tcp import ESTABLISHED, SYN_RECEIVED, in_flight, promises

system = connection(
    a=User(active_opens=1),
    b=User(passive_opens=1),
    network=Network(capacity=3, when_full="block"),
    attacker=Attacker(target="A", acks=1),
)
reset_for_b = in_flight("A", lambda segment, sender: segment.ctl.rst)
claims = [
    Witness(
        "reset_meets_syn_received",
        both(promises.is_in("A", ESTABLISHED), promises.is_in("B", SYN_RECEIVED), reset_for_b),
        says="A is ESTABLISHED, and its reset is in flight towards SYN-RECEIVED",
    ),
    promises.both_established(),
    Always(
        "caller_is_not_reset",
        ~promises.has_ended("A", "reset"),
        needs=promises.is_in("A", ESTABLISHED),
        says="a caller that is connected is not reset, as nobody wants it to be",
    ),
    promises.typing(),
]
hazards = {"H53": "caller_is_not_reset"}
broken_by = {"caller_is_not_reset": {"rst_5961": "off"}}
