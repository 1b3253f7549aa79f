"""The reset that refused an old attempt acknowledges nothing of the new one, and is dropped.

Source: RFC 9293 3.10.7.3 first; hazard H15.  The sibling of `stale_refusal` with numbers that are new each time.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import LISTEN, at, in_flight, inc, promises

system = connection(
    a=User(active_opens=2, aborts=1, first_isn=0),
    b=User(passive_opens=1, first_isn=4),
    network=Network(capacity=3),
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
    ),
    promises.typing(),
]
hazards = {"H15": "refused_unheard"}
broken_by = {"refused_unheard": {"isn": "zero"}}
