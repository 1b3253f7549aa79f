"""A FIN overtakes the text in front of it and is held: it is taken when the gap is filled, and not sent again.

Source: RFC 9293 3.10.7.4 (SHLD-31) and 3.8.6.3 (MAY-13); promise S4.  A sends an octet and closes; the FIN comes first.
B keeps it and says with an ACK what is missing.  The sender repeats nothing here, so without SHLD-31 the FIN is lost.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSE_WAIT, ESTABLISHED, at, delivered, hygiene, in_flight, mutants, promises, rcv, theirs

system = connection(
    a=User(sends=1, closes=1),
    b=User(),
    network=Network(capacity=2),
    ahead="acknowledged",
    out_of_order="held",
    bits=4,
    established=True,
)
fin_waits = both(
    promises.is_in("B", ESTABLISHED),
    in_flight("A", lambda s, sender: s.ctl.fin & equal(s.seq, theirs(rcv.nxt) + 1)),
    in_flight("B", lambda s, sender: s.ctl.ack & equal(s.ack, rcv.nxt)),
)
claims = [
    Witness(
        "fin_is_ahead",
        fin_waits,
        says="A's FIN is in flight or held, and B asks for the octet in front of it",
    ),
    Witness(
        "fin_is_taken",
        both(promises.is_in("B", CLOSE_WAIT), at("B", equal(delivered, 1))),
        says="B has delivered the octet and consumed the FIN, which was sent once",
    ),
    promises.whole_stream(),
    promises.no_stale_data(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
]
broken_by = {"whole_stream": mutants.fin_out_of_order}
