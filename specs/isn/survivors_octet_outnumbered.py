"""The survivor of the other host's crash goes on with its numbers, and its old octet lies behind the new window.

Source: RFC 9293 3.4.1 and 3.4.3; RFC 6528; hazard H32.  The sibling of `survivors_octet`: quiet time at the host that
crashed and a moving ISS at the one that did not, each for its own numbers.
"""

from tcpmodel import Network, Time, User, Witness, both, connection, equal
from tcpmodel.tcp import SYN_SENT, at, delivered, in_flight, inc, promises

system = connection(
    a=User(crashes=1, active_opens=1),
    b=User(passive_opens=1, sends=1, isn="monotone"),
    network=Network(capacity=3, duplicate=1),
    time=Time(msl=1, time_wait=0, quiet=2),
    isn="free",
    established=True,
)
old_octet = in_flight("B", lambda segment, sender: segment.has_text & ~equal(sender, inc))
claims = [
    Witness(
        "octet_meets_the_new_call",
        both(promises.is_in("A", SYN_SENT), old_octet),
        says="A calls again while an octet of B's last incarnation is in flight",
    ),
    Witness("delivers_again", at("A", equal(inc, 2) & ~equal(delivered, 0)), says="the next connection delivers"),
    promises.no_stale_data(),
    promises.typing(),
]
hazards = {"H32": "no_stale_data"}
broken_by = {"no_stale_data": {"b": User(passive_opens=1, sends=1)}}
