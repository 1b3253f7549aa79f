"""CLOSE in SYN-RECEIVED skips the validation; a host that takes no ACK of what it never sent has it all the same.

Source: RFC 9293 3.10.7.4 fifth (MAY-12); RFC 5961 5.2; hazard H22.  The sibling of `early_close_plausible` with the
bound of Linux since 6.7: the range begins behind the ISS where the last window reaches below it.  So no text counts
before the SYN is acknowledged, and of the old numbers that a stranger may guess none is left.
"""

from tcpmodel import Always, Attacker, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSED, FIN_WAIT_1, SYN_RECEIVED, at, delivered, promises, syn_outstanding

system = connection(
    a=User(active_opens=1, aborts=1, first_isn=0),
    b=User(passive_opens=1, closes=1, first_isn=8),
    network=Network(capacity=3),
    attacker=Attacker(octets=1, knows=("seq",)),
    bits=4,
    ack_5961="sent",
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
    ),
    promises.typing(),
]
broken_by = {"nothing_before_the_handshake": {"ack_5961": "on"}}
