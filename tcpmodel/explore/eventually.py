"""Liveness claims judged on an explored system: from claims to graphs, and from fair cycles back to traces.

Every engine judges so.  It numbers the states that it found, gives their steps as a `StepGraph` whose
bits are those of `Entries`, and the states in which each claim's terms are true; it gets verdicts whose
lassos have been replayed.  `judge_eventually` does all of this with the reference reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from tcpmodel.errors import DefinitionError
from tcpmodel.explore.fair import MOST_ENTRIES, BadRun, Fairness, StepGraph, Truth, bad_run, lasting, pending
from tcpmodel.language.prose import prose
from tcpmodel.language.reference import expression
from tcpmodel.language.terms import Term
from tcpmodel.systems.claims import LeadsTo
from tcpmodel.systems.firing import Reference, Step
from tcpmodel.systems.system import Record, State, TransitionSystem
from tcpmodel.systems.trace import Trace, replay
from tcpmodel.systems.verdicts import Fails, Holds, Vacuous, Verdict


class Entries:
    """The fairness entries of some claims on one system: a bit for each rule and kind of record."""

    def __init__(self, system: TransitionSystem, claims: Iterable[LeadsTo]) -> None:
        places = {rule.name: place for place, rule in enumerate(system.rules)}
        kinds = dict.fromkeys((entry.rule, entry.taking) for claim in claims for entry in claim.fair)
        if len(kinds) > MOST_ENTRIES:
            raise DefinitionError(
                f"the claims on {system.name} are fair to {len(kinds)} kinds of firing: write {MOST_ENTRIES} at most"
            )
        self.kinds: tuple[tuple[int, Term], ...] = tuple((places[rule], taking) for rule, taking in kinds)
        self._bit = {kind: 1 << i for i, kind in enumerate(kinds)}
        self._by_rule: dict[int, list[tuple[int, Callable[[Record | None], int]]]] = {}
        for i, (place, taking) in enumerate(self.kinds):
            self._by_rule.setdefault(place, []).append((1 << i, _kind(system, place, taking)))

    def mask(self, step: Step) -> int:
        """The entries that a step takes, if it changes something."""
        return sum(bit for bit, taking in self._by_rule.get(step.rule, ()) if taking(step.taken))

    def fairness(self, claim: LeadsTo) -> Fairness:
        """The fairness that the claim demands, as bits."""
        weak = {self._bit[e.rule, e.taking] for e in claim.fair if not e.strong}
        strong = {self._bit[e.rule, e.taking] for e in claim.fair if e.strong}
        return Fairness(sum(weak), sum(strong))


def _kind(system: TransitionSystem, place: int, taking: Term) -> Callable[[Record | None], int]:
    """The condition as a function of the record that the rule takes."""
    take = system.rules[place].take
    fields = system.bag(take.bag).fields if take else ()
    places = {f"{take.element}.{f.name}": f"r[{k}]" for k, f in enumerate(fields)} if take else {}
    text = expression(taking, bits=system.bits, places=places, bags={})
    meaning: Callable[[Record | None], int] = eval(f"lambda r: {text}")
    return meaning


def step_graph(reference: Reference, states: Sequence[State], entries: Entries) -> StepGraph:
    """The steps among the states, which are all that can be reached."""
    number = {state: i for i, state in enumerate(states)}
    first, target, taken = [0], [], []
    enabled = np.zeros(len(states), np.uint64)
    for i, state in enumerate(states):
        would = 0
        for outcome in reference.steps(state):
            if outcome.state == state:
                continue
            mask = entries.mask(outcome.step)
            would |= mask
            if outcome.state is not None:
                target.append(number[outcome.state])
                taken.append(mask)
        first.append(len(target))
        enabled[i] = would
    return StepGraph(np.array(first), np.array(target, np.int64), np.array(taken, np.uint64), enabled)


def judge_eventually(
    reference: Reference,
    states: Sequence[State],
    claims: Sequence[LeadsTo],
    trace_to: Callable[[State], Trace],
    *,
    within: tuple[str, ...],
) -> dict[str, Verdict]:
    """The verdicts on claims of what must happen eventually, where all states reachable `within` bounds were found."""
    entries = Entries(reference.system, claims)
    graph = step_graph(reference, states, entries)
    found: dict[str, Verdict] = {}
    for claim in claims:
        given, goal = (_true(reference, term, states) for term in (claim.given, claim.predicate))
        found[claim.name] = verdict(
            Question(claim, graph, given, goal, entries.fairness(claim), within),
            lambda bad: lasso(reference, entries, graph, states, trace_to, bad),
        )
    return found


def _true(reference: Reference, term: Term, states: Sequence[State]) -> Truth:
    return np.fromiter(map(reference.predicate(term), states), np.bool_, len(states))


class Question(NamedTuple):
    """A claim, the steps, where it is given and where it has its goal, and the bounds that some step met."""

    claim: LeadsTo
    graph: StepGraph
    given: Truth
    goal: Truth
    fairness: Fairness
    within: tuple[str, ...]


def verdict(asked: Question, show: Callable[[BadRun], Trace]) -> Verdict:
    """The verdict on one claim; `show` makes a trace of a run that breaks it."""
    given = prose(asked.claim.given)
    if not asked.given.any():
        return Vacuous(f"no reachable state satisfies: {given}", asked.within)
    bad = bad_run(asked.graph, asked.given, asked.goal, asked.fairness)
    if bad is not None:
        return Fails(replay(show(bad)))
    stays = lasting(asked.graph, asked.fairness) if asked.within else np.ones_like(asked.given)
    if not stays[asked.given].any():
        return Vacuous(f"within the bounds no run is fair to it from where this is so: {given}", asked.within)
    lost = int((pending(asked.graph, asked.given, asked.goal) & ~stays).sum())
    states = "1 state" if lost == 1 else f"{lost} states"
    why = f"from {states} before its goal every run that is fair to it leaves the bounds" if lost else ""
    return Holds("explored", asked.within, why)


def lasso(
    reference: Reference,
    entries: Entries,
    graph: StepGraph,
    states: Sequence[State],
    trace_to: Callable[[State], Trace],
    bad: BadRun,
) -> Trace:
    """The run as a trace: a shortest way to where it starts to be bad, on to where it repeats, and round."""
    begin = trace_to(states[bad.start])
    seen, steps, here = list(begin.states), list(begin.steps), bad.start
    for edge in (*bad.path, *bad.cycle):
        there = int(graph.target[edge])
        steps.append(_step(reference, entries, states[here], states[there], int(graph.taken[edge])))
        seen.append(states[there])
        here = there
    return Trace(reference.system, tuple(seen), tuple(steps), loop=len(begin) + len(bad.path))


def _step(reference: Reference, entries: Entries, state: State, onward: State, taken: int) -> Step:
    """The first step from one state to another that takes these entries."""
    return next(o.step for o in reference.steps(state) if o.state == onward and entries.mask(o.step) == taken)
