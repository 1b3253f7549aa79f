"""Two lifetimes are one tick too short: an octet that B repeats while A waits outlives A's TIME-WAIT.

Source: RFC 9293 3.6.1; hazard H47 from the second closer to the first.  B's last octet is repeated when A has
waited for a lifetime, and lives for another.  With MSL 1, TIME-WAIT 2 and A calling again the run has 18
steps, 16 of them not ticks; with TIME-WAIT 0 and 1 it has 14 that are not ticks.  The prototype
counted 14, 14 and 15; here B's user calls OPEN, and at 2 ticks each ACK has to arrive before it grows too
old, as nothing is lost.  Any ISS may be chosen by A; B's is always 0.  `long_time_wait_old_octet` waits a
tick longer.
"""

from tcpmodel import Network, Time, User, Witness, both, connection, equal
from tcpmodel.tcp import ESTABLISHED, in_flight, inc, promises

system = connection(
    a=User(closes=1, active_opens=1, isn="free"),
    b=User(sends=1, closes=1, passive_opens=1, retransmissions=1, isn="zero"),
    network=Network(capacity=3, when_full="block"),
    time=Time(msl=1, rto=1, time_wait=2),
    bits=4,
    established=True,
    time_wait_rst="ignore",
)
old_octet = in_flight("B", lambda segment, sender: segment.has_text & ~equal(sender, inc))
claims = [
    Witness(
        "old_octet_survives",
        both(promises.is_in("A", ESTABLISHED), promises.took_each_other("B"), old_octet),
        says="the ends have taken each other again, and an octet of B's first connection is in flight",
    ),
    promises.no_stale_data(expected="fails"),
    promises.typing(),
]
hazards = {"H47": "no_stale_data"}
