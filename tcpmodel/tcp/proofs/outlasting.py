"""Proof of how long TIME-WAIT must last: two ends that close, the clauses of `repairing`, and what follows from them.

With MSL L, retransmission interval R and k losses, and a TIME-WAIT that every segment it answers starts over: after
L + 1 ticks nothing that the end itself sent is in flight (Q1), after max(2 * L, k * R + L) + 1 nothing that its peer
sent (Q2), and after k * R + L + 1 the peer has finished (Q3), so that LAST-ACK and CLOSING are never reset (S7).  If
only a FIN starts it over, one L more is needed for Q1 and for the 2 * L of Q2.  Q1 needs no more than that rule: it is
also shown of any number of incarnations, whatever they and the network do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from tcpmodel.language.terms import at_least, both, equal, every, implies, one_of
from tcpmodel.systems.claims import Always
from tcpmodel.systems.proof import Assumption, Proof, Tooth
from tcpmodel.systems.system import TransitionSystem
from tcpmodel.tcp.claims import promises
from tcpmodel.tcp.observers.ghosts import inc
from tcpmodel.tcp.observers.provenance import traced_segment
from tcpmodel.tcp.observers.watching import waited, with_waits
from tcpmodel.tcp.proofs.both_closing import WAITS, of_each
from tcpmodel.tcp.proofs.repairing import Case, invariant
from tcpmodel.tcp.proofs.unbounded import LARGEST_WINDOW, mirror, unbounded
from tcpmodel.tcp.rfc9293.ends import ENDS, at, bag_from, each_end, other_end, some_end
from tcpmodel.tcp.rfc9293.tcb import CLOSED, TIME_WAIT, state, theirs, time_wait_elapsed
from tcpmodel.tcp.world.clock import Time
from tcpmodel.tcp.world.connection import connection
from tcpmodel.tcp.world.environment import Network, User

IDLE = ("passive OPEN", "active OPEN", "queue is sent")
"""Events that never come again: the OPENs are used up, and without text nothing was ever queued."""


def closing(case: Case, *, bits: int = 32, window: int = LARGEST_WINDOW, **changes: Any) -> TransitionSystem:
    """As `whole`, without the rules that can never fire: a certificate has none of these."""
    system = whole(case, bits=bits, window=window, **changes)
    return replace(system, rules=tuple(rule for rule in system.rules if rule.event not in IDLE))


def whole(case: Case, *, bits: int = 32, window: int = LARGEST_WINDOW, **changes: Any) -> TransitionSystem:
    """Two ESTABLISHED ends that may close, and repeat their FINs for ever; the network loses so many segments.

    It loses none by being full, which nobody would count: a step that finds no room waits.
    """
    user = User(closes=None, retransmissions=None)
    settings: dict[str, Any] = {
        "a": user,
        "b": user,
        "network": Network(lose=case.losses, duplicate=None, when_full="block"),
        "time": Time(msl=case.msl, rto=case.rto, time_wait=case.lasts),
        "time_wait_restart": case.restart,
        "time_wait_rst": "ignore",
        **changes,
    }
    made = connection(
        name="time_wait_outlasts", bits=bits, window=window, established=True, ghosts="provenance", **settings
    )
    return with_waits(made, longest=case.lasts)


def proven(case: Case, *teeth: Tooth, window: int = LARGEST_WINDOW) -> Proof:
    """The proof: the clauses, the claims that follow from them, and the assumptions."""
    system = closing(case, window=window)
    return Proof(
        system,
        tuple(invariant(case)),
        tuple(claims(case)),
        names=tuple(at(end, inc) for end in ENDS),
        mirror=mirror(system),
        assumptions=tuple(assumptions(case, window=window)),
        teeth=teeth,
    )


# Any number of incarnations.

ANSWERS_START_OVER = {"time_wait_restart": "ack_bearing", "time_wait_syn": "drop", "throttled": "challenges"}
"""With these knobs TIME-WAIT starts over at whatever it answers: it drops bare SYNs, and challenges nothing."""
_BY_AGE = ("clock_counts_time_wait", "no_older_than_msl", "sent_before_the_clock")


def any_incarnations(msl: int, **knobs: Any) -> Proof:
    """The proof of Q1 for any ends in any network: text, crashes, aborts, old segments, any ISSs, losses without end.

    It needs no more than that TIME-WAIT sends nothing without starting over.
    """
    case, s = Case(msl=msl, time_wait=msl + 1), traced_segment("s")
    time = Time(msl=msl, time_wait=case.lasts, prompt=False)
    system = unbounded(**{"time": time, "time_wait_rst": "ignore", "isn": "free", **ANSWERS_START_OVER, **knobs})
    bare = Always(
        "has_an_ack",
        both(*(of_each(s.ctl.ack | s.ctl.syn | s.ctl.rst, end) for end in ENDS)),
        says="in flight nothing is without ACK but SYNs and resets",
    )
    return Proof(
        system,
        (bare, *(clause for clause in invariant(case) if clause.name in _BY_AGE)),
        (_gone("own_segments_are_gone", case.own_gone, lambda end: end, "Q1: what the end itself sent"),),
        names=tuple(at(end, inc) for end in ENDS),
        mirror=mirror(system),
        assumptions=(
            Assumption("lifetime", f"no segment arrives that is older than {msl}"),
            Assumption("restart", "TIME-WAIT obeys no reset, and starts over at whatever it answers"),
        ),
    )


# The claims.

_waiting = equal(state, TIME_WAIT)
_they_wait = one_of(theirs(state), WAITS)


def claims(case: Case) -> list[Always]:
    """Claims: what the clauses imply for the next connection, and for the peer."""
    return [*_of_segments(case), *_of_the_peer(case)]


def _of_segments(case: Case) -> Iterator[Always]:
    yield _gone("own_segments_are_gone", case.own_gone, lambda end: end, "Q1: what the end itself sent")
    yield _gone("peers_segments_are_gone", case.peers_gone, other_end, "Q2: what its peer sent")
    over = at_least(waited, 1)
    yield Always(
        "reopening_is_fresh",
        both(*(every(bag_from(sender), "s", at(end, ~over)) for end in ENDS for sender in ENDS)),
        needs=some_end(_waiting),
        says="Q1 and Q2: when TIME-WAIT is over nothing is in flight, then or later, that an ISS could clash with",
    )


def _gone(name: str, ticks: int, sender: Callable[[str], str], what: str) -> Always:
    over = _waiting & at_least(time_wait_elapsed, ticks)
    return Always(
        name,
        both(*(every(bag_from(sender(end)), "s", at(end, ~over)) for end in ENDS)),
        needs=some_end(_waiting),
        says=f"{what} is in flight no more after {ticks} ticks of TIME-WAIT",
    )


def _of_the_peer(case: Case) -> Iterator[Always]:
    late = _waiting & at_least(time_wait_elapsed, case.peer_finished)
    yield Always(
        "peer_has_finished",
        each_end(implies(late, ~_they_wait)),
        needs=some_end(late),
        says=f"Q3: after {case.peer_finished} ticks of TIME-WAIT the peer does not wait for an ACK any more",
    )
    gone = equal(state, CLOSED)
    yield Always(
        "nobody_leaves_a_waiting_peer",
        each_end(implies(gone, ~_they_wait)),
        needs=some_end(gone),
        says="Q3: no end is CLOSED while its peer waits for an ACK of its FIN",
    )
    yield promises.passive_closer_succeeds()


def assumptions(case: Case, *, window: int) -> Iterator[Assumption]:
    """The assumptions of the proof."""
    yield Assumption(
        "established",
        "two ESTABLISHED ends know each other's numbers, nothing is in flight, nobody sends text; the clauses speak "
        "of no number but by its distance from an ISS, so the ISSs 0 and 2^31 stand for any",
    )
    yield Assumption("one_connection", "nobody opens again, aborts, crashes or gives up; resets do not end TIME-WAIT")
    yield Assumption("restart", f"TIME-WAIT starts over by the rule {case.restart!r} of the knob time_wait_restart")
    yield Assumption(
        "lifetime", f"no segment arrives that is older than {case.msl}; none dies of age that was not lost before"
    )
    yield Assumption("losses", f"the network loses {case.losses} segments at most; it may repeat and reorder them")
    yield Assumption(
        "timer",
        f"a FIN that is not acknowledged is sent again after {case.rto} ticks, neither sooner nor later, for ever",
    )
    yield Assumption("window", f"the receive window is {window} octets and stays so")
