"""A calls where nobody listens: CLOSED answers with a reset, and A is refused.

Source: RFC 9293 3.5.2 group 1 and 3.10.7.1; hazard H41 (3 steps).  Should the reset be lost, the
next SYN draws another.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import ESTABLISHED, at, hygiene, in_flight, promises, rtx_budget

system = connection(a=User(active_opens=1, retransmissions=1), b=User(), network=Network(capacity=3, lose=1))
refused = promises.has_ended("A", "refused")
claims = [
    Witness("refused", refused, says="the caller learns that nobody listens"),
    Witness(
        "refused_again",
        both(refused, at("A", equal(rtx_budget, 0)), ~in_flight("A", lambda segment, sender: segment.ctl.syn)),
        says="the caller learns it from its second SYN",
    ),
    Always("nobody_established", ~promises.is_in("A", ESTABLISHED), needs=refused, says="the caller is not connected"),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.all_is_settled(),
]
hazards = {"H41": "refused"}
