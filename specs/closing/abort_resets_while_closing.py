"""ABORT in CLOSING and LAST-ACK sends a reset, too: a peer whose last answer was lost learns it without asking again.

Source: RFC 9293 3.10.5, by which ABORT is quiet there; lwIP 2.1.3 sends <CTL=RST,ACK>.  A aborts in these two
states only, one segment may be lost, and nobody repeats anything.  By the RFC B then waits for ever for the
segment that was lost; here the reset, or the answer to its challenge, ends the wait.
"""

from tcpmodel import LeadsTo, Network, Row, User, Witness, both, connection
from tcpmodel.tcp import (
    CLOSED,
    CLOSING,
    FIN_WAIT_1,
    FIN_WAIT_2,
    KINDS,
    LAST_ACK,
    RFC_9293,
    TIME_WAIT,
    arrive,
    hygiene,
    in_state,
    promises,
)

QUIET = "ABORT ends a closing connection quietly"
ONLY_WHILE_CLOSING = RFC_9293.changed("ABORT resets the peer", refuses=True).preceded(
    QUIET, Row("nobody aborts TIME-WAIT", "3.10.5", when=(in_state(TIME_WAIT),), refuses=True)
)
system = connection(
    a=User(closes=1, aborts=1),
    b=User(closes=1),
    network=Network(capacity=4, lose=1),
    bits=4,
    established=True,
    rules=ONLY_WHILE_CLOSING,
    abort_reset="closing",
)
aborted = both(promises.is_in("A", CLOSED), promises.has_ended("A", "aborted"))
waiting = promises.is_in("B", FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK)
claims = [
    Witness("peer_waits", both(aborted, waiting), says="A has aborted a closing connection, and B waits"),
    LeadsTo(
        "peer_learns",
        both(aborted, waiting),
        ~waiting,
        (*arrive("A", *KINDS), *arrive("B", *KINDS)),
        says="a peer that waits for the last answers does not wait for ever where A has aborted",
    ),
    promises.typing(),
    promises.whole_stream(),
    hygiene.no_false_success(),
]
broken_by = {"peer_learns": {"abort_reset": "ack"}}
