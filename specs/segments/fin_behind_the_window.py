"""Text fills B's window of one octet: the FIN that comes with it lies behind the window, and is taken the second time.

Source: RFC 9293 3.10.7.4 first (what lies outside the window is trimmed off, "including SYN and FIN").  A sends an
octet with a FIN, once, and the network doubles the segment.  The first copy brings the octet, the second the FIN.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal, implies
from tcpmodel.tcp import CLOSE_WAIT, ESTABLISHED, at, delivered, hygiene, in_flight, mutants, promises

system = connection(
    a=User(sends=1, closes=1),
    b=User(window=1),
    network=Network(capacity=2, duplicate=1),
    segments="any",
    bits=4,
    established=True,
)
text_with_fin = in_flight("A", lambda s, sender: both(s.ctl.fin, s.has_text))
claims = [
    Witness(
        "text_is_taken_alone",
        both(promises.is_in("B", ESTABLISHED), at("B", equal(delivered, 1)), text_with_fin),
        says="B has delivered the octet of a segment with a FIN, and not taken the FIN; the other copy is in flight",
    ),
    Witness(
        "fin_is_taken",
        both(promises.is_in("B", CLOSE_WAIT), at("B", equal(delivered, 1))),
        says="B has delivered the octet and taken the FIN",
    ),
    Always(
        "fin_waits_for_the_window",
        implies(text_with_fin, ~promises.is_in("B", CLOSE_WAIT)),
        needs=both(text_with_fin, at("B", equal(delivered, 1))),
        says="while one copy of the text with its FIN is in flight, B has not taken the FIN of the other",
    ),
    promises.whole_stream(),
    promises.no_stale_data(),
    promises.typing(),
    hygiene.acknowledged_is_received(),
]
broken_by = {"fin_waits_for_the_window": mutants.fin_behind_window_is_taken}
