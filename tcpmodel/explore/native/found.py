"""Result of the native search: states are unpacked, and traces built, as they are asked for.

Traces follow the links to parents; the reference reading says which step each link stands for.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property

from tcpmodel.explore.exploration import Exploration
from tcpmodel.explore.native.context import Slot
from tcpmodel.explore.native.layout import WORD
from tcpmodel.explore.native.program import SearchProgram
from tcpmodel.explore.native.progress import Progress
from tcpmodel.explore.native.workers import Workers
from tcpmodel.systems.claims import Claim, DeadlockFree, Witness
from tcpmodel.systems.firing import Step, reference_of
from tcpmodel.systems.system import State
from tcpmodel.systems.trace import Trace


class NativeExploration(Exploration):
    """Exploration by the native search; states are unpacked as they are asked for."""

    def __init__(self, program: SearchProgram, workers: Workers, progress: Progress) -> None:
        super().__init__(program.layout.system)
        self.program, self.workers, self.progress = program, workers, progress
        self._reference = reference_of(self.system)

    @property
    def states(self) -> int:
        return self.workers.states

    @property
    def steps(self) -> int:
        return self.workers.steps

    @property
    def bytes_per_state(self) -> float:
        return self.workers.bytes / self.states

    @property
    def depth(self) -> int:
        """The distance of the farthest state."""
        return max(0, len(self.progress.levels) - 1)

    @property
    def frontier(self) -> int:
        """Number of states of the last level that wait to be expanded."""
        return self.progress.frontier - self.progress.done

    @property
    def omission(self) -> float:
        """With compaction: a bound on the probability that some state was left out."""
        return self.states * (self.states - 1) / 2 / 2**WORD if self.program.compact else 0.0

    def state(self, number: int) -> State:
        """The state of a number."""
        return self.program.layout.unpack(self.workers.stored(number))

    def numbers(self) -> list[int]:
        """The numbers of all states, by distance."""
        return [n for level in self.progress.levels for first, end in level for n in range(first, end)]

    @cached_property
    def reached(self) -> dict[State, tuple[int, State | None, Step | None]]:
        """Each state with its distance and the step that found it."""
        found: dict[State, tuple[int, State | None, Step | None]] = {self.system.initial: (0, None, None)}
        for number in self.numbers()[1:]:
            state, before = self.state(number), self.state(self.workers.parent(number))
            step = self._onward(before, number)[0] if self.reduced else self._step(before, state)
            found[state] = (found[before][0] + 1, before, step)
        return found

    @cached_property
    def stuck(self) -> list[State]:
        return [self.state(n) for n in self.workers.stuck_numbers()]

    @property
    def rows(self) -> Counter[tuple[int, int, int]]:
        return self._by_row(Slot.FIRED)

    @property
    def new_by_row(self) -> Counter[tuple[int, int, int]]:
        return self._by_row(Slot.FOUND)

    def _by_row(self, slot: Slot) -> Counter[tuple[int, int, int]]:
        found: Counter[tuple[int, int, int]] = Counter()
        counted = self.workers.counted(slot)
        for way in counted.nonzero()[0].tolist():
            rule, rows = self.program.steps.way(way)
            for b, r in rows:
                found[rule, b, r] += int(counted[way])
        return found

    @property
    def bounds(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for name, times in zip(self.program.steps.bounds, self.workers.counted(Slot.BOUNDS).tolist(), strict=False):
            found[name] += times
        return +found

    @property
    def bounds_met(self) -> tuple[str, ...]:
        return tuple(sorted(self.program.reduction.on_both_sides(self.bounds)))

    def trace_to(self, state: State) -> Trace:
        number = self.program.lookup(self.workers.all[0], self.program.packed(state))
        if number is None:
            raise KeyError(state)
        return self.trace_to_number(number)

    def trace_to_number(self, number: int) -> Trace:
        """A shortest trace to the state of a number."""
        chain = [number]
        while chain[-1] != 0:
            chain.append(self.workers.parent(chain[-1]))
        states, steps = [self.system.initial], []
        for n in reversed(chain[:-1]):
            step, state = self._onward(states[-1], n)
            states.append(state)
            steps.append(step)
        return Trace(self.system, tuple(states), tuple(steps))

    def trace_showing(self, number: int, claim: Claim) -> Trace:
        """A shortest trace to a state that shows the claim's verdict: that of the number, or its mirror image."""
        trace, mirror = self.trace_to_number(number), self.program.reduction.mirror
        if mirror and bool(self._reference.value(claim.predicate, trace.last)) != isinstance(claim, Witness):
            states = tuple(map(mirror.state, trace.states))
            trace = Trace(self.system, states, tuple(map(self._step, states, states[1:])))
        return trace if isinstance(claim, DeadlockFree) else self._without_internal(trace)

    def _without_internal(self, trace: Trace) -> Trace:
        """The trace without the internal steps, all of which come first and change nothing for the others."""
        internal = self.program.reduction.internal
        states = [self.system.initial]
        for step in trace.steps:
            if step.rule not in internal:
                states.append(next(o.state for o in self._reference.steps(states[-1]) if o.step == step and o.state))
        return Trace(self.system, tuple(states), tuple(s for s in trace.steps if s.rule not in internal))

    def _onward(self, state: State, number: int) -> tuple[Step, State]:
        """The step that leads from a state to the one of a number, and that one."""
        key = self.workers.key(number)
        for outcome in self._reference.steps(state):
            if outcome.state is not None and self.program.key(outcome.state) == key:
                return outcome.step, outcome.state
        raise AssertionError("a link to a parent stands for a step from it")

    def _step(self, before: State, after: State) -> Step:
        return next(o.step for o in self._reference.steps(before) if o.state == after)
