"""Two incarnations over a network that loses, repeats and reorders without limit, three segments each way.

71.9 million states.  Nothing is remembered but what endpoints know, so a state takes at most 128 bits.  The
benchmark's spec (b).
"""

from tcpmodel import Network, User, Witness, connection
from tcpmodel.language.terms import both
from tcpmodel.tcp import promises
from tcpmodel.tcp.rfc9293.tcb import ESTABLISHED

system = connection(
    a=User(active_opens=2, aborts=1, sends=1, retransmissions=None, first_isn=0),
    b=User(passive_opens=1, aborts=1, retransmissions=None, first_isn=4),
    network=Network(lose=None, duplicate=None, capacity=3),
    ghosts=False,
)
both_established = both(promises.is_in("A", ESTABLISHED), promises.is_in("B", ESTABLISHED))
claims = [Witness("both_established", both_established)]
