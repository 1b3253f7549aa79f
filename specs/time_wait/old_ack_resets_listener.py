"""A caller resets the sender of an old ACK, and a listener obeys any reset in its window: the caller dies connected.

Source: RFC 1337, H3; hazard H53 under RFC 793's rule for resets (9 steps with the old ACK's coming, as the
prototype found).  A's reset goes to whoever sent the ACK, but it is B, which has answered A's SYN, that it
sends back to LISTEN; A has taken the SYN,ACK meanwhile, and its next segment draws a reset.  The old ACK
is forged here: `old_segments_reset_listener` lets it grow old.  `old_ack_challenged` has RFC 5961.
"""

from tcpmodel import Always, Attacker, Network, User, Witness, both, connection
from tcpmodel.tcp import ESTABLISHED, SYN_RECEIVED, in_flight, promises

system = connection(
    a=User(active_opens=1),
    b=User(passive_opens=1),
    network=Network(capacity=3, when_full="block"),
    attacker=Attacker(target="A", acks=1),
    rst_5961="off",
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
        expected="fails",
    ),
    promises.typing(),
]
hazards = {"H53": "caller_is_not_reset"}
