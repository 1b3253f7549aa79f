"""Inductive invariants of systems whose bags have room for few records: clauses checked, or their largest part found.

*Checking* (`check_inductive`).  Clauses that hold at the start and that every rule keeps together hold in every
reachable state, and so does what they imply: induction over the length of a run.  Three kinds of question are asked:
about the start, about a step of each rule from any state in which all clauses hold, and about the claims.  The state
before the step need not be reachable; if a step from it breaks a clause, the field calls it a counterexample to
induction.  It says that the clauses are too weak, not that the clause is false.

*Finding* (`largest_inductive`).  Of clauses that are only guessed, those that do not hold at the start are dropped, and
then those that a rule breaks, rule after rule and round after round, until a whole round of rules breaks nothing.  What
is left is the largest inductive subset of the guesses; this is Houdini (Flanagan and Leino 2001).

*Why it is right.*  What is left was assumed alone in the last question about each rule, and every rule keeps it.  No
other part could be larger: a clause is dropped because of a step from a state in which all clauses kept so far hold,
and such a step breaks it under fewer assumptions, too.  A clause on which the solver gives up is dropped as well, so
what is left may then be smaller, but is kept by every step.

*What it costs.*  A question asks whether any clause can be false after the step, so one answer drops all the clauses
that are false in the state found.  Some `SPREAD` states to which further steps lead from there are looked at too, by
the interpreter and without the solver: an inductive part of the clauses would hold in them as well.  Where the solver
gives up on many clauses, they are asked about half by half.

Bags are read as a few places (`prove.unrolling`); for bags that may hold anything, see `prove.largest`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import cycle
from typing import NamedTuple

from tcpmodel.language.terms import Term, both, named
from tcpmodel.prove.induction import Growing, unrolled
from tcpmodel.prove.solving import DEEP_EFFORT, Answer, Solver, solver
from tcpmodel.prove.unrolling import Unrolling
from tcpmodel.systems.claims import Always
from tcpmodel.systems.firing import reference_of
from tcpmodel.systems.system import State, TransitionSystem

SPREAD = 100
"""The number of states behind a broken step that are looked at: what is false there would be dropped later anyway."""
GROUP = 64
"""The number of clauses in one conjunction of a question."""


class Broken(NamedTuple):
    """A clause that does not hold where the system starts, or that a rule does not keep, or a claim not implied.

    `rule` is "" at the start and for a claim; `states` are those of the step, or the one where the claim is false.
    """

    where: str
    rule: str
    clause: str
    states: tuple[State, ...]


class Induction(NamedTuple):
    """Result of a check: clauses and claims broken, questions that the solver gave up; if both are empty, all hold."""

    broken: tuple[Broken, ...]
    unknown: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the clauses are an inductive invariant that implies the claims."""
        return not self.broken and not self.unknown


def check_inductive(
    system: TransitionSystem | Unrolling,
    invariant: Sequence[Always],
    claims: Sequence[Always] = (),
    *,
    by: Solver | None = None,
    effort: int = DEEP_EFFORT,
) -> Induction:
    """Whether the clauses hold at the start, each rule keeps them, and they imply the claims; each failure by name."""
    check = Checking(unrolled(system), by or solver("z3"), effort)
    for one in (*invariant, *claims):
        check.run.system.check_claim(one)
    check.start(invariant)
    for place in check.run.relation.runs:
        check.rule(place, invariant, invariant)
    check.implied(invariant, claims)
    return Induction(tuple(check.broken), tuple(check.unknown))


