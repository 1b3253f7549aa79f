"""B's reset lies ahead of an octet that was lost; A challenges it, and B's second reset is at the right number.

Source: RFC 5961 3.2; hazard H40, where it does no harm; promise L2.  The sibling of `challenge_throttled`
in which the challenge reaches B: CLOSED answers an ACK with a reset that carries the very number that A
expects.  The round trip is the price of RFC 5961, and a network that loses nothing more is enough to pay it.
Were the octet late and not lost, it could move RCV.NXT away from the second reset, and the loss of A's last
ACK would leave A alone after all; so the claim is about an octet that is lost.
"""

from tcpmodel import LeadsTo, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import BARE_ACKS, CLOSED, RESETS, arrive, at, hygiene, in_flight, promises, rcv, synchronized, theirs

system = connection(
    a=User(),
    b=User(sends=1, aborts=1),
    network=Network(lose=1, when_full="block"),
    established=True,
)
text_is_lost = both(
    equal(system.variable("network.left.lose"), 0), ~in_flight("B", lambda segment, sender: segment.has_text)
)
reset_is_ahead = in_flight("B", lambda segment, sender: segment.ctl.rst & equal(segment.seq, theirs(rcv.nxt) + 1))
given = both(at("A", synchronized), promises.is_in("B", CLOSED), text_is_lost, reset_is_ahead)
claims = [
    Witness("reset_is_ahead", given, says="the octet is lost, and the reset behind it on its way"),
    LeadsTo(
        "reset_takes_effect",
        given,
        ~at("A", synchronized),
        (*arrive("A", RESETS), *arrive("B", BARE_ACKS)),
        says="a reset in the window that is not lost ends the connection",
    ),
    promises.no_stale_control(),
    promises.typing(),
    hygiene.own_numbers(),
]
hazards = {"H40": "reset_takes_effect"}
broken_by = {"reset_takes_effect": {"throttled": "challenges"}}
