"""Two ACKs are lost, and the octet that B's unfinished connection repeats is delivered in A's new one.

Source: RFC 9293 3.6.1; hazard H48 with two losses.  The way to TIME-WAIT and CLOSING, or LAST-ACK, has 7 steps
from ESTABLISHED.  From there it takes 14, of which 3 are ticks and 2 are the losses; the catalogue has 9
that are no ticks, with the losses behind it.  A may choose any ISS and B's is always 0.
"""

from tcpmodel import Network, Time, User, Witness, both, connection, equal
from tcpmodel.tcp import LAST_ACK, SYN_SENT, in_flight, inc, promises

system = connection(
    a=User(closes=1, active_opens=1, isn="free"),
    b=User(sends=1, closes=1, passive_opens=1, retransmissions=1, isn="zero"),
    network=Network(capacity=2, lose=2, duplicate=1, when_full="block"),
    time=Time(msl=1, rto=3, time_wait=3),
    bits=4,
    established=True,
    time_wait_rst="ignore",
    time_wait_restart="ack_bearing",
)
claims = [
    Witness(
        "octet_meets_caller",
        both(
            promises.is_in("A", SYN_SENT),
            promises.is_in("B", LAST_ACK),
            in_flight("B", lambda segment, sender: segment.has_text & equal(sender, inc)),
        ),
        says="A calls again, and B in LAST-ACK still repeats its octet",
    ),
    promises.no_stale_data(expected="fails"),
    promises.typing(),
]
hazards = {"H48": "no_stale_data"}
