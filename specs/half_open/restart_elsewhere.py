"""A crashes and calls again with a number that B's ACK does not confirm: B is reset, and A gets an answer.

Source: RFC 9293 figure 9 and 3.5.1; hazard H38, where it does no harm; promises L1 and L2.  The sibling of
`restart_at_rcv_nxt` with a fresh ISS: SYN-SENT resets the sender of the ACK, exactly at RCV.NXT, and the SYN
that is repeated finds B free.  Segments may be lost, and all is well: what is lost is drawn again.
"""

from tcpmodel import LeadsTo, Network, User, Witness, both, connection
from tcpmodel.tcp import BARE_ACKS, ESTABLISHED, RESETS, SYN_SENT, SYNS, arrive, hygiene, promises, repeats

system = connection(
    a=User(active_opens=1, crashes=1, retransmissions=None),
    b=User(),
    network=Network(lose=None, when_full="block"),
    established=True,
)
reset_arrives = (*repeats("A"), *arrive("A", BARE_ACKS), *arrive("B", SYNS, RESETS))
restarted = both(promises.is_in("A", SYN_SENT), promises.is_in("B", ESTABLISHED))
claims = [
    Witness("restarted", restarted, says="A calls again while B believes in the old connection"),
    Witness("found_out", promises.has_ended("B", "reset"), says="B learns that A has crashed"),
    LeadsTo(
        "is_found_out",
        restarted,
        ~restarted,
        reset_arrives,
        says="who calls again and who has not noticed the crash find out about each other",
    ),
    promises.leaves("A", SYN_SENT, *reset_arrives, *arrive("A", RESETS)),
    promises.no_stale_control(),
    promises.typing(),
    hygiene.own_numbers(),
]
hazards = {"H38": "is_found_out"}
broken_by = {"is_found_out": {"isn": "free"}, "leaves_syn_sent": {"isn": "free"}}
