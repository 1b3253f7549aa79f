"""An abort ends the connection at both ends without any TIME-WAIT, and its old octet enters the next connection.

Source: RFC 1337; Faber, Touch and Yue 1999; hazard H33.  The prototype needed 6 events from ESTABLISHED with a listener
that listens again by itself; here B's user calls OPEN, which is one more.  B's new ISS makes the octet's old ACK
an acknowledgment of its SYN, so the octet establishes the connection into which it is delivered.
"""

from tcpmodel import Network, User, Witness, connection, equal
from tcpmodel.tcp import in_flight, inc, promises

system = connection(
    a=User(active_opens=1, sends=1),
    b=User(passive_opens=1, aborts=1),
    network=Network(capacity=3),
    isn="free",
    established=True,
)
old_octet = in_flight("A", lambda segment, sender: segment.has_text & ~equal(sender, inc))
claims = [
    Witness("old_octet_survives", old_octet, says="an octet of the aborted incarnation is in flight"),
    promises.no_stale_data(expected="fails"),
    promises.typing(),
]
hazards = {"H33": "no_stale_data"}
