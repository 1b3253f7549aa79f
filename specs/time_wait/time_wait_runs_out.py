"""A repeated FIN does not start 2MSL over, so TIME-WAIT ends in its time, however often the peer repeats it.

Source: RFC 9293 3.10.7.4 first: a FIN that has been taken lies in front of the window and is answered before the fifth
check, which alone starts 2MSL over.  Any answer to B's FIN may be lost, and B never gives up.
`time_wait_literal_restart` has what is still in flight then.
"""

from tcpmodel import LeadsTo, Network, Time, User, Witness, both, connection, equal, weak
from tcpmodel.tcp import LAST_ACK, TIME_WAIT, at, in_flight, promises, repeats, time_wait_elapsed, time_wait_runs_out

system = connection(
    a=User(closes=1),
    b=User(closes=1, retransmissions=None),
    network=Network(lose=None, reorder=False),
    time=Time(msl=1, rto=1, time_wait=2, prompt=False),
    established=True,
)
claims = [
    Witness(
        "fin_again",
        both(
            promises.is_in("A", TIME_WAIT),
            promises.is_in("B", LAST_ACK),
            at("A", equal(time_wait_elapsed, 2)),
            in_flight("B", lambda segment, sender: segment.ctl.fin),
        ),
        says="A has waited long enough, and B's FIN comes once more",
    ),
    LeadsTo(
        "runs_out",
        promises.is_in("A", TIME_WAIT),
        ~promises.is_in("A", TIME_WAIT),
        (weak("time: a tick"), *repeats("B"), *time_wait_runs_out("A")),
        says="A's TIME-WAIT comes to its end",
    ),
    promises.typing(),
]
broken_by = {"runs_out": {"time_wait_restart": "ack_bearing"}}
