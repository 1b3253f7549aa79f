"""A TIME-WAIT that a higher SYN reopens is safe as long as every ISS of the caller is higher than the last.

Source: RFC 9293 3.6.1 (MAY-2); RFC 6528; hazard H31.  The listener's host closed first and waits 2*MSL + 1 ticks; the
caller calls again at once, is let in, and its old octets lie behind the new window.  `isn_key_changed` is the same
world after a reboot.
"""

from tcpmodel import Network, Time, User, Witness, connection
from tcpmodel.language.terms import both, equal
from tcpmodel.tcp import promises
from tcpmodel.tcp.ends import at
from tcpmodel.tcp.ghosts import inc
from tcpmodel.tcp.tcb import SYN_RECEIVED

system = connection(
    a=User(sends=1, closes=1, active_opens=2, aborts=1),
    b=User(closes=1, passive_opens=1),
    network=Network(capacity=3, duplicate=1),
    time=Time(msl=1, time_wait=3),
    isn="monotone",
    time_wait_syn="may2",
    bits=4,
    established=True,
)
old_octet = promises.in_flight("A", lambda segment, sender: segment.text & ~equal(sender, inc))
claims = [
    Witness(
        "reopened_before_the_octet_is_gone",
        both(promises.is_in("B", SYN_RECEIVED), old_octet, at("B", equal(inc, 2))),
        says="a second connection is being opened while an octet of the first is in flight",
    ),
    promises.no_stale_data(),
    promises.typing(),
]
hazards = {"H31": "no_stale_data"}
broken_by = {"no_stale_data": {"a": User(sends=1, closes=1, active_opens=2, aborts=1, isn="free")}}
