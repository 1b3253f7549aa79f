"""A listener in SYN-RECEIVED challenges a second SYN: who has called anew resets it, and it is back in LISTEN.

Source: RFC 5961 4.2, as PyTCP 0.3.8 applies it before ESTABLISHED, too; RFC 9293 3.10.7.4 fourth returns to LISTEN.
A crashes while it calls; the challenge acknowledges the old SYN, so A's new connection answers it with a reset.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import LISTEN, SYN_RECEIVED, SYN_SENT, at, hygiene, in_flight, inc, promises

system = connection(
    a=User(active_opens=2, crashes=1, retransmissions=1),
    b=User(passive_opens=1),
    network=Network(capacity=2),
    second_syn="challenged",
    isn="free",
)
claims = [
    Witness(
        "challenged",
        both(
            promises.is_in("A", SYN_SENT),
            at("A", equal(inc, 2)),
            promises.is_in("B", SYN_RECEIVED),
            in_flight("B", lambda s, sender: s.ctl.ack & ~s.ctl.syn),
        ),
        says="A calls anew, and B, still in SYN-RECEIVED for the call before, has sent an ACK",
    ),
    Witness(
        "reset_brings_it_back",
        both(promises.is_in("A", SYN_SENT), at("A", equal(inc, 2)), promises.is_in("B", LISTEN)),
        says="A calls anew, and B listens again",
    ),
    promises.typing(),
    hygiene.own_numbers(),
]
