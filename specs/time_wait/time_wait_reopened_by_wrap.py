"""An old SYN and an old octet are above the last connection's numbers only by wrap, and TIME-WAIT takes them for new.

Source: RFC 9293 3.6.1 (MAY-2); hazard H56 (8 steps from ESTABLISHED, 2 of them the coming of the old segments).
"Above" is half of the number space: what is older than that is above again.  The SYN reopens TIME-WAIT, the
octet acknowledges what happens to be the new ISS, and B, in LAST-ACK, knows of neither.  Both segments are
forged here, for connections before this one; to grow them takes a clock that goes round within 2MSL.
Where TIME-WAIT answers a SYN with an ACK nothing of the kind happens (`tests/specs/test_time_wait_stories.py`).
"""

from tcpmodel import Attacker, Network, User, Witness, both, connection
from tcpmodel.tcp import TIME_WAIT, in_flight, promises

system = connection(
    a=User(closes=1, isn="free"),
    b=User(closes=1),
    network=Network(capacity=3, when_full="block"),
    attacker=Attacker(target="A", syns=1, octets=1),
    bits=4,
    established=True,
    time_wait_syn="may2",
    time_wait_rst="ignore",
)
claims = [
    Witness(
        "old_syn_meets_time_wait",
        both(promises.is_in("A", TIME_WAIT), in_flight("B", lambda segment, sender: segment.ctl.syn)),
        says="a SYN that B did not send in this connection is in flight towards TIME-WAIT",
    ),
    promises.no_false_established(expected="fails"),
    promises.no_stale_data(expected="fails"),
]
hazards = {"H56": "no_stale_data"}
