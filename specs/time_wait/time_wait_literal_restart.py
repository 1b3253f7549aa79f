"""By the RFC's letter TIME-WAIT answers segments that do not start it over, and ends before the answers are gone.

Source: RFC 9293 3.10.7.4 first and fifth; hazard H49; promises Q1 and Q2.  Only a segment in the window starts
2MSL over, and the FIN that comes again is not in it (nor is B's delayed ACK).  So what A and B still say
to each other outlives 2*MSL + 1 = 3 ticks.  By the letter it takes 4 ticks until nothing of A's is left and
5 for B (3*MSL + 1 and 4*MSL + 1); `time_wait_restarted_by_any_ack` has the rule under which 3 suffice.
Nothing is lost, each end repeats its FIN at most once, and resets do not end TIME-WAIT.
"""

from tcpmodel import Network, Time, User, Witness, both, connection, equal
from tcpmodel.tcp import TIME_WAIT, at, in_flight, promises, rtx_budget

system = connection(
    a=User(closes=1, retransmissions=1),
    b=User(closes=1, retransmissions=1),
    network=Network(capacity=4, when_full="block"),
    time=Time(msl=1, rto=1, time_wait=3),
    bits=4,
    established=True,
    time_wait_rst="ignore",
)
claims = [
    Witness(
        "fin_again",
        both(
            promises.is_in("A", TIME_WAIT),
            at("B", equal(rtx_budget, 0)),
            in_flight("B", lambda segment, sender: segment.ctl.fin),
        ),
        says="B's FIN is on its way to TIME-WAIT a second time",
    ),
    promises.time_wait_outlasts("A", "A", ticks=3, expected="fails"),
    promises.time_wait_outlasts("A", "B", ticks=3, expected="fails"),
    promises.passive_closer_succeeds(),
    promises.typing(),
]
hazards = {"H49": "no_old_segment_from_b"}
broken_by = {"passive_closer_succeeds": {"time": Time(msl=1, rto=1, time_wait=1)}}
