"""The peer has closed, and what is sent to it all the same is acknowledged, whatever the network loses.

Source: RFC 9293 3.8.1 and 3.10.7.4 first: data recovery.  A sends an octet, before B's FIN or in CLOSE-WAIT.  Where
the octet is lost A's timer sends it again; where its ACK is lost the octet comes again, outside the window, and B
has to acknowledge it all the same.  A stack that repeats nothing in CLOSE-WAIT (utcp #24), one that drops repeated
text without a word, and a throttle that swallows those answers (smoltcp #1162) never get there.
"""

from tcpmodel import LeadsTo, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import (
    BARE_ACKS,
    CLOSE_WAIT,
    FINS,
    TEXTS,
    all_acknowledged,
    arrive,
    at,
    delivered,
    mutants,
    nothing_in_flight,
    promises,
    repeats,
    service,
    something_outstanding,
)

system = connection(
    a=User(sends=1, retransmissions=None),
    b=User(closes=1, retransmissions=None),
    network=Network(lose=None, when_full="block"),
    bits=4,
    established=True,
)
text_recovers = (*repeats("A"), *arrive("A", BARE_ACKS), *arrive("B", TEXTS))
claims = [
    Witness(
        "ack_is_lost",
        both(at("A", something_outstanding), at("B", equal(delivered, 1)), nothing_in_flight()),
        says="the octet has arrived, and its ACK is lost",
    ),
    service.sent_is_acknowledged("A", *text_recovers),
    service.sent_is_acknowledged(
        "B", *repeats("B"), *arrive("A", FINS), *arrive("B", BARE_ACKS), name="fin_is_acknowledged"
    ),
    LeadsTo(
        "close_wait_is_acknowledged",
        both(promises.is_in("A", CLOSE_WAIT), at("A", something_outstanding)),
        at("A", all_acknowledged),
        text_recovers,
        says="what A has sent is acknowledged also where the peer has closed",
    ),
    promises.no_stale_data(),
    promises.typing(),
]
broken_by = {
    "sent_is_acknowledged": mutants.repeated_text_is_not_acknowledged,
    "fin_is_acknowledged": {"throttled": "all"},
    "close_wait_is_acknowledged": mutants.close_wait_repeats_nothing,
}
