"""A forged reset outside the window leaves TIME-WAIT as it is: it does not end it, and does not prolong it either.

Source: RFC 9293 3.10.7.4 first: an unacceptable reset is dropped.  Both ends wait, and nothing is lost or repeated,
so their clocks differ by what segments take to arrive; a wait that strangers' resets start over has no end.
"""

from tcpmodel import Always, Attacker, Network, Time, User, Witness, at_least, both, connection, equal, implies
from tcpmodel.tcp import TIME_WAIT, at, in_flight, mutants, promises, time_wait_elapsed

system = connection(
    a=User(closes=1),
    b=User(closes=1),
    network=Network(capacity=3),
    time=Time(msl=1, time_wait=4),
    attacker=Attacker(target="A", resets=1),
    bits=4,
    established=True,
    time_wait_rst="ignore",
)
waiting = both(*(promises.is_in(end, TIME_WAIT) for end in "AB"))
begins = both(waiting, at("A", equal(time_wait_elapsed, 0)))
claims = [
    Witness(
        "reset_meets_time_wait",
        both(waiting, in_flight("B", lambda segment, sender: segment.ctl.rst)),
        says="a reset is in flight towards A, which waits as B does",
    ),
    Always(
        "no_reset_prolongs_it",
        implies(begins, ~at("B", at_least(time_wait_elapsed, 3))),
        needs=begins,
        says="where A has just begun to wait, B has not waited for more than two lifetimes",
    ),
    promises.time_wait_integrity(),
    promises.typing(),
]
broken_by = {
    "no_reset_prolongs_it": mutants.any_reset_restarts_time_wait,
    "time_wait_integrity": {"time_wait_rst": "kill"},
}
