"""Nothing follows a CLOSE: one that waits behind queued octets lets no later SEND in front of its FIN.

Source: RFC 9293 3.6 and 3.10.4.  The CLOSE waits for ESTABLISHED, and then for the octets before it; a SEND in the
meantime is answered with "connection closing", and its octet is never sent.
"""

from tcpmodel import LeadsTo, Network, User, Witness, at_least, both, connection, equal, weak
from tcpmodel.tcp import (
    CLOSE_WAIT,
    ESTABLISHED,
    KINDS,
    Rules,
    arrive,
    at,
    delivered,
    hygiene,
    promises,
    queued,
    sent_fin,
)

system = connection(
    a=User(active_opens=1, closes=1, first_isn=0),
    b=User(passive_opens=1, sends=2, closes=1, wrong_calls=True, first_isn=8),
    network=Network(capacity=4, reorder=False, when_full="block"),
    bits=4,
)
would_send = at_least(system.variable("B.left.SEND"), 1)
waits = at("B", queued.fin)
claims = [
    Witness(
        "close_waits_in_established",
        both(promises.is_in("B", ESTABLISHED), waits, would_send),
        says="a CLOSE waits behind an octet, and B's user would send another",
    ),
    Witness(
        "close_waits_in_close_wait",
        both(promises.is_in("B", CLOSE_WAIT), waits, would_send),
        says="and A has closed meanwhile",
    ),
    Witness(
        "one_octet_and_fin", both(at("A", equal(delivered, 1)), at("B", sent_fin)), says="B sends an octet and its FIN"
    ),
    LeadsTo(
        "nothing_follows_close",
        both(waits, would_send),
        both(at("B", sent_fin), would_send) | promises.has_ended("B", "refused", "reset"),
        (weak("B: queue is sent"), *arrive("A", *KINDS), *arrive("B", *KINDS)),
        says="where a CLOSE waits, its FIN is sent without another SEND, unless a reset comes first",
    ),
    hygiene.all_is_settled(),
    promises.whole_stream(),
    promises.typing(),
]


def close_is_forgotten(rules: Rules) -> Rules:
    """SEND is accepted behind a CLOSE that waits."""
    return rules.replaced("SEND comes after a CLOSE that waits for ESTABLISHED")


broken_by = {"nothing_follows_close": close_is_forgotten}
