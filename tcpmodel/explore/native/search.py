"""The native explorer: the same search as the plain one, compiled for the system at hand.

One worker finds the same states in the same order as the plain explorer; several find the same
states at the same distances.  Traces are built from the links to parents and replayed by the
reference reading before anyone sees them.
"""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from tcpmodel.errors import DefinitionError, UsageError
from tcpmodel.explore.exploration import UNLIMITED, Exploration, Limits, beyond_top, check_claims, verdict_on
from tcpmodel.explore.native.checkpoint import Checkpoint
from tcpmodel.explore.native.context import Slot
from tcpmodel.explore.native.eventually import judge_eventually
from tcpmodel.explore.native.layout import WORD
from tcpmodel.explore.native.program import SearchProgram
from tcpmodel.explore.native.progress import Progress
from tcpmodel.explore.native.workers import Workers
from tcpmodel.systems.claims import Claim, DeadlockFree, Verdict, Witness
from tcpmodel.systems.firing import Step, reference_of
from tcpmodel.systems.system import State, TransitionSystem
from tcpmodel.systems.trace import Trace, replay

SAVE_EVERY = 30.0
"""Seconds between two checkpoints."""


class NativeExploration(Exploration):
    """What the native search found; states are unpacked as they are asked for."""

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
        """How many states of the last level wait to be expanded."""
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


def explore(
    system: TransitionSystem,
    claims: Sequence[Claim] = (),
    *,
    limits: Limits = UNLIMITED,
    progress: Callable[[Exploration], None] | None = None,
    workers: int = 1,
    compact: bool = False,
    reduce: Sequence[str] = (),
    checkpoint: Path | None = None,
    resume: bool = False,
) -> NativeExploration:
    """Explore the system and judge the claims, as `tcpmodel.explore.search.explore` does.

    `reduce` names reductions (`tcpmodel.explore.reduction`); counts are then those of the reduced system.
    With `compact` states are compared by hashes, and what was not shown is unknown.  The search is saved
    into the folder `checkpoint` now and then; `resume` goes on from what is there.  Raises
    `DefinitionError` if a state is too wide to pack or a count goes beyond its top, `BadConfiguration` if
    the folder cannot be written, `UnreadableInput` if what it holds is damaged or of another search.
    """
    check_claims(system, claims)
    if compact and checkpoint:
        raise UsageError("what is compacted cannot be saved: leave out compact or checkpoint")
    began = time.monotonic()
    program = SearchProgram(system, claims, compact=compact, reduce=reduce)
    saved = None if checkpoint is None else Checkpoint(checkpoint)
    document = saved.read() if saved and resume else None
    if saved:
        saved.prepare()
    pool = Workers(program, workers)
    if document:
        pool.release()
        pool = Workers(program, document["workers"], numbers=document["numbers"])
    found = NativeExploration(program, pool, saved.load(pool, document) if saved and document else Progress())
    began -= found.progress.seconds
    Search(found, limits=limits, tell=progress, saved=saved, began=began).run()
    found.seconds = time.monotonic() - began
    found.memory = pool.bytes
    found.reduced = program.reduction.any
    eventual = judge_eventually(found) if found.complete else {}
    found.verdicts = {claim.name: eventual.get(claim.name) or _verdict(found, claim) for claim in claims}
    return found


def searched(program: SearchProgram, *, limits: Limits = UNLIMITED, workers: int = 1) -> NativeExploration:
    """What a compiled search finds, its claims' traces and verdicts left aside."""
    found = NativeExploration(program, Workers(program, workers), Progress())
    Search(found, limits=limits, tell=None, saved=None, began=time.monotonic()).run()
    return found


def _verdict(found: NativeExploration, claim: Claim) -> Verdict:
    shown, program = found.progress.shown, found.program
    number = shown.get(program.shown.get(claim.name, -1))
    trace = None if number is None else replay(found.trace_showing(number, claim))
    return verdict_on(claim, found, trace=trace, needed=program.needed.get(claim.name, -1) in shown)


