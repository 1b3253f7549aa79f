"""B aborts in SYN-RECEIVED: its reset carries no ACK, SYN-SENT drops it, and a caller that repeats nothing waits on.

Source: RFC 9293 3.10.5 and 3.10.7.3 second; hazard H23.  A reset counts in SYN-SENT only with an acceptable ACK,
and ABORT sends it without any.  The SYN,ACK would bring the caller to ESTABLISHED and its ACK would draw a
reset that counts; here it is lost, in 6 steps.  `abort_heard_later` repeats the SYN.
"""

from tcpmodel import LeadsTo, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import KINDS, SYN_SENT, arrive, at, in_flight, inc, promises

system = connection(
    a=User(active_opens=1, first_isn=0),
    b=User(passive_opens=1, aborts=1, first_isn=4),
    network=Network(lose=1, when_full="block"),
)
aborted = both(promises.is_in("A", SYN_SENT), promises.has_ended("B", "aborted"), at("B", equal(inc, 1)))
claims = [
    Witness(
        "reset_without_ack",
        aborted & in_flight("B", lambda segment, sender: segment.ctl.rst & ~segment.ctl.ack),
        says="a reset without ACK is on its way to a caller in SYN-SENT",
    ),
    promises.both_established(),
    LeadsTo(
        "caller_is_told",
        aborted,
        ~promises.is_in("A", SYN_SENT),
        (*arrive("A", *KINDS), *arrive("B", *KINDS)),
        says="a caller whose SYN B took comes to know that B has aborted",
        expected="fails",
    ),
    promises.typing(),
]
hazards = {"H23": "caller_is_told"}
