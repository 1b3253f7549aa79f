"""With Fast Open a duplicate of the SYN is heard a second time, once the server has forgotten the first.

Source: RFC 7413 2.1; hazard H72.  The SYN carries A's only octet, and B hands it over at once.  Where A closes
first it is A that waits in TIME-WAIT, and B forgets (2.1 b): 11 steps, two of them B's OPEN, where the catalogue
estimates 9.  Where A gives up calling, its reset has B forget and listen again: 7 steps, and where B crashes 6.
Nobody is deceived about the connection: B's second incarnation stays in SYN-RECEIVED.  `no_stale_data` sees
nothing wrong either, since it compares one incarnation with its peer.  RFC 7413 accepts all that, and leaves
Fast Open to applications to which it does not matter.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import SYN_RECEIVED, TIME_WAIT, at, delivered, inc, promises

system = connection(
    a=User(active_opens=1, closes=1, first_isn=0),
    b=User(passive_opens=2, closes=1, first_isn=8),
    network=Network(capacity=3, duplicate=1),
    bits=4,
    fast_open="on",
)
second = at("B", equal(inc, 2))
claims = [
    Witness(
        "heard_early",
        both(promises.is_in("B", SYN_RECEIVED), at("B", equal(delivered, 1))),
        says="B has A's octet, and its own SYN is not acknowledged",
    ),
    promises.both_established(),
    Always(
        "heard_once",
        ~both(second, at("B", ~equal(delivered, 0))),
        needs=at("B", equal(delivered, 1)),
        says="A's only octet is heard by B's first incarnation alone",
        expected="fails",
    ),
    Always(
        "heard_once_after_a_close",
        ~both(second, at("B", ~equal(delivered, 0)), promises.is_in("A", TIME_WAIT)),
        needs=at("B", equal(delivered, 1)),
        says="the only octet of a caller that has closed first is heard by B's first incarnation alone",
        expected="fails",
    ),
    promises.no_stale_data(),
    promises.agreement_on_entry(),
    promises.whole_stream(),
]
hazards = {"H72": "heard_once_after_a_close"}
