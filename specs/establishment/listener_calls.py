"""A listener that cannot wait: an active OPEN or a SEND turns it into a caller.

Source: RFC 9293 3.10.1 and 3.10.2, LISTEN state; 3.5 (MUST-11) for what it is afterwards: a caller.
"""

from tcpmodel import SEQ, Always, Network, User, Witness, both, connection, constant, equal, one_of
from tcpmodel.tcp import ESTABLISHED, at, delivered, hygiene, promises

system = connection(
    a=User(passive_opens=1, active_opens=1, sends=1, first_isn=4),
    b=User(passive_opens=1, first_isn=1),
    network=Network(capacity=4, reorder=False, when_full="block"),
)


def left(call):
    """What is left of A's budget of a call."""
    return system.variable(f"A.left.{call}")


listened = equal(left("passive_OPEN"), 0)
claims = [
    Witness(
        "called_by_send",
        both(promises.is_in("A", ESTABLISHED), at("B", equal(delivered, 1)), ~equal(left("active_OPEN"), 0)),
        says="A listened; its SEND called B and the octet arrived",
    ),
    Witness(
        "called_by_open",
        both(promises.both_established().predicate, listened, ~equal(left("SEND"), 0)),
        says="A listened; its OPEN called B",
    ),
    Always("one_octet", at("B", one_of(delivered, (constant(0, SEQ), constant(1, SEQ)))), says="one SEND, one octet"),
    hygiene.all_is_settled(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    promises.agreement_on_entry(),
    promises.no_stale_data(),
    promises.typing(),
]
