"""Two callers in a network that reorders, repeats and loses: they still agree.

Source: RFC 9293 3.5 (MUST-10); hazards H08 and H09.  Where a SYN,ACK overtakes the SYN in front of
it, the end that is still in SYN-SENT is established by it in one step, so 5 steps suffice here.
"""

from tcpmodel import Network, User, connection
from tcpmodel.tcp import promises

system = connection(
    a=User(active_opens=1, retransmissions=1, first_isn=0),
    b=User(active_opens=1, retransmissions=1, first_isn=4),
    network=Network(capacity=3, duplicate=1, lose=1),
)
claims = [
    promises.both_established(),
    promises.agreement_on_entry(),
    promises.sequence_agreement(),
    promises.no_stale_control(),
    promises.callers_never_listen(),
    promises.typing(),
]
