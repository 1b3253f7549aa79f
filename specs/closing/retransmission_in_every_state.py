"""What is outstanding is sent again in every state, and where that fails for good the user timeout ends the connection.

Source: RFC 9293 3.10.8.  A network may lose whatever it likes: so an end may stay in any state with something that
nobody has acknowledged.  Nothing moves any more only where it has made all its attempts.
"""

from tcpmodel import DeadlockFree, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import LAST_ACK, at, hygiene, mutants, promises, snd

system = connection(
    a=User(active_opens=1, sends=1, closes=1, retransmissions=1, timeouts=1, first_isn=0),
    b=User(passive_opens=1, closes=1, retransmissions=1, timeouts=1, first_isn=8),
    network=Network(lose=None, reorder=False),
    bits=4,
)
settled = {who: at(who, equal(snd.una, snd.nxt)) for who in "AB"}
claims = [
    Witness(
        "timed_out_beside_last_ack",
        promises.has_ended("A", "timed out") & promises.is_in("B", LAST_ACK),
        says="A has given up on B, which waits for the ACK of its FIN",
    ),
    DeadlockFree(
        "all_attempts_are_made",
        both(*(settled[who] | equal(system.variable(f"{who}.left.user_timeout"), 0) for who in "AB")),
        says="the system stops only where whoever waits for an acknowledgment has had its timeout before",
    ),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.all_is_forgotten(),
]
broken_by = {"all_attempts_are_made": mutants.timeout_is_forgotten_while_closing}
