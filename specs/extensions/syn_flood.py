"""A stranger's SYNs hold every place of the backlog, and an honest client's SYN is dropped again and again.

Source: RFC 4987 2; hazard H26.  With a backlog of n the honest SYN is dropped in n+3 steps (`shut_out`, here
n = 1; the catalogue's n+2 leaves out that B's user calls OPEN).  The place expires, and the attacker, who is
faster, takes it again.  Nothing is lost.  An attacker with an end to his SYNs only delays the client
(`tests/specs/test_extensions.py`); `syn_flood_cookies` needs no place.
"""

from tcpmodel import Attacker, Network, User, Witness, both, connection, equal, weak
from tcpmodel.tcp import (
    BARE_ACKS,
    LISTEN,
    SYN_ACKS,
    SYN_SENT,
    SYNS,
    arrive,
    at,
    held,
    nothing_in_flight,
    promises,
    repeats,
)

system = connection(
    a=User(active_opens=1, retransmissions=None, first_isn=0),
    b=User(passive_opens=1, retransmissions=None, first_isn=4),
    network=Network(when_full="block"),
    attacker=Attacker(floods=None),
    backlog="one",
)
claims = [
    promises.both_established(),
    Witness(
        "shut_out",
        both(
            promises.is_in("A", SYN_SENT),
            promises.is_in("B", LISTEN),
            at("B", equal(held, 1)),
            nothing_in_flight(),
        ),
        says="A's SYN has come to a listener without a place for it",
    ),
    promises.establishment(
        weak("attacker: floods B"),
        weak("B: backlog timeout"),
        *repeats("A", "B"),
        *arrive("A", SYN_ACKS),
        *arrive("B", SYNS, BARE_ACKS),
        expected="fails",
    ),
    promises.typing(),
]
hazards = {"H26": "establishment"}
