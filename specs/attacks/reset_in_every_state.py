"""A blind reset that misses RCV.NXT in each state of a connection: nobody obeys it.

Source: RFC 5961 3; RFC 9293 3.10.7.4 second.  It misses by two at the least, so that a FIN in
between does not make it fit.  Once A is CLOSED it answers a challenge with a reset
that counts; so the claim is of before.
"""

from tcpmodel import Always, Attacker, Network, User, connection, within
from tcpmodel.tcp import CLOSED, in_flight, promises, rcv, service, theirs

system = connection(
    a=User(closes=1),
    b=User(closes=1),
    network=Network(reorder=False),
    attacker=Attacker(resets=1, misses_by=2),
    bits=4,
    window=4,
    established=True,
)
inside = in_flight("A", lambda segment, sender: segment.ctl.rst & within(segment.seq, theirs(rcv.nxt), 4))
claims = [
    *service.meets_each_state("B", inside, says="a reset in the window"),
    Always(
        "survives",
        promises.is_in("A", CLOSED) | ~promises.has_ended("B", "reset", "refused", "cut short", "assassinated"),
        needs=inside,
        says="no reset ends B's connection while A has its own",
    ),
    promises.typing(),
]
broken_by = {"survives": {"rst_5961": "off"}}
