"""The native explorer: the same search as the plain one, compiled for the system at hand.

One worker finds the same states in the same order as the plain explorer; several find the same
states at the same distances.  Traces are built from the links to parents and replayed by the
reference reading before anyone sees them.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tcpmodel.errors import DefinitionError, UsageError
from tcpmodel.explore.exploration import UNLIMITED, Exploration, Limits, beyond_top, check_claims, verdict_on
from tcpmodel.explore.native.checkpoint import Checkpoint
from tcpmodel.explore.native.context import Slot
from tcpmodel.explore.native.eventually import judge_eventually
from tcpmodel.explore.native.found import NativeExploration
from tcpmodel.explore.native.layout import WORD
from tcpmodel.explore.native.program import SearchProgram
from tcpmodel.explore.native.progress import Progress
from tcpmodel.explore.native.workers import Workers
from tcpmodel.systems.claims import Claim
from tcpmodel.systems.system import TransitionSystem
from tcpmodel.systems.trace import replay
from tcpmodel.systems.verdicts import Verdict

SAVE_EVERY = 30.0
"""Seconds between two checkpoints."""


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
    """Reach every state of the system and judge the claims, by compiled code.

    `reduce` names reductions, "symmetry", "incarnations" or "internal"; counts are then those of the reduced system.
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
    """Result of a compiled search, its claims' traces and verdicts left aside."""
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
        """Claims whose conditions have come true, each with the first state in which it did."""
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
