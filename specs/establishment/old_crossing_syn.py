"""An old SYN just below the new one meets two callers: one end is ESTABLISHED with a number that the other has left.

Source: RFC 9293 3.10.7.3 fourth and 3.10.7.4 fourth; found by exploration, not in the catalogue.  A gives up a
call and calls again with the next number, while B calls too.  B takes A's old SYN for the crossing one.  A
answers B's SYN,ACK with an ACK whose number lies in the window that the old SYN opened, so B is
ESTABLISHED one number behind A.  Three segments and an ISS that nothing in flight can acknowledge are not
enough here: the new ISS must also lie a window away from the old one, as it does where the ISN clock
outruns the window between two calls (RFC 9293 3.4.1).  A listener is safe (`three_way_stale_syn`): a
caller answers its SYN,ACK with a reset.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import SYN_RECEIVED, SYN_SENT, promises

system = connection(
    a=User(active_opens=2, aborts=1, first_isn=0),
    b=User(active_opens=1, first_isn=8),
    network=Network(capacity=3),
    bits=4,
)
misled = both(promises.is_in("A", SYN_SENT), promises.is_in("B", SYN_RECEIVED), ~promises.took_each_other("B"))
claims = [
    Witness("takes_the_old_syn", misled, says="B has taken a SYN that A no longer stands by"),
    promises.both_established(),
    promises.agreement_on_entry(expected="fails"),
    promises.established_is_acknowledged(),
    promises.typing(),
]
