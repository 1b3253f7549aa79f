"""SEND before ESTABLISHED: two octets are taken and wait, in SYN-SENT as in SYN-RECEIVED; a third finds no room.

Source: RFC 9293 3.10.2: in SYN-SENT and SYN-RECEIVED "if no space to queue, respond with 'error: insufficient
resources'".  A calls, and B may call as well: so A waits in SYN-SENT, or in SYN-RECEIVED; whatever is lost is lost for
good, so it may wait there for ever.
"""

from tcpmodel import Always, DeadlockFree, Network, User, Witness, at_least, both, connection, equal
from tcpmodel.tcp import CLOSED, MOST_QUEUED, SYN_RECEIVED, SYN_SENT, Rules, at, hygiene, mutants, promises, queued, snd

system = connection(
    a=User(active_opens=1, sends=3, first_isn=0),
    b=User(active_opens=1, first_isn=8),
    network=Network(capacity=3, lose=None, reorder=False),
    bits=4,
)
would_send = at_least(system.variable("A.left.SEND"), 1)
is_full = at("A", equal(queued.text, MOST_QUEUED))
claims = [
    Witness("full_in_syn_sent", both(promises.is_in("A", SYN_SENT), is_full, would_send), says="A's queue is full"),
    Witness(
        "full_in_syn_received",
        both(promises.is_in("A", SYN_RECEIVED), is_full, would_send),
        says="B's call has crossed A's, whose queue is full",
    ),
    Always(
        "at_most_two_wait",
        at("A", ~at_least(queued.text, MOST_QUEUED + 1)),
        needs=is_full & would_send,
        says="no more than two octets wait",
    ),
    DeadlockFree(
        "send_is_taken",
        ~would_send | is_full | at("A", equal(snd.una + 2, snd.nxt)) | promises.is_in("A", CLOSED),
        says="the system stops only where A is CLOSED or has taken all its user would send, or queue or window is full",
    ),
    promises.no_stale_data(),
    promises.typing(),
    hygiene.own_numbers(),
]


def queue_has_no_end(rules: Rules) -> Rules:
    """SEND before ESTABLISHED is always taken."""
    return rules.replaced("SEND finds the queue full")


broken_by = {"at_most_two_wait": queue_has_no_end, "send_is_taken": mutants.syn_received_knows_no_calls}
