"""An attacker who has to guess the ISS gets no further than SYN-RECEIVED, and is found out there.

Source: RFC 6528 3; RFC 9293 3.4.1 (MUST-8); hazard H30.  The world of `predictable_isn`, but B's number went
to A alone.  What he forges instead draws a reset, and A's reset, if it comes, sends B back to LISTEN.  He
may forge more here: a bare ACK besides the text.  A forged ACK that B's ISS would come to fit is cut ("nothing to
pick"): a lucky guess made beforehand is a lucky guess.
"""

from tcpmodel import Attacker, User, Witness, both, connection
from tcpmodel.tcp import LISTEN, SYN_RECEIVED, in_flight, promises

system = connection(
    a=User(),
    b=User(passive_opens=1, first_isn=4),
    attacker=Attacker(syns=1, acks=1, octets=1, knows=("seq",)),
)
claims = [
    Witness(
        "guesses",
        both(promises.is_in("B", SYN_RECEIVED), in_flight("A", lambda segment, sender: segment.has_text)),
        says="forged text is in flight towards the end that took the forged SYN",
    ),
    Witness(
        "found_out",
        both(promises.is_in("B", LISTEN), promises.has_ended("B", "reset")),
        says="A's reset has B listen again",
    ),
    promises.authenticity(),
    promises.typing(),
]
hazards = {"H30": "authenticity"}
broken_by = {"authenticity": {"attacker": Attacker(syns=1, acks=1, octets=1, knows=("seq", "ack"))}}
