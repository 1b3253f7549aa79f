"""Two octets overtake each other: the second draws an ACK of what is missing, is held, and delivered in its turn.

Source: RFC 9293 3.10.7.4 (SHLD-31), 3.8.6.3 (MAY-13); promise S2.  No octet is lost and none is sent again, so whoever
drops what is ahead never gets the second.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import at, delivered, hygiene, in_flight, promises, rcv, theirs

system = connection(
    a=User(sends=2),
    b=User(),
    network=Network(capacity=2, when_full="block"),
    ahead="acknowledged",
    out_of_order="held",
    bits=4,
    established=True,
)
second_first = both(
    at("B", equal(delivered, 0)),
    in_flight("A", lambda s, sender: equal(s.seq, theirs(rcv.nxt) + 1)),
    in_flight("B", lambda s, sender: s.ctl.ack & equal(s.ack, rcv.nxt)),
)
claims = [
    Witness("second_comes_first", second_first, says="the second octet is in flight or held, and B asks for the first"),
    Witness("both_delivered", at("B", equal(delivered, 2)), says="both octets are delivered"),
    promises.no_stale_data(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
]
