"""A SYN above all old numbers reopens TIME-WAIT at once, and nothing old enters the new connection.

Source: RFC 9293 3.6.1 (MAY-2); RFC 1122 4.2.2.13; hazard H56, its other side.  The new SYN is above RCV.NXT and
the new ISS above SND.NXT, so that B's old octet, its FIN and its ACKs lie in front of the new window, as long
as the old connection used less than half the number space less a window in the last 2MSL.  Where any SYN
reopens, B's old ACK, octet or FIN is taken for the new connection's.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import ESTABLISHED, SYN_RECEIVED, at, in_flight, inc, mutants, promises

system = connection(
    a=User(closes=1),
    b=User(sends=1, closes=1, active_opens=1, retransmissions=1),
    network=Network(capacity=3, when_full="block"),
    bits=4,
    established=True,
    isn="free",
    time_wait_syn="may2",
    time_wait_rst="ignore",
)
reopened = both(promises.is_in("A", SYN_RECEIVED), at("A", equal(inc, 2)))
old_octet = in_flight("B", lambda segment, sender: segment.has_text & ~equal(sender, inc))
claims = [
    Witness("old_octet_survives", reopened & old_octet, says="A was reopened, and B's old octet is in flight"),
    Witness(
        "connected_again",
        both(at("A", equal(inc, 2)), *(promises.is_in(x, ESTABLISHED) & promises.took_each_other(x) for x in "AB")),
        says="the ends are connected again without A's TIME-WAIT having ended",
    ),
    promises.no_stale_data(),
    promises.no_stale_control(),
    promises.agreement_on_entry(),
    promises.time_wait_integrity(),
]
hazards = {"H56": "no_stale_data"}
broken_by = {
    "no_stale_data": mutants.any_syn_reopens_time_wait,
    "no_stale_control": mutants.any_syn_reopens_time_wait,
    "agreement_on_entry": mutants.any_syn_reopens_time_wait,
    "time_wait_integrity": mutants.any_syn_reopens_time_wait,
}
