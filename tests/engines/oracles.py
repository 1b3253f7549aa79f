"""Fair runs by other means: the definition tried on every set of states or steps, and a fixpoint.

Nothing here uses what the package does with graphs.  A graph is a list of steps; a fairness entry is a
number; `enabled` lists the entries enabled in each state, by steps of the graph or by steps that are cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

import networkx as nx
import numpy as np

from tcpmodel.explore.fair import BadRun, Fairness, StepGraph
from tcpmodel.language.reference import evaluate
from tcpmodel.systems.claims import Fair, LeadsTo
from tcpmodel.systems.firing import Reference, Step
from tcpmodel.systems.system import State, TransitionSystem
from tcpmodel.systems.trace import Trace, value_of

Move = tuple[int, int, frozenset[int]]
"""From which state, to which, taking which entries."""


@dataclass(frozen=True)
class Question:
    """A graph, what is given and wanted, and the entries to be fair to."""

    moves: tuple[Move, ...]
    enabled: tuple[frozenset[int], ...]
    given: frozenset[int]
    goal: frozenset[int]
    weak: frozenset[int] = frozenset()
    strong: frozenset[int] = frozenset()

    @property
    def inside(self) -> frozenset[int]:
        return frozenset(range(len(self.enabled))) - self.goal

    def graph(self) -> StepGraph:
        """The same for the package."""
        order = sorted(self.moves, key=lambda m: m[0])
        many = np.bincount([m[0] for m in order], minlength=len(self.enabled))
        return StepGraph(
            np.concatenate(([0], np.cumsum(many))),
            np.array([m[1] for m in order], np.int64),
            np.array([_mask(m[2]) for m in order], np.uint64),
            np.array([_mask(e) for e in self.enabled], np.uint64),
        )

    def truth(self, states: Iterable[int]) -> np.ndarray:
        result = np.zeros(len(self.enabled), np.bool_)
        result[list(states)] = True
        return result

    @property
    def fairness(self) -> Fairness:
        return Fairness(_mask(self.weak), _mask(self.strong))


def _mask(entries: Iterable[int]) -> int:
    return sum(1 << e for e in set(entries))


def is_fair(q: Question, states: Iterable[int], moves: Iterable[Move]) -> bool:
    """The definition, of a run in which these states and steps are those that occur infinitely often."""
    states = set(states)
    taken = {e for m in moves for e in m[2]}
    weakly = all(f in taken or any(f not in q.enabled[s] for s in states) for f in q.weak)
    strongly = all(f in taken or not any(f in q.enabled[s] for s in states) for f in q.strong)
    return weakly and strongly


def suffixes(q: Question) -> set[int]:
    """The states to which a run can come that was at a given state and has avoided the goal since."""
    whole = nx.DiGraph([m[:2] for m in q.moves])
    whole.add_nodes_from(range(len(q.enabled)))
    reachable = nx.descendants(whole, 0) | {0}
    away = whole.subgraph(q.inside)
    return {t for s in q.given & q.inside & reachable for t in nx.descendants(away, s) | {s}}


def by_sets_of_states(q: Question) -> bool:
    """Whether a bad run exists: of the runs with one set of states, the one that takes all its steps is the fairest."""
    found = suffixes(q)
    return any(
        _may_last(q, set(some), _within(q, some)) for n in range(1, len(found) + 1) for some in combinations(found, n)
    )


def by_sets_of_steps(q: Question) -> bool:
    """Whether a bad run exists, without that argument: every set of steps is tried."""
    found = suffixes(q)
    within = list(_within(q, found))
    return any(is_fair(q, {s}, ()) for s in found) or any(
        _may_last(q, {s for m in some for s in m[:2]}, some)
        for n in range(1, len(within) + 1)
        for some in combinations(within, n)
    )


def _within(q: Question, states: Iterable[int]) -> list[Move]:
    return [m for m in q.moves if m[0] in states and m[1] in states]


def _may_last(q: Question, states: set[int], moves: Iterable[Move]) -> bool:
    ends = nx.DiGraph([m[:2] for m in moves])
    ends.add_nodes_from(states)
    return nx.is_strongly_connected(ends) and is_fair(q, states, moves)


def by_fixpoint(q: Question) -> bool:
    """Whether a bad run exists, after Emerson and Lei: a stutter is a step to the same state.

    For each set of strong entries it is tried that those are never enabled again and the others taken
    again and again; what is left are steps of which each kind must be taken infinitely often.
    """
    return any(
        _lasting(q, frozenset(never)) & suffixes(q)
        for n in range(len(q.strong) + 1)
        for never in combinations(q.strong, n)
    )


def _lasting(q: Question, never: frozenset[int]) -> set[int]:
    left = {s for s in q.inside if not never & q.enabled[s]}
    moves = [*q.moves, *((s, s, frozenset()) for s in left)]
    kinds: list[Callable[[Move], bool]] = [lambda m, f=f: f in m[2] for f in q.strong - never]
    kinds += [lambda m, f=f: f in m[2] or f not in q.enabled[m[0]] for f in q.weak]
    kinds.append(lambda m: True)
    while True:
        before = set(left)
        for kind in kinds:
            inner = [m for m in moves if m[0] in left and m[1] in left]
            back = nx.DiGraph([(m[1], m[0]) for m in inner])
            wanted = {m[0] for m in inner if kind(m)}
            left &= wanted.union(*(nx.descendants(back, s) for s in wanted))
        if left == before:
            return left


def shortest_lasso(q: Question) -> int | None:
    """The length of a shortest lasso that shows a bad run: closed walks with the sets that they visit and take."""
    ends = _distances(q)
    lengths = (ends[s] + round_ for s in ends for round_ in _rounds(q, s))
    return min(lengths, default=None)


def _distances(q: Question) -> dict[int, int]:
    """How far each state is by way of a given state, avoiding the goal from there."""
    both = nx.DiGraph([((0, m[0]), (0, m[1])) for m in q.moves])
    both.add_edges_from(((1, m[0]), (1, m[1])) for m in q.moves if {m[0], m[1]} <= q.inside)
    both.add_edges_from((((0, s), (1, s)) for s in q.given & q.inside), free=True)
    both.add_node((0, 0))
    lengths = nx.single_source_dijkstra_path_length(both, (0, 0), weight=lambda u, v, e: 0 if "free" in e else 1)
    return {s: n for (side, s), n in lengths.items() if side}


def _rounds(q: Question, anchor: int) -> Iterator[int]:
    """The length of a shortest fair round from a state, if there is one; 0 if the run may stop there."""
    if is_fair(q, {anchor}, ()):
        yield 0
        return
    start = (anchor, frozenset({anchor}), frozenset())
    seen, front, length = {start}, [start], 0
    while front:
        length, new = length + 1, []
        for state, states, moves in front:
            for move in _within(q, q.inside):
                there = (move[1], states | {move[1]}, moves | {move})
                if move[0] == state and there not in seen:
                    if move[1] == anchor and is_fair(q, there[1], there[2]):
                        yield length
                        return
                    seen.add(there)
                    new.append(there)
        front = new


def is_bad_run(q: Question, bad: BadRun) -> bool:
    """Whether this is a run of the graph, fair, and never at the goal since something was given."""
    graph, source = q.graph(), q.graph().source()
    walk = [*bad.path, *bad.cycle]
    stands = [bad.start, *(int(graph.target[e]) for e in walk)]
    linked = all(int(source[e]) == s for e, s in zip(walk, stands, strict=False))
    round_ = stands[len(bad.path) :]
    order = sorted(q.moves, key=lambda m: m[0])
    return (
        linked
        and bad.start in q.given
        and not q.goal & set(stands)
        and round_[0] == round_[-1]
        and is_fair(q, round_, [order[e] for e in bad.cycle])
    )


# Systems.


def question(system: TransitionSystem, claim: LeadsTo) -> tuple[Question, list[State]]:
    """The claim as a question on the system's graph, and the states by their numbers."""
    reference, states, moves, enabled = Reference(system), [system.initial], [], []
    for here in states:
        would: set[int] = set()
        for outcome in reference.steps(here):
            if outcome.state == here:
                continue
            taken = {i for i, f in enumerate(claim.fair) if f.rule == system.rules[outcome.step.rule].name}
            taken = {i for i in taken if _is_of_kind(system, outcome.step, claim.fair[i])}
            would |= taken
            if outcome.state is not None:
                if outcome.state not in states:
                    states.append(outcome.state)
                moves.append((states.index(here), states.index(outcome.state), frozenset(taken)))
        enabled.append(frozenset(would))
    true = [{i for i, s in enumerate(states) if value_of(system, t, s)} for t in (claim.given, claim.predicate)]
    sides = [frozenset(i for i, f in enumerate(claim.fair) if f.strong is strong) for strong in (False, True)]
    return Question(tuple(moves), tuple(enabled), frozenset(true[0]), frozenset(true[1]), *sides), states


def _is_of_kind(system: TransitionSystem, step: Step, entry: Fair) -> bool:
    take = system.rules[step.rule].take
    if take is None:
        return True
    fields = system.bag(take.bag).fields
    record = {f"{take.element}.{f.name}": x for f, x in zip(fields, step.taken, strict=True)}
    return bool(evaluate(entry.taking, record, bits=system.bits))


def shows_a_bad_run(trace: Trace, claim: LeadsTo) -> bool:
    """Whether the trace is a lasso that breaks the claim, by the definition."""
    q, states = question(trace.system, claim)
    assert trace.loop is not None
    places = [states.index(s) for s in trace.states]
    begins = max((i for i, p in enumerate(places) if p in q.goal), default=-1) + 1
    moves = []
    for i in range(trace.loop, len(trace)):
        rule = trace.system.rules[trace.steps[i].rule].name
        taken = {n for n, f in enumerate(claim.fair) if f.rule == rule and _is_of_kind(trace.system, trace.steps[i], f)}
        moves.append((places[i], places[i + 1], frozenset(taken)))
    return (
        begins <= trace.loop
        and any(p in q.given for p in places[begins:])
        and not q.goal & set(places[trace.loop :])
        and is_fair(q, places[trace.loop :], moves)
    )
