"""Where nothing goes wrong, three segments make a connection, and each segment is answered once.

Source: RFC 9293 figure 6 and 3.5.  The network keeps order and loses nothing, and nobody has anything to say.
"""

from tcpmodel import Always, Network, User, both, connection, implies
from tcpmodel.tcp import ESTABLISHED, SYN_RECEIVED, Segment, hygiene, in_flight, nothing_in_flight, promises

system = connection(
    a=User(active_opens=1, first_isn=2), b=User(passive_opens=1, first_isn=5), network=Network(reorder=False)
)


def bare_ack(segment: Segment, sender):
    """An ACK and nothing else."""
    return segment.ctl.ack & ~segment.ctl.syn & ~segment.ctl.rst


established = both(*(promises.is_in(end, ESTABLISHED) for end in "AB"))
waiting = promises.is_in("B", SYN_RECEIVED)
claims = [
    promises.both_established(),
    Always(
        "syn_is_answered_once",
        implies(waiting, ~in_flight("B", bare_ack)),
        needs=waiting,
        says="the listener answers the SYN with a SYN,ACK and nothing more",
    ),
    Always(
        "then_silence",
        implies(established, nothing_in_flight()),
        needs=established,
        says="the third segment is the last",
    ),
    promises.agreement_on_entry(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.all_is_settled(),
]
