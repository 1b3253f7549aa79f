"""SEND in every state in which the RFC takes it, whatever is lost: no user is left with an octet that nobody wants.

Source: RFC 9293 3.10.2: SEND waits in SYN-SENT and SYN-RECEIVED, and is sent in ESTABLISHED and CLOSE-WAIT; 3.10.4:
CLOSE waits behind it.  Without a retransmission a loss leaves an end in any of these states for ever.
"""

from tcpmodel import DeadlockFree, Network, Term, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSED, SYN_RECEIVED, SYN_SENT, at, hygiene, mutants, promises, queued, sent_fin

system = connection(
    a=User(active_opens=1, sends=2, closes=1, first_isn=0),
    b=User(passive_opens=1, sends=2, closes=1, first_isn=8),
    network=Network(lose=None, reorder=False),
    bits=4,
)
two_wait = at("A", equal(queued.text, 2)) & at("B", equal(queued.text, 2))


def left(who: str, call: str) -> Term:
    """The user may still make the call."""
    return ~equal(system.variable(f"{who}.left.{call}"), 0)


refused = {who: promises.is_in(who, CLOSED) | at(who, sent_fin | queued.fin) for who in "AB"}
claims = [
    Witness(
        "all_wait",
        two_wait & promises.is_in("A", SYN_SENT) & promises.is_in("B", SYN_RECEIVED),
        says="two octets wait at either end",
    ),
    DeadlockFree(
        "calls_are_taken",
        both(*(refused[who] | ~(left(who, "SEND") | left(who, "CLOSE")) for who in "AB")),
        says="the system stops only where each user has sent what it wanted to, or has closed",
    ),
    promises.no_stale_data(),
    promises.whole_stream(),
    promises.typing(),
    hygiene.own_numbers(),
]
broken_by = {"calls_are_taken": mutants.syn_received_knows_no_calls}
