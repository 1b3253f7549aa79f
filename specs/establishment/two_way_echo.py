"""Two segments with a caller that checks the acknowledgment: the stale reply is refused, the stale SYN is not.

Source: hazards H01 and H02.  Checking that the SYN,ACK acknowledges the new SYN removes the mismatch of
`two_way_stale_reply`, but the listener still cannot ask, and is still ESTABLISHED with nobody.
"""

from tcpmodel import Network, User, connection
from tcpmodel.tcp import LISTEN, hygiene, promises

system = connection(
    a=User(active_opens=2, aborts=1, sends=1, first_isn=0),
    b=User(passive_opens=1, first_isn=4),
    network=Network(capacity=3),
    handshake="two_echo",
)
claims = [
    promises.stale_syn_reaches("B", LISTEN),
    promises.both_established(),
    promises.no_false_established(expected="fails"),
    promises.agreement_on_entry(expected="fails"),
    promises.sequence_agreement(),
    promises.no_octet_discarded(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
]
hazards = {"H01": "no_false_established", "H02": "sequence_agreement"}
broken_by = {"sequence_agreement": {"handshake": "two_blind"}, "no_octet_discarded": {"handshake": "two_blind"}}
