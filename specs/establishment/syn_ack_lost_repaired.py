"""The SYN,ACK is lost; the caller repeats its SYN, and the listener answers it as it did the first time.

Source: Linux, tcp_check_req; hazard H11.  The sibling of `syn_ack_lost_literal`: the caller's retransmission
alone suffices, since the SYN that brought the listener to SYN-RECEIVED draws its SYN,ACK again.
The resets are those of a port where nobody listens.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import RESETS, SYN_ACKS, SYN_RECEIVED, SYN_SENT, SYNS, arrive, nothing_in_flight, promises, repeats

system = connection(
    a=User(active_opens=1, retransmissions=None, first_isn=0),
    b=User(passive_opens=1, first_isn=4),
    network=Network(lose=None, when_full="block"),
    repeated_syn="syn_ack",
)
lost = both(promises.is_in("A", SYN_SENT), promises.is_in("B", SYN_RECEIVED), nothing_in_flight())
claims = [
    Witness("syn_ack_is_lost", lost, says="B has answered, A does not know, and nothing is in flight"),
    promises.both_established(),
    promises.leaves("A", SYN_SENT, *repeats("A"), *arrive("A", SYN_ACKS, RESETS), *arrive("B", SYNS)),
    promises.agreement_on_entry(),
    promises.typing(),
]
hazards = {"H11": "leaves_syn_sent"}
broken_by = {"leaves_syn_sent": {"repeated_syn": "ack"}}
