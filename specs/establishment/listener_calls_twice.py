"""A listener calls, gives up, listens again and calls again: each call needs an ISS of its own.

Source: RFC 9293 3.10.1, LISTEN state, and 3.4.1 for the ISS; hazard H29.  B answers the first SYN; a second call
that begins with any number takes that answer for its own.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import ESTABLISHED, SYN_SENT, at, in_flight, inc, mutants, promises

system = connection(
    a=User(passive_opens=2, active_opens=2, aborts=1, first_isn=0),
    b=User(passive_opens=1, first_isn=4),
    network=Network(capacity=3, reorder=False),
)
old_answer = in_flight("B", lambda segment, sender: segment.ctl.syn & segment.ctl.ack)
claims = [
    Witness(
        "old_answer_on_its_way",
        both(promises.is_in("A", SYN_SENT), at("A", equal(inc, 2)), old_answer),
        says="A calls for the second time, and the answer to its first SYN is in flight",
    ),
    Witness(
        "called_again",
        both(at("A", equal(inc, 2)), promises.took_each_other("A"), promises.is_in("A", ESTABLISHED)),
        says="the second call makes a connection",
    ),
    promises.agreement_on_entry(),
    promises.typing(),
]
broken_by = {"agreement_on_entry": mutants.open_takes_any_isn}
