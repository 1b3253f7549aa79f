"""An old octet arrives right behind the peer's FIN, and is ignored; in front of it, it would be delivered.

Source: RFC 9293 3.10.7.4 seventh; 3.4.3.  Both hosts crash and every ISS is zero, so the numbers of the
old incarnation fit the new one.  `no_stale_data` shows what an old octet does where no FIN stands
before it: that is what quiet time and a moving ISN are for.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSE_WAIT, at, hygiene, in_flight, inc, promises, rcv, theirs

system = connection(
    a=User(sends=2, closes=1, crashes=1, active_opens=1),
    b=User(crashes=1, passive_opens=1),
    network=Network(),
    isn="zero",
    bits=4,
    established=True,
)
claims = [
    Witness(
        "old_octet_behind_fin",
        both(
            promises.is_in("B", CLOSE_WAIT),
            at("B", equal(inc, 2)),
            in_flight("A", lambda segment, sender: both(segment.has_text, equal(segment.seq, theirs(rcv.nxt)))),
        ),
        says="an octet is in flight whose number is the one after the FIN",
    ),
    promises.no_stale_data(expected="fails"),
    promises.whole_stream(),
    promises.typing(),
    hygiene.own_numbers(),
]
