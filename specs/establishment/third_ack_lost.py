"""The caller's ACK is lost and the caller has nothing to say: the repeated SYN,ACK draws another ACK.

Source: RFC 9293 3.10.7.4 first and 3.10.8; promise L6; hazard H10 (8 steps).  To an ESTABLISHED caller the
SYN,ACK that comes again is a segment in front of its window, and the answer to that is the ACK which the
listener waits for.  Where nothing outside the window is answered, a listener whose caller is silent
stays in SYN-RECEIVED for ever.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import BARE_ACKS, ESTABLISHED, SYN_ACKS, SYN_RECEIVED, arrive, nothing_in_flight, promises, repeats

system = connection(
    a=User(active_opens=1, first_isn=0),
    b=User(passive_opens=1, retransmissions=None, first_isn=4),
    network=Network(lose=None, when_full="block"),
)
half = both(promises.is_in("A", ESTABLISHED), promises.is_in("B", SYN_RECEIVED), nothing_in_flight())
claims = [
    Witness("third_ack_is_lost", half, says="A is ESTABLISHED, B is not, and nothing is in flight"),
    promises.both_established(),
    promises.leaves("B", SYN_RECEIVED, *repeats("B"), *arrive("A", SYN_ACKS), *arrive("B", BARE_ACKS)),
    promises.agreement_on_entry(),
    promises.typing(),
]
hazards = {"H10": "leaves_syn_received"}
broken_by = {"leaves_syn_received": {"throttled": "all"}}
