"""A forged FIN behind the peer's own moves nothing; but its acknowledgment can end TIME-WAIT by way of the peer.

Source: RFC 9293 3.10.7.4 fifth and eighth; RFC 1337.  TIME-WAIT acknowledges what is in the window; the ACK reaches an
end that has closed, and the reset that it draws is exactly at RCV.NXT.  Before the peer's FIN the attacker, who
knows both numbers, closes the connection outright.
"""

from tcpmodel import Attacker, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import TIME_WAIT, at, in_flight, promises, stale_fin

system = connection(
    a=User(closes=1),
    b=User(closes=1),
    network=Network(capacity=1),
    attacker=Attacker(target="A", fins=1, knows=("seq", "ack")),
    bits=4,
    established=True,
)
unharmed = at("A", ~stale_fin)
claims = [
    Witness(
        "forged_fin_at_time_wait",
        both(
            promises.is_in("A", TIME_WAIT),
            unharmed,
            in_flight("B", lambda segment, sender: segment.ctl.fin & equal(sender, 0)),
        ),
        says="a forged FIN is on its way to TIME-WAIT",
    ),
    Witness(
        "assassinated_by_way_of_b",
        unharmed & promises.has_ended("A", "assassinated"),
        says="TIME-WAIT ends by B's reset, although the forged FIN was not obeyed",
    ),
    promises.no_stale_control(expected="fails"),
    promises.typing(),
]
