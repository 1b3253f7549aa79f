"""A blind reset that misses RCV.NXT in each state of a connection: nobody obeys it.

Source: RFC 5961 3; RFC 9293 3.10.7.4 second.  It misses by two at the least, so that a FIN in
between does not make it fit.  Once A is CLOSED it answers a challenge with a reset
that counts; so the claim is of before.
"""

from tcpmodel import Always, Attacker, Network, User, Witness, connection
from tcpmodel.language.terms import both, within
from tcpmodel.tcp import promises
from tcpmodel.tcp.tcb import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LAST_ACK,
    TIME_WAIT,
    rcv,
    theirs,
)

system = connection(
    a=User(closes=1),
    b=User(closes=1),
    network=Network(reorder=False),
    attacker=Attacker(resets=1, misses_by=2),
    bits=4,
    window=4,
    established=True,
)
inside = promises.in_flight("A", lambda segment, sender: segment.ctl.rst & within(segment.seq, theirs(rcv.nxt), 4))
STATES = {
    "close_wait": CLOSE_WAIT,
    "closing": CLOSING,
    "established": ESTABLISHED,
    "fin_wait_1": FIN_WAIT_1,
    "fin_wait_2": FIN_WAIT_2,
    "last_ack": LAST_ACK,
    "time_wait": TIME_WAIT,
}
claims = [
    *(
        Witness(f"meets_{name}", both(promises.is_in("B", there), inside), says=f"a reset in the window meets {name}")
        for name, there in STATES.items()
    ),
    Always(
        "survives",
        promises.is_in("A", CLOSED) | ~promises.has_ended("B", "reset", "refused", "cut short", "assassinated"),
        needs=inside,
        says="no reset ends B's connection while A has its own",
    ),
    promises.typing(),
]
broken_by = {"survives": {"rst_5961": "off"}}
