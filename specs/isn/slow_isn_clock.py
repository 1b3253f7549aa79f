"""A connection sends faster than the ISN clock moves, and its numbers are used again while its octets are in flight.

Source: RFC 1185 (F2 to F4); RFC 9293 3.4.1; hazard H34.  The clock moves one number a tick, the connection
used four within one tick, and TIME-WAIT lasts no longer than 2*MSL.  `fast_isn_clock` outruns the connection.
"""

from tcpmodel import Network, Time, User, Witness, connection
from tcpmodel.language.terms import before, both, equal
from tcpmodel.tcp import promises
from tcpmodel.tcp.ends import at
from tcpmodel.tcp.ghosts import inc
from tcpmodel.tcp.tcb import isn_clock, snd

system = connection(
    a=User(sends=2, closes=1, active_opens=1),
    b=User(closes=1, passive_opens=1),
    network=Network(capacity=3, duplicate=1),
    time=Time(msl=1, time_wait=1, isn_rate=1),
    isn="clock",
    bits=4,
    established=True,
)
claims = [
    Witness("outrun", at("A", before(isn_clock, snd.nxt)), says="the clock is behind the numbers in use"),
    Witness("again", both(promises.both_established().predicate, at("A", equal(inc, 2))), says="A is connected again"),
    promises.no_stale_data(expected="fails"),
    promises.typing(),
]
hazards = {"H34": "no_stale_data"}
