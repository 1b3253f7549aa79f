"""Forged text with a FIN behind the peer's FIN: the text is ignored, and the FIN behind it is not the peer's.

Source: RFC 9293 3.10.7.4 seventh: after a FIN there should be no text, and it is ignored; the eighth check still looks
at the FIN, which lies ahead of RCV.NXT.  The attacker knows both numbers.  In front of the true FIN he is believed.
"""

from tcpmodel import Always, Attacker, User, Witness, both, connection, equal, implies
from tcpmodel.tcp import (
    CLOSE_WAIT,
    LAST_ACK,
    TIME_WAIT,
    at,
    hygiene,
    in_flight,
    misdelivered,
    mutants,
    promises,
    rcv,
    stale_fin,
    theirs,
)

system = connection(
    a=User(closes=1),
    b=User(closes=1),
    attacker=Attacker(target="A", tails=1, knows=("seq", "ack")),
    established=True,
)
closed = promises.is_in("A", *hygiene.HAS_TAKEN_FIN)
at_rcv_nxt = in_flight("B", lambda s, sender: both(s.has_text, s.ctl.fin, equal(s.seq, theirs(rcv.nxt))))
claims = [
    *(
        Witness(
            name,
            both(promises.is_in("A", there), at_rcv_nxt),
            says=f"forged text at RCV.NXT, with a FIN, is on its way to {where}",
        )
        for name, where, there in (
            ("tail_behind_fin", "CLOSE-WAIT", CLOSE_WAIT),
            ("tail_meets_last_ack", "LAST-ACK", LAST_ACK),
            ("tail_meets_time_wait", "TIME-WAIT", TIME_WAIT),
        )
    ),
    Always(
        "deaf_after_fin",
        implies(closed & at("A", ~stale_fin), at("A", ~misdelivered)),
        needs=both(closed, at_rcv_nxt),
        says="whoever has taken the peer's FIN, and no forged one, has nothing forged",
    ),
    promises.no_stale_data(expected="fails"),
    promises.typing(),
]
broken_by = {"deaf_after_fin": mutants.text_behind_fin_is_taken}
