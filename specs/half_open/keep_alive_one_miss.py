"""One probe of an idle, healthy connection is lost; that must not be the end of it.

Source: RFC 9293 3.8.4 (MUST-29); hazard H76.  An end that gives up after two probes without an answer
survives the loss of any one segment; one that gives up after the first is dead in 3 steps: the probe, its
loss, and the end.  What is lost may as well be the answer.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import ESTABLISHED, nothing_in_flight, other_end, promises

system = connection(a=User(), b=User(), network=Network(lose=1, when_full="block"), keep_alive="two", established=True)
one_lost = equal(system.variable("network.left.lose"), 0)
healthy = both(*(promises.is_in(end, ESTABLISHED) for end in "AB"))
left = {end: both(promises.has_ended(end, "timed out"), promises.is_in(other_end(end), ESTABLISHED)) for end in "AB"}
claims = [
    Witness(
        "missed",
        both(healthy, one_lost, nothing_in_flight()),
        says="a probe or its answer is lost, and both ends wait",
    ),
    Always(
        "nobody_gives_up_a_healthy_peer",
        both(~left["A"], ~left["B"]),
        needs=one_lost,
        says="no end gives up a peer that is there",
    ),
    promises.typing(),
]
hazards = {"H76": "nobody_gives_up_a_healthy_peer"}
broken_by = {"nobody_gives_up_a_healthy_peer": {"keep_alive": "one"}}
