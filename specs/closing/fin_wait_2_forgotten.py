"""A host has no patience with FIN-WAIT-2: its peer's FIN meets nobody, and TIME-WAIT never happens.

Source: RFC 9293 3.6, which has no such timer, and most hosts, which do; hazard H62.  A has closed, B is in no hurry,
A's host forgets the connection.  Whatever B then sends is reset: its octet, or, 7 steps after ESTABLISHED,
its FIN, and B's close, which did everything right, fails in LAST-ACK.  4 steps are enough for an end
that has closed first and is gone without TIME-WAIT.  `close_wait_leak` shows what the timer is there for.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSE_WAIT, CLOSED, LAST_ACK, TIME_WAIT, at, hygiene, inc, peer, promises, theirs

system = connection(
    a=User(closes=1),
    b=User(closes=1, sends=1),
    network=Network(capacity=3),
    bits=4,
    fin_wait_2="forgets",
    established=True,
)
forgotten = both(
    promises.is_in("A", CLOSED), promises.is_in("B", CLOSE_WAIT, LAST_ACK), at("B", equal(peer, theirs(inc)))
)
claims = [
    Witness("patient", promises.is_in("A", TIME_WAIT), says="B's FIN comes in time, and A waits in TIME-WAIT"),
    Witness(
        "octet_meets_nobody",
        both(promises.has_ended("A", "timed out"), promises.has_ended("B", "reset")),
        says="B sends to an end that has forgotten it, and is reset",
    ),
    promises.passive_closer_succeeds(expected="fails"),
    Always(
        "first_closer_waits_for_fin",
        ~both(promises.has_ended("A", "timed out"), forgotten),
        needs=promises.is_in("B", CLOSE_WAIT),
        says="an end that closed first is there until the other has closed",
        expected="fails",
    ),
    promises.no_stale_control(),
    promises.whole_stream(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
]
hazards = {"H62": "passive_closer_succeeds"}
