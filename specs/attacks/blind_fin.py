"""A forged FIN behind the peer's own moves nothing: RCV.NXT stays, and 2MSL only starts over.

Source: RFC 9293 3.10.7.4 eighth.  The attacker knows both numbers; before the peer's FIN
arrives he would close the connection, after it he cannot.
"""

from tcpmodel import Attacker, Network, User, Witness, connection
from tcpmodel.language.terms import both, equal
from tcpmodel.tcp import promises
from tcpmodel.tcp.ends import at
from tcpmodel.tcp.ghosts import stale_fin
from tcpmodel.tcp.tcb import TIME_WAIT

system = connection(
    a=User(closes=1),
    b=User(closes=1),
    network=Network(capacity=4, reorder=False),
    attacker=Attacker(target="A", fins=1, knows=("seq", "ack")),
    bits=4,
    established=True,
)
claims = [
    Witness(
        "forged_fin_at_time_wait",
        both(
            promises.is_in("A", TIME_WAIT),
            at("A", ~stale_fin),
            promises.in_flight("B", lambda segment, sender: segment.ctl.fin & equal(sender, 0)),
        ),
        says="a forged FIN is on its way to TIME-WAIT",
    ),
    promises.no_stale_control(expected="fails"),
    promises.typing(),
]
