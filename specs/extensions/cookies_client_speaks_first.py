"""With SYN cookies the client's ACK is lost, but its first octet carries the cookie, too, and is repeated.

Source: RFC 4987 3.6; hazard H27.  The listener knows its cookie again in text as well as in a bare ACK, and
text is sent again until it is acknowledged.
"""

from tcpmodel import Network, User, Witness, both, connection, equal, weak
from tcpmodel.tcp import (
    ESTABLISHED,
    LISTEN,
    TEXTS,
    arrive,
    at,
    delivered,
    mutants,
    nothing_in_flight,
    promises,
    repeats,
)

system = connection(
    a=User(active_opens=1, sends=1, retransmissions=None, first_isn=0),
    b=User(passive_opens=1, retransmissions=None),
    network=Network(lose=None, when_full="block"),
    listener="cookies",
)
claims = [
    promises.both_established(),
    Witness(
        "would_wait_in_vain",
        both(promises.is_in("A", ESTABLISHED), promises.is_in("B", LISTEN), nothing_in_flight()),
        says="A is ESTABLISHED, and B has never heard of it",
    ),
    Witness("heard", at("B", equal(delivered, 1)), says="B has A's octet"),
    promises.caller_is_met(weak("A: SEND"), weak("A: queue is sent"), *repeats("A"), *arrive("B", TEXTS)),
    promises.agreement_on_entry("B"),
    promises.no_stale_data(),
    promises.typing(),
]
hazards = {"H27": "caller_is_met"}
broken_by = {"caller_is_met": mutants.text_is_not_repeated}
