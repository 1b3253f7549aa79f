"""The listener's FIN overtakes its SYN,ACK, is sent again, and arrives in time, whatever is lost.

Source: RFC 9293 3.10.8; hazard H21.  The sibling of `early_close_unrepeated` with retransmission, and with a
network that also loses without limit.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import (
    BARE_ACKS,
    ESTABLISHED,
    FIN_WAIT_1,
    FINS,
    RESETS,
    SYN_ACKS,
    arrive,
    hygiene,
    mutants,
    nothing_in_flight,
    promises,
    repeats,
)

system = connection(
    a=User(active_opens=1, retransmissions=None, first_isn=0),
    b=User(passive_opens=1, closes=1, retransmissions=None, first_isn=4),
    network=Network(lose=None, when_full="block"),
)
claims = [
    Witness(
        "would_wait_in_vain",
        both(promises.is_in("A", ESTABLISHED), promises.is_in("B", FIN_WAIT_1), nothing_in_flight()),
        says="A took the SYN,ACK after it had dropped the FIN",
    ),
    promises.leaves("B", FIN_WAIT_1, *repeats("B"), *arrive("A", SYN_ACKS, FINS), *arrive("B", BARE_ACKS, RESETS)),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
]
hazards = {"H21": "leaves_fin_wait_1"}
broken_by = {"leaves_fin_wait_1": mutants.nothing_is_repeated}
