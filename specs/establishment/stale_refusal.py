"""With every ISS zero, the reset that refused an old attempt refuses the new one, although B listens now.

Source: RFC 9293 3.10.7.3 second; hazard H15.  CLOSED answered the first SYN with a reset that acknowledges it;
the caller gave up, B began to listen, the caller calls again with the same number, and the old reset
acknowledges that, too.  6 steps; the catalogue estimates 7.  `stale_refusal_fresh` has other numbers.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import LISTEN, at, in_flight, inc, promises

system = connection(
    a=User(active_opens=2, aborts=1),
    b=User(passive_opens=1),
    network=Network(capacity=3),
    isn="zero",
)
refused = promises.has_ended("A", "refused")
listens = both(promises.is_in("B", LISTEN), at("A", equal(inc, 2)))
syn_is_on_its_way = in_flight("A", lambda segment, sender: segment.ctl.syn & equal(sender, inc))
claims = [
    Witness(
        "old_reset_survives",
        listens & in_flight("B", lambda segment, sender: segment.ctl.rst),
        says="the reset of the first attempt is in flight while B listens to the second",
    ),
    promises.both_established(),
    Always(
        "refused_unheard",
        ~(refused & listens & syn_is_on_its_way),
        needs=refused,
        says="nobody is refused while its SYN is still on its way to a listener",
        expected="fails",
    ),
    promises.typing(),
]
hazards = {"H15": "refused_unheard"}
