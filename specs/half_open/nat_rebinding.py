"""A NAT forgets an idle connection: what A sends next seems to be a stranger's, and a healthy connection is reset.

Source: RFC 5382 5; hazard H75 (4 steps from ESTABLISHED).  To B's host the segment belongs to no connection, so it
answers as CLOSED does; the reset is exact, and A obeys it.  B, whose connection nothing ever touched, is
left half-open: it has nothing to send, and nobody can tell it.  B is silent here, for what it would send
to the old name the NAT would drop.
"""

from tcpmodel import Always, Network, User, Witness, both, connection
from tcpmodel.tcp import ESTABLISHED, KINDS, arrive, hygiene, promises

system = connection(
    a=User(sends=1), b=User(), network=Network(capacity=3, when_full="block", rebinds=1), established=True
)
forgotten = system.variable("nat.moved")
reset_for_nothing = both(promises.has_ended("A", "reset"), promises.is_in("B", ESTABLISHED))
claims = [
    Witness(
        "forgotten",
        both(*(promises.is_in(end, ESTABLISHED) for end in "AB"), forgotten),
        says="both ends are ESTABLISHED, and the NAT has forgotten it",
    ),
    Always(
        "no_reset_for_nothing",
        ~reset_for_nothing,
        needs=forgotten,
        says="A is not reset while B has the connection",
        expected="fails",
    ),
    promises.half_open_is_found_out("B", *arrive("A", *KINDS), *arrive("B", *KINDS), expected="fails"),
    promises.no_stale_control(),
    promises.typing(),
    hygiene.own_numbers(),
]
hazards = {"H75": "no_reset_for_nothing"}
