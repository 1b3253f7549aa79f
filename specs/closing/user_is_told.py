"""Whatever ends a connection, its user has been told: the peer's FIN, the ACK of his own, a reset, refusal or timeout.

Source: RFC 9293 3.6 (MUST-12), 3.5.3, 3.10.7.4 and 3.10.8.  3.10.7.4 signals nothing where a reset meets CLOSING or
LAST-ACK; by 3.5.3 the user is advised, and so he is here.  Only a reset that ends TIME-WAIT is not told: he knows then
that both halves closed in peace.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSING, REFUSED, RESET, SAYINGS, TIME_WAIT, TIMED_OUT, at, mutants, promises, service, told

system = connection(
    a=User(active_opens=1, closes=1, timeouts=1, first_isn=0),
    b=User(active_opens=1, passive_opens=1, closes=1, aborts=1, first_isn=8),
    network=Network(capacity=2),
    bits=4,
    ghosts="told",
)


def is_told(word: str) -> Witness:
    """A's user hears this word."""
    name = {RESET: "reset", REFUSED: "refused", TIMED_OUT: "timed_out"}[word]
    return Witness(f"told_{name}", at("A", equal(told, SAYINGS[word])), says=f'A\'s user is told "{word}"')


claims = [
    is_told(RESET),
    is_told(REFUSED),
    is_told(TIMED_OUT),
    Witness("cut_short", promises.has_ended("A", "cut short"), says="a reset meets A in CLOSING or LAST-ACK"),
    Witness("ended_in_peace", promises.has_ended("A", "assassinated"), says="a reset ends A's TIME-WAIT"),
    Witness(
        "told_of_both",
        both(promises.is_in("A", TIME_WAIT), promises.is_in("B", CLOSING)),
        says="A's user knows that both halves are closed, while B's does not yet",
    ),
    service.user_is_told(),
    promises.typing(),
]
broken_by = {"user_is_told": mutants.reset_while_closing_is_not_told}
