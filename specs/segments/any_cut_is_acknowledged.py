"""However what is sent again is cut or joined, and whatever the network loses, all of it is acknowledged, and the FIN.

Source: RFC 9293 3.8.1, 3.10.8 and RFC 1122 4.2.2.15.  A retransmission may begin with octets that B has had, so B may
not wait for one that begins at RCV.NXT: that stack and a sender that always sends the same segment never get on.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import (
    BARE_ACKS,
    CLOSE_WAIT,
    FINS,
    TEXTS,
    arrive,
    at,
    delivered,
    in_flight,
    mutants,
    promises,
    rcv,
    repeats,
    service,
    theirs,
)

system = connection(
    a=User(sends=2, closes=1, retransmissions=None),
    b=User(),
    network=Network(capacity=2, lose=None, when_full="block"),
    segments="any",
    window=2,
    bits=4,
    established=True,
)
claims = [
    Witness(
        "half_old_with_fin",
        in_flight("A", lambda s, sender: both(s.ctl.fin, equal(s.text, 2), equal(s.seq + 1, theirs(rcv.nxt)))),
        says="two octets are in flight with the FIN behind them, and B has had the first",
    ),
    Witness(
        "all_is_taken",
        both(promises.is_in("B", CLOSE_WAIT), at("B", equal(delivered, 2))),
        says="B has delivered two octets and consumed the FIN",
    ),
    service.sent_is_acknowledged("A", *repeats("A"), *arrive("A", BARE_ACKS), *arrive("B", TEXTS, FINS)),
    promises.whole_stream(),
    promises.no_stale_data(),
    promises.typing(),
]
broken_by = {"sent_is_acknowledged": mutants.text_must_begin_at_rcv_nxt}
