"""The SYN,ACK is lost; the caller repeats its SYN, and is answered with an ACK that it drops, for ever.

Source: RFC 9293 3.10.7.4 first; hazard H11 (a loop of 3 steps).  In SYN-RECEIVED the SYN that comes again lies
in front of the window and draws a bare ACK, as the RFC writes it.  The ACK is acceptable to SYN-SENT, so no
reset comes of it, and without a SYN it tells the caller nothing.  All depends on the listener's own
retransmission, of which there is none here.  `syn_ack_lost_repaired` answers as Linux does.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import KINDS, SYN_RECEIVED, SYN_SENT, arrive, nothing_in_flight, promises, repeats

system = connection(
    a=User(active_opens=1, retransmissions=None, first_isn=0),
    b=User(passive_opens=1, first_isn=4),
    network=Network(lose=None, when_full="block"),
)
lost = both(promises.is_in("A", SYN_SENT), promises.is_in("B", SYN_RECEIVED), nothing_in_flight())
claims = [
    Witness("syn_ack_is_lost", lost, says="B has answered, A does not know, and nothing is in flight"),
    promises.both_established(),
    promises.leaves("A", SYN_SENT, *repeats("A"), *arrive("A", *KINDS), *arrive("B", *KINDS), expected="fails"),
    promises.agreement_on_entry(),
    promises.typing(),
]
hazards = {"H11": "leaves_syn_sent"}
