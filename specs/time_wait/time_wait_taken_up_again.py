"""An old SYN reopens TIME-WAIT, the reset that it draws shows that it was old, and the wait starts again.

Source: RFC 9293 3.6.1 (MAY-2); RFC 1122 4.2.2.13 (2); hazard H57, its other side.  A second old
SYN does what the reset does.  The TCB keeps the old SYN's ISS and IRS then, for which TIME-WAIT has no use,
so that `typing` is not promised here.  The sibling of `time_wait_reopened_for_good`.
"""

from tcpmodel import Attacker, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import TIME_WAIT, at, inc, promises

system = connection(
    a=User(closes=1),
    b=User(closes=1),
    network=Network(capacity=3, when_full="block"),
    attacker=Attacker(target="A", syns=2),
    bits=4,
    established=True,
    time_wait_syn="may2",
    time_wait_rst="ignore",
)
claims = [
    Witness(
        "waits_again",
        both(promises.is_in("A", TIME_WAIT), at("A", equal(inc, 2))),
        says="A was reopened and is in TIME-WAIT again",
    ),
    promises.time_wait_integrity(),
]
hazards = {"H57": "time_wait_integrity"}
broken_by = {"time_wait_integrity": {"time_wait_syn": "may2_no_return"}}
