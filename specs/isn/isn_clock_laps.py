"""The ISN clock comes round while a connection lasts, and gives out numbers that the connection is using again.

Source: RFC 1185 (modes F3 and F4); RFC 9293 3.4.1; hazard H34 (17 steps, 4 of them ticks).  The sibling of
`slow_isn_clock` with a clock that no user outruns: it takes 4 ticks to come round, and the octet is sent
when it is about to.
"""

from tcpmodel import Network, Time, User, Witness, both, connection, equal
from tcpmodel.tcp import RFC_9293, TIME_WAIT, at, inc, isn_clock, iss, passive, promises

system = connection(
    a=User(sends=1, closes=1, active_opens=1),
    b=User(closes=1, passive_opens=1),
    network=Network(capacity=2, duplicate=1),
    time=Time(msl=1, time_wait=1, isn_rate=4),
    isn="clock",
    time_wait_rst="ignore",
    bits=4,
    established=True,
    rules=RFC_9293.changed("CLOSE sends a FIN", when=(~passive,)),
)
claims = [
    Witness(
        "lapped",
        promises.is_in("A", TIME_WAIT) & at("A", equal(isn_clock, iss)),
        says="the clock has come round to the ISS of a connection that is only now over",
    ),
    Witness("again", both(promises.both_established().predicate, at("A", equal(inc, 2))), says="A is connected again"),
    promises.no_stale_data(expected="fails"),
    promises.typing(),
]
hazards = {"H34": "no_stale_data"}
