"""Claims of the answers: what the user wants, which breaks without the mechanism and holds with it."""

from __future__ import annotations

from tcpmodel.language.terms import both, equal, implies, named
from tcpmodel.systems.claims import Always, DeadlockFree, LeadsTo, weak
from tcpmodel.tcp.claims import promises
from tcpmodel.tcp.claims.fairness import BARE_ACKS, FINS, RESETS, SYN_ACKS, TEXTS, arrive, repeats
from tcpmodel.tcp.observers.ghosts import NOBODY, adopted_by, delivered, inc, peer
from tcpmodel.tcp.rfc9293.ends import at, in_flight, nothing_in_flight
from tcpmodel.tcp.rfc9293.tcb import (
    ESTABLISHED,
    FIN_WAIT_1,
    LAST_ACK,
    SYN_RECEIVED,
    SYN_SENT,
    TIME_WAIT,
    something_outstanding,
    theirs,
)
from tcpmodel.tcp.world.wrapping import delivered_again

callers_meet = DeadlockFree(
    "no_caller_waits",
    both(*(~promises.is_in(end, SYN_SENT) for end in "AB")),
    says="the system stops only where no caller waits for an answer",
)
listener_stays = Always(
    "listener_stays",
    ~promises.has_ended("B", "refused"),
    needs=promises.is_in("B", SYN_RECEIVED),
    says="a reset in SYN-RECEIVED does not close a listener",
)
unanswered = at("B", something_outstanding) & ~in_flight("A", lambda segment, sender: segment.ctl.ack)
crash_is_found_out = promises.half_open_is_found_out(
    "B", *repeats("B"), *arrive("A", TEXTS), *arrive("B", RESETS), given=unanswered, name="crash_is_found_out"
)
both_closed = both(*(promises.has_ended(end, "closed") for end in "AB"))
nothing_is_left = Always(
    "nothing_is_left",
    implies(both_closed, named("nothing is in flight", nothing_in_flight())),
    needs=both_closed,
    says="when both ends have closed, nothing of the connection is in flight any more",
)
last_ack_ends = LeadsTo(
    "last_ack_ends",
    promises.is_in("B", LAST_ACK) & promises.is_in("A", TIME_WAIT),
    ~promises.is_in("B", LAST_ACK),
    (*repeats("B"), *arrive("A", FINS), *arrive("B", BARE_ACKS, RESETS)),
    says="B leaves LAST-ACK once A has taken its FIN",
)
sender_is_not_reset = Always(
    "sender_is_not_reset",
    ~promises.has_ended("B", "reset"),
    needs=promises.is_in("A", FIN_WAIT_1) & at("B", something_outstanding),
    says="an end that still has something to send is not reset because the other has closed",
)
forgery_is_harmless = Always(
    "forgery_is_harmless",
    ~promises.has_ended("B", "reset"),
    needs=in_flight("A", lambda segment, sender: segment.ctl.rst),
    says="a guess in the window does not end B's connection",
)
listener_learns = LeadsTo(
    "listener_learns",
    promises.is_in("A", ESTABLISHED),
    promises.is_in("B", ESTABLISHED),
    (*repeats("B"), *arrive("A", SYN_ACKS), *arrive("B", BARE_ACKS)),
    says="where the caller is ESTABLISHED, the listener comes to be",
)
_taken = adopted_by(peer, of=theirs)
delivered_once = Always(
    "delivered_once",
    at(
        "B",
        implies(
            ~equal(delivered, 0),
            named("the sender takes part in no other incarnation", equal(_taken, inc) | equal(_taken, NOBODY)),
        ),
    ),
    needs=at("B", ~equal(delivered, 0)),
    says="an octet sent to one incarnation of B is not delivered to another",
)
connected_to_a_listener = Always(
    "connected_to_a_listener",
    ~promises.both_established().predicate,
    needs=promises.is_in("A", SYN_SENT),
    says="nobody is connected where nobody listens",
)
client_is_not_reset = Always(
    "client_is_not_reset",
    ~promises.has_ended("A", "reset"),
    needs=at("A", something_outstanding),
    says="A, which goes on sending to a peer that has answered and closed, is not reset",
)
idle_is_not_reset = Always(
    "idle_is_not_reset",
    ~promises.has_ended("A", "reset"),
    needs=at("A", something_outstanding),
    says="A's connection, which nobody has ended, is not reset",
)
answers_come = (*arrive("A", BARE_ACKS, RESETS), *arrive("B", BARE_ACKS))
silence_is_found_out = promises.half_open_is_found_out("A", *answers_come, name="silence_is_found_out")
found_out_by_a_probe = promises.half_open_is_found_out(
    "A", weak("A: keep-alive"), *answers_come, name="found_out_by_a_probe"
)
no_octet_twice = Always("no_octet_twice", ~delivered_again(), says="no octet is delivered twice")
