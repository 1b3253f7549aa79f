"""Sequence numbers come round: a copy of an old octet fits again, and is delivered a second time.

Source: RFC 9293 3.4.3; RFC 7323 section 5; hazard H35 (23 steps from ESTABLISHED with 8 numbers and a window
of 2, as the prototype found).  A segment may live as long as it likes here and A sends as fast as it
can.  As long as the octets of one lifetime and the window together fit into the number space, nothing
old is acceptable; `tcpmodel sweep sequence-space` finds that bound.  Ghosts count laps besides octets.
"""

from tcpmodel import Always, Witness, at_least, equal
from tcpmodel.tcp import at, delivered, wrapping

system = wrapping.stream(bits=3, window=2, pace=None, msl=None)
claims = [
    Witness(
        "second_lap", at_least(at("B", wrapping.lap), 1), says="B has been handed more octets than there are numbers"
    ),
    Always(
        "delivered_once",
        ~wrapping.delivered_again(),
        needs=at("B", ~equal(delivered, 0)),
        says="no octet is delivered a second time",
        expected="fails",
    ),
]
hazards = {"H35": "delivered_once"}
