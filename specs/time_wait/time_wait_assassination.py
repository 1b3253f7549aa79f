"""A delayed ACK has TIME-WAIT answer, the answer finds B gone, and B's reset ends TIME-WAIT too early.

Source: RFC 1337; hazard H50 (8 steps from ESTABLISHED, as the prototype found, and without any duplicate).
The reset is exactly at RCV.NXT, so RFC 5961 does not help; `time_wait_rst="ignore"` does.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import CLOSED, TIME_WAIT, hygiene, promises

system = connection(a=User(closes=1), b=User(closes=1), network=Network(capacity=4), bits=4, established=True)
claims = [
    Witness(
        "time_wait_alone",
        both(promises.is_in("A", TIME_WAIT), promises.is_in("B", CLOSED), promises.has_ended("B", "closed")),
        says="B has closed, A waits",
    ),
    promises.time_wait_integrity(expected="fails"),
    promises.no_stale_control(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
    hygiene.all_is_settled(),
]
hazards = {"H50": "time_wait_integrity"}
