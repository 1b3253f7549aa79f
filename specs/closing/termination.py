"""Both users have called CLOSE, and whatever the network loses, both ends come to CLOSED.

Source: RFC 9293 3.6 and 3.10.8; promises L3 and L4.  FINs are sent again until they are acknowledged; an
end that is CLOSED already answers a FIN with a reset.  That some segments arrive is not enough, but bare
ACKs need to arrive in one direction only: the other end is then reset by a peer that has closed.
TIME-WAIT ends by its own timer, whatever happens around it.  A stack whose CLOSE sends its FIN once and forgets, or
sends none, comes to CLOSED at once: but its peer never hears of it, or is reset (nyx-os #59, zephyr #728).
"""

from tcpmodel import Network, User, Witness, both, connection
from tcpmodel.tcp import (
    BARE_ACKS,
    CLOSED,
    FINS,
    LAST_ACK,
    RESETS,
    TIME_WAIT,
    arrive,
    hygiene,
    mutants,
    promises,
    repeats,
    service,
    some_arrive,
    time_wait_runs_out,
)

user = User(closes=1, retransmissions=None)
system = connection(a=user, b=user, network=Network(lose=None, when_full="block"), bits=4, established=True)
both_ends = (*repeats("A", "B"), *time_wait_runs_out("A", "B"))
claims = [
    Witness("both_closed", both(*(promises.has_ended(end, "closed") for end in "AB")), says="both ends have closed"),
    Witness(
        "left_in_last_ack",
        both(promises.is_in("A", CLOSED), promises.is_in("B", LAST_ACK)),
        says="TIME-WAIT is over and its ACK was lost",
    ),
    promises.termination(*both_ends, *arrive("A", FINS, RESETS), *arrive("B", FINS, RESETS, BARE_ACKS)),
    service.peer_hears_of_close("A", *repeats("A"), *arrive("B", FINS)),
    promises.leaves("A", TIME_WAIT, *time_wait_runs_out("A")),
    promises.termination(
        *both_ends, *some_arrive("A"), *some_arrive("B"), name="termination_if_some_arrive", expected="fails"
    ),
    promises.typing(),
    hygiene.all_is_forgotten(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
    hygiene.no_false_success(),
]
broken_by = {
    "termination": mutants.close_says_nothing,
    "peer_hears_of_close": mutants.close_forgets,
}
