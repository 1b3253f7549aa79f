"""The server's application accepts nobody; the server gives up, and the client never hears of it.

Source: Linux, tcp_abort_on_overflow=0; hazard H25 (6 steps, as estimated).  Where the queue of connections
to be accepted is full, B drops the ACK that would establish it.  A is ESTABLISHED from then on; B's user
timeout sends nothing, and A, with nothing to send, asks nothing.  That the application would accept later
is no help.  `accept_queue_drained` is the same world where B has the patience.
"""

from tcpmodel import Network, User, Witness, both, connection, weak
from tcpmodel.tcp import BARE_ACKS, CLOSED, ESTABLISHED, RESETS, SYN_ACKS, arrive, nothing_in_flight, promises, repeats

system = connection(
    a=User(active_opens=1, retransmissions=None, first_isn=0),
    b=User(passive_opens=1, retransmissions=None, timeouts=1, first_isn=4),
    network=Network(lose=None, when_full="block"),
    accept_queue="full",
)
claims = [
    promises.both_established(),
    Witness(
        "left_alone",
        both(promises.is_in("A", ESTABLISHED), promises.is_in("B", CLOSED), nothing_in_flight()),
        says="A is ESTABLISHED with nobody, and nothing in flight can tell it",
    ),
    promises.caller_is_met(
        weak("B: accept"),
        *repeats("B"),
        *arrive("A", SYN_ACKS, RESETS),
        *arrive("B", BARE_ACKS),
        expected="fails",
    ),
    promises.typing(),
]
hazards = {"H25": "caller_is_met"}
