"""Work shared among processes: forked workers find the tasks in place, so nothing but what they find is sent.

What a task finds is told as soon as it is there.  Ctrl-C asks the workers that are busy for what they have, and no
further task is begun; pressed again, it ends them.  So it is where the time is over.  A worker that dies takes the
task that it was at with it, and no other.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from tcpmodel.errors import BadConfiguration

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

Task = Callable[[], Any]

LOOK_EVERY = 0.1
"""Seconds between two looks at the clock and at the keyboard."""
PATIENCE = 5.0
"""Seconds that a worker has to give what it has, once it is asked."""


def cores() -> int:
    """Number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass
class Watch:
    """Onlooker of a shared run, and its deadline by `time.monotonic`.  `stopped` says why nothing more is begun."""

    look: Callable[[int, int], None] = lambda done, of: None
    until: float | None = None
    stopped: str = ""

    def heed(self, *, interrupted: bool) -> bool:
        """Whether it is over now."""
        if not self.stopped and interrupted:
            self.stopped = "interrupted"
        elif not self.stopped and self.until is not None and time.monotonic() >= self.until:
            self.stopped = "the time was over"
        return bool(self.stopped)


_WATCH: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watched(look: Callable[[int, int], None], *, seconds: float | None = None) -> Iterator[Watch]:
    """All work that is shared in here is looked at, told how much of it is done, and over after so many seconds."""
    watch = Watch(look, None if seconds is None else time.monotonic() + seconds)
    token = _WATCH.set(watch)
    try:
        yield watch
    finally:
        _WATCH.reset(token)


def onlooker() -> Watch | None:
    """The onlooker of the run that is shared now, if there is one."""
    return _WATCH.get()


def share(
    tasks: Sequence[Task],
    *,
    workers: int | None = None,
    found: Callable[[int, Any], None] = lambda number, value: None,
    lost: Callable[[int, str], Any] | None = None,
) -> Mapping[int, Any]:
    """Results of the tasks by their places; a place that is missing was not reached before the stop.

    `found` is told each as it comes.  `lost` says what stands for a task whose worker died; without it that is an
    error, as is what a task raises.
    """
    watch = onlooker() or Watch()
    if not tasks or watch.heed(interrupted=False):
        return {}
    done: dict[int, Any] = {}
    with _interruptible() as interrupted, _crew(tasks, min(workers or cores(), len(tasks))) as crew:
        asked = None
        while crew.busy:
            for number, answer in crew.answers():
                value = _value(answer, number, lost)
                if value is not _NOTHING:
                    done[number] = value
                    found(number, value)
            watch.look(len(done), len(tasks))
            if asked is None and watch.heed(interrupted=interrupted()):
                asked = time.monotonic()
                crew.ask()
            if asked is not None and time.monotonic() > asked + PATIENCE:
                break
    return done


_NOTHING = object()


def _value(answer: _Answer, number: int, lost: Callable[[int, str], Any] | None) -> Any:
    if answer.died is not None:
        if lost is None:
            raise BadConfiguration(f"a worker was ended by {answer.died}: write fewer --workers if memory is short")
        return lost(number, answer.died)
    if isinstance(answer.error, KeyboardInterrupt):
        return _NOTHING
    if answer.error is not None:
        raise answer.error
    return answer.value


class _Answer(NamedTuple):
    """Answer of a worker about a task: its result, or the exception raised, or how the worker died."""

    value: Any = None
    error: BaseException | None = None
    died: str | None = None


