"""ABORT in every state, whatever is lost and however long TIME-WAIT may last: no user is left with a connection.

Source: RFC 9293 3.10.5, which has an answer for each state.  Without a retransmission a loss leaves an end in any
state for ever; here nothing ends TIME-WAIT either.  Where nothing moves any more, every ABORT has been called.
"""

from tcpmodel import DeadlockFree, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSED, LAST_ACK, RFC_9293, hygiene, mutants, promises

system = connection(
    a=User(active_opens=1, closes=1, aborts=1, first_isn=0),
    b=User(passive_opens=2, closes=1, aborts=1, first_isn=4),
    network=Network(lose=None, reorder=False),
    rules=RFC_9293.replaced("TIME-WAIT has lasted long enough"),
)
claims = [
    Witness(
        "aborted_beside_last_ack",
        promises.has_ended("A", "aborted") & promises.is_in("B", LAST_ACK),
        says="A has aborted, B waits for the ACK of its FIN",
    ),
    DeadlockFree(
        "abort_is_always_possible",
        both(*(promises.is_in(who, CLOSED) | equal(system.variable(f"{who}.left.ABORT"), 0) for who in "AB")),
        says="the system stops only where whoever has a connection has called ABORT before",
    ),
    promises.typing(),
    hygiene.all_is_forgotten(),
    hygiene.own_numbers(),
]
broken_by = {"abort_is_always_possible": mutants.close_wait_knows_no_abort}
