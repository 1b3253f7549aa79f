"""Timed part of the invariant of closing: a loss is repaired in time, and what is sent gets old.

Two ESTABLISHED ends close.  Clocks and ages are counts of ticks, so this is an inductive invariant like any other, in
which they are compared.  The first idea: while an end waits for the ACK of its FIN and its peer has consumed that FIN,
there is always something on its way that repairs a loss: a copy of the FIN, an ACK of it, or the retransmission timer.
TIME-WAIT's clock began at the last FIN that arrived, so it shows at most what the timer shows, and one interval R more
for each loss and for each copy of the FIN that is still in flight:

    clock =< timer + R * (losses + copies - 1), unless an ACK of the FIN is in flight that is no younger than the clock.

As no copy is older than L, that is k * R + L at most.  Copies are told apart by their ages: the one sent last is as old
as the timer shows, the one before R older.  The other idea is about what is left behind: an end in TIME-WAIT sends only
when something arrives, and what draws an answer starts the clock over, or is itself as old as the clock shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product

from tcpmodel.errors import DefinitionError
from tcpmodel.language.sorts import COUNT
from tcpmodel.language.terms import (
    TRUE,
    Term,
    at_least,
    both,
    constant,
    either,
    equal,
    every,
    implies,
    one_of,
    some,
    up,
    variable,
)
from tcpmodel.systems.claims import Always
from tcpmodel.tcp.observers.provenance import Traced, traced_segment
from tcpmodel.tcp.observers.watching import waited
from tcpmodel.tcp.proofs.both_closing import (
    live,
    of_closing,
    of_each,
    of_end,
    of_the_peers,
    they_wait,
)
from tcpmodel.tcp.proofs.invariant import Clause
from tcpmodel.tcp.rfc9293.ends import ENDS, at, bag_from, other_end
from tcpmodel.tcp.rfc9293.tcb import (
    CLOSING,
    TIME_WAIT,
    rcv,
    rtx_elapsed,
    snd,
    state,
    theirs,
    time_wait_elapsed,
)

LOSSES_LEFT = variable("network.left.lose", COUNT, says="the network's budget to lose")
OPENS_LEFT = {
    end: variable(f"{end}.left.{kind}_OPEN", COUNT, says=f"{end}'s budget of {kind} OPEN")
    for end, kind in zip(ENDS, ("active", "passive"), strict=True)
}
"""The budgets that the handshake before the start has used up."""
COUNT_BITS = 8
"""The bits of a count in a proof: no sum of times may go beyond them."""
SLACK = {"ack_bearing": 0, "fin": 1}
"""The age, in segment lifetimes, that an answer may reach for which TIME-WAIT did not start over."""


@dataclass(frozen=True)
class Case:
    """A setting: when TIME-WAIT starts over, MSL, retransmission interval, losses; and how long TIME-WAIT lasts.

    Without `time_wait` it lasts as long as all of the promises need.
    """

    restart: str = "ack_bearing"
    msl: int = 1
    rto: int = 2
    losses: int = 1
    time_wait: int | None = None

    def __post_init__(self) -> None:
        if self.restart not in SLACK:
            raise DefinitionError(f"TIME-WAIT started over {self.restart!r} has no proof: write 'ack_bearing' or 'fin'")
        if (self.losses + 2) * self.rto + 3 * self.msl >= 1 << COUNT_BITS:
            raise DefinitionError(f"{self} has clocks that count too far for a proof: write fewer ticks or losses")

    @property
    def own_gone(self) -> int:
        """Q1: ticks of TIME-WAIT after which nothing is in flight that the end itself sent."""
        return (1 + SLACK[self.restart]) * self.msl + 1

    @property
    def peers_gone(self) -> int:
        """Q2: ticks of TIME-WAIT after which nothing is in flight that its peer sent."""
        return max((2 + SLACK[self.restart]) * self.msl, self.losses * self.rto + self.msl) + 1

    @property
    def peer_finished(self) -> int:
        """Q3: ticks of TIME-WAIT after which the peer needs no answer any more."""
        return self.losses * self.rto + self.msl + 1

    @property
    def copies(self) -> int:
        """The most copies of a FIN, sent at different times, that can be in flight."""
        return self.msl // self.rto + 1

    @property
    def lasts(self) -> int:
        """The ticks that TIME-WAIT lasts: `time_wait`, or what the slowest of the promises needs."""
        if self.time_wait is not None:
            return self.time_wait
        return max(self.own_gone, self.peers_gone, self.peer_finished)


owes_an_ack = one_of(state, (CLOSING, TIME_WAIT)) & they_wait
"""The end waits for nothing but time, or soon does, and its peer waits for an ACK of its FIN."""


def _raised(count: Term, by: int) -> Term:
    return up(_raised(count, by - 1)) if by else count


def _bounded(case: Case, end: str, *, least: int, since: int = 0) -> Term:
    """The clock shows at most the peer's timer, and R for each loss, for `least`, and for each copy in flight.

    With `since` only copies count that were sent so many intervals before the last one, or earlier.
    """
    found = []
    for (number, so_many), (count, there) in product(_lost(case), _counted(_copies(case, end)[since:])):
        if number + count + least >= 0:
            shown = _raised(theirs(rtx_elapsed), (number + count + least) * case.rto)
            found.append(both(so_many, *there, at(end, at_least(shown, time_wait_elapsed))))
    return either(*found)


def _lost(case: Case) -> list[tuple[int, Term]]:
    """Each number of losses, with the condition that at least so many segments have been lost."""
    least = [at_least(constant(case.losses - n, COUNT), LOSSES_LEFT) for n in range(1, case.losses + 1)]
    return list(enumerate((TRUE, *least)))


def _counted(conditions: Sequence[Term]) -> Iterator[tuple[int, tuple[Term, ...]]]:
    """Each choice of the conditions, with the number of them: so many at least are true where all chosen are."""
    for chosen in product((False, True), repeat=len(conditions)):
        there = tuple(c for c, yes in zip(conditions, chosen, strict=True) if yes)
        yield len(there), there


def _copies(case: Case, end: str) -> list[Term]:
    """Conditions that a copy of the peer's FIN is in flight: as old as its timer shows, R older, 2 R and so on."""
    bag, copy = bag_from(other_end(end)), partial(_is_copy, traced_segment("c"), case)
    return [at(end, some(bag, "c", copy(number))) for number in range(case.copies)]


