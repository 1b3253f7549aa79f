"""TIME-WAIT that ignores resets outlives its peer's answers, a new caller's among them.

Source: RFC 1337 section 3, fix F1; hazards H50 and H54, their other sides.  A delayed ACK, or B's new SYN,
has TIME-WAIT answer with an ACK; B, CLOSED or calling again, answers that with a reset that is exactly at
RCV.NXT.  Where the reset is ignored B's caller waits until A's TIME-WAIT is over.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import CLOSED, SYN_SENT, TIME_WAIT, in_flight, promises

system = connection(
    a=User(closes=1),
    b=User(closes=1, active_opens=1),
    network=Network(capacity=3),
    bits=4,
    established=True,
    time_wait_rst="ignore",
)
reset_for_a = in_flight("B", lambda segment, sender: segment.ctl.rst)
claims = [
    Witness(
        "reset_by_nobody",
        both(promises.is_in("A", TIME_WAIT), promises.is_in("B", CLOSED), reset_for_a),
        says="B has closed, and its reset is in flight towards TIME-WAIT",
    ),
    Witness(
        "reset_by_a_caller",
        both(promises.is_in("A", TIME_WAIT), promises.is_in("B", SYN_SENT), reset_for_a),
        says="B calls again, and its reset is in flight towards TIME-WAIT",
    ),
    promises.time_wait_integrity(),
    promises.typing(),
]
hazards = {"H50": "time_wait_integrity", "H54": "time_wait_integrity"}
broken_by = {"time_wait_integrity": {"time_wait_rst": "kill"}}