class Checking:
    """The three kinds of question about an invariant: what fails is noted, and the rest is asked again without it."""

    def __init__(self, run: Unrolling, by: Solver, effort: int, *, spread: int = 1) -> None:
        self.run, self.by, self.effort, self.spread = run, by, effort, spread
        self.broken: list[Broken] = []
        self.unknown: list[str] = []
        self.left_open: list[Always] = []
        self._read: dict[Term, Callable[[State], bool]] = {}

    def start(self, clauses: Sequence[Always]) -> None:
        """Each clause holds where the system starts."""
        initial = self.run.system.initial
        for clause in self._false(clauses, initial):
            self.broken.append(Broken("start", "", clause.name, (initial,)))

    def rule(self, place: int, assumed: Sequence[Always], shown: Sequence[Always]) -> None:
        """Each of `shown` holds after a step of the rule from any state in which all `assumed` do."""
        run, rule = self.run, self.run.system.rules[place].name
        asking = Growing(run, self.by, self.effort)
        asking.assume(run.possible(0), run.numbered(0, run.relation.fires(place)))
        asking.assume(*(run.at(0, clause.predicate) for clause in assumed), run.step(0))
        for clause, answer in self._failing(asking, shown, 1, f"the rule {rule!r}"):
            states = (run.state(answer.values, 0), run.state(answer.values, 1))
            self.broken.append(Broken("rule", rule, clause.name, states))

    def implied(self, assumed: Sequence[Always], claims: Sequence[Always]) -> None:
        """The claims hold in every state in which all `assumed` do."""
        asking = Growing(self.run, self.by, self.effort)
        asking.assume(self.run.possible(0), *(self.run.at(0, clause.predicate) for clause in assumed))
        for claim, answer in self._failing(asking, claims, 0, "the claims"):
            self.broken.append(Broken("claim", "", claim.name, (self.run.state(answer.values, 0),)))

    def _failing(
        self, asking: Growing, clauses: Sequence[Always], i: int, whose: str
    ) -> Iterator[tuple[Always, Answer]]:
        """Each clause that can be false in state i, with values that make it so."""
        left = list(clauses)
        while left:
            answer = asking.ask(~_all([self.run.at(i, clause.predicate) for clause in left]))
            if answer.word == "unknown" and len(left) > 1:
                half = len(left) // 2
                yield from self._failing(asking, left[:half], i, whose)
                left = left[half:]
                continue
            if answer.word == "unknown":
                self.unknown.append(f"{self.by.name} gave up on {left[0].name}, {whose}: {answer.why}")
                self.left_open.append(left[0])
            if answer.word != "sat":
                return
            false = self._false(left, *self._behind(self.run.state(answer.values, i)))
            if not false:
                raise AssertionError(f"{self.by.name} says that a clause fails in a state where none does")
            yield from ((clause, answer) for clause in false)
            left = [clause for clause in left if clause not in false]

    def _behind(self, state: State) -> list[State]:
        """The state and, up to `spread` of them, states that steps without a picked number lead to from it."""
        found = {state: None}
        for known in (todo := [state]):
            if len(found) >= self.spread:
                break
            for outcome in reference_of(self.run.system).steps(known, picks=()):
                if outcome.state is not None and outcome.state not in found:
                    found[outcome.state] = None
                    todo.append(outcome.state)
        return list(found)

    def _false(self, clauses: Iterable[Always], *states: State) -> list[Always]:
        return [clause for clause in clauses if not all(map(self._meaning(clause), states))]

    def _meaning(self, clause: Always) -> Callable[[State], bool]:
        """The clause as a function of states, read once: it is looked at in many states."""
        found = self._read.get(clause.predicate)
        if found is None:
            found = self._read[clause.predicate] = reference_of(self.run.system).predicate(clause.predicate)
        return found


def _all(terms: Sequence[Term]) -> Term:
    """All of the terms, in groups: a conjunction compares each of its terms with every other."""
    if len(terms) <= GROUP:
        return both(*terms)
    return both(*(named("a group of clauses", both(*terms[i : i + GROUP])) for i in range(0, len(terms), GROUP)))


def largest_inductive(
    system: TransitionSystem | Unrolling,
    clauses: Sequence[Always],
    *,
    by: Solver | None = None,
    effort: int = DEEP_EFFORT,
) -> tuple[Always, ...]:
    """The largest part of the clauses that holds at the start and that every step keeps.

    What one step breaks is dropped and no longer assumed, until no rule breaks anything.  A clause on which the solver
    gives up is dropped too, so what is left may then be smaller.
    """
    check = Checking(unrolled(system), by or solver("z3"), effort, spread=SPREAD)
    check.start(clauses)
    kept, quiet = _left(clauses, check), 0
    for place in cycle(check.run.relation.runs):
        check.rule(place, kept, kept)
        left = _left(kept, check)
        quiet, kept = quiet + 1 if left == kept else 0, left
        if not kept or quiet == len(check.run.relation.runs):
            break
    return tuple(kept)


def _left(clauses: Sequence[Always], check: Checking) -> list[Always]:
    dropped = {b.clause for b in check.broken} | {clause.name for clause in check.left_open}
    return [clause for clause in clauses if clause.name not in dropped]
