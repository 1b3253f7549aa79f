"""Liveness claims judged on the states that the native search found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import numpy as np

from tcpmodel.explore.eventually import Question, lasso, verdict
from tcpmodel.explore.fair import StepGraph
from tcpmodel.explore.native.found import NativeExploration
from tcpmodel.systems.firing import reference_of
from tcpmodel.systems.system import State
from tcpmodel.systems.verdicts import Unknown, Verdict


def judge_eventually(found: NativeExploration) -> dict[str, Verdict]:
    """The verdicts on the claims of what must happen eventually, where all reachable states were found."""
    program = found.program
    if not program.eventual:
        return {}
    if program.reduction.any:
        why = "reductions keep what is true of states, not what must happen eventually: judge it without them"
        return {claim.name: Unknown(f"{found.states} states", why) for claim in program.eventual}
    graph, truths = _graph(found)
    states, reference, verdicts = _States(found), reference_of(found.system), {}
    for i, claim in enumerate(program.eventual):
        given, goal = truths[:, 2 * i], truths[:, 2 * i + 1]
        verdicts[claim.name] = verdict(
            Question(claim, graph, given, goal, program.entries.fairness(claim), found.bounds_met),
            lambda bad: lasso(reference, program.entries, graph, states, found.trace_to, bad),
        )
    return verdicts


def _graph(found: NativeExploration) -> tuple[StepGraph, np.ndarray]:
    """The steps that lead elsewhere and the truth of the claims' terms, states in the order of their numbers."""
    program, aside, most = found.program, found.workers.aside(), found.steps
    ranges = [(w.base, w.base + w.found) for w in found.workers.all]
    parts = [program.graph(aside, first, end, most) for first, end in ranges]
    truths = np.concatenate([program.tell(aside, first, end) for first, end in ranges])
    firsts, steps = [np.zeros(1, np.int64)], 0
    for ends, targets, _, _ in parts:
        firsts.append(ends + steps)
        steps += len(targets)
    targets = np.concatenate([p[1] for p in parts])
    dense, before = np.zeros_like(targets), 0
    for first, end in ranges:
        mine = (targets >= first) & (targets < end)
        dense[mine] = targets[mine] - first + before
        before += end - first
    taken, enabled = (np.concatenate([p[k] for p in parts]) for k in (2, 3))
    return StepGraph(np.concatenate(firsts), dense, taken, enabled), truths


class _States(Sequence[State]):
    """The states in the order of their numbers, unpacked as they are asked for."""

    def __init__(self, found: NativeExploration) -> None:
        self._found = found

    def __len__(self) -> int:
        return self._found.states

    @overload
    def __getitem__(self, index: int) -> State: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[State]: ...
    def __getitem__(self, index: int | slice) -> State | Sequence[State]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        for worker in self._found.workers.all:
            if index < worker.found:
                return self._found.state(worker.base + index)
            index -= worker.found
        raise IndexError(index)
