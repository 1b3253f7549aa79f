"""A listener closes before it is ESTABLISHED, its FIN overtakes its SYN,ACK, and nobody repeats it.

Source: Han and Billington 2005; hazard H21 (7 steps).  SYN-SENT drops the FIN, the handshake is completed
all the same, and the listener waits in FIN-WAIT-1 for an ACK that nobody owes.  Nothing is lost; a
network that keeps order, or a FIN that is sent again (`early_close_repeated`), leaves no such run.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import (
    CLOSE_WAIT,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    KINDS,
    arrive,
    hygiene,
    nothing_in_flight,
    promises,
)

system = connection(
    a=User(active_opens=1, first_isn=0),
    b=User(passive_opens=1, closes=1, first_isn=4),
    network=Network(when_full="block"),
)
claims = [
    Witness(
        "half_closed",
        both(promises.is_in("A", CLOSE_WAIT), promises.is_in("B", FIN_WAIT_2)),
        says="the FIN came after the SYN,ACK",
    ),
    Witness(
        "waits_in_vain",
        both(promises.is_in("A", ESTABLISHED), promises.is_in("B", FIN_WAIT_1), nothing_in_flight()),
        says="A took the SYN,ACK after it had dropped the FIN",
    ),
    promises.leaves("B", FIN_WAIT_1, *arrive("A", *KINDS), *arrive("B", *KINDS), expected="fails"),
    promises.nobody_waits(expected="fails"),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
]
hazards = {"H21": "leaves_fin_wait_1"}
