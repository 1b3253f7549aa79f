"""Two lifetimes and a tick suffice: whatever the new numbers, no old octet is delivered.

Source: RFC 9293 3.6.1; hazard H47, its other side: with MSL 1, TIME-WAIT 3 and any ISS for both ends, in the
network that breaks 0, 1 and 2 ticks.  B sends the octet, once more than needed, and calls again; either end
may close first.  With 2 ticks the octet is delivered in 17 steps, 15 of them not ticks, one less than where
A calls (`short_time_wait_old_octet`): the old octet itself acknowledges the new SYN.  A reset must not end
TIME-WAIT (`assassination_old_octet`).
"""

from tcpmodel import Network, Time, User, Witness, both, connection, equal
from tcpmodel.tcp import ESTABLISHED, SYN_SENT, at, in_flight, inc, promises

system = connection(
    a=User(closes=1, passive_opens=1),
    b=User(sends=1, closes=1, active_opens=1, retransmissions=1),
    network=Network(capacity=4, when_full="block"),
    time=Time(msl=1, rto=1, time_wait=3),
    bits=4,
    established=True,
    isn="free",
    time_wait_rst="ignore",
)
old_octet = in_flight("B", lambda segment, sender: segment.has_text & ~equal(sender, inc))
claims = [
    Witness(
        "old_octet_survives",
        both(promises.is_in("B", SYN_SENT), at("B", equal(inc, 2)), old_octet),
        says="B calls again while A waits, and an octet of its first connection is in flight",
    ),
    Witness(
        "connected_again",
        both(
            *(promises.is_in(end, ESTABLISHED) & promises.took_each_other(end) & at(end, equal(inc, 2)) for end in "AB")
        ),
        says="the ends have taken each other again",
    ),
    promises.no_stale_data(),
    promises.typing(),
]
hazards = {"H47": "no_stale_data"}
broken_by = {"no_stale_data": {"time": Time(msl=1, rto=1, time_wait=2)}}
