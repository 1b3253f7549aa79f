"""An octet from nobody makes two ends acknowledge each other for ever.

Source: Joncheray 1995; RFC 5961 10; hazards H74 and H69; promise L5.  The octet moves B's RCV.NXT past A's
SND.NXT.  A answers the ACK of what it never sent, B answers an ACK in front of its window, one for one: the
cycle has two steps and every segment arrives.  The connection is of no use any more, as A's own octets lie
in front of B's window.  `ack_storm_throttled` ends it.
"""

from tcpmodel import Attacker, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import BARE_ACKS, ESTABLISHED, TEXTS, arrive, at, promises, rcv, snd, theirs

system = connection(
    a=User(),
    b=User(),
    network=Network(when_full="block"),
    attacker=Attacker(octets=1, knows=("seq",)),
    established=True,
)
claims = [
    Witness(
        "out_of_step",
        both(*(promises.is_in(end, ESTABLISHED) for end in "AB"), at("B", ~equal(rcv.nxt, theirs(snd.nxt)))),
        says="two ESTABLISHED ends do not agree on A's next number",
    ),
    promises.no_stale_data(expected="fails"),
    promises.falls_silent(*arrive("A", BARE_ACKS), *arrive("B", TEXTS, BARE_ACKS), expected="fails"),
    promises.typing(),
]
hazards = {"H69": "no_stale_data", "H74": "falls_silent"}
