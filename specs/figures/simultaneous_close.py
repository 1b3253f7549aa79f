"""Both ends close at once: each FIN crosses the other, and both wait in TIME-WAIT.

Source: RFC 9293 figure 13; hazard H43 (6 steps from ESTABLISHED, 11 with the handshake).  The
network keeps order, as in the figure.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import CLOSING, TIME_WAIT, hygiene, promises

system = connection(
    a=User(closes=1), b=User(closes=1), network=Network(capacity=3, reorder=False), bits=4, established=True
)
claims = [
    Witness("figure_13_line_3", both(*(promises.is_in(end, CLOSING) for end in "AB")), says="both ends are CLOSING"),
    Witness("figure_13_line_4", both(*(promises.is_in(end, TIME_WAIT) for end in "AB")), says="both are in TIME-WAIT"),
    promises.whole_stream(),
    promises.no_stale_control(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
    promises.nobody_waits(),
]
hazards = {"H43": "figure_13_line_4"}