class Search:
    """The levels of a search, round by round, within its limits, saved now and then."""

    def __init__(
        self,
        found: NativeExploration,
        *,
        limits: Limits,
        tell: Callable[[Exploration], None] | None,
        saved: Checkpoint | None,
        began: float,
    ) -> None:
        self.found, self.limits, self.tell, self.saved, self.began = found, limits, tell, saved, began
        self.workers, self.progress = found.workers, found.progress
        self._last_save = time.monotonic()
        self._interrupted = False

    def run(self) -> None:
        """Search to the end, or to a limit."""
        if not self.progress.levels:
            self._begin()
        with self._interruptible():
            while self.found.stopped is None and self.progress.frontier:
                self._level()
        self._save(at_once=True)
        if self.found.stopped is not None and self.progress.frontier:
            self._next_level()
        if not self.progress.frontier:
            self.progress.levels.pop()
            self.progress.done = self.progress.frontier
        if self.found.stopped is None and self.found.program.compact:
            self._stop("compaction", f"hash compaction may have left out states, probability {self.found.omission:.1g}")

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        """Ctrl-C is noted, and heeded between two rounds, when everything fits together; pressed again, at once."""

        def note(*_: object) -> None:
            self._interrupted = True
            signal.signal(signal.SIGINT, before)

        before = signal.getsignal(signal.SIGINT)
        mine = threading.current_thread() is threading.main_thread() and before is signal.default_int_handler
        if mine:
            signal.signal(signal.SIGINT, note)
        try:
            yield
        except KeyboardInterrupt:
            self._stop("interrupt", "interrupted")
        finally:
            if mine:
                signal.signal(signal.SIGINT, before)

    def _begin(self) -> None:
        if self.saved:
            self.saved.start()
        self.workers.begin(self.found.program.packed(self.found.system.initial))
        self._note()
        self.progress.levels.append([(w.base, w[Slot.NEXT]) for w in self.workers.all])
        self.progress.starts = [w[Slot.NEXT] for w in self.workers.all]

    def _level(self) -> None:
        """Expand the last level; what it finds is the next."""
        progress, level = self.progress, self.progress.levels[-1]
        while progress.done < progress.frontier:
            self._look_up()
            if self.found.stopped is not None:
                return
            try:
                self.workers.round(level, progress.done, most_states=self.limits.states)
            finally:
                progress.done = self.workers.done(progress.frontier)
                self._note()
            self._save()
            if progress.done < progress.frontier:
                self._tell()
        if self.found.program.compact:
            self.workers.forget(level)
        self._next_level()
        self._tell()

    def _tell(self) -> None:
        self.found.memory = self.workers.bytes
        self.found.seconds = time.monotonic() - self.began
        if self.tell:
            self.tell(self.found)

    def _next_level(self) -> None:
        ends = [w[Slot.NEXT] for w in self.workers.all]
        self.progress.levels.append(list(zip(self.progress.starts, ends, strict=True)))
        self.progress.starts, self.progress.done = ends, 0

    def _look_up(self) -> None:
        """Stop at a limit; let the table grow."""
        memory = self.workers.grown_bytes if self.workers.must_grow else self.workers.bytes
        met = self.limits.met(states=self.found.states, seconds=time.monotonic() - self.began, memory=memory)
        if self._interrupted:
            self._stop("interrupt", "interrupted")
        elif self.workers.exhausted:
            self._stop("memory", "there is no room for the numbers of more states")
        elif met:
            self._stop(*met)
        elif self.workers.must_grow:
            if memory > self.workers.memory:
                self._stop("memory", f"{memory} bytes would be needed, which is more than the machine has to give")
            else:
                self.workers.grow()

    def _stop(self, limit: str, why: str) -> None:
        self.found.stopped, self.found.limit = why, limit

    def _note(self) -> None:
        """Which claims' conditions have come true, and in which state first."""
        for w in self.workers.all:
            if w[Slot.BEYOND]:
                raise DefinitionError(beyond_top(self.found.system))
            for bit in bits_of(w.counters[Slot.SEEN].tolist()):
                self.progress.shown.setdefault(bit, int(w.counters[Slot.FIRST][bit]))

    def _save(self, *, at_once: bool = False) -> None:
        """Save if it is time; where there is no room any more, go on without."""
        if self.saved is None or not (at_once or time.monotonic() - self._last_save > SAVE_EVERY):
            return
        self._last_save = time.monotonic()
        self.progress.seconds = self._last_save - self.began
        try:
            self.saved.save(self.workers, self.progress)
        except OSError as wrong:
            self.found.unsaved = (
                f"the checkpoint could not be written ({wrong.strerror}); the search went on without it"
            )
        else:
            self.found.unsaved = None


def bits_of(words: Sequence[int]) -> list[int]:
    """The places of the bits set."""
    return [WORD * i + bit for i, word in enumerate(words) for bit in range(WORD) if word >> bit & 1]
