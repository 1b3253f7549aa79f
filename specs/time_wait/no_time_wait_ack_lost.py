"""Without TIME-WAIT a lost ACK of the FIN is never sent again: the repeated FIN draws a reset.

Source: RFC 9293 3.6.1 (MUST-13); hazard H46, the classic way (9 steps in the catalogue, an estimate; 10 here).
The network keeps order, or the delayed ACK of `no_time_wait` would do it in 7 steps without any loss; B's
first ACK has to arrive before its FIN then, which is the tenth step.  In a simultaneous close, as in the
run shown, it is CLOSING that is cut short, in as many steps.  There is no clock:
TIME-WAIT may end at once.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSED, LAST_ACK, at, in_flight, promises, rtx_budget

system = connection(
    a=User(closes=1),
    b=User(closes=1, retransmissions=1),
    network=Network(capacity=3, lose=1, reorder=False, when_full="block"),
    bits=4,
    established=True,
)
claims = [
    Witness(
        "fin_meets_nobody",
        both(
            promises.is_in("A", CLOSED),
            promises.is_in("B", LAST_ACK),
            at("B", equal(rtx_budget, 0)),
            in_flight("B", lambda segment, sender: segment.ctl.fin),
        ),
        says="B's repeated FIN is in flight towards an end that is gone",
    ),
    promises.passive_closer_succeeds(expected="fails"),
    promises.typing(),
]
hazards = {"H46": "passive_closer_succeeds"}
