"""The peer has closed and the application never does: CLOSE-WAIT lasts, and FIN-WAIT-2 opposite.

Source: RFC 9293 3.6; hazards H62 and H63 (3 steps from ESTABLISHED).  No timer of RFC 9293 ends either state: what
is needed is an application that calls CLOSE, and then everything ends although segments are lost.
Hosts that have such a timer all the same are in `fin_wait_2_forgotten`.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import (
    BARE_ACKS,
    CLOSE_WAIT,
    FIN_WAIT_2,
    FINS,
    RESETS,
    arrive,
    calls_close,
    hygiene,
    mutants,
    nothing_in_flight,
    promises,
    repeats,
)

user = User(closes=1, retransmissions=None)
system = connection(a=user, b=user, network=Network(lose=None, when_full="block"), bits=4, established=True)
network = (*repeats("A", "B"), *arrive("A", FINS, RESETS, BARE_ACKS), *arrive("B", FINS, RESETS, BARE_ACKS))
fin_arrives = (*repeats("B"), *arrive("A", FINS))
claims = [
    Witness(
        "leaked",
        both(promises.is_in("A", FIN_WAIT_2), promises.is_in("B", CLOSE_WAIT), nothing_in_flight()),
        says="A waits for B's FIN, B for its user",
    ),
    promises.leaves("B", CLOSE_WAIT, *network, expected="fails"),
    promises.leaves("A", FIN_WAIT_2, *network, expected="fails"),
    promises.leaves("B", CLOSE_WAIT, *calls_close("B"), name="leaves_close_wait_if_closed"),
    promises.leaves("A", FIN_WAIT_2, *calls_close("B"), *fin_arrives, name="leaves_fin_wait_2_if_closed"),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
]
hazards = {"H62": "leaves_fin_wait_2", "H63": "leaves_close_wait"}
broken_by = {"leaves_fin_wait_2_if_closed": mutants.nothing_is_repeated}
