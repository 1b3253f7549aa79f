"""Neither a forged reset nor a forged SYN prolongs TIME-WAIT, in its window or outside of it, answered or not.

Source: RFC 9293 3.10.7.4 first, second and fourth; RFC 5961 3.2 and 4.2.  What is dropped, answered or challenged
comes to no fifth check, which alone starts 2MSL over.  Both ends wait, and nothing is lost or repeated, so their clocks
differ by what segments take to arrive.  `time_wait_prolonged` has the octet that does prolong it.
"""

from tcpmodel import Always, Attacker, Network, Time, User, Witness, at_least, both, connection, equal, implies
from tcpmodel.tcp import TIME_WAIT, at, in_flight, mutants, promises, time_wait_elapsed

system = connection(
    a=User(closes=1),
    b=User(closes=1),
    network=Network(capacity=2, reorder=False),
    time=Time(msl=1, time_wait=3),
    attacker=Attacker(target="A", resets=1, syns=1),
    established=True,
)
waiting = both(*(promises.is_in(end, TIME_WAIT) for end in "AB"))
begins = both(waiting, at("A", equal(time_wait_elapsed, 0)))
late = both(waiting, at("A", at_least(time_wait_elapsed, 3)))
reset_meets = in_flight("B", lambda segment, sender: segment.ctl.rst)
syn_meets = in_flight("B", lambda segment, sender: segment.ctl.syn)
claims = [
    Witness("reset_meets_time_wait", late & reset_meets, says="a reset meets A, which has waited for long"),
    Witness("syn_meets_time_wait", late & syn_meets, says="a SYN meets A, which has waited for long"),
    Always(
        "nothing_prolongs_it",
        implies(begins, ~at("B", at_least(time_wait_elapsed, 3))),
        needs=begins,
        says="where A has just begun to wait, B has not waited for more than two lifetimes",
    ),
    promises.typing(),
]
broken_by = {"nothing_prolongs_it": mutants.any_reset_restarts_time_wait}
