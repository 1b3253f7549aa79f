"""B called once and gave up; its old SYN makes A's honest call a crossing one, and the listener refuses A.

Source: RFC 9293 3.10.7.3 fourth and 3.10.7.4 second; hazard H07 (7 steps).  A takes the old SYN for one
that crosses its own; its SYN,ACK finds B in LISTEN, which resets the sender of any ACK; and A, which
called, is refused.  A's own SYN is all the time on its way to a listener that would have answered it.
RFC 5961 does not help, since the reset is exactly at RCV.NXT.  B's user gives up before A calls, so the SYN
is old when A takes it, and goes on listening after that.

`agreement_on_entry` fails besides: where B's new ISS is the number after the old SYN, B's answer to A's
SYN,ACK lies in A's window and acknowledges A's SYN, and A is ESTABLISHED by an incarnation that it does
not know.  `fresh` keeps clear of the numbers in flight, not of the window that a SYN in flight may open.
"""

from dataclasses import replace

from tcpmodel import Always, FirstMatch, LeadsTo, Network, Row, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSED, KINDS, LISTEN, RFC_9293, SYN_SENT, arrive, in_flight, in_state, promises, state, theirs


def aborts_early(event: str, block: FirstMatch, row: Row) -> tuple[Row, ...]:
    """The user aborts only a call, and only before the other end calls."""
    early = (in_state(SYN_SENT), equal(theirs(state), CLOSED))
    return (replace(row, when=(*row.when, *early)) if event == "ABORT" else row,)


system = connection(
    a=User(active_opens=1, first_isn=0),
    b=User(active_opens=1, aborts=1, passive_opens=1),
    network=Network(capacity=3, when_full="block"),
    rules=RFC_9293.map(aborts_early),
)
old_syn = in_flight("B", lambda segment, sender: segment.ctl.syn & ~segment.ctl.ack)
syn_is_on_its_way = in_flight("A", lambda segment, sender: segment.ctl.syn & ~segment.ctl.ack)
called = both(promises.is_in("A", SYN_SENT), promises.is_in("B", LISTEN))
no_answer = ~in_flight("B", lambda segment, sender: segment.ctl.ack | segment.ctl.rst)
refused = promises.has_ended("A", "refused")
claims = [
    promises.both_established(),
    Witness("crossed_by_an_old_syn", called & old_syn, says="A calls a listener whose own old SYN is in flight"),
    Always(
        "refused_unheard",
        ~(refused & promises.is_in("B", LISTEN) & syn_is_on_its_way),
        needs=refused,
        says="nobody is refused while its SYN is still on its way to a listener",
        expected="fails",
    ),
    LeadsTo(
        "honest_call_succeeds",
        called & no_answer,
        promises.both_established().predicate,
        (*arrive("A", *KINDS), *arrive("B", *KINDS)),
        says="who calls a listener becomes connected with it",
        expected="fails",
    ),
    promises.agreement_on_entry(expected="fails"),
    promises.typing(),
]
hazards = {"H07": "refused_unheard"}
