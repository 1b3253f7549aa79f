"""Where B's initial sequence numbers rise, the FIN of B's unfinished connection lies in front of the new one.

Source: RFC 9293 3.4.1; hazard H48, its other side (the catalogue has a clock at B; here no ISS of B's lies
behind a number it has used, as with a clock that outruns it).  TIME-WAIT and rising numbers are both
needed: no length of TIME-WAIT at A covers a B that has none.  And both ends' numbers must rise: where A
may choose any, a copy of the reset with which A ended B's old connection ends B's new one, in 19 steps.
"""

from tcpmodel import Always, Network, Time, User, Witness, both, connection, equal
from tcpmodel.tcp import ESTABLISHED, at, in_flight, inc, promises, stale_fin

system = connection(
    a=User(closes=1, active_opens=1, isn="free"),
    b=User(closes=1, passive_opens=1, retransmissions=1, isn="monotone"),
    network=Network(capacity=3, lose=1, duplicate=1, when_full="block"),
    time=Time(msl=1, rto=2, time_wait=3),
    bits=4,
    established=True,
    time_wait_rst="ignore",
    time_wait_restart="ack_bearing",
)
connected_again = both(promises.is_in("A", ESTABLISHED), at("A", equal(inc, 2)))
old_fin = in_flight("B", lambda segment, sender: segment.ctl.fin & ~equal(sender, inc))
claims = [
    Witness("old_fin_survives", connected_again & old_fin, says="A is connected again, and B's old FIN is in flight"),
    Always(
        "no_stale_fin",
        both(*(at(end, ~stale_fin) for end in "AB")),
        needs=connected_again & old_fin,
        says="only the peer's own FIN is consumed",
    ),
    promises.no_stale_control(expected="fails"),
    promises.typing(),
]
hazards = {"H48": "no_stale_fin"}
broken_by = {"no_stale_fin": {"b": User(closes=1, passive_opens=1, retransmissions=1, isn="free")}}
