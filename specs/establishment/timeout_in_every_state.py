"""A user who never closes hears, in every state where something is owed to him, that nobody answers.

Source: RFC 9293 3.10.8: "for any state if the user timeout expires".  Whatever is lost is lost for good, as nobody
repeats anything: so A may stay for ever in SYN-SENT, in SYN-RECEIVED by a crossing SYN, in ESTABLISHED, and, where B
has closed, in CLOSE-WAIT.  What CLOSE leads to is in `retransmission_in_every_state`.
"""

from tcpmodel import DeadlockFree, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import (
    CLOSE_WAIT,
    ESTABLISHED,
    SYN_RECEIVED,
    SYN_SENT,
    Rules,
    at,
    hygiene,
    nothing_in_flight,
    promises,
    sent_fin,
    snd,
    something_outstanding,
)

system = connection(
    a=User(active_opens=1, sends=1, timeouts=1, first_isn=0),
    b=User(active_opens=1, closes=1, timeouts=1, first_isn=4),
    network=Network(lose=None, reorder=False),
)
STATES = {
    "syn_sent": SYN_SENT,
    "syn_received": SYN_RECEIVED,
    "established": ESTABLISHED,
    "close_wait": CLOSE_WAIT,
}
claims = [
    *(
        Witness(
            f"waits_in_{name}",
            both(promises.is_in("A", there), at("A", something_outstanding), nothing_in_flight()),
            says="A waits in this state for an acknowledgment that will not come",
        )
        for name, there in STATES.items()
    ),
    DeadlockFree(
        "is_told_in_every_state",
        at("A", equal(snd.una, snd.nxt)) | equal(system.variable("A.left.user_timeout"), 0),
        says="the system stops only where A has had its timeout, or nothing is owed to it",
    ),
    promises.typing(),
    hygiene.all_is_forgotten(),
    hygiene.own_numbers(),
]


def timeout_waits_for_close(rules: Rules) -> Rules:
    """The user timeout is set by CLOSE: while the user has not closed he is told nothing."""
    name = "the user timeout ends the connection"
    return rules.changed(name, when=(*rules.row(name).when, sent_fin))


broken_by = {"is_told_in_every_state": timeout_waits_for_close}
