"""An octet is sent behind another: the timer leaves each the whole RTO, and neither waits for longer.

Source: RFC 6298 section 5: the timer starts if it is not running when something is sent (5.1), and starts over when
an ACK acknowledges new data (5.3) and when the front of the queue is sent again (5.6).  With MSL 1 a round trip takes
two ticks at the most, less than the RTO of three: where nothing was lost, nothing is sent again.
"""

from tcpmodel import Always, Network, Time, User, Witness, connection, equal, implies
from tcpmodel.tcp import at, each_end, hygiene, mutants, promises, rtx_budget, snd

system = connection(
    a=User(sends=2, closes=1, retransmissions=3),
    b=User(closes=1, retransmissions=3),
    network=Network(capacity=4, lose=1, reorder=False),
    time=Time(msl=1, rto=3, time_wait=0),
    bits=4,
    established=True,
)
nothing_lost = equal(system.variable("network.left.lose"), 1)
claims = [
    Witness(
        "repeated",
        at("A", ~equal(rtx_budget, 3) & equal(snd.una, snd.nxt)),
        says="what was lost is repeated and acknowledged",
    ),
    hygiene.timer_leaves_time(msl=1),
    hygiene.timer_is_not_put_off(msl=1),
    Always(
        "nothing_is_repeated_in_vain",
        implies(nothing_lost, each_end(equal(rtx_budget, 3))),
        says="where nothing was lost, nothing is sent again",
    ),
    promises.no_stale_data(),
    hygiene.all_is_settled(),
    promises.typing(),
]
broken_by = {
    "timer_leaves_time": mutants.retransmission_leaves_the_timer,
    "timer_is_not_put_off": mutants.every_send_restarts_the_timer,
    "nothing_is_repeated_in_vain": mutants.ack_leaves_the_timer,
}
