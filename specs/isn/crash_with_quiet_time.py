"""A host that has crashed keeps quiet for MSL, and its own old octet is gone before it calls again.

Source: RFC 9293 3.4.3; hazard H32.  The sibling of `crash_without_quiet_time` with a clock and a quiet time of
2 = MSL + 1 ticks: the octet may arrive until it is 1 tick old, and anything may happen before or after it
in the same tick.  What the other end has in flight is another matter: `survivors_octet`.
"""

from tcpmodel import Network, Time, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSED, at, delivered, in_flight, inc, promises

system = connection(
    a=User(crashes=1, active_opens=1, sends=1),
    b=User(passive_opens=1),
    network=Network(capacity=3, duplicate=1),
    time=Time(msl=1, time_wait=0, quiet=2),
    isn="free",
    established=True,
)
own_octet = in_flight("A", lambda segment, sender: segment.has_text)
claims = [
    Witness(
        "octet_of_the_crashed",
        both(promises.has_ended("A", "crashed"), promises.is_in("A", CLOSED), own_octet),
        says="A has crashed and its octet is in flight",
    ),
    Witness("delivers_again", at("B", equal(inc, 2) & ~equal(delivered, 0)), says="the next connection delivers"),
    promises.no_stale_data(),
    promises.typing(),
]
hazards = {"H32": "no_stale_data"}
broken_by = {"no_stale_data": {"time": Time(msl=1, time_wait=0, quiet=1)}}
