"""An idle end whose peer has left sends a keep-alive: CLOSED answers it with a reset.

Source: RFC 9293 3.8.4; hazard H76, the cure of H39; promise L2.  The probe is the octet in front of SND.NXT
without its text, so that whoever has the connection must acknowledge it and whoever has not resets.  One
segment may be lost, the reset of ABORT or another: the second probe stands in for it.  Where CLOSED says
nothing an end that gives up after its probes is cured all the same (`tests/specs/test_half_open.py`).
"""

from tcpmodel import Network, User, Witness, both, connection, weak
from tcpmodel.tcp import BARE_ACKS, CLOSED, ESTABLISHED, RESETS, arrive, in_flight, mutants, promises

system = connection(
    a=User(),
    b=User(aborts=1),
    network=Network(lose=1, when_full="block"),
    keep_alive="two",
    established=True,
)
half_open = both(promises.is_in("A", ESTABLISHED), promises.is_in("B", CLOSED))
probe = in_flight("A", lambda segment, sender: segment.ctl.ack)
arrivals = (*arrive("A", BARE_ACKS, RESETS), *arrive("B", BARE_ACKS))
claims = [
    Witness("probed", both(half_open, probe), says="A's probe is on its way to an end that has left"),
    Witness("found_out", promises.has_ended("A", "reset"), says="A learns that B has left"),
    promises.half_open_is_found_out("A", *arrivals, expected="fails"),
    promises.half_open_is_found_out("A", weak("A: keep-alive"), *arrivals, name="found_out_by_a_probe"),
    promises.no_stale_control(),
    promises.typing(),
]
hazards = {"H76": "found_out_by_a_probe"}
broken_by = {"found_out_by_a_probe": mutants.closed_is_silent}
