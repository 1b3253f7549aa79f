"""An attacker who can foretell the next ISS becomes the trusted A, without seeing one answer.

Source: Morris 1985; RFC 6528 1; hazard H30 (5 steps, as estimated).  He sends a SYN in A's name, and
acknowledges B's answer although that went to A: he knows its number.  The ACK rides on his text, so the false
octet is heard in the same step; the catalogue has 2 more for text of its own.  A would reset B: its reset comes
too late, or, in 7 steps, there is none (`silenced`).  `unpredictable_isn` is the same world where he has to guess.
"""

from tcpmodel import Attacker, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSED, ESTABLISHED, at, delivered, nothing_in_flight, promises

system = connection(
    a=User(),
    b=User(passive_opens=1, first_isn=4),
    network=Network(lose=2),
    attacker=Attacker(syns=1, octets=1, knows=("seq", "ack")),
)
claims = [
    Witness(
        "silenced",
        both(
            promises.is_in("A", CLOSED),
            promises.is_in("B", ESTABLISHED),
            at("B", equal(delivered, 1)),
            nothing_in_flight(),
        ),
        says="B has an octet from nobody, and no reset of A's is on its way",
    ),
    promises.authenticity(expected="fails"),
    promises.no_stale_data(expected="fails"),
    promises.typing(),
]
hazards = {"H30": "authenticity"}
