"""Second thoughts: CLOSE and ABORT while A still listens or calls end the attempt without a word to the peer.

Source: RFC 9293 3.10.4 and 3.10.5, LISTEN and SYN-SENT states.  What a SYN already sent stirs up at B is B's to
find out: its SYN,ACK draws a reset from CLOSED.  Where the SYN timer survives the CLOSE, a connection comes about that
nobody owns (zephyr #106776).
"""

from tcpmodel import Always, Network, User, Witness, connection, equal, implies
from tcpmodel.tcp import CLOSED, LISTEN, at, hygiene, inc, mutants, promises, service

system = connection(
    a=User(passive_opens=1, active_opens=1, closes=1, aborts=1, first_isn=4),
    b=User(passive_opens=1),
    network=Network(capacity=3, reorder=False),
)
over = promises.has_ended("A", "given up", "aborted")
never_called, called = (at("A", equal(inc, n)) for n in (0, 1))
never_listened = equal(system.variable("A.left.passive_OPEN"), 1)
claims = [
    Witness("gave_up_listening", promises.has_ended("A", "given up") & never_called, says="A's CLOSE ends its LISTEN"),
    Witness("gave_up_calling", promises.has_ended("A", "given up") & never_listened, says="A's CLOSE ends its call"),
    Witness("aborted_listening", promises.has_ended("A", "aborted") & never_called, says="A's ABORT ends its LISTEN"),
    Witness("aborted_calling", promises.has_ended("A", "aborted") & never_listened, says="A's ABORT ends its call"),
    Always(
        "listening_is_over",
        implies(over & never_called, promises.is_in("A", CLOSED)),
        needs=over & never_called,
        says="whoever gave up listening is CLOSED",
    ),
    Always(
        "calling_is_over",
        implies(over & called, promises.is_in("A", CLOSED, LISTEN)),
        needs=over & called,
        says="whoever gave up calling is CLOSED, or has been told to listen since",
    ),
    Always(
        "listens_when_told",
        implies(promises.is_in("A", LISTEN), ~never_listened),
        needs=promises.is_in("A", LISTEN),
        says="A listens only after a passive OPEN",
    ),
    hygiene.all_is_settled(),
    service.no_connection_without_owner(),
    hygiene.all_is_forgotten(),
    hygiene.own_numbers(),
    promises.typing(),
]
broken_by = {"no_connection_without_owner": mutants.close_leaves_the_syn_timer}
