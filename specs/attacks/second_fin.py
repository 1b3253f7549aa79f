"""A FIN at RCV.NXT after the peer's own is ignored; taken to the letter it would leave the ends one number apart.

Source: RFC 9293 3.10.7.4 eighth, which advances RCV.NXT over any FIN and only then names the states; gVisor does so.
`second_fin="consumed"` is that letter: what A sends from then on acknowledges what B never sent, B drops it, its FIN
included, and what B sends is in front of A's window.  In front of B's own FIN the attacker, who knows both numbers, is
believed either way.
"""

from tcpmodel import Always, Attacker, LeadsTo, Network, User, Witness, both, connection, equal, implies, within
from tcpmodel.tcp import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    KINDS,
    LAST_ACK,
    TIME_WAIT,
    arrive,
    at,
    in_flight,
    in_state,
    irs,
    promises,
    rcv,
    snd,
    stale_fin,
    state,
    theirs,
)

system = connection(
    a=User(closes=1),
    b=User(closes=1),
    network=Network(reorder=False, when_full="block"),
    attacker=Attacker(target="A", fins=1, knows=("seq", "ack")),
    bits=4,
    established=True,
)
in_step = at("A", equal(rcv.nxt, theirs(snd.nxt)) & ~equal(theirs(state), CLOSED) & ~stale_fin)
forged = in_flight(
    "B", lambda segment, sender: both(segment.ctl.fin, equal(sender, 0), equal(segment.seq, theirs(rcv.nxt)))
)
claims = [
    Witness(
        "second_fin",
        both(promises.is_in("A", CLOSE_WAIT), in_step, forged),
        says="A has taken B's FIN, and a forged one at RCV.NXT is on its way",
    ),
    Always(
        "one_fin_is_taken",
        at("A", implies(in_state(CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT), within(rcv.nxt, irs + 1, 2))),
        needs=both(promises.is_in("A", LAST_ACK), in_step, forged),
        says="of a peer that sends nothing but its FIN A takes one number",
    ),
    LeadsTo(
        "last_ack_succeeds",
        both(promises.is_in("A", LAST_ACK), in_step),
        promises.has_ended("A", "closed"),
        (*arrive("A", *KINDS), *arrive("B", *KINDS)),
        says="an end in LAST-ACK that has taken B's own FIN and no other ends with the ACK of its FIN",
    ),
    promises.no_stale_control(expected="fails"),
    promises.typing(),
]
CONSUMED = {"second_fin": "consumed"}
broken_by = {"one_fin_is_taken": CONSUMED, "last_ack_succeeds": CONSUMED}
