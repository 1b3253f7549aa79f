"""A network that loses without limit, but not everything: a caller and a listener become connected.

Source: RFC 9293 3.5 and 3.8.1; promises L1 and L6; hazard H10.  Whatever the network loses, a SYN sent again and
again arrives, so does the SYN,ACK that answers it, and so does an ACK.  That some segments arrive is not
enough: then the network may let through the listener's ACKs of repeated SYNs, and lose every SYN,ACK.
A listener left in SYN-RECEIVED by a caller that gave up gets away by repeating its SYN,ACK: CLOSED
answers that with a reset.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import (
    BARE_ACKS,
    CLOSED,
    RESETS,
    SYN_ACKS,
    SYN_RECEIVED,
    SYNS,
    arrive,
    hygiene,
    mutants,
    promises,
    repeats,
    some_arrive,
)

system = connection(
    a=User(active_opens=1, aborts=1, retransmissions=None, first_isn=0),
    b=User(passive_opens=1, retransmissions=None, first_isn=4),
    network=Network(lose=None, when_full="block"),
)
claims = [
    promises.both_established(),
    Witness(
        "left_in_syn_received",
        both(promises.is_in("A", CLOSED), promises.is_in("B", SYN_RECEIVED)),
        says="the caller has given up and the listener does not know",
    ),
    promises.establishment(*repeats("A", "B"), *arrive("A", SYN_ACKS), *arrive("B", SYNS, BARE_ACKS)),
    promises.leaves("B", SYN_RECEIVED, *repeats("B"), *arrive("A", SYN_ACKS), *arrive("B", BARE_ACKS, RESETS)),
    promises.establishment(
        *repeats("A", "B"),
        *some_arrive("A"),
        *some_arrive("B"),
        name="establishment_if_some_arrive",
        expected="fails",
    ),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
]
hazards = {"H10": "leaves_syn_received"}
broken_by = {"establishment": mutants.unacceptable_is_dropped, "leaves_syn_received": mutants.unacceptable_is_dropped}
