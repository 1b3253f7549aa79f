"""The benchmark's spec between the two: two incarnations, losses and copies without limit, without ghosts.

2.8 million states of 94 bits, ten steps each.
"""

from tcpmodel import Network, User, Witness, connection
from tcpmodel.language.terms import both
from tcpmodel.tcp import promises
from tcpmodel.tcp.rfc9293.tcb import ESTABLISHED

system = connection(
    a=User(active_opens=2, aborts=1, sends=1, retransmissions=None, first_isn=0),
    b=User(passive_opens=2, first_isn=4),
    network=Network(lose=None, duplicate=None),
    ghosts=False,
)
both_established = both(promises.is_in("A", ESTABLISHED), promises.is_in("B", ESTABLISHED))
claims = [Witness("both_established", both_established)]
