"""B takes A's call, A crashes and answers B's own: a SYN,ACK in the window of SYN-RECEIVED is challenged, not taken.

Source: RFC 9293 3.5.1 and 3.10.7.4 fourth; RFC 5961 4.2.  A and B call each other; A crashes, listens, and takes B's
SYN, which is still on its way.  The SYN,ACK acknowledges that SYN, and its number is one that B expects of the caller
before.  What A answers to B's SYN,ACK after that does establish B, with a caller that is no more: the two ISSs of A
lie next to each other here (`isn=monotone`), as the window reaches from one connection into the next.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, within
from tcpmodel.tcp import ESTABLISHED, SYN_RECEIVED, hygiene, in_flight, mutants, promises, rcv, theirs

system = connection(
    a=User(active_opens=1, passive_opens=1, crashes=1, isn="monotone"),
    b=User(active_opens=1),
    network=Network(reorder=False, when_full="block"),
)
in_the_window = both(
    promises.is_in("B", SYN_RECEIVED),
    in_flight("A", lambda segment, sender: segment.ctl.syn & segment.ctl.ack & within(segment.seq, theirs(rcv.nxt), 2)),
)
unanswered = in_flight("B", lambda segment, sender: segment.ctl.syn & segment.ctl.ack)
claims = [
    Witness(
        "in_the_window", in_the_window & promises.is_in("A", SYN_RECEIVED), says="a SYN,ACK in its window meets B's"
    ),
    Always(
        "established_by_an_answer",
        ~(promises.is_in("B", ESTABLISHED) & unanswered),
        needs=both(in_the_window, unanswered),
        says="B is not ESTABLISHED while its SYN,ACK is on its way to A",
    ),
    promises.no_false_established(expected="fails"),
    promises.typing(),
    hygiene.own_numbers(),
]
broken_by = {"established_by_an_answer": mutants.answered_is_processed}
