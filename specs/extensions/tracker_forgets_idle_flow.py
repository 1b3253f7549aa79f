"""A tracker forgets an idle flow and drops what comes after: A sends for ever, and neither end is told.

Source: RFC 5382 5 and RFC 9293 3.8.4; ingress-nginx #5695 and its like, where the box says nothing in place of a reset.
A keep-alive more often than the tracker forgets would keep the flow; A's user timeout would end it, without a reason.
"""

from tcpmodel import BOOL, TRUE, Network, Part, Row, User, Variable, Witness, both, connection, variable
from tcpmodel.tcp import (
    BARE_ACKS,
    ESTABLISHED,
    TEXTS,
    acts,
    arrive,
    at,
    nothing_in_flight,
    promises,
    repeats,
    service,
    something_outstanding,
    takes,
)

gone = variable("tracker.gone", BOOL, says="the tracker has forgotten the flow", denies="the tracker knows the flow")
dropped = Row("the tracker drops a segment of no flow", "RFC 5382 5")
tracker = Part(
    "tracker",
    variables=(Variable(gone),),
    rules=(
        acts(
            "tracker",
            "forgets the flow",
            Row("the tracker forgets an idle flow", "RFC 5382 5", set={gone: TRUE}),
            when=(~gone, nothing_in_flight()),
        ),
        takes("tracker", "A", "drops what A sends", dropped, when=(gone,)),
        takes("tracker", "B", "drops what B sends", dropped, when=(gone,)),
    ),
    holds_back={"A": gone, "B": gone},
)
system = connection(
    a=User(sends=1, retransmissions=None),
    b=User(),
    network=Network(when_full="block"),
    path=[tracker],
    bits=4,
    established=True,
)
claims = [
    Witness(
        "sends_into_nothing",
        both(gone, at("A", something_outstanding), *(promises.is_in(end, ESTABLISHED) for end in "AB")),
        says="A has sent an octet that the tracker drops, and both ends believe in the connection",
    ),
    service.sent_is_acknowledged("A", *repeats("A"), *arrive("A", BARE_ACKS), *arrive("B", TEXTS), expected="fails"),
    promises.no_stale_data(),
    promises.typing(),
]
