"""A crash loses an ISN generator that counts on, in memory, from the last number used: numbers are used again.

Source: RFC 9293 3.4.2: who is reinitialised "yet retains its memory of sequence numbers in use" need not keep quiet.
While A's host is up each connection begins behind the one before, and no octet of an old one is delivered.  After a
crash A begins where it began the first time, and its old octet is the next that B expects.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal, implies
from tcpmodel.tcp import at, in_flight, inc, misdelivered, promises

system = connection(
    a=User(aborts=1, crashes=1, active_opens=1, sends=1),
    b=User(aborts=1, passive_opens=1),
    network=Network(capacity=3),
    isn="last_used_plus",
    established=True,
)
has_crashed = equal(system.variable("A.left.crash"), 0)
again = at("A", equal(inc, 2))
stale_octet = in_flight("A", lambda segment, sender: both(segment.has_text, equal(sender, 1)))
claims = [
    Witness("calls_again", both(again, ~has_crashed, stale_octet), says="A has aborted and called again"),
    Witness("calls_after_a_crash", both(again, has_crashed, stale_octet), says="A has crashed and called again"),
    Always(
        "safe_without_a_crash",
        implies(~has_crashed, at("B", ~misdelivered)),
        needs=both(again, ~has_crashed, at("B", equal(inc, 2)), stale_octet),
        says="as long as A's host is up, B delivers only the octets of whom it took, in order and once",
    ),
    promises.no_stale_data(expected="fails"),
    promises.typing(),
]
broken_by = {"safe_without_a_crash": {"isn": "zero"}}
