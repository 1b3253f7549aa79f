"""A connection that uses numbers no faster than the ISN clock gives them out leaves all of them behind the next ISS.

Source: RFC 1185 (mode F1); RFC 9293 3.4.1; hazard H34.  The sibling of `slow_isn_clock` with a caller that waits for
the clock before each number that it uses.  TIME-WAIT is as short as there; it is the clock that keeps old octets out.
"""

from tcpmodel import Network, Time, User, Witness, before, both, connection, equal
from tcpmodel.tcp import RFC_9293, Rules, at, in_flight, inc, isn_clock, passive, promises, snd

clock_is_ahead = before(snd.nxt, isn_clock)


def outruns_the_clock(rules: Rules) -> Rules:
    """The caller closes first, and nobody waits for the clock."""
    return rules.changed("SEND sends an octet", when=()).changed("CLOSE sends a FIN", when=(~passive,))


system = connection(
    a=User(sends=2, closes=1, active_opens=1),
    b=User(closes=1, passive_opens=1),
    network=Network(capacity=2, duplicate=1),
    time=Time(msl=1, time_wait=1, isn_rate=1),
    isn="clock",
    time_wait_rst="ignore",
    bits=4,
    established=True,
    rules=RFC_9293.changed("SEND sends an octet", when=(clock_is_ahead,)).changed(
        "CLOSE sends a FIN", when=(~passive, clock_is_ahead)
    ),
)
old_octet = in_flight("A", lambda segment, sender: segment.has_text & ~equal(sender, inc))
claims = [
    Witness(
        "old_octet_survives",
        old_octet & at("A", ~equal(inc, 1)),
        says="the caller calls again while an old octet is in flight",
    ),
    Witness("again", both(promises.both_established().predicate, at("A", equal(inc, 2))), says="A is connected again"),
    promises.no_stale_data(),
    promises.typing(),
]
hazards = {"H34": "no_stale_data"}
broken_by = {"no_stale_data": outruns_the_clock}
