"""Options of exploration: limits, workers, hash compaction, checkpoints, and the line of progress."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tcpmodel.cli.arguments import count, duration, size
from tcpmodel.cli.progress import TOLD_EVERY, Progress, in_time
from tcpmodel.errors import UnreadableInput, UsageError, choices
from tcpmodel.explore import search as plain
from tcpmodel.explore.exploration import UNLIMITED, Exploration, Limits
from tcpmodel.explore.native import search as native
from tcpmodel.explore.native.checkpoint import Checkpoint
from tcpmodel.explore.reduction import NAMES
from tcpmodel.judging.judge import Explorer


def add_exploring(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say how to explore."""
    add_limits(parser, "a spec")
    parser.add_argument("--plain", action="store_true", help="explore in plain Python, as the reference does")
    parser.add_argument("--compact", action="store_true", help="hash compaction: keep hashes, no states; not exact")
    parser.add_argument(
        "--reduce", metavar="NAMES", type=names, default=(), help=f"explore fewer states: some of {', '.join(NAMES)}"
    )
    parser.add_argument("--checkpoint", metavar="DIR", help="save what is found into DIR/SPEC now and then")
    parser.add_argument("--resume", metavar="DIR", help="go on from the checkpoints in DIR, and save there")
    parser.add_argument(
        "--progress",
        nargs="?",
        const="line",
        choices=("line", "rules", "none"),
        help="tell how far it is; with rules also how many have fired (default: line on a terminal)",
    )


def add_limits(parser: argparse.ArgumentParser, what: str, *, whole: str = "") -> None:
    """Add the arguments that stop an exploration of `what`; time is counted for the `whole`, if that is more."""
    parser.add_argument("--max-states", metavar="N", type=count, help=f"stop {what} after N states")
    parser.add_argument("--max-memory", metavar="SIZE", type=size, help=f"stop {what} at this much memory, e.g. 2G")
    parser.add_argument("--timeout", metavar="T", type=duration, help=f"stop {whole or what} after this long, e.g. 30s")


def limits_of(chosen: argparse.Namespace) -> Limits:
    """The limits that the arguments give."""
    return Limits(states=chosen.max_states, seconds=chosen.timeout, memory=chosen.max_memory)


def left_of(limits: Limits, *, since: float) -> Limits:
    """The limits that are left: the seconds since that moment are taken off, states and memory stay."""
    seconds = None if limits.seconds is None else max(0.0, limits.seconds - (time.monotonic() - since))
    return Timed(states=limits.states, seconds=seconds, memory=limits.memory)


def names(text: str) -> tuple[str, ...]:
    """Reductions' names, with commas between them."""
    given = tuple(text.split(","))
    for name in given:
        if name not in NAMES:
            raise argparse.ArgumentTypeError(f"there is no reduction {name!r}: {choices(name, NAMES)}")
    return given


class Timed(Limits):
    """Limits that end the alarm at the first look at them: from then on the search keeps to its time by itself."""

    def met(self, *, states: int, seconds: float, memory: int) -> tuple[str, str] | None:
        """The limit that is reached."""
        in_time()
        return super().met(states=states, seconds=seconds, memory=memory)


@dataclass(frozen=True)
class Exploring:
    """Options for the exploration of each spec."""

    limits: Limits = UNLIMITED
    workers: int = 1
    plain: bool = False
    compact: bool = False
    reduce: tuple[str, ...] = ()
    folder: Path | None = None
    resume: bool = False
    progress: str = "none"
    alone: bool = True
    beside: Progress | None = None

    def explorer(self, spec: str) -> Explorer:
        """The explorer for the spec of this name."""
        tell = None if self.progress == "none" else Line(spec, self)
        if self.plain:
            return partial(plain.explore, limits=self.limits, progress=tell)
        folder = self.folder / spec if self.folder else None
        return partial(
            native.explore,
            limits=self.limits,
            progress=tell,
            workers=self.workers,
            compact=self.compact,
            reduce=self.reduce,
            checkpoint=folder,
            resume=self.resume and folder is not None and Checkpoint(folder).exists,
        )


def exploring_of(chosen: argparse.Namespace, *, workers: int, alone: bool) -> Exploring:
    """The options that the arguments ask for; `UsageError` where they exclude each other."""
    if chosen.checkpoint and chosen.resume:
        raise UsageError("--resume DIR also saves into DIR: leave out --checkpoint")
    folder = chosen.checkpoint or chosen.resume
    if chosen.plain and (chosen.compact or chosen.reduce or folder):
        raise UsageError("the plain explorer has no --compact, --reduce, --checkpoint or --resume: leave out --plain")
    if chosen.compact and folder:
        raise UsageError("what is compacted cannot be saved: leave out --compact or the checkpoint")
    if chosen.resume and not any(Path(chosen.resume).glob("*/checkpoint.json")):
        raise UnreadableInput(f"{chosen.resume} holds no checkpoint: name the folder given to --checkpoint")
    return Exploring(
        limits=limits_of(chosen),
        workers=workers,
        plain=chosen.plain,
        compact=chosen.compact,
        reduce=chosen.reduce,
        folder=Path(folder) if folder else None,
        resume=bool(chosen.resume),
        progress=chosen.progress or ("line" if alone and sys.stderr.isatty() else "none"),
        alone=alone,
    )


class Line:
    """Tells on standard error how far a search is: one line over itself, or one after the other."""

    def __init__(self, spec: str, how: Exploring) -> None:
        self._spec, self._rules, self._alone, self._beside = spec, how.progress == "rules", how.alone, how.beside
        self._last = time.monotonic()

    def __call__(self, found: Exploration) -> None:
        """The search has come this far."""
        now = time.monotonic()
        if self._beside and found.frontier == 0:
            self._beside.say(f"{self._spec}: {found.states:,} states, judging the claims")
        if now - self._last < TOLD_EVERY:
            return
        self._last = now
        if self._beside:
            self._beside.quiet()
        over_itself = self._alone and sys.stderr.isatty()
        text = self.text(found)
        print(f"\r{text}\x1b[K" if over_itself else text, end="" if over_itself else "\n", file=sys.stderr, flush=True)

    def text(self, found: Exploration) -> str:
        """The line."""
        speed = found.states / found.seconds if found.seconds else 0.0
        parts = [
            f"{self._spec}: depth {found.depth}",
            f"{found.states:,} states",
            f"{speed:,.0f}/s",
            f"frontier {found.frontier:,}",
            f"{found.memory / 1e6:,.0f} MB",
        ]
        if self._rules:
            counts = found.row_counts().values()
            parts.append(f"{sum(c.fired > 0 for c in counts)} of {len(counts)} rules fired")
        return ", ".join(parts)
