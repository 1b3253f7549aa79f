"""With every ISS zero, three segments protect nothing: an old SYN and a new ACK fit together.

Source: RFC 9293 3.4.1; hazard H29 (7 steps to the false ESTABLISHED, 8 to stale data, as the prototype
found; 6 where the caller is the one deceived).  What protects a three-way handshake is that nobody can
acknowledge an ISS that has not been used before.
"""

from tcpmodel import Network, User, connection
from tcpmodel.tcp import LISTEN, hygiene, promises

system = connection(
    a=User(active_opens=2, aborts=1, sends=1),
    b=User(passive_opens=1),
    network=Network(capacity=3, duplicate=1),
    isn="zero",
)
claims = [
    promises.stale_syn_reaches("B", LISTEN),
    promises.both_established(),
    promises.no_false_established(expected="fails"),
    promises.agreement_on_entry(expected="fails"),
    promises.no_stale_data(expected="fails"),
    promises.typing(),
    hygiene.own_numbers(),
]
hazards = {"H29": "no_false_established"}
