"""Two SYNs cross, one caller gives up: the other, in SYN-RECEIVED, is told by a reset and obeys it.

Source: RFC 9293 3.10.7.4 second: an OPEN that was active is refused, and its end CLOSED; promise L6.  A's SYN,ACK
is sent again until CLOSED has answered it.  A stack that does not obey that reset stays in SYN-RECEIVED (gVisor
#2814).
"""

from tcpmodel import Network, User, Witness, connection
from tcpmodel.tcp import BARE_ACKS, RESETS, SYN_ACKS, SYN_RECEIVED, arrive, mutants, promises, repeats

system = connection(
    a=User(active_opens=1, retransmissions=None, first_isn=0),
    b=User(active_opens=1, aborts=1, first_isn=4),
    network=Network(lose=None, when_full="block"),
)
claims = [
    Witness("refused", promises.has_ended("A", "refused"), says="a reset refuses A's call"),
    promises.both_established(),
    promises.leaves("A", SYN_RECEIVED, *repeats("A"), *arrive("B", SYN_ACKS), *arrive("A", BARE_ACKS, RESETS)),
    promises.callers_never_listen(),
    promises.agreement_on_entry(),
    promises.typing(),
]
broken_by = {
    "leaves_syn_received": mutants.caller_ignores_resets_in_syn_received,
    "callers_never_listen": mutants.reset_always_listens,
}
