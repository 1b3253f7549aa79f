"""Two callers meet as figure 7 draws it: with Linux's sequence test the SYN,ACKs are what establishes them.

Source: RFC 9293 figure 7; hazard H08.  Linux takes a segment that ends where the window begins, and lets the
crossing SYN,ACK through to its ACK field: 6 steps, as the figure has them, where the text of 3.10.7.4 needs 8
(`simultaneous_open`).  Nothing outside the window has to be answered, so a throttle does no harm.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import SYN_RECEIVED, promises

system = connection(
    a=User(active_opens=1, first_isn=0),
    b=User(active_opens=1),
    network=Network(capacity=3, reorder=False),
    sequence_test="linux",
    throttled="all",
)
crossed = both(promises.is_in("A", SYN_RECEIVED), promises.is_in("B", SYN_RECEIVED))
claims = [
    Witness("figure_7_line_4", crossed, says="both ends have taken the other's SYN"),
    promises.both_established(),
    promises.agreement_on_entry(),
    promises.sequence_agreement(),
    promises.typing(),
    promises.nobody_waits(),
]
hazards = {"H08": "deadlock_free"}
broken_by = {"deadlock_free": {"sequence_test": "rfc"}}
