"""A crashes and calls again; B, still ESTABLISHED, is found out and reset, and a new connection follows.

Source: RFC 9293 figure 9; hazard H36.  From ESTABLISHED 9 steps to the new connection, 14 with the
5 of the first handshake, as the prototype found.  The last SYN may be a copy that the network kept;
without a copy it is a retransmission and one step more.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import ESTABLISHED, SYN_SENT, at, hygiene, inc, promises

system = connection(
    a=User(crashes=1, active_opens=1, retransmissions=1, first_isn=0),
    b=User(passive_opens=1),
    network=Network(duplicate=1),
    established=True,
)
half_open = both(promises.is_in("A", SYN_SENT), promises.is_in("B", ESTABLISHED))
again = both(promises.both_established().predicate, *(at(end, equal(inc, 2)) for end in "AB"))
claims = [
    Witness("figure_9_line_3", half_open, says="A calls while B believes in the connection that A forgot"),
    Witness("figure_9_line_5", promises.has_ended("B", "reset"), says="B aborts the half-open connection"),
    Witness("connected_again", again, says="both ends are ESTABLISHED in their second incarnation"),
    promises.agreement_on_entry(),
    promises.sequence_agreement(),
    promises.no_stale_control(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
]
hazards = {"H36": "connected_again"}
