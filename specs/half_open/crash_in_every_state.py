"""A's host may crash in every state, and nothing is left of the connection there.

Source: RFC 9293 3.5.1: "a failure or reboot occurs causing loss of memory".  Whatever is lost is lost for good, so
A may stay in any state for ever, and nothing ends TIME-WAIT: where nothing moves any more, its host has crashed.  A may
have called or listened in vain before: so in each state it may have no CLOSE left.
"""

from tcpmodel import DeadlockFree, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSED, EVERY_STATE, RFC_9293, STATE, hygiene, mutants, nothing_in_flight, promises

system = connection(
    a=User(passive_opens=1, active_opens=1, closes=1, crashes=1, first_isn=0),
    b=User(active_opens=1, closes=1, first_isn=4),
    network=Network(lose=None, reorder=False),
    rules=RFC_9293.replaced("TIME-WAIT has lasted long enough"),
)
crashed = equal(system.variable("A.left.crash"), 0)
stays = both(*(equal(system.variable(f"A.left.{call}"), 0) for call in ("CLOSE", "active_OPEN")))
claims = [
    *(
        Witness(
            f"stays_in_{name.lower().replace('-', '_')}",
            both(promises.is_in("A", there), stays, ~crashed, nothing_in_flight()),
            says="A stays in this state, and no call of its user leads out of it",
        )
        for there, name in zip(EVERY_STATE, STATE.values, strict=True)
        if there is not CLOSED
    ),
    DeadlockFree(
        "crashes_in_every_state",
        promises.is_in("A", CLOSED) | crashed,
        says="the system stops only where A has no connection, or has crashed before",
    ),
    promises.typing(),
    hygiene.all_is_forgotten(),
]
broken_by = {"all_is_forgotten": mutants.passive_survives}
