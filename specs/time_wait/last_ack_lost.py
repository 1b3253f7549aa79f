"""The last ACK is lost; TIME-WAIT is there to acknowledge the FIN again.

Source: RFC 9293 3.6.1 (MUST-13) and 3.10.7.4; hazard H45.  With MSL 1, a retransmission timer of 2
ticks and one loss, LAST-ACK and CLOSING are never reset when TIME-WAIT lasts k*R + 2*MSL + 1 = 5 ticks,
k = 1 and R = 2, under the RFC's own words for starting TIME-WAIT over (a retransmitted FIN lies in front
of the window, so it does not; reading trap 2).  With 4 ticks there is a run of 16 steps that resets,
in a simultaneous close; `tests/tcp/test_time_wait.py` plays it.  No
segment is lost by growing old: only the network loses one.
"""

from tcpmodel import Network, Time, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSED, LAST_ACK, TIME_WAIT, at, hygiene, in_flight, mutants, promises, rtx_budget

system = connection(
    a=User(closes=1, retransmissions=2),
    b=User(closes=1, retransmissions=2),
    network=Network(capacity=4, lose=1),
    time=Time(msl=1, rto=2, time_wait=5),
    bits=4,
    established=True,
)
fin_again = in_flight("B", lambda segment, sender: segment.ctl.fin)
claims = [
    Witness(
        "fin_meets_time_wait",
        both(promises.is_in("A", TIME_WAIT), promises.is_in("B", LAST_ACK), at("B", ~equal(rtx_budget, 2)), fin_again),
        says="B's repeated FIN is in flight towards TIME-WAIT",
    ),
    Witness(
        "repaired",
        both(
            promises.is_in("A", TIME_WAIT),
            promises.is_in("B", CLOSED),
            promises.has_ended("B", "closed"),
            at("B", ~equal(rtx_budget, 2)),
        ),
        says="B closed although its FIN had to be sent twice",
    ),
    promises.passive_closer_succeeds(),
    promises.whole_stream(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
    promises.nobody_waits(),
]
hazards = {"H45": "passive_closer_succeeds"}
broken_by = {
    "passive_closer_succeeds": {"time": Time(msl=1, rto=2, time_wait=4)},
    "deadlock_free": mutants.nothing_is_repeated,
}
