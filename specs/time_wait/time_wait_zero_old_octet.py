"""A closes, does not wait and calls again: a copy of its old octet is delivered in the new connection.

Source: RFC 9293 3.4.1 and 3.6.1; hazard H47 from the first closer to the second (11 steps from ESTABLISHED in
the catalogue; 12 here, as B's user has to call OPEN, where the prototype's listener listened again by
itself).  The ISSs are the old ones, the worst that a policy without memory can do: the old octet carries
an ACK that fits, too, so it completes the handshake.  Without a copy, an octet that is sent again does
the same; with TIME-WAIT 1 it takes a tick more, with 2, MSL + 1, no octet of A's survives.
"""

from tcpmodel import Network, Time, User, Witness, both, connection, equal
from tcpmodel.tcp import SYN_SENT, at, in_flight, inc, promises

system = connection(
    a=User(sends=1, closes=1, active_opens=1),
    b=User(closes=1, passive_opens=1),
    network=Network(capacity=3, duplicate=1, when_full="block"),
    time=Time(msl=1, time_wait=0),
    bits=4,
    established=True,
    isn="zero",
    time_wait_rst="ignore",
)
old_octet = in_flight("A", lambda segment, sender: segment.has_text & ~equal(sender, inc))
claims = [
    Witness(
        "old_octet_survives",
        both(promises.is_in("A", SYN_SENT), at("A", equal(inc, 2)), old_octet),
        says="A calls again, and an octet of its first connection is in flight",
    ),
    promises.no_stale_data(expected="fails"),
    promises.typing(),
]
hazards = {"H47": "no_stale_data"}
