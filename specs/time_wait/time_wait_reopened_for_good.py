"""An old SYN reopens TIME-WAIT, the reset that it draws leads to LISTEN, and the wait is lost.

Source: RFC 1122 4.2.2.13 (2), whose second half is left out; Linux says so in a comment; hazard H57 (8 steps
from ESTABLISHED with one SYN of before in flight; 9 here, as its coming is a step).  The SYN is above RCV.NXT
only by wrap.  `time_wait_taken_up_again` returns to TIME-WAIT.  Resets in TIME-WAIT itself are ignored.
"""

from tcpmodel import Attacker, Network, User, Witness, both, connection
from tcpmodel.tcp import CLOSED, SYN_RECEIVED, promises

system = connection(
    a=User(closes=1),
    b=User(closes=1),
    network=Network(capacity=3, when_full="block"),
    attacker=Attacker(target="A", syns=1),
    bits=4,
    established=True,
    time_wait_syn="may2_no_return",
    time_wait_rst="ignore",
)
claims = [
    Witness(
        "reopened_for_nobody",
        both(promises.is_in("A", SYN_RECEIVED), promises.is_in("B", CLOSED)),
        says="A was reopened by a SYN that B did not send",
    ),
    promises.time_wait_integrity(expected="fails"),
]
hazards = {"H57": "time_wait_integrity"}
