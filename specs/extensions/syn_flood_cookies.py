"""A listener that keeps nothing of a SYN has no places to fill: with SYN cookies a flood shuts nobody out.

Source: RFC 4987 3.6; hazard H26.  The world of `syn_flood`.
"""

from tcpmodel import Attacker, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import BARE_ACKS, ESTABLISHED, SYN_ACKS, SYNS, arrive, at, held, promises, repeats

system = connection(
    a=User(active_opens=1, retransmissions=None, first_isn=0),
    b=User(passive_opens=1, retransmissions=None, first_isn=4),
    network=Network(when_full="block"),
    attacker=Attacker(floods=None),
    backlog="one",
    listener="cookies",
)
claims = [
    Witness(
        "served_all_the_same",
        both(*(promises.is_in(end, ESTABLISHED) for end in "AB"), at("B", equal(held, 1))),
        says="A and B are ESTABLISHED although no place is free",
    ),
    promises.establishment(*repeats("A"), *arrive("A", SYN_ACKS), *arrive("B", SYNS, BARE_ACKS)),
    promises.agreement_on_entry("B"),
    promises.typing(),
]
hazards = {"H26": "establishment"}
broken_by = {"establishment": {"listener": "tcb"}}
