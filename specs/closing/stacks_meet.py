"""Two stacks meet, each with departures of its own: Linux sends and closes, lwIP takes it all and closes, too.

Source: the profiles `linux` and `lwip`, with the source of each knob (`tcpmodel rules --profile linux`).  What either
does otherwise than RFC 9293 harms neither here: text arrives once and in order, FINs come last, and both ends close.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSED, TIME_WAIT, at, delivered, hygiene, mutants, promises

system = connection(
    a=User(sends=2, closes=1, retransmissions=1, profile="linux"),
    b=User(closes=1, retransmissions=1, profile="lwip"),
    network=Network(capacity=2, lose=1),
    bits=4,
    established=True,
)
claims = [
    Witness(
        "both_finish",
        both(promises.is_in("A", TIME_WAIT), promises.is_in("B", CLOSED), promises.has_ended("B", "closed")),
        says="A waits in TIME-WAIT, and B has closed",
    ),
    Witness("text_arrives", at("B", equal(delivered, 2)), says="B has delivered both octets"),
    promises.whole_stream(),
    promises.no_stale_data(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
]
broken_by = {"whole_stream": mutants.fin_out_of_order}
