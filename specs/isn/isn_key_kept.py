"""A TIME-WAIT that a higher SYN reopens is safe as long as every ISS of the caller is higher than the last.

Source: RFC 9293 3.6.1 (MAY-2); RFC 6528; hazard H31.  The listener's host closes first, and its TIME-WAIT outlasts this
story; the caller calls again at once, is let in, and its old octet lies behind the new window.
`isn_key_changed` is the same world after a reboot.
"""

from dataclasses import replace

from tcpmodel import Network, User, Witness, connection
from tcpmodel.language.terms import both, equal
from tcpmodel.tcp import promises
from tcpmodel.tcp.ends import at
from tcpmodel.tcp.ghosts import inc
from tcpmodel.tcp.rules import RFC_9293
from tcpmodel.tcp.tcb import SYN_RECEIVED, TIME_WAIT, passive

timer = RFC_9293.row("TIME-WAIT has lasted long enough")
system = connection(
    a=User(sends=1, closes=1, active_opens=1, isn="monotone"),
    b=User(closes=1, passive_opens=1),
    network=Network(capacity=2, duplicate=2),
    isn="last_used_plus",
    time_wait_syn="may2",
    bits=4,
    established=True,
    rules=RFC_9293.changed("CLOSE sends a FIN", when=(passive,)).replaced(timer.name, replace(timer, refuses=True)),
)
old_octet = promises.in_flight("A", lambda segment, sender: segment.text & ~equal(sender, inc))
claims = [
    Witness("calls_time_wait", promises.is_in("B", TIME_WAIT) & old_octet, says="A calls while B waits"),
    Witness(
        "reopened",
        both(promises.is_in("B", SYN_RECEIVED), old_octet, at("B", equal(inc, 2))),
        says="the second connection is being opened while an octet of the first is in flight",
    ),
    promises.no_stale_data(),
    promises.typing(),
]
hazards = {"H31": "no_stale_data"}
broken_by = {"no_stale_data": {"a": User(sends=1, closes=1, active_opens=1, isn="free")}}
