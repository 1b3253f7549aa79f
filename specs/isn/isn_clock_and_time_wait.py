"""Where TIME-WAIT outlasts the old octets it does not matter how the ISN clock moves.

Source: RFC 9293 3.4.3; RFC 1185; hazard H34.  The sibling of `slow_isn_clock` with a clock that stands still and a
TIME-WAIT of 2 = MSL + 1 ticks: enough for what the end that waits has sent itself.
"""

from tcpmodel import Network, Time, User, Witness, both, connection, equal
from tcpmodel.tcp import RFC_9293, TIME_WAIT, at, in_flight, inc, passive, promises

system = connection(
    a=User(sends=2, closes=1, active_opens=1),
    b=User(closes=1, passive_opens=1),
    network=Network(capacity=2, duplicate=1),
    time=Time(msl=1, time_wait=2, isn_rate=0),
    isn="clock",
    time_wait_rst="ignore",
    bits=4,
    established=True,
    rules=RFC_9293.changed("CLOSE sends a FIN", when=(~passive,)),
)
old_octet = in_flight("A", lambda segment, sender: segment.has_text)
claims = [
    Witness("old_octet_waits", old_octet & promises.is_in("A", TIME_WAIT), says="an octet is in flight in TIME-WAIT"),
    Witness("again", both(promises.both_established().predicate, at("A", equal(inc, 2))), says="A is connected again"),
    promises.no_stale_data(),
    promises.typing(),
]
hazards = {"H34": "no_stale_data"}
broken_by = {"no_stale_data": {"time": Time(msl=1, time_wait=1, isn_rate=0)}}
