"""CLOSE in SYN-RECEIVED skips the validation: a stranger's octet is delivered to an end that nobody ever answered.

Source: RFC 9293 3.10.4; hazard H22 (7 steps, one of them the octet's sending).  An old SYN brings B to
SYN-RECEIVED; CLOSE moves it on to FIN-WAIT-1, where an old ACK no longer means that the handshake went wrong; and
an octet at RCV.NXT is taken with it.  The octet is forged here, with B's RCV.NXT and a wrong ACK;
`early_close_old_octet` grows it.  `early_close_plausible` asks for a plausible ACK, and
`early_close_sent` for one of what was sent.
"""

from tcpmodel import Always, Attacker, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSED, FIN_WAIT_1, SYN_RECEIVED, at, delivered, promises, syn_outstanding

system = connection(
    a=User(active_opens=1, aborts=1, first_isn=0),
    b=User(passive_opens=1, closes=1, first_isn=8),
    network=Network(capacity=3),
    attacker=Attacker(octets=1, knows=("seq",)),
    bits=4,
)
gone = promises.is_in("A", CLOSED)
unanswered = at("B", syn_outstanding)
claims = [
    Witness(
        "old_syn_is_taken",
        gone & promises.is_in("B", SYN_RECEIVED),
        says="B has taken the SYN of a caller that has left",
    ),
    Witness("has_closed_unanswered", both(gone, unanswered, promises.is_in("B", FIN_WAIT_1)), says="and has closed"),
    Always(
        "nothing_before_the_handshake",
        ~(gone & unanswered & at("B", ~equal(delivered, 0))),
        needs=both(gone, unanswered, promises.is_in("B", FIN_WAIT_1)),
        says="an end whose SYN nobody acknowledged delivers nothing once its caller is gone",
        expected="fails",
    ),
    promises.typing(),
]
hazards = {"H22": "nothing_before_the_handshake"}
