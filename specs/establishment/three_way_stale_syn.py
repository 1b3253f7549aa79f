"""Stale SYNs of two incarnations, duplication and loss: the three-way handshake is never misled.

Source: RFC 9293 3.5 ("the principal reason"); hazard H03.  B leaves SYN-RECEIVED only on an ACK of its
own ISS, which only an end that took that ISS can send, and which a CLOSED, LISTEN or SYN-SENT end
refuses with a reset.  The witnesses show that a stale SYN really is in flight towards B in LISTEN, in
SYN-RECEIVED and in ESTABLISHED; `two_way_stale_syn` is the same world with two segments.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import ESTABLISHED, LISTEN, SYN_RECEIVED, at, delivered, hygiene, inc, promises

system = connection(
    a=User(active_opens=2, aborts=1, sends=1, first_isn=0),
    b=User(passive_opens=1, first_isn=4),
    network=Network(capacity=3, lose=1, duplicate=1),
)
again = both(promises.both_established().predicate, at("A", equal(inc, 2)), at("B", equal(delivered, 1)))
claims = [
    promises.stale_syn_reaches("B", LISTEN),
    promises.stale_syn_reaches("B", SYN_RECEIVED),
    promises.stale_syn_reaches("B", ESTABLISHED),
    Witness("second_incarnation_delivers", again, says="the second incarnation is ESTABLISHED and delivers"),
    promises.no_false_established(),
    promises.agreement_on_entry(),
    promises.sequence_agreement(),
    promises.no_stale_data(),
    promises.no_stale_control(),
    promises.established_is_acknowledged(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
]
hazards = {"H03": "agreement_on_entry"}
two_way = {"handshake": "two_blind", "network": Network(capacity=3)}
broken_by = {"agreement_on_entry": two_way, "no_false_established": two_way, "sequence_agreement": two_way}
