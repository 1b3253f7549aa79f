"""SYNs cross, and each end answers the other's SYN,ACK with an ACK, as Linux does: six segments, and both ESTABLISHED.

Source: RFC 9293 figure 8 shows ESTABLISHED at the SYN,ACK, which 3.10.7.4 first turns away, as its number is old;
4.4BSD sends no ACK (`simultaneous_open`, with four segments), Linux 6.18 sends one.
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import ESTABLISHED, hygiene, in_flight, promises

system = connection(
    a=User(active_opens=1),
    b=User(active_opens=1),
    network=Network(capacity=3),
    sequence_test="linux_acks",
)


def bare_ack(end):
    """A bare ACK of this end is in flight."""
    return in_flight(end, lambda s, sender: s.ctl.ack & ~s.ctl.syn & ~s.ctl.rst)


claims = [
    promises.both_established(),
    Witness(
        "both_acknowledge",
        both(promises.is_in("A", ESTABLISHED), promises.is_in("B", ESTABLISHED), bare_ack("A"), bare_ack("B")),
        says="both ends are ESTABLISHED, and the ACK of each is in flight",
    ),
    promises.agreement_on_entry(),
    promises.sequence_agreement(),
    promises.typing(),
    hygiene.own_numbers(),
]
