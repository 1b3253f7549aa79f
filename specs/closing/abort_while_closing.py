"""ABORT in the middle of a close: with a reset where the peer may still wait, quietly where it may not.

Source: RFC 9293 3.10.5.  In CLOSING, LAST-ACK and TIME-WAIT the RFC sends nothing; a peer that waits in
LAST-ACK then learns the outcome from CLOSED.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import CLOSED, LAST_ACK, hygiene, promises

system = connection(
    a=User(closes=1, aborts=1), b=User(closes=1, aborts=1), network=Network(capacity=4), bits=4, established=True
)
claims = [
    Witness(
        "abandoned_last_ack",
        both(promises.is_in("A", CLOSED), promises.has_ended("A", "aborted"), promises.is_in("B", LAST_ACK)),
        says="A has aborted, B waits for the ACK of its FIN",
    ),
    Witness(
        "aborted_in_time_wait",
        promises.has_ended("A", "aborted") & promises.has_ended("B", "closed"),
        says="A has aborted when B had closed in peace",
    ),
    hygiene.nobody_listens("A", "B"),
    promises.passive_closer_succeeds(expected="fails"),
    promises.no_stale_control(),
    promises.whole_stream(),
    promises.typing(),
    hygiene.all_is_forgotten(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
    hygiene.all_is_settled(),
]
