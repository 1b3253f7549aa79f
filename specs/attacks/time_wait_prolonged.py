"""A forged octet in the window prolongs TIME-WAIT: it is acknowledged, ignored, and 2MSL starts over.

Source: RFC 9293 3.10.7.4 fifth: what is acceptable in TIME-WAIT starts 2MSL over.  B, in TIME-WAIT as well,
shows how much time has passed; in front of the FIN the octet would have been delivered.
"""

from tcpmodel import Always, Attacker, Network, Time, User, Witness, both, connection, equal, implies
from tcpmodel.tcp import TIME_WAIT, at, in_flight, misdelivered, promises, time_wait_elapsed

system = connection(
    a=User(closes=1),
    b=User(closes=1),
    network=Network(capacity=3),
    time=Time(msl=1, time_wait=4),
    attacker=Attacker(target="A", octets=1, knows=("seq", "ack")),
    bits=4,
    established=True,
)
waiting = both(*(promises.is_in(end, TIME_WAIT) for end in "AB"))
starts_over = both(waiting, at("A", equal(time_wait_elapsed, 0) & ~misdelivered), at("B", equal(time_wait_elapsed, 4)))
claims = [
    Witness(
        "starts_over",
        starts_over,
        says="A waits from the start again, B has waited long enough",
    ),
    Always(
        "is_acknowledged",
        implies(starts_over, in_flight("A", lambda segment, sender: segment.ctl.ack)),
        needs=starts_over,
        says="where A waits from the start again, its ACK of the octet is in flight",
    ),
    promises.no_stale_data(expected="fails"),
    promises.typing(),
]
