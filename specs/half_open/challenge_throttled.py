"""A throttle swallows the challenge of a reset that lies ahead of a lost octet: A is left half-open.

Source: RFC 5961 7 and 8; hazard H40; promise L2.  B aborts after an octet that never arrives, so its reset is
in A's window and not at RCV.NXT.  RFC 5961 has A challenge it; a throttle at A, or a middlebox, swallows the
challenge, B is gone and sends nothing more, and A stays in a connection that nobody has at the other end.
The run takes 4 steps from ESTABLISHED: the octet, its loss, ABORT, the reset's arrival.  The estimate of 3
did not count the loss; without it the octet itself, arriving late, has A answer and be reset.  That the reset is
lost as well would be another story (`abort`), so the claim begins where nothing more can be lost.
"""

from tcpmodel import LeadsTo, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSED, KINDS, arrive, at, hygiene, in_flight, promises, rcv, synchronized, theirs

system = connection(
    a=User(),
    b=User(sends=1, aborts=1),
    network=Network(lose=1, when_full="block"),
    throttled="challenges",
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
        (*arrive("A", *KINDS), *arrive("B", *KINDS)),
        says="a reset in the window that is not lost ends the connection",
        expected="fails",
    ),
    promises.no_stale_control(),
    promises.typing(),
    hygiene.own_numbers(),
]
hazards = {"H40": "reset_takes_effect"}
