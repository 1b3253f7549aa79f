"""A TIME-WAIT that a higher SYN reopens is safe as long as every ISS of the caller is higher than the last.

Source: RFC 9293 3.6.1 (MAY-2); RFC 6528; hazard H31.  The sibling of `isn_key_changed` with a caller whose numbers
never go back: MAY-2 lets its SYN in at once, and all its old octets lie behind the new window.
"""

from dataclasses import replace

from tcpmodel import Always, FirstMatch, Network, Row, User, Witness, both, connection, equal
from tcpmodel.tcp import RFC_9293, SYN_SENT, TIME_WAIT, at, in_flight, inc, misdelivered, passive, promises


def b_waits(event: str, block: FirstMatch, row: Row) -> tuple[Row, ...]:
    """The listener closes first, once it is established, and its TIME-WAIT outlasts the story."""
    if event == "CLOSE" and row.name in ("CLOSE gives up calling", "CLOSE before ESTABLISHED sends a FIN"):
        return (replace(row, refuses=True),)
    if event == "time-wait timeout":
        return (replace(row, refuses=True),)
    return (replace(row, when=(passive,)) if row.name == "CLOSE sends a FIN" else row,)


system = connection(
    a=User(sends=1, closes=1, active_opens=2),
    b=User(aborts=1, closes=1, passive_opens=1),
    network=Network(capacity=2),
    isn="last_used_plus",
    time_wait_syn="may2",
    bits=4,
    established=True,
    rules=RFC_9293.map(b_waits),
)
first_octet = in_flight("A", lambda segment, sender: segment.has_text & equal(sender, 1))
third = at("B", equal(inc, 3))
claims = [
    Witness(
        "calls_time_wait",
        both(promises.is_in("A", SYN_SENT), at("A", equal(inc, 3)), promises.is_in("B", TIME_WAIT), first_octet),
        says="A calls a third time while B waits and the first octet is in flight",
    ),
    Witness("reopened", third & promises.both_established().predicate, says="the third connection is established"),
    Always(
        "reopened_connection_is_clean",
        ~(third & at("B", misdelivered)),
        needs=third,
        says="a connection that reopened a TIME-WAIT delivers no old octet",
    ),
]
hazards = {"H31": "reopened_connection_is_clean"}
broken_by = {"reopened_connection_is_clean": {"a": User(sends=1, closes=1, active_opens=2, isn="free")}}
