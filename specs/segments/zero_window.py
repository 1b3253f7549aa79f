"""B's window is zero: text and FIN are turned away with an ACK, a bare ACK and a reset are not, and A cannot finish.

Source: RFC 9293 table 6, first two lines, and 3.10.7.4 first ("If the RCV.WND is zero, no segments will be acceptable,
but special allowance should be made to accept valid ACKs, URGs, and RSTs"); 3.8.6.1.  A closes, since CLOSE asks for no
room: its FIN serves as the probe.  B's own text flows, and A's ACKs of it are taken.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal, every, implies
from tcpmodel.tcp import (
    CLOSED,
    ESTABLISHED,
    FIN_WAIT_1,
    OUT,
    all_acknowledged,
    at,
    delivered,
    fields_of,
    hygiene,
    in_flight,
    iss,
    promises,
    snd,
)

system = connection(
    a=User(sends=1, closes=1, aborts=1, retransmissions=1),
    b=User(sends=2, window=0),
    network=Network(capacity=2),
    bits=4,
    established=True,
)
each = fields_of("each")
claims = [
    Witness(
        "fin_is_turned_away",
        both(promises.is_in("A", FIN_WAIT_1), in_flight("B", lambda s, sender: s.ctl.ack & ~s.has_text)),
        says="A has sent its FIN, and B has answered it with an ACK",
    ),
    Witness(
        "bs_text_is_acknowledged",
        at("B", all_acknowledged & equal(snd.nxt, iss + 3)),
        says="B has taken the ACKs of both its octets",
    ),
    Witness("reset_is_obeyed", promises.has_ended("B", "reset"), says="B has obeyed A's reset"),
    Always(
        "no_text_is_sent",
        at("A", every(OUT, "each", ~each.has_text)),
        needs=promises.is_in("A", ESTABLISHED),
        says="A sends no text into a window of zero",
    ),
    Always(
        "fin_is_never_taken",
        promises.is_in("B", ESTABLISHED, CLOSED),
        needs=promises.is_in("A", FIN_WAIT_1),
        says="B never consumes A's FIN",
    ),
    Always(
        "nothing_is_delivered_to_b",
        implies(promises.is_in("B", ESTABLISHED), at("B", equal(delivered, 0))),
        needs=promises.is_in("A", FIN_WAIT_1),
        says="B delivers nothing",
    ),
    promises.no_stale_data(),
    promises.typing(),
    hygiene.own_numbers(),
]
hazards = {"H64": "fin_is_never_taken"}
broken_by = {
    "fin_is_never_taken": {"b": User(sends=2, window=1)},
    "no_text_is_sent": {"b": User(sends=2, window=1)},
}