def _is_copy(s: Traced, case: Case, number: int) -> Term:
    """The segment is a copy of the peer's FIN that was sent so many intervals before the last one."""
    return s.ctl.fin & equal(s.age, _raised(theirs(rtx_elapsed), number * case.rto))


def _ack_on_its_way(end: str) -> Term:
    """There is an ACK of the peer's FIN that is no younger than the clock."""
    s = traced_segment("c")
    bare = s.ctl.ack & ~s.ctl.fin & ~s.ctl.rst & ~s.ctl.syn & equal(s.text, 0)
    fits = equal(s.seq, snd.nxt) & equal(s.ack, rcv.nxt) & at_least(s.age, time_wait_elapsed)
    return at(end, some(bag_from(end), "c", bare & fits))


# The clauses.


def invariant(case: Case) -> list[Always]:
    """The clauses, each for both ends."""
    clauses = [
        *of_closing(),
        *_of_budgets(case),
        *_of_clocks(case),
        *_of_repair(case),
        *_of_the_end(),
    ]
    return [Always(name, both(*(clause(end) for end in ENDS)), says=says) for name, says, clause in clauses]


def _of_budgets(case: Case) -> Iterator[Clause]:
    """Clauses about the budgets: what the environment may still do."""
    yield "nobody_opens", "no OPEN is left", lambda end: equal(OPENS_LEFT[end], constant(0, COUNT))
    if case.losses:
        few = at_least(constant(case.losses, COUNT), LOSSES_LEFT)
        yield "losses_are_counted", "the network loses no more than it may", lambda end: few


def _of_clocks(case: Case) -> Iterator[Clause]:
    """Clauses about ages: how old things are by TIME-WAIT's clock."""
    s, waiting = traced_segment("s"), equal(state, TIME_WAIT)
    slack, zero = SLACK[case.restart] * case.msl, constant(0, COUNT)
    yield (
        "timer_is_urgent",
        "the retransmission timer never runs over",
        partial(of_end, at_least(constant(case.rto, COUNT), rtx_elapsed)),
    )
    in_range = at_least(constant(case.lasts, COUNT), time_wait_elapsed) & (waiting | equal(time_wait_elapsed, zero))
    yield "clock_counts_time_wait", "TIME-WAIT's clock counts as long as it must last", partial(of_end, in_range)
    young = at_least(constant(case.msl, COUNT), s.age)
    yield "no_older_than_msl", "no segment is older than MSL", partial(of_each, young)
    yield (
        "sent_before_the_clock",
        "what an end in TIME-WAIT sent is as old as its clock shows, or MSL younger if answers do not start it over",
        partial(of_each, implies(waiting, at_least(_raised(s.age, slack), time_wait_elapsed))),
    )
    if slack:
        old = s.ctl.ack & ~s.ctl.fin & equal(s.seq, s.seq_iss + 1)
        yield (
            "answered_without_starting_over",
            "what the peer sent in front of its FIN is as old as the clock shows",
            partial(of_the_peers, implies(waiting & old, at_least(s.age, time_wait_elapsed))),
        )
    yield (
        "peer_falls_silent",
        "what the peer sent is so old that all of it is gone in time, or is a copy of its FIN with others before it",
        partial(_silent_in_time, case),
    )


def _silent_in_time(case: Case, end: str) -> Term:
    """Of each copy of a FIN, the clock shows at most its age, and R for each loss and for each older copy in flight."""
    s, later = traced_segment("each"), max((SLACK[case.restart] + 1) * case.msl, case.losses * case.rto)
    old = at_least(_raised(s.age, later), time_wait_elapsed)
    copies = (
        at(end, they_wait & _is_copy(s, case, number)) & _bounded(case, end, least=number, since=number + 1)
        for number in range(case.copies)
    )
    return every(bag_from(other_end(end)), "each", either(at(end, ~equal(state, TIME_WAIT) | old), *copies))


def _of_repair(case: Case) -> Iterator[Clause]:
    """Clauses about repair: what repairs a loss is on its way, and is not late."""
    yield (
        "clock_is_bounded",
        "the clock shows at most the peer's timer, and R for each loss and each copy of the FIN in flight",
        lambda end: implies(at(end, owes_an_ack), _bounded(case, end, least=0)),
    )
    yield (
        "repair_is_on_its_way",
        "an ACK of the FIN is in flight, or the clock shows R less than that",
        lambda end: implies(at(end, owes_an_ack), _ack_on_its_way(end) | _bounded(case, end, least=-1)),
    )


def _of_the_end() -> Iterator[Clause]:
    """Clauses about the end: nothing is left once TIME-WAIT is over."""
    over = at_least(waited, 1)
    yield "over_is_over", "an end whose TIME-WAIT is over is CLOSED", partial(of_end, implies(over, ~live))
    yield "nothing_of_its_own", "then nothing that it sent is in flight", partial(of_each, ~over)
    yield "nothing_of_its_peers", "nor anything that its peer sent", partial(of_the_peers, ~over)
