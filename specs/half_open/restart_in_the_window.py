"""A restarts and calls again with a number that B expects: B asks, and learns that the connection is gone.

Source: RFC 9293 3.10.7.4 fourth; RFC 5961 4.2.  A SYN outside of the window is answered with an ACK anyway; within it
only the challenge tells.  The number in front of the window is the exception (H38, `restart_at_rcv_nxt`).
"""

from tcpmodel import DeadlockFree, User, Witness, both, connection, equal
from tcpmodel.tcp import ESTABLISHED, SYN_SENT, at, hygiene, in_flight, iss, promises, rcv, theirs

system = connection(a=User(crashes=1, active_opens=1), b=User(), isn="free", established=True)
claims = [
    Witness(
        "syn_at_rcv_nxt",
        both(
            promises.is_in("A", SYN_SENT),
            promises.is_in("B", ESTABLISHED),
            in_flight("A", lambda segment, sender: segment.ctl.syn & equal(segment.seq, theirs(rcv.nxt))),
        ),
        says="the SYN begins at B's RCV.NXT",
    ),
    DeadlockFree(
        "found_out",
        promises.has_ended("B", "reset") | at("A", equal(iss + 1, theirs(rcv.nxt))),
        says="the system stops only where B has learnt that A restarted, or in the case of H38",
    ),
    promises.no_stale_control(),
    promises.typing(),
    hygiene.own_numbers(),
]
