"""A reset outside the window in each state of a connection: it is dropped without a word.

Source: RFC 9293 3.10.7.4 first: "unless the RST bit is set".  Nothing is lost, nothing overtakes, and each FIN draws
one ACK: so a bare ACK from B, when all that A sent is acknowledged, would be an answer to the reset.  By more than the
window it misses, so that a FIN in between does not make it fit.
"""

from tcpmodel import Always, Attacker, Network, User, Witness, connection
from tcpmodel.language.terms import both
from tcpmodel.tcp import mutants, promises
from tcpmodel.tcp.ends import at
from tcpmodel.tcp.tcb import (
    CLOSE_WAIT,
    CLOSING,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LAST_ACK,
    TIME_WAIT,
    all_acknowledged,
)

system = connection(
    a=User(closes=1),
    b=User(closes=1),
    network=Network(reorder=False),
    attacker=Attacker(resets=1, misses_by=3),
    established=True,
)
answer = at("A", all_acknowledged) & promises.in_flight(
    "B", lambda segment, sender: segment.ctl.ack & ~segment.ctl.fin & ~segment.ctl.rst
)
stray = promises.in_flight("A", lambda segment, sender: segment.ctl.rst)
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
        Witness(f"meets_{name}", both(promises.is_in("B", there), stray), says=f"a stray reset meets {name}")
        for name, there in STATES.items()
    ),
    Always("silence", ~answer, needs=stray, says="B answers no reset that lies outside its window"),
    promises.typing(),
]
broken_by = {"silence": mutants.stray_reset_is_answered}
