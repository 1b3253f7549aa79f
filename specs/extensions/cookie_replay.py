"""An old ACK with a SYN cookie in it opens a connection that nobody called for, and old text is heard twice.

Source: RFC 4987 3.6 ("to prevent replay"); hazard H28 (11 steps to the false ESTABLISHED, as estimated).  A
calls, closes first, and waits in TIME-WAIT; B forgets all and listens again.  The cookie is still good.  No
duplicate is needed where A's FIN, which carries the cookie as well, comes in before the ACK.  A repeated
octet takes 13 steps.  A cookie would have to go bad before the last segment that carries it is gone, while
the connection is opened with it.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSED, ESTABLISHED, TIME_WAIT, at, delivered, inc, promises

system = connection(
    a=User(active_opens=1, sends=1, closes=1, first_isn=0),
    b=User(passive_opens=2, closes=1),
    network=Network(capacity=3, duplicate=1),
    bits=4,
    listener="cookies",
)
second = at("B", equal(inc, 2))
claims = [
    promises.both_established(),
    Witness(
        "resurrected",
        both(promises.is_in("A", CLOSED), promises.is_in("B", ESTABLISHED), second),
        says="B is ESTABLISHED with an incarnation that has closed",
    ),
    promises.agreement_on_entry("B", expected="fails"),
    Always(
        "heard_once",
        ~both(second, at("B", ~equal(delivered, 0)), promises.is_in("A", TIME_WAIT)),
        needs=at("B", equal(delivered, 1)),
        says="the only octet of a caller that has closed first is heard by B's first incarnation alone",
        expected="fails",
    ),
    promises.typing(),
]
hazards = {"H28": "agreement_on_entry"}
