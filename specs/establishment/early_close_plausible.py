"""CLOSE in SYN-RECEIVED skips the validation, and asking for a plausible ACK makes that harder, not impossible.

Source: RFC 9293 3.10.7.4 fifth (MAY-12); RFC 5961 5.2; hazard H22 (7 steps).  The sibling of
`early_close_unvalidated` with RFC 5961's range: an ACK from a window before SND.UNA up to SND.NXT passes, and the
octet is delivered all the same.  With 16 numbers, 3 old ones pass, and 7 do without the range
(`tests/specs/test_establishment.py` counts them).
"""

from tcpmodel import Always, Attacker, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSED, FIN_WAIT_1, SYN_RECEIVED, at, delivered, promises, syn_outstanding

system = connection(
    a=User(active_opens=1, aborts=1, first_isn=0),
    b=User(passive_opens=1, closes=1, first_isn=8),
    network=Network(capacity=3),
    attacker=Attacker(octets=1, knows=("seq",)),
    bits=4,
    ack_5961=True,
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
