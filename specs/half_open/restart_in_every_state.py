"""A restarts and calls again, in whatever state its crash has left B: B asks, and learns that the connection is gone.

Source: RFC 9293 3.5.1 and 3.10.7.4 first and fourth; RFC 5961 4.2.  One segment is lost, so that B may be in any
state for ever.  A number that A's SYN bears may lie in B's window or outside of it: an ACK is the answer to both, and
SYN-SENT resets the sender of the ACK.  The number in front of the window is the exception (H38, `restart_at_rcv_nxt`).
"""

from tcpmodel import LeadsTo, Network, User, Witness, both, connection, equal, within
from tcpmodel.tcp import (
    BARE_ACKS,
    FINS,
    RESETS,
    SYN_SENT,
    SYNS,
    arrive,
    at,
    hygiene,
    in_flight,
    iss,
    mutants,
    promises,
    rcv,
    service,
    theirs,
)

system = connection(
    a=User(closes=1, crashes=1, active_opens=1, isn="free"),
    b=User(closes=1),
    network=Network(lose=1, reorder=False, when_full="block"),
    established=True,
)
calls_again = both(
    promises.is_in("A", SYN_SENT),
    in_flight("A", lambda segment, sender: segment.ctl.syn),
    equal(system.variable("network.left.lose"), 0),
)
in_the_window = at("A", within(iss, theirs(rcv.nxt), 2))
in_front = at("A", equal(iss + 1, theirs(rcv.nxt)))
claims = [
    Witness(
        "outside_the_window",
        both(calls_again, at("B", promises.synchronized), ~in_the_window, ~in_front),
        says="a new SYN outside of the window meets the old connection",
    ),
    *service.meets_each_state("B", both(calls_again, in_the_window), says="a new SYN in the window"),
    LeadsTo(
        "found_out",
        both(calls_again, at("B", promises.synchronized)),
        ~at("B", promises.synchronized) | in_front,
        (*arrive("B", SYNS, RESETS, FINS, BARE_ACKS), *arrive("A", BARE_ACKS, FINS)),
        says="where A calls again and nothing more is lost, B leaves the old connection, but in the case of H38",
    ),
    promises.typing(),
    hygiene.own_numbers(),
]
broken_by = {"found_out": mutants.unacceptable_is_dropped}
