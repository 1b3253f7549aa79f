"""Text or a FIN that comes again is acknowledged again, in whatever state: a lost ACK is made good.

Source: RFC 9293 3.10.7.4 first and 3.5.2 group 3: an unacceptable segment is answered with an ACK.  The network loses
without limit, and B repeats nothing itself, so it may be in any state for ever.
"""

from tcpmodel import LeadsTo, Network, User, connection, equal, upto
from tcpmodel.tcp import (
    BARE_ACKS,
    CLOSED,
    FINS,
    RESETS,
    TEXTS,
    arrive,
    at,
    hygiene,
    in_flight,
    mutants,
    promises,
    rcv,
    repeats,
    service,
    snd,
    theirs,
)

system = connection(
    a=User(sends=1, closes=1, retransmissions=None),
    b=User(closes=1),
    network=Network(lose=None, when_full="block"),
    bits=4,
    established=True,
)
comes_again = in_flight(
    "A", lambda segment, sender: (segment.has_text | segment.ctl.fin) & upto(segment.seq, theirs(rcv.nxt), snd.nxt)
)
all_acknowledged = at("A", equal(snd.una, snd.nxt))
claims = [
    *service.meets_each_state("B", comes_again, says="what has been taken already"),
    LeadsTo(
        "acknowledged_at_last",
        ~all_acknowledged,
        all_acknowledged | promises.is_in("A", CLOSED),
        (*repeats("A"), *arrive("B", TEXTS, FINS), *arrive("A", BARE_ACKS, RESETS)),
        says="what A has sent and repeats is acknowledged in the end, or A's connection is over",
    ),
    promises.whole_stream(),
    promises.no_stale_data(),
    promises.typing(),
    hygiene.own_numbers(),
]
broken_by = {"acknowledged_at_last": mutants.unacceptable_is_dropped}
