"""With two segments, an old SYN makes a server believe in a client that is not there.

Source: RFC 9293 3.5; Tomlinson 1975; hazard H01 (4 steps).  The caller gives up, its SYN stays in the
network, and the listener that it reaches is ESTABLISHED at once, with nobody.  Agreement on entry (S1) fails in 3
steps and without an old SYN: the listener believes before the caller has heard a word.
"""

from tcpmodel import Network, User, connection
from tcpmodel.tcp import LISTEN, hygiene, promises

system = connection(
    a=User(active_opens=1, aborts=1, first_isn=0),
    b=User(passive_opens=1, sends=1),
    network=Network(capacity=3),
    handshake="two_blind",
)
claims = [
    promises.stale_syn_reaches("B", LISTEN),
    promises.both_established(),
    promises.no_false_established(expected="fails"),
    promises.agreement_on_entry(expected="fails"),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.all_is_settled(),
]
hazards = {"H01": "no_false_established"}
