"""The passive closer calls again at once, honestly, and its own answer to TIME-WAIT's ACK ends TIME-WAIT.

Source: RFC 9293 3.10.7.4 first and 3.10.7.3 first; RFC 1337; hazard H54 (4 steps from TIME-WAIT and CLOSED, to
which the way from ESTABLISHED has 6 here).  The SYN is answered with an ACK, SYN-SENT answers that with a
reset, exactly at RCV.NXT.  The network keeps order and loses nothing, so no old segment has a part in it,
as in `time_wait_assassination`; without the fix of `time_wait_ignores_resets` TIME-WAIT protects nothing
from a quick caller.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import CLOSED, SYN_SENT, TIME_WAIT, in_flight, nothing_in_flight, promises

system = connection(
    a=User(closes=1),
    b=User(closes=1, active_opens=1),
    network=Network(capacity=3, reorder=False, when_full="block"),
    bits=4,
    established=True,
)
claims = [
    Witness(
        "time_wait_alone",
        both(promises.is_in("A", TIME_WAIT), promises.is_in("B", CLOSED), nothing_in_flight()),
        says="B has closed, A waits, and nothing is in flight",
    ),
    Witness(
        "new_syn_meets_time_wait",
        both(
            promises.is_in("A", TIME_WAIT),
            promises.is_in("B", SYN_SENT),
            in_flight("B", lambda segment, sender: segment.ctl.syn),
        ),
        says="B's new SYN is in flight towards TIME-WAIT",
    ),
    promises.time_wait_integrity(expected="fails"),
    promises.no_stale_control(),
    promises.typing(),
]
hazards = {"H54": "time_wait_integrity"}
