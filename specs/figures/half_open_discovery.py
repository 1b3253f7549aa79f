"""A crashes and B sends: the answer to B's octet is a reset, and B learns that it is alone.

Source: RFC 9293 figure 10; hazard H37 (4 steps from ESTABLISHED, 9 with the handshake).  If nobody
sends, nobody ever finds out (H39).
"""

from tcpmodel import User, Witness, both, connection
from tcpmodel.tcp import CLOSED, ESTABLISHED, hygiene, promises

system = connection(a=User(crashes=1), b=User(sends=1), established=True)
half_open = both(promises.is_in("A", CLOSED), promises.is_in("B", ESTABLISHED))
claims = [
    Witness("half_open", half_open, says="A has forgotten the connection, B has not"),
    Witness("figure_10", promises.has_ended("B", "reset"), says="B aborts the connection that A has forgotten"),
    promises.no_stale_control(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.all_is_settled(),
]
hazards = {"H37": "figure_10"}
