"""A reset ends a long TIME-WAIT early: the pair is used again, and an old octet is delivered.

Source: RFC 1337, H1; hazard H51 (about 15 steps from ESTABLISHED in the catalogue; 15 here, B's OPEN counted).
TIME-WAIT is to last 2*MSL + 1 ticks and none passes: B's delayed ACK has TIME-WAIT answer, B's listener
answers that with a reset.  A copy of B's octet is still in flight when A calls again.  The other way, with
A's own octet, takes 14 steps.  Where TIME-WAIT ignores resets the octet is gone by then
(`long_time_wait_old_octet`).
"""

from tcpmodel import Network, Time, User, Witness, both, connection, equal
from tcpmodel.tcp import SYN_SENT, in_flight, inc, promises

system = connection(
    a=User(closes=1, active_opens=1),
    b=User(sends=1, closes=1, passive_opens=1),
    network=Network(capacity=3, duplicate=1, when_full="block"),
    time=Time(msl=1, time_wait=3),
    bits=4,
    established=True,
    isn="zero",
)
claims = [
    Witness(
        "called_too_early",
        both(
            promises.is_in("A", SYN_SENT),
            in_flight("B", lambda segment, sender: segment.has_text & equal(sender, inc)),
        ),
        says="A calls again, and an octet of B's first connection is in flight",
    ),
    promises.no_stale_data(expected="fails"),
    promises.typing(),
]
hazards = {"H51": "no_stale_data"}