class _Crew:
    """The workers, what each is at, and what is left to do."""

    def __init__(self, tasks: Sequence[Task], count: int) -> None:
        self._tasks, self._left = tasks, iter(range(len(tasks)))
        self._workers: dict[Connection, BaseProcess] = {}
        self.busy: dict[Connection, int] = {}
        self._over = False
        for _ in range(count):
            self._hire()

    def _hire(self) -> None:
        """One more worker, at the next task, if there is one."""
        number = self._next()
        if number is None:
            return
        from multiprocessing import get_context  # most that may share its work does not

        fork = get_context("fork")
        ours, theirs = fork.Pipe()
        others = [*self._workers, ours]
        process = fork.Process(target=_serve, args=(self._tasks, theirs, others))
        process.start()
        theirs.close()
        self._workers[ours] = process
        self._give(ours, number)

    def _next(self) -> int | None:
        return None if self._over else next(self._left, None)

    def _give(self, pipe: Connection, number: int) -> None:
        self.busy[pipe] = number
        pipe.send(number)

    def answers(self) -> Iterator[tuple[int, _Answer]]:
        """The answers that workers have ready now; each of those workers is given its next task."""
        from multiprocessing.connection import Connection, wait

        for pipe in wait(list(self.busy), LOOK_EVERY):
            assert isinstance(pipe, Connection)
            number = self.busy.pop(pipe)
            try:
                answer = _Answer(*pickle.loads(pipe.recv_bytes()))
            except (EOFError, ConnectionError):
                answer = _Answer(died=self._dismiss(pipe))
                self._hire()
            else:
                following = self._next()
                if following is not None:
                    self._give(pipe, following)
            yield number, answer

    def _dismiss(self, pipe: Connection) -> str:
        """Sentence that says how a worker died: its signal or exit code."""
        process = self._workers.pop(pipe)
        process.join()
        code = process.exitcode or 0
        return signal.Signals(-code).name if code < 0 else f"exit {code}"

    def ask(self) -> None:
        """Ask for what there is; nothing more is begun."""
        self._over = True
        for pipe in self.busy:
            os.kill(self._workers[pipe].pid or 0, signal.SIGUSR1)

    def end(self) -> None:
        """Send everybody home."""
        for process in self._workers.values():
            process.kill()
        for pipe, process in self._workers.items():
            process.join()
            pipe.close()


@contextmanager
def _crew(tasks: Sequence[Task], count: int) -> Iterator[_Crew]:
    gc.freeze()  # workers need not look through what was there before them: measured, a sixth of the time
    crew = _Crew(tasks, count)
    try:
        yield crew
    finally:
        crew.end()
        gc.unfreeze()


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Ctrl-C is noted, and pressed again heeded at once; gives what says whether it was pressed."""
    pressed = threading.Event()
    before = signal.getsignal(signal.SIGINT)
    mine = threading.current_thread() is threading.main_thread() and before is signal.default_int_handler

    def note(*_: object) -> None:
        pressed.set()
        signal.signal(signal.SIGINT, before)

    if mine:
        signal.signal(signal.SIGINT, note)
    try:
        yield pressed.is_set
    finally:
        if mine:
            signal.signal(signal.SIGINT, before)


# In a worker.


def _serve(tasks: Sequence[Task], pipe: Connection, others: Sequence[Connection]) -> None:
    """Do what is asked for, until nobody is there to ask."""
    for other in others:
        other.close()  # so that a worker whose parent is gone reads the end, and goes too
    at_work = threading.Event()

    def asked(*_: object) -> None:
        handler = signal.getsignal(signal.SIGINT)
        if at_work.is_set() and callable(handler):
            handler(signal.SIGINT, None)

    _WATCH.set(None)
    # The terminal's Ctrl-C reaches every process: the parent alone heeds it, and asks each worker once.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGUSR1, asked)
    sys.unraisablehook = _unheard
    while True:
        try:
            number = pipe.recv()
            pipe.send_bytes(_answered(tasks[number], at_work))
        except (EOFError, ConnectionError):
            return


def _unheard(raised: sys.UnraisableHookArgs) -> None:
    """Python drops what is raised while an object is deleted: a worker asked just then is asked again."""
    if isinstance(raised.exc_value, KeyboardInterrupt):
        again = threading.Timer(LOOK_EVERY, os.kill, (os.getpid(), signal.SIGUSR1))
        again.daemon = True
        again.start()
    else:
        sys.__unraisablehook__(raised)


def _answered(task: Task, at_work: threading.Event) -> bytes:
    try:
        at_work.set()
        value = task()
        at_work.clear()
        return pickle.dumps((value, None))
    except BaseException as wrong:
        at_work.clear()
        return _as_bytes(wrong)


def _as_bytes(wrong: BaseException) -> bytes:
    """An exception as bytes, to be raised again by the parent."""
    said = (
        wrong if isinstance(wrong, Exception | KeyboardInterrupt) else RuntimeError(f"{type(wrong).__name__}: {wrong}")
    )
    try:
        content = pickle.dumps((None, said))
        pickle.loads(content)
    except Exception:
        content = pickle.dumps((None, RuntimeError(f"{type(wrong).__name__}: {wrong}")))
    return content
