"""The text had arrived, its ACK was lost: sent again it comes with the FIN, which B takes from behind the old text.

Source: RFC 9293 3.10.7.4 first (trimming), seventh and eighth check, and 3.10.8; promises S2 and S4.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSE_WAIT, FIN_WAIT_1, at, delivered, hygiene, in_flight, mutants, promises, rcv, theirs

system = connection(
    a=User(sends=1, closes=1, retransmissions=1),
    b=User(closes=1),
    network=Network(capacity=2, lose=2),
    segments="any",
    bits=4,
    established=True,
)
claims = [
    Witness(
        "old_text_new_fin",
        both(
            promises.is_in("A", FIN_WAIT_1),
            in_flight("A", lambda s, sender: both(s.has_text, s.ctl.fin, equal(s.seq + s.text, theirs(rcv.nxt)))),
            ~in_flight("A", lambda s, sender: s.ctl.fin & equal(s.text, 0)),
        ),
        says="text that B has had is in flight with the FIN behind it, and the FIN alone is not",
    ),
    Witness(
        "fin_is_taken",
        both(promises.is_in("B", CLOSE_WAIT), at("B", equal(delivered, 1))),
        says="B has delivered the text once, and consumed the FIN",
    ),
    promises.whole_stream(),
    promises.no_stale_data(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
]
broken_by = {"whole_stream": mutants.fin_out_of_order}
