"""A refusal comes too late: the port that refused the call has called back in the meantime.

Source: RFC 9293 3.10.7.4 second and RFC 5961 3.2.  CLOSED answers A's SYN with <SEQ=0><ACK><CTL=RST,ACK>; B's own
SYN overtakes it, and its number makes 0 fall into A's window, though not at RCV.NXT.  A challenges the reset and does
not look at its ACK, which would be acceptable.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import SYN_RECEIVED, SYN_SENT, hygiene, in_flight, promises

system = connection(
    a=User(active_opens=1, first_isn=1),
    b=User(active_opens=1, first_isn=6),
    network=Network(capacity=3),
    isn="free",
)
refusal = in_flight("B", lambda segment, sender: segment.ctl.rst)
claims = [
    Witness(
        "refusal_at_syn_received",
        both(refusal, promises.is_in("A", SYN_RECEIVED), promises.is_in("B", SYN_SENT)),
        says="the refusal is on its way to an end that has taken the other's SYN",
    ),
    promises.agreement_on_entry(),
    promises.no_false_established(),
    promises.established_is_acknowledged(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
]
