"""Progress line on standard error, written over again and again, so that nothing is silent for long.

A thread of its own keeps the line alive while whatever takes its time says nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from types import FrameType, TracebackType

from tcpmodel.cli.arguments import duration
from tcpmodel.errors import OutOfTime
from tcpmodel.sharing import Watch, watched

TOLD_EVERY = 0.5
"""Seconds between two tellings of progress."""
RING_AGAIN = 0.02
"""Seconds until it rings again that the time is over, where nobody heard it."""
LINE_EVERY = 2.0
"""Seconds of silence before a line is told where none is written over."""


def add_progress(parser: argparse.ArgumentParser) -> None:
    """Add the argument that asks for progress where no terminal is."""
    parser.add_argument(
        "--progress",
        nargs="?",
        const="line",
        choices=("line", "none"),
        help="tell how far it is (default: line on a terminal)",
    )


def add_time(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the arguments of what takes a while: when to stop it, and whether to tell how far it is."""
    parser.add_argument("--timeout", metavar="T", type=duration, help=f"stop {what} after this long, e.g. 30s")
    add_progress(parser)


@contextmanager
def within(seconds: float | None, doing: str) -> Iterator[None]:
    """Interrupt what is done in here when the time is over, unless `in_time` says that it keeps to it itself."""
    if seconds is None or threading.current_thread() is not threading.main_thread():
        yield
        return

    def over(_: int, frame: FrameType | None) -> None:
        # nothing is heard of what is raised while a weak reference is dropped: it rings again
        if frame is None or frame.f_code.co_name not in ("_remove", "remove", "__del__"):
            in_time()
            raise OutOfTime(f"the time was over while {doing}")

    before = signal.signal(signal.SIGALRM, over)
    try:
        signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-6), RING_AGAIN)
        yield
    finally:
        in_time()
        signal.signal(signal.SIGALRM, before)


def in_time() -> None:
    """Switch off the alarm: the work under way looks at the clock itself from now on."""
    signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def working(
    chosen: argparse.Namespace, doing: str, *, what: str = "", seconds: float | None = None
) -> Iterator[tuple[Progress, Watch]]:
    """Tell how far the work is, of which `what` is shared; it is over after so many seconds."""
    with Progress(doing, told=told(chosen)) as progress:

        def look(done: int, of: int) -> None:
            in_time()
            progress.say(f"{doing}: {done} of {of} {what}")

        with watched(look, seconds=seconds) as watch:
            yield progress, watch


def told(chosen: argparse.Namespace) -> bool:
    """Whether progress is to be told."""
    return chosen.progress != "none" if chosen.progress else sys.stderr.isatty()


class Progress:
    """A context manager that tells, while it is entered, what is being done and for how long."""

    def __init__(self, doing: str, *, told: bool) -> None:
        self._doing, self._told, self._over = doing, told, sys.stderr.isatty()
        self._began = self._last = time.monotonic()
        self._stop = Event()
        self._thread = Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Progress:
        if self._told:
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, wrong: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        if self._told:
            self._thread.join()
            self.clear()

    def say(self, doing: str) -> None:
        """Set the words for the work that is done from now on."""
        self._doing = doing

    def quiet(self) -> None:
        """Put off the next telling: others have just written something."""
        self._last = time.monotonic()

    def clear(self) -> None:
        """Leave the line empty, for others to write."""
        if self._told and self._over:
            os.write(2, b"\r\x1b[K")

    def _beat(self) -> None:
        every = TOLD_EVERY if self._over else LINE_EVERY
        while not self._stop.wait(every):
            if time.monotonic() - self._last >= every:
                self._write(f"{self._doing}, {time.monotonic() - self._began:.0f} s")

    def _write(self, text: str) -> None:
        # to the file itself: a lock of Python's might be held where a worker is forked
        room = shutil.get_terminal_size().columns - 1
        line = f"\r{text[:room]}\x1b[K" if self._over else f"{text}\n"
        os.write(2, line.encode(sys.stderr.encoding or "ascii", "replace"))
