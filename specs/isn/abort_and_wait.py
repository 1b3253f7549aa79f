"""Who resets its peer waits in TIME-WAIT, and the old octet is gone before the next connection begins.

Source: RFC 9293 3.5.2, where 3.10.5 says CLOSED; RFC 1337; hazard H33.  The sibling of `abort_and_reopen` with a clock:
who aborts may be called again once TIME-WAIT has lasted 3 = 2*MSL + 1 ticks, and by then the old octet is gone,
whatever the new numbers are.  2*MSL do not suffice: A may send until the reset reaches it, one MSL after B's abort.
TIME-WAIT must not obey resets: where two aborts cross, each reset would end the
other end's wait, and the octet is delivered in 11 steps (`tests/specs/test_isn.py`).
"""

from tcpmodel import Network, Time, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSED, TIME_WAIT, at, delivered, in_flight, inc, promises

system = connection(
    a=User(active_opens=1, sends=1, aborts=1),
    b=User(passive_opens=1, aborts=1),
    network=Network(capacity=3),
    time=Time(msl=1, time_wait=3),
    isn="free",
    abort_time_wait=True,
    time_wait_rst="ignore",
    established=True,
)
old_octet = in_flight("A", lambda segment, sender: segment.has_text)
claims = [
    Witness(
        "old_octet_meets_time_wait",
        both(promises.is_in("B", TIME_WAIT), promises.is_in("A", CLOSED), old_octet),
        says="A has been reset, B waits, and an octet of A is in flight",
    ),
    Witness("delivers_again", at("B", equal(inc, 2) & ~equal(delivered, 0)), says="the next connection delivers"),
    promises.no_stale_data(),
]
hazards = {"H33": "no_stale_data"}
broken_by = {"no_stale_data": {"abort_time_wait": False}}
