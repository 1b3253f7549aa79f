"""An old octet of the caller that B has left is delivered to the connection that an old SYN opened and CLOSE moved on.

Source: RFC 9293 3.10.4; hazard H22.  The sibling of `early_close_unvalidated` in which nobody forges anything: a copy
of the SYN and an octet outlive B's first connection, 10 steps.  The ACK that comes with the octet is for the old
connection; SYN-RECEIVED would answer it with a reset, and does where B's user does not close.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import FIN_WAIT_1, SYN_RECEIVED, at, delivered, inc, promises, syn_outstanding

system = connection(
    a=User(active_opens=1, sends=1, first_isn=0),
    b=User(passive_opens=2, aborts=1, closes=1, first_isn=8),
    network=Network(capacity=3, duplicate=1),
    bits=4,
)
again = at("B", both(equal(inc, 2), syn_outstanding))
claims = [
    Witness("old_syn_is_taken", again & promises.is_in("B", SYN_RECEIVED), says="the copy of the SYN is taken for new"),
    Always(
        "nothing_before_the_handshake",
        ~(again & at("B", ~equal(delivered, 0))),
        needs=again & promises.is_in("B", FIN_WAIT_1),
        says="an end whose SYN nobody acknowledged delivers nothing",
        expected="fails",
    ),
    promises.typing(),
]
hazards = {"H22": "nothing_before_the_handshake"}
