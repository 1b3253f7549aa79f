"""The network is down for longer than keep-alives have patience, and a healthy idle pair is torn apart.

Source: RFC 9293 3.8.4; hazard H76 (5 steps from ESTABLISHED: two probes, two losses, the end).  Nobody had
anything to say, so without keep-alives the outage would have passed unnoticed.  However many probes are
sent, an outage that swallows them all does this; what MUST-29 asks for is more than one.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import ESTABLISHED, other_end, promises

system = connection(a=User(), b=User(), network=Network(lose=2, when_full="block"), keep_alive="two", established=True)
outage_is_over = equal(system.variable("network.left.lose"), 0)
healthy = both(*(promises.is_in(end, ESTABLISHED) for end in "AB"))
left = {end: both(promises.has_ended(end, "timed out"), promises.is_in(other_end(end), ESTABLISHED)) for end in "AB"}
claims = [
    Witness("survived", both(healthy, outage_is_over), says="the outage is over, and the connection is there"),
    Witness("cleaned_up", promises.has_ended("B", "reset"), says="the other end's own probe is reset"),
    Always(
        "nobody_gives_up_a_healthy_peer",
        both(~left["A"], ~left["B"]),
        needs=outage_is_over,
        says="no end gives up a peer that is there",
        expected="fails",
    ),
    promises.typing(),
]
hazards = {"H76": "nobody_gives_up_a_healthy_peer"}
