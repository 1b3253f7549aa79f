"""Forged text behind the peer's FIN is not delivered, though it begins at RCV.NXT.

Source: RFC 9293 3.10.7.4 seventh: after a FIN there should be no text, and it is ignored.  In front of the FIN the
attacker, who knows both numbers, is believed; then the true FIN is one number late and is never taken.
"""

from tcpmodel import Always, Attacker, User, Witness, both, connection, equal, implies
from tcpmodel.tcp import CLOSE_WAIT, LAST_ACK, TIME_WAIT, at, hygiene, in_flight, misdelivered, promises, rcv, theirs

system = connection(
    a=User(closes=1),
    b=User(closes=1),
    attacker=Attacker(target="A", octets=1, knows=("seq", "ack")),
    established=True,
)
closed = promises.is_in("A", *hygiene.HAS_TAKEN_FIN)
at_rcv_nxt = in_flight("B", lambda segment, sender: segment.has_text & equal(segment.seq, theirs(rcv.nxt)))
claims = [
    *(
        Witness(
            name,
            both(promises.is_in("A", there), at_rcv_nxt),
            says=f"forged text at RCV.NXT is on its way to {where}",
        )
        for name, where, there in (
            ("text_behind_fin", "CLOSE-WAIT", CLOSE_WAIT),
            ("text_meets_last_ack", "LAST-ACK", LAST_ACK),
            ("text_meets_time_wait", "TIME-WAIT", TIME_WAIT),
        )
    ),
    Always(
        "deaf_after_fin",
        implies(closed, at("A", ~misdelivered)),
        needs=both(closed, at_rcv_nxt),
        says="whoever has taken the FIN has nothing forged",
    ),
    promises.no_stale_data(expected="fails"),
    promises.typing(),
]
