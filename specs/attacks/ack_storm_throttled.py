"""A throttle ends the storm of ACKs: an end that may stay silent once breaks the chain.

Source: RFC 5961 7 and 10; hazard H74; promise L5.  The world of `ack_storm`, where B no longer answers what
is unacceptable.  The ends disagree as before, and nobody will tell them; but the network is quiet.
"""

from tcpmodel import Attacker, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import BARE_ACKS, ESTABLISHED, TEXTS, arrive, at, nothing_in_flight, promises, rcv, snd, theirs

system = connection(
    a=User(),
    b=User(),
    network=Network(when_full="block"),
    attacker=Attacker(octets=1, knows=("seq",)),
    established=True,
    throttled="all",
)
claims = [
    Witness(
        "out_of_step",
        both(
            *(promises.is_in(end, ESTABLISHED) for end in "AB"),
            at("B", ~equal(rcv.nxt, theirs(snd.nxt))),
            nothing_in_flight(),
        ),
        says="two ESTABLISHED ends do not agree on A's next number, and nothing is in flight",
    ),
    promises.falls_silent(*arrive("A", BARE_ACKS), *arrive("B", TEXTS, BARE_ACKS)),
    promises.typing(),
]
hazards = {"H74": "falls_silent"}
broken_by = {"falls_silent": {"throttled": "nothing"}}
