"""What was sent in one segment comes again in two: B delivers each octet once, however the text is cut.

Source: RFC 9293 3.10.8 and RFC 1122 4.2.2.15, which lets a sender pack what it sends again anew; promise S2.  Sequence
numbers count octets and not segments for this reason (RFC 9293 3.4).
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import at, delivered, hygiene, in_flight, iss, mutants, promises

system = connection(
    a=User(sends=1, closes=1, retransmissions=3),
    b=User(),
    network=Network(capacity=3, lose=1, duplicate=1),
    segments="any",
    bits=4,
    established=True,
)


def sent(octets):
    """A segment of so many octets is in flight that begins with A's first."""
    return in_flight("A", lambda s, sender: both(equal(s.text, octets), ~s.ctl.fin, equal(s.seq, iss + 1)))


claims = [
    Witness("whole_and_cut", both(sent(2), sent(1)), says="A's text is in flight whole, and its first octet alone"),
    Witness(
        "whole_comes_after_its_half",
        both(sent(2), at("B", equal(delivered, 1))),
        says="B has had the first octet alone, and the whole text is still in flight",
    ),
    Witness("all_is_delivered", at("B", equal(delivered, 2)), says="B has delivered both octets"),
    promises.no_stale_data(),
    promises.whole_stream(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
]
broken_by = {
    "acknowledged_is_received": mutants.old_octets_are_taken_again,
    "whole_stream": mutants.text_in_front_of_fin_is_lost,
}
