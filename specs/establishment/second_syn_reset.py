"""A listener in SYN-RECEIVED resets the sender of a second SYN, and listens: the new caller has to call again.

Source: RFC 9293 3.10.7.4 fourth, which returns to LISTEN without a word; Linux 6.18 and gVisor send a reset besides.
A crashes while it calls, and its new SYN lies in the window that its old one opened.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import LISTEN, SYN_SENT, at, hygiene, in_flight, inc, promises

system = connection(
    a=User(active_opens=2, crashes=1),
    b=User(passive_opens=1),
    network=Network(capacity=2),
    isn="free",
    second_syn="reset",
)
claims = [
    Witness(
        "listener_resets",
        both(
            promises.is_in("A", SYN_SENT),
            at("A", equal(inc, 2)),
            promises.is_in("B", LISTEN),
            promises.has_ended("B", "reset"),
            in_flight("B", lambda s, sender: s.ctl.rst),
        ),
        says="B has left SYN-RECEIVED for LISTEN with a reset, while A calls anew",
    ),
    promises.typing(),
    hygiene.own_numbers(),
]
