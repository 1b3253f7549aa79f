"""A caller and a listener become ESTABLISHED by three segments, whatever one loss does.

Source: RFC 9293 figure 6 and 3.5.  Line 4 of the figure is reached in 5 steps (two OPENs, three
arrivals).  Text may ride in front of line 5: an octet that carries the acceptable ACK establishes the
listener and is delivered in the same step (H18), so `octet_delivered` needs 6 and not 7.  When the
third segment is lost, the listener's repeated SYN,ACK draws another ACK from a caller that has long
been ESTABLISHED (H10).
"""

from tcpmodel import Network, User, Witness, connection, equal
from tcpmodel.tcp import at, delivered, hygiene, mutants, promises

system = connection(
    a=User(active_opens=1, sends=1, retransmissions=1, first_isn=0),
    b=User(passive_opens=1, retransmissions=1),
    network=Network(lose=1),
)
claims = [
    promises.both_established(),
    Witness("octet_delivered", at("B", equal(delivered, 1)), says="the listener's user has the caller's octet"),
    promises.agreement_on_entry(),
    promises.sequence_agreement(),
    promises.no_stale_data(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
]
hazards = {"H18": "octet_delivered"}
broken_by = {"typing": mutants.syn_takes_no_number}
