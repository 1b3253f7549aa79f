"""Both call, and one calls again: a second SYN in SYN-RECEIVED does not make a listener of a caller.

Source: RFC 9293 3.10.7.4 fourth and 3.5 (MUST-11): only a connection that began with a passive OPEN returns to LISTEN;
another one challenges the SYN.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import SYN_RECEIVED, at, hygiene, in_flight, inc, promises, rcv, theirs

system = connection(
    a=User(active_opens=2, aborts=1, first_isn=0),
    b=User(active_opens=1, first_isn=4),
    network=Network(),
    isn="free",
)
claims = [
    Witness(
        "second_syn_in_the_window",
        both(
            promises.is_in("B", SYN_RECEIVED),
            at("A", equal(inc, 2)),
            in_flight(
                "A", lambda segment, sender: segment.ctl.syn & equal(sender, 2) & equal(segment.seq, theirs(rcv.nxt))
            ),
        ),
        says="the second call's SYN begins at B's RCV.NXT",
    ),
    hygiene.nobody_listens("A", "B"),
    promises.typing(),
    hygiene.own_numbers(),
]
