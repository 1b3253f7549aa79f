"""A crashes and calls again with the very number that B's ACK will confirm: nobody is ever reset.

Source: RFC 5961 4.2, and RFC 793 alike; hazard H38; promises L1 and L2.  A's new ISS is B's RCV.NXT-1, so
B's answer to the SYN, an ACK, acknowledges it: SYN-SENT has nothing to reset and drops the ACK.  A repeats
its SYN, B its ACK, for ever, though every segment arrives.  From ESTABLISHED it takes a crash, an OPEN and
a loop of 3 steps, with the handshake 7 and 3; the prototype counted 8 and 3, for it entered the loop one
step later.  With any other ISS the ACK draws the reset of figure 9 (`restart_elsewhere`).
"""

from tcpmodel import LeadsTo, Network, User, Witness, both, connection
from tcpmodel.tcp import ESTABLISHED, KINDS, SYN_SENT, arrive, hygiene, promises, repeats

system = connection(
    a=User(active_opens=1, crashes=1, retransmissions=None),
    b=User(),
    network=Network(when_full="block"),
    isn="free",
    established=True,
)
everything = (*repeats("A"), *arrive("A", *KINDS), *arrive("B", *KINDS))
restarted = both(promises.is_in("A", SYN_SENT), promises.is_in("B", ESTABLISHED))
claims = [
    Witness("restarted", restarted, says="A calls again while B believes in the old connection"),
    Witness("found_out", promises.has_ended("B", "reset"), says="B learns that A has crashed"),
    LeadsTo(
        "is_found_out",
        restarted,
        ~restarted,
        everything,
        says="who calls again and who has not noticed the crash find out about each other",
        expected="fails",
    ),
    promises.leaves("A", SYN_SENT, *everything, expected="fails"),
    promises.typing(),
    hygiene.own_numbers(),
]
hazards = {"H38": "is_found_out"}
