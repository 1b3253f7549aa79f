"""Two ends that disagree about their numbers acknowledge each other for ever, and nobody says anything.

Source: RFC 9293 3.10.7.4 first and fifth; RFC 1337; hazard H74; promise L5.  The two-way handshake joins a
listener that took an old SYN to a caller that took the answer to it.  Each finds the other's ACK
unacceptable and answers with an ACK, one for one: the cycle has two steps, and every segment arrives.
With three segments the ends cannot come to disagree so (`tests/tcp/test_liveness.py`).
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import ESTABLISHED, KINDS, arrive, hygiene, nothing_in_flight, promises

system = connection(
    a=User(active_opens=2, aborts=1, first_isn=0),
    b=User(passive_opens=1, first_isn=4),
    network=Network(capacity=3, when_full="block"),
    handshake="two_blind",
)
claims = [
    Witness(
        "silent_and_established",
        both(*(promises.is_in(end, ESTABLISHED) for end in "AB"), nothing_in_flight()),
        says="two ESTABLISHED ends leave each other alone",
    ),
    promises.sequence_agreement(expected="fails"),
    promises.falls_silent(*arrive("A", *KINDS), *arrive("B", *KINDS), expected="fails"),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
]
hazards = {"H74": "falls_silent"}
