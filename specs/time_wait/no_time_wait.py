"""Without TIME-WAIT a delayed ACK, not even a lost one, has the passive closer's success reset.

Source: RFC 9293 3.6.1; hazard H46 (7 steps from ESTABLISHED, without any loss).  A's TIME-WAIT is over at
once; B's delayed ACK finds A CLOSED and draws the reset that meets B in LAST-ACK.
"""

from tcpmodel import Network, Time, User, Witness, both, connection
from tcpmodel.tcp import CLOSED, LAST_ACK, hygiene, mutants, promises

system = connection(
    a=User(closes=1),
    b=User(closes=1),
    network=Network(capacity=3),
    time=Time(msl=1, time_wait=0),
    bits=4,
    established=True,
)
claims = [
    Witness(
        "last_ack_alone",
        both(promises.is_in("A", CLOSED), promises.is_in("B", LAST_ACK)),
        says="B waits for the ACK of its FIN from an end that is gone",
    ),
    promises.passive_closer_succeeds(expected="fails"),
    promises.whole_stream(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
    hygiene.all_is_settled(),
]
hazards = {"H46": "passive_closer_succeeds"}
broken_by = {"whole_stream": {"a": User(closes=1, sends=1), "rules": mutants.fin_out_of_order}}
