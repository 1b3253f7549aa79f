"""Two callers meet: each SYN crosses the other, and one connection comes of it.

Source: RFC 9293 figure 7; hazard H08.  The figure ends after 6 events; the text of 3.10.7.4 needs 8.  In
SYN-RECEIVED the other side's SYN,ACK lies one number in front of the window, so table 6 turns it away
before its ACK field is read, and the answer to that, a bare ACK, is what establishes the other end
(reading trap 1; RFC 9293 A.2 admits the problem).  The network keeps order here, as in the figure; in
`crossing_opens` it does not.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import SYN_RECEIVED, hygiene, mutants, promises

system = connection(
    a=User(active_opens=1, first_isn=0),
    b=User(active_opens=1),
    network=Network(capacity=3, reorder=False),
)
crossed = both(promises.is_in("A", SYN_RECEIVED), promises.is_in("B", SYN_RECEIVED))
claims = [
    Witness("figure_7_line_4", crossed, says="both ends have taken the other's SYN"),
    promises.both_established(),
    promises.agreement_on_entry(),
    promises.sequence_agreement(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    promises.nobody_waits(),
]
hazards = {"H08": "both_established"}
broken_by = {"deadlock_free": mutants.unacceptable_is_dropped}
