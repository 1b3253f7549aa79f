"""A has waited long enough, but B has not finished: the new call resets B, and B's old FIN ends the new connection.

Source: RFC 9293 3.6.1; hazard H48 (18 steps from ESTABLISHED, 3 of them ticks, as the prototype found).  A's
last ACK is lost, and after 2*MSL + 1 ticks A calls again while B's FIN is under way a second time.  That
FIN has A in SYN-SENT reset B, which has no TIME-WAIT, and a copy of it arrives once B has listened again and
chosen an ISS below its old numbers.  In the run shown both ends had closed at once, so that B is in
CLOSING; from LAST-ACK it takes as many steps.  Everything that TIME-WAIT answers starts it over here, which
is not the RFC's letter but what the length 2*MSL + 1 is made for; resets do not end it.
`last_ack_straggler_octet` loses two segments, `last_ack_straggler_monotone` has B's ISSs rise.
"""

from tcpmodel import Network, Time, User, Witness, both, connection, equal
from tcpmodel.tcp import LAST_ACK, SYN_SENT, at, in_flight, inc, promises

system = connection(
    a=User(closes=1, active_opens=1, isn="free"),
    b=User(closes=1, passive_opens=1, retransmissions=1, isn="free"),
    network=Network(capacity=3, lose=1, duplicate=1, when_full="block"),
    time=Time(msl=1, rto=2, time_wait=3),
    bits=4,
    established=True,
    time_wait_rst="ignore",
    time_wait_restart="ack_bearing",
)
claims = [
    Witness(
        "caller_resets_last_ack",
        both(
            promises.is_in("A", SYN_SENT),
            at("A", equal(inc, 2)),
            promises.is_in("B", LAST_ACK),
            in_flight("A", lambda segment, sender: segment.ctl.rst),
        ),
        says="A calls again, and a reset of A's is in flight towards LAST-ACK",
    ),
    promises.no_stale_control(expected="fails"),
    promises.typing(),
]
hazards = {"H48": "no_stale_control"}
