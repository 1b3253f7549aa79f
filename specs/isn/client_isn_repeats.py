"""The caller alone repeats its ISS: it takes the answer to its first attempt for the answer to its second.

Source: RFC 9293 3.4.1; hazard H29 (6 steps).  The server's numbers are new each time, and that is no help: it is
the caller's number that the answer acknowledges.
"""

from tcpmodel import Network, User, connection
from tcpmodel.tcp import LISTEN, promises

system = connection(
    a=User(active_opens=2, aborts=1, isn="zero"),
    b=User(passive_opens=1, first_isn=4),
    network=Network(capacity=3),
)
claims = [
    promises.stale_syn_reaches("B", LISTEN),
    promises.both_established(),
    promises.agreement_on_entry(expected="fails"),
    promises.typing(),
]
hazards = {"H29": "agreement_on_entry"}
