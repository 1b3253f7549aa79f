"""A forged FIN moves an end that closed too early to CLOSING; it repeats its SYN,ACK, and the caller's reset ends it.

Source: RFC 9293 3.10.4 and 3.10.8.  CLOSE in SYN-RECEIVED leads to FIN-WAIT-1, where an old ACK is no reason to doubt:
so a stranger's FIN at B's RCV.NXT is taken, whatever it acknowledges.  At the front of B's retransmission queue is its
SYN all the same; and its ACK is now for a FIN that A never sent, which SYN-SENT answers with a reset.
"""

from tcpmodel import Attacker, LeadsTo, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import (
    BARE_ACKS,
    CLOSING,
    RESETS,
    SYN_ACKS,
    SYN_SENT,
    Rules,
    arrive,
    at,
    hygiene,
    mutants,
    nothing_in_flight,
    promises,
    repeats,
    state,
    syn_outstanding,
)

system = connection(
    a=User(active_opens=1, first_isn=0),
    b=User(passive_opens=1, closes=1, retransmissions=None, first_isn=4),
    network=Network(lose=None, reorder=False, when_full="block"),
    attacker=Attacker(fins=1, knows=("seq",)),
)
unanswered = both(promises.is_in("B", CLOSING), at("B", syn_outstanding), promises.is_in("A", SYN_SENT))
claims = [
    Witness(
        "closing_unanswered",
        unanswered & nothing_in_flight(),
        says="B is CLOSING, and A has not heard of its SYN",
    ),
    LeadsTo(
        "caller_ends_it",
        unanswered,
        ~unanswered,
        (*repeats("B"), *arrive("A", SYN_ACKS, BARE_ACKS), *arrive("B", RESETS)),
        says="B does not stay in CLOSING for ever while A is still calling",
    ),
    promises.typing(),
    hygiene.own_numbers(),
]


def closing_repeats_no_syn(rules: Rules) -> Rules:
    """In CLOSING nobody remembers that a SYN may be at the front of the queue."""
    name = "the SYN,ACK is sent again"
    return rules.changed(name, when=(*rules.row(name).when, ~equal(state, CLOSING)))


broken_by = {"caller_ends_it": mutants.syn_sent_is_silent, "own_numbers": closing_repeats_no_syn}
