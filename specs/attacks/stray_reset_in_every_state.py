"""A reset outside the window in each state of a connection: it is dropped without a word.

Source: RFC 9293 3.10.7.4 first: "unless the RST bit is set".  Nothing is lost, nothing overtakes, and each FIN draws
one ACK: so a bare ACK from B, when all that A sent is acknowledged, would be an answer to the reset.  By more than the
window it misses, so that a FIN in between does not make it fit.
"""

from tcpmodel import Always, Attacker, Network, User, connection
from tcpmodel.tcp import all_acknowledged, at, in_flight, mutants, promises, service

system = connection(
    a=User(closes=1),
    b=User(closes=1),
    network=Network(reorder=False),
    attacker=Attacker(resets=1, misses_by=3),
    established=True,
)
answer = at("A", all_acknowledged) & in_flight(
    "B", lambda segment, sender: segment.ctl.ack & ~segment.ctl.fin & ~segment.ctl.rst
)
stray = in_flight("A", lambda segment, sender: segment.ctl.rst)
claims = [
    *service.meets_each_state("B", stray, says="a stray reset"),
    Always("silence", ~answer, needs=stray, says="B answers no reset that lies outside its window"),
    promises.typing(),
]
broken_by = {"silence": mutants.stray_reset_is_answered}
