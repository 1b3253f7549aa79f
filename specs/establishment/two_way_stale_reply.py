"""With two segments, a caller takes the answer to its old SYN for the answer to its new one.

Source: RFC 9293 3.5; Tomlinson 1975; hazard H02.  6 steps to two ESTABLISHED ends that disagree on
A's numbers, 8 to the first octet that B turns away: A sends from its new ISS, B expects the old one.
"""

from tcpmodel import Network, User, connection
from tcpmodel.tcp import LISTEN, hygiene, promises

system = connection(
    a=User(active_opens=2, aborts=1, sends=1, first_isn=0),
    b=User(passive_opens=1, first_isn=4),
    network=Network(capacity=3),
    handshake="two_blind",
)
claims = [
    promises.stale_syn_reaches("B", LISTEN),
    promises.both_established(),
    promises.sequence_agreement(expected="fails"),
    promises.no_octet_discarded(expected="fails"),
    promises.agreement_on_entry(expected="fails"),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
]
hazards = {"H02": "sequence_agreement"}
