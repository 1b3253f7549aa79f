"""A's user timeout expires while it closes: A cannot know whether B has everything or nothing.

Source: RFC 9293 3.8.3 and 3.10.8; hazard H65; promises S4 and S5.  CLOSE turns into an abort, and A's user is told
of an error; B may have taken octet and FIN, one of them or neither (two generals).  What is promised holds:
nobody is told that all went well where it did not, and no FIN is taken before the text.  An end that does
not ask what was acknowledged tells such a lie: the ACK of an octet ends its LAST-ACK.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSE_WAIT, ESTABLISHED, at, delivered, hygiene, in_flight, mutants, promises

system = connection(
    a=User(closes=1, sends=1, timeouts=1),
    b=User(closes=1, sends=1, timeouts=1),
    network=Network(capacity=3, lose=2),
    bits=4,
    established=True,
)
timed_out = promises.has_ended("A", "timed out")
nothing_comes = ~in_flight("A", lambda segment, sender: ~segment.ctl.rst)
claims = [
    Witness(
        "peer_has_all",
        both(timed_out, promises.is_in("B", CLOSE_WAIT), at("B", equal(delivered, 1))),
        says="A has given up, and B has taken octet and FIN",
    ),
    Witness(
        "peer_has_nothing",
        both(timed_out, promises.is_in("B", ESTABLISHED), at("B", equal(delivered, 0)), nothing_comes),
        says="A has given up, and B has nothing of it, nor will it",
    ),
    promises.whole_stream(),
    hygiene.no_false_success(),
    promises.no_stale_data(),
    promises.no_stale_control(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
]
hazards = {"H65": "no_false_success"}
broken_by = {"no_false_success": mutants.last_ack_ends_at_any_ack, "whole_stream": mutants.fin_out_of_order}
