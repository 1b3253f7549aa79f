"""A closes without reading B's text and answers it with a reset: B is told of a failure, and nobody waits.

Source: RFC 9293 3.6.1 (SHLD-3) and 3.10.5; hazard H61 (2 to 3 steps from ESTABLISHED).  That is what a socket does
that is closed with unread text or with a linger time of 0: ABORT in place of CLOSE.  2 steps have B reset,
and 3 leave its octet in flight with both ends gone: there is no TIME-WAIT to keep the sockets from being
used again before it has died (H33).  What B had not read yet is flushed, too, which is not to be seen
here, where text is handed over as it arrives.
"""

from tcpmodel import Always, Network, User, Witness, both, connection
from tcpmodel.tcp import CLOSE_WAIT, CLOSED, hygiene, in_flight, promises

system = connection(a=User(closes=1, aborts=1), b=User(sends=1), network=Network(capacity=3), bits=4, established=True)
gone = both(*(promises.is_in(end, CLOSED) for end in "AB"))
was_reset = promises.has_ended("B", "reset")
claims = [
    Witness("closed_with_fin", promises.is_in("B", CLOSE_WAIT), says="after CLOSE, B is told that A has closed"),
    Always(
        "orderly_end",
        ~was_reset,
        needs=promises.has_ended("A", "aborted"),
        says="B is told that A has closed, not that the connection failed",
        expected="fails",
    ),
    Always(
        "somebody_waits_for_text",
        ~both(gone, in_flight("B", lambda segment, sender: segment.has_text)),
        needs=gone,
        says="while text is in flight some end still knows the connection",
        expected="fails",
    ),
    promises.no_stale_data(),
    promises.no_stale_control(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
]
hazards = {"H61": "orderly_end"}
