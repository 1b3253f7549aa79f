"""A FIN of an old incarnation arrives after the new one's FIN: it is ignored, or starts TIME-WAIT over.

Source: RFC 9293 3.10.7.4 fifth and eighth; hazard H48's neighbourhood.  A crashes and every ISS is
zero.  `no_stale_control` shows what the old FIN does where no other FIN stands before it.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import TIME_WAIT, at, hygiene, in_flight, inc, promises, rcv, theirs

system = connection(
    a=User(sends=1, closes=2, crashes=1, active_opens=1),
    b=User(closes=1, passive_opens=1),
    network=Network(),
    isn="zero",
    bits=4,
    established=True,
)
claims = [
    Witness(
        "old_fin_at_time_wait",
        both(
            promises.is_in("B", TIME_WAIT),
            at("B", equal(inc, 2)),
            in_flight("A", lambda segment, sender: both(segment.ctl.fin, equal(segment.seq, theirs(rcv.nxt)))),
        ),
        says="a second FIN is in flight whose number is the one after the first",
    ),
    promises.no_stale_control(expected="fails"),
    promises.typing(),
    hygiene.own_numbers(),
]
