"""Where everything that TIME-WAIT answers starts it over, two lifetimes and a tick outlast all old segments.

Source: RFC 9293 3.10.7.4 eighth, as BSD and Linux do it; hazard H49, its other side; promises Q1 and Q2.  A's
last segment is then sent no later than its TIME-WAIT starts, and is gone after MSL; what it draws from B
is gone after another.  The sibling of `time_wait_literal_restart`.
"""

from tcpmodel import Network, Time, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSED, TIME_WAIT, at, in_flight, promises, rtx_budget

system = connection(
    a=User(closes=1, retransmissions=1),
    b=User(closes=1, retransmissions=1),
    network=Network(capacity=4, when_full="block"),
    time=Time(msl=1, rto=1, time_wait=3),
    bits=4,
    established=True,
    time_wait_rst="ignore",
    time_wait_restart="ack_bearing",
)
claims = [
    Witness(
        "answer_draws_a_reset",
        both(
            promises.is_in("A", TIME_WAIT),
            promises.is_in("B", CLOSED),
            at("B", equal(rtx_budget, 0)),
            in_flight("B", lambda segment, sender: segment.ctl.rst),
        ),
        says="B has closed, and a reset answers what TIME-WAIT said to its second FIN",
    ),
    promises.time_wait_outlasts("A", "A", ticks=3),
    promises.time_wait_outlasts("A", "B", ticks=3),
    promises.typing(),
]
hazards = {"H49": "no_old_segment_from_b"}
broken_by = {
    "no_old_segment_from_a": {"time_wait_restart": "literal"},
    "no_old_segment_from_b": {"time_wait_restart": "literal"},
}
