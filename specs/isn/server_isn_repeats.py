"""The server alone repeats its ISS: an old SYN and an old ACK open a connection that nobody called for.

Source: RFC 9293 3.4.1 and 3.4.3; hazard H29.  The caller's numbers are new each time, and that is no help: both old
segments are the caller's own and fit together, and the ACK is for a number that the server uses again.  8 steps;
the prototype's 7 have a listener that listens again by itself.  In the 9th the caller is gone besides.
"""

from tcpmodel import Network, User, connection
from tcpmodel.tcp import promises

system = connection(
    a=User(active_opens=1, first_isn=0),
    b=User(passive_opens=2, aborts=1, isn="zero"),
    network=Network(capacity=3, duplicate=1),
)
claims = [
    promises.both_established(),
    promises.no_false_established(expected="fails"),
    promises.agreement_on_entry(expected="fails"),
    promises.typing(),
]
hazards = {"H29": "agreement_on_entry"}
