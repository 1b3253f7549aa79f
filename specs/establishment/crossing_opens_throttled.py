"""Two callers cross, and neither answers what lies outside its window: both stay in SYN-RECEIVED for ever.

Source: RFC 9293 3.10.7.4 first and A.2; RFC 5961 7; hazard H08, the variant that fails.  Every SYN,ACK lies one
number in front of the window, so it is turned away however often it is sent again; what establishes
the ends is the ACK that answers it, and a throttle swallows that.  The SYNs have to cross: where a
SYN,ACK overtakes the SYN in front of it, the end that is still in SYN-SENT takes it and all is well.
4 steps lead to the loop of 4; where nothing is sent again the ends are stuck after 6, the catalogue's estimate.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import KINDS, SYN_RECEIVED, arrive, promises, repeats

system = connection(
    a=User(active_opens=1, retransmissions=None, first_isn=0),
    b=User(active_opens=1, retransmissions=None, first_isn=4),
    network=Network(when_full="block"),
    throttled="all",
)
crossed = both(promises.is_in("A", SYN_RECEIVED), promises.is_in("B", SYN_RECEIVED))
everything = (*repeats("A", "B"), *arrive("A", *KINDS), *arrive("B", *KINDS))
claims = [
    Witness("figure_7_line_4", crossed, says="both ends have taken the other's SYN"),
    promises.both_established(),
    promises.leaves("A", SYN_RECEIVED, *everything, expected="fails"),
    promises.agreement_on_entry(),
    promises.typing(),
]
hazards = {"H08": "leaves_syn_received"}
