"""After a simultaneous close both ends wait, and neither can use the pair again before the old segments have died.

Source: RFC 9293 3.6 case 3 and figure 13; hazard H79.  Here no user closes who has learned of the peer's FIN, so
every close that comes to an end is simultaneous.  An OPEN in TIME-WAIT is refused, at either end.  One
segment may arrive twice: its copy can draw an ACK from the end that waits, MSL after the wait has begun, so
2*MSL + 1 = 3 ticks are needed; with 2 there is a run of 11 steps in which both ends are free and the pair
is not clean.
"""

from tcpmodel import Always, Network, Time, User, Witness, both, connection, implies
from tcpmodel.tcp import CLOSED, LAST_ACK, RFC_9293, TIME_WAIT, hygiene, mutants, nothing_in_flight, promises

user = User(closes=1, wrong_calls=True)
system = connection(
    a=user,
    b=user,
    network=Network(capacity=4, duplicate=1),
    time=Time(msl=1, time_wait=3),
    bits=4,
    rules=RFC_9293.changed("CLOSE answers the peer's FIN with ours", refuses=True),
    established=True,
)
free = both(*(promises.is_in(end, CLOSED) for end in "AB"))
both_wait = both(*(promises.is_in(end, TIME_WAIT) for end in "AB"))
claims = [
    Witness("both_wait", both_wait, says="both ends are in TIME-WAIT"),
    Always(
        "free_pair_is_clean",
        implies(free, nothing_in_flight()),
        needs=free,
        says="when both ends can be used again nothing of the old connection is in flight",
    ),
    Always(
        "both_have_waited",
        both(*(~promises.is_in(end, LAST_ACK) for end in "AB")),
        needs=both_wait,
        says="no end closes without TIME-WAIT",
    ),
    promises.time_wait_integrity(),
    promises.whole_stream(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
]
hazards = {"H79": "free_pair_is_clean"}
broken_by = {
    "free_pair_is_clean": {"time": Time(msl=1, time_wait=2)},
    "time_wait_integrity": mutants.keep_alive_ends_time_wait,
}
