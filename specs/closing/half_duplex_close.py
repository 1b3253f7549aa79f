"""A closes for good, not only its own half: the octet that B sends after A's FIN is answered with a reset.

Source: RFC 9293 3.6.1 (MAY-1, SHLD-3); hazard H60 with half-duplex CLOSE.  B did nothing but send in CLOSE-WAIT, as
it may; 4 steps after ESTABLISHED its octet has been turned away and A is gone, one step later B is reset,
and there is no TIME-WAIT, on either side.  `half_close` is what the RFC's full-duplex CLOSE does.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSE_WAIT, ESTABLISHED, at, delivered, hygiene, in_flight, promises, snd

system = connection(
    a=User(closes=1),
    b=User(closes=1, sends=1),
    network=Network(capacity=3, when_full="block"),
    bits=4,
    half_duplex=True,
    established=True,
)
knew_of_the_fin = in_flight("B", lambda segment, sender: ~segment.has_text & equal(segment.seq + 1, snd.nxt))
"""The ACK of A's FIN, sent before the octet, is on its way."""
claims = [
    Witness(
        "read_before_close",
        both(promises.is_in("A", ESTABLISHED), at("A", equal(delivered, 1))),
        says="an octet that arrives before CLOSE is read",
    ),
    Witness(
        "closed_in_turn",
        both(*(promises.has_ended(end, "closed") for end in "AB")),
        says="where nothing is sent after A's FIN, both ends close",
    ),
    Always(
        "close_wait_may_send",
        ~both(promises.has_ended("A", "aborted"), promises.is_in("B", CLOSE_WAIT), knew_of_the_fin),
        needs=promises.is_in("B", CLOSE_WAIT),
        says="what B sends in CLOSE-WAIT is not turned away",
        expected="fails",
    ),
    Always(
        "nobody_is_reset",
        ~promises.has_ended("B", "reset"),
        needs=promises.is_in("B", CLOSE_WAIT),
        says="an end that only sends and closes is not reset",
        expected="fails",
    ),
    promises.whole_stream(),
    promises.no_stale_data(),
    promises.no_stale_control(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
]
hazards = {"H60": "close_wait_may_send"}
