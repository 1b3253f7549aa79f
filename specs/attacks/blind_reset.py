"""A stranger's reset in the window, but not at RCV.NXT, is challenged; RFC 793 would obey it.

Source: RFC 5961 3; hazard H67 (without `rst_5961` 2 steps from ESTABLISHED, as the prototype found).  The
challenge goes to A, who knows of nothing and stays silent; had A really gone, it would answer with a reset
at RCV.NXT.  One number in 2^32 is left to be guessed, and as good as known where A's next number is:
`tests/specs/test_attacks.py`.
"""

from tcpmodel import Attacker, User, Witness, both, connection, within
from tcpmodel.tcp import ESTABLISHED, in_flight, promises, rcv, theirs

system = connection(a=User(aborts=1), b=User(), attacker=Attacker(resets=1), established=True)
together = both(*(promises.is_in(end, ESTABLISHED) for end in "AB"))
in_the_window = in_flight(
    "A", lambda segment, sender: segment.ctl.rst & within(segment.seq, theirs(rcv.nxt), system.origin["window"])
)
claims = [
    Witness("in_the_window", together & in_the_window, says="a reset of nobody's is in flight, in B's window"),
    Witness(
        "challenged",
        together & in_flight("B", lambda segment, sender: segment.ctl.ack),
        says="B asks A with an ACK",
    ),
    promises.no_stale_control(),
    promises.typing(),
]
hazards = {"H67": "no_stale_control"}
broken_by = {"no_stale_control": {"rst_5961": "off"}}
