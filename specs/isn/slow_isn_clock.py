"""A connection sends faster than the ISN clock moves, and its numbers are used again while its octets are in flight.

Source: RFC 1185 (mode F2); RFC 9293 3.4.1; hazard H34 (18 steps, one of them a tick).  The clock moves on by one
number a tick, the connection used four within one tick, and TIME-WAIT lasts no longer than MSL; so the new SYN is
numbered as an old octet was, and the octet behind that one is delivered to the new connection.  The caller closes
first and waits, and no reset cuts the wait short, so a tick does lie between the two.  `isn_clock_keeps_ahead` has
a connection that does not outrun the clock, `isn_clock_laps` one that is lapped by it.
"""

from tcpmodel import Network, Time, User, Witness, before, both, connection, equal
from tcpmodel.tcp import RFC_9293, TIME_WAIT, at, inc, isn_clock, passive, promises, snd

system = connection(
    a=User(sends=2, closes=1, active_opens=1),
    b=User(closes=1, passive_opens=1),
    network=Network(capacity=2, duplicate=1),
    time=Time(msl=1, time_wait=1, isn_rate=1),
    isn="clock",
    time_wait_rst="ignore",
    bits=4,
    established=True,
    rules=RFC_9293.changed("CLOSE sends a FIN", when=(~passive,)),
)
claims = [
    Witness(
        "outrun",
        promises.is_in("A", TIME_WAIT) & at("A", before(isn_clock, snd.nxt)),
        says="the clock is behind the numbers of a connection that is over",
    ),
    Witness("again", both(promises.both_established().predicate, at("A", equal(inc, 2))), says="A is connected again"),
    promises.no_stale_data(expected="fails"),
    promises.typing(),
]
hazards = {"H34": "no_stale_data"}
