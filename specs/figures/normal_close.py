"""One end closes, the other follows, and the first waits out TIME-WAIT.

Source: RFC 9293 figure 12; hazard H43 (6 steps from ESTABLISHED to line 5, 11 with the handshake).
The network keeps order, as in the figure; where it may reorder, the FIN that also acknowledges ours
saves a step (figure 5 note 2), as `close_with_faults` shows.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import CLOSE_WAIT, CLOSED, FIN_WAIT_2, LAST_ACK, TIME_WAIT, hygiene, mutants, promises

system = connection(
    a=User(closes=1), b=User(closes=1), network=Network(capacity=3, reorder=False), bits=4, established=True
)
line_3 = both(promises.is_in("A", FIN_WAIT_2), promises.is_in("B", CLOSE_WAIT))
line_4 = both(promises.is_in("A", TIME_WAIT), promises.is_in("B", LAST_ACK))
line_5 = both(promises.is_in("A", TIME_WAIT), promises.is_in("B", CLOSED), promises.has_ended("B", "closed"))
claims = [
    Witness("figure_12_line_3", line_3, says="one half is closed"),
    Witness("figure_12_line_4", line_4, says="A is in TIME-WAIT, B waits for the ACK of its FIN"),
    Witness("figure_12_line_5", line_5, says="A is in TIME-WAIT, B has closed"),
    Witness(
        "figure_12_line_6",
        both(*(promises.has_ended(end, "closed") for end in "AB")),
        says="both ends have closed",
    ),
    promises.whole_stream(),
    promises.no_stale_control(),
    promises.passive_closer_succeeds(),
    promises.typing(),
    hygiene.all_is_forgotten(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
    promises.nobody_waits(),
]
hazards = {"H43": "figure_12_line_5"}
broken_by = {"typing": mutants.fin_takes_no_number}
