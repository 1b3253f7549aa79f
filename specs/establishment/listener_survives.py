"""A listener whose answer to an old SYN is reset listens again: the next caller is served.

Source: RFC 9293 3.10.7.4 second (MUST-11); promise L7; hazards H12 and H13.  Who does not remember that
SYN-RECEIVED began in LISTEN closes at the reset, and one old SYN has shut the service down, in 6 steps.
`crossing_opens` is the other half: a caller must not become a listener.
"""

from tcpmodel import Always, LeadsTo, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import (
    BARE_ACKS,
    ESTABLISHED,
    LISTEN,
    RESETS,
    SYN_ACKS,
    SYN_RECEIVED,
    arrive,
    at,
    inc,
    mutants,
    promises,
    repeats,
)

system = connection(
    a=User(active_opens=2, aborts=1, first_isn=0),
    b=User(passive_opens=1, retransmissions=None, first_isn=4),
    network=Network(lose=None, when_full="block"),
)
sent_back = both(promises.is_in("B", LISTEN), promises.has_ended("B", "reset"))
claims = [
    Witness("sent_back", sent_back, says="a reset has sent the listener back to LISTEN"),
    Witness(
        "served_again",
        both(promises.both_established().predicate, at("B", equal(inc, 2))),
        says="the listener that was sent back serves the next caller",
    ),
    Always(
        "service_survives",
        ~promises.has_ended("B", "refused"),
        needs=sent_back,
        says="no reset that finds a listener in SYN-RECEIVED closes it",
    ),
    LeadsTo(
        "listens_again",
        promises.is_in("B", SYN_RECEIVED),
        promises.is_in("B", LISTEN, ESTABLISHED),
        (*repeats("B"), *arrive("A", SYN_ACKS), *arrive("B", BARE_ACKS, RESETS)),
        says="a listener that has taken a SYN is connected or listens again",
    ),
    promises.agreement_on_entry(),
    promises.typing(),
]
hazards = {"H12": "service_survives", "H13": "listens_again"}
broken_by = {"service_survives": mutants.reset_always_closes, "listens_again": mutants.reset_always_closes}
