"""After a change of key a caller's numbers jump, and the TIME-WAIT that it reopens has not waited for all of them.

Source: RFC 9293 3.6.1 (MAY-2); RFC 6528 3; hazard H31 (19 steps from ESTABLISHED).  A connection is aborted while the
caller's octet is in flight; the next, numbered as the new key has it, is closed as it should be, and B waits; the
third SYN is higher than the second, so MAY-2 lets it in at once, and it is just behind the octet of the first.
What TIME-WAIT would have waited for is let in by a rule that trusts the caller's numbers to go on and on.
`isn_key_kept` keeps that trust.  B closes first and its timer does not run out, so a third connection can only be a
reopened one.
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
    a=User(sends=1, closes=1, active_opens=2, isn="free"),
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
        expected="fails",
    ),
]
hazards = {"H31": "reopened_connection_is_clean"}
