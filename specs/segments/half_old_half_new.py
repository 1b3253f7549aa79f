"""A segment sent again may be half old and half new: B trims off what it has had, and delivers the rest.

Source: RFC 9293 3.10.7.4 first ("only that portion in the window is processed") and seventh; table 6's second arm, by
which a segment is acceptable whose last number lies in the window; promise S2.  A sends one octet, then another, and
then both in one segment; B had the first.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import at, delivered, hygiene, in_flight, mutants, promises, rcv, theirs

system = connection(
    a=User(sends=2, retransmissions=2),
    b=User(),
    network=Network(capacity=3, lose=1),
    segments="any",
    bits=4,
    established=True,
)
half_old = in_flight("A", lambda s, sender: both(equal(s.text, 2), equal(s.seq + 1, theirs(rcv.nxt))))
claims = [
    Witness(
        "half_old_is_in_flight", half_old, says="a segment of two octets is in flight, of which B has had the first"
    ),
    Witness(
        "half_old_alone_is_in_flight",
        both(half_old, ~in_flight("A", lambda s, sender: equal(s.seq, theirs(rcv.nxt)))),
        says="such a segment is in flight, and no other that bears the number that B expects",
    ),
    Witness("rest_is_delivered", at("B", equal(delivered, 2)), says="B has delivered both octets"),
    promises.no_stale_data(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
]
broken_by = {"acknowledged_is_received": mutants.old_octets_are_taken_again}
