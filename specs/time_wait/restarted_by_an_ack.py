"""A late copy of an ACK starts 2MSL over: of two ends that wait since about the same time, one begins again.

Source: RFC 9293 3.10.7.4 fifth: TIME-WAIT starts over at an acceptable segment; figure 13 for two ends in TIME-WAIT.
"""

from tcpmodel import Network, Time, User, Witness, both, connection, equal
from tcpmodel.tcp import TIME_WAIT, at, hygiene, promises, time_wait_elapsed

system = connection(
    a=User(closes=1),
    b=User(closes=1),
    network=Network(capacity=4, duplicate=1),
    time=Time(msl=1, time_wait=5),
    bits=4,
    established=True,
)
waiting = both(*(promises.is_in(end, TIME_WAIT) for end in "AB"))
claims = [
    Witness("both_wait", waiting, says="both ends are in TIME-WAIT"),
    Witness(
        "starts_over",
        both(waiting, at("A", equal(time_wait_elapsed, 0)), at("B", equal(time_wait_elapsed, 2))),
        says="A waits from the start again, B for two ticks already",
    ),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.no_false_success(),
]
