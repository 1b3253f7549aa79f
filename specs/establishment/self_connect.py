"""A host that calls itself: seen in a mirror, two callers with the same ISS whose SYNs cross.

Source: RFC 9293 3.5 (MUST-10); Linux's selftests; hazard H20.  One TCB that takes what it sends is half of this
system: give its mirror image the same ISS, let the image do at once what it does, and every step of the one is two
steps here.  So what holds here holds for it; OPEN and its 3 arrivals are the 8 steps of `figure_7`, and
`tests/specs/test_establishment.py` plays the mirrored run until both images are in TIME-WAIT.  That the
peer is somebody else fails: IRS is ISS.  Where nothing outside the window is
answered, a host that only calls itself hangs in SYN-RECEIVED.
"""

from tcpmodel import Always, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSING, ESTABLISHED, SYN_RECEIVED, TIME_WAIT, at, irs, iss, mutants, promises, state

system = connection(
    a=User(active_opens=1, closes=1, first_isn=0),
    b=User(active_opens=1, closes=1, first_isn=0),
    network=Network(capacity=4, reorder=False),
    isn="free",
)


def mirrored(*states):
    """Both images are in the same state."""
    return both(*(promises.is_in(end, *states) for end in "AB"))


claims = [
    Witness("calls_itself", mirrored(SYN_RECEIVED), says="the SYN has come back to the caller"),
    Witness("figure_7", promises.both_established().predicate, says="the caller is connected with itself"),
    Witness("closes_with_itself", mirrored(CLOSING), says="the FIN has come back, its ACK has not"),
    Witness("waits_for_itself", mirrored(TIME_WAIT), says="the connection with itself is over"),
    Always(
        "the_peer_is_another",
        at("A", ~(equal(state, ESTABLISHED) & equal(irs, iss))),
        needs=promises.is_in("A", ESTABLISHED),
        says="the number that the peer began with is not our own",
        expected="fails",
    ),
    promises.agreement_on_entry(),
    promises.sequence_agreement(),
    promises.whole_stream(),
    promises.nobody_waits(),
    promises.typing(),
]
hazards = {"H20": "deadlock_free"}
calls = User(active_opens=1, first_isn=0)
broken_by = {"deadlock_free": {"rules": mutants.unacceptable_is_dropped, "a": calls, "b": calls}}
