"""Results of a sweep: for each setting and promise a threshold, how it is known, and a run that fails just off it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal, TypeVar

from tcpmodel.explore.exploration import Limits
from tcpmodel.sharing import onlooker, share
from tcpmodel.systems.claims import Always
from tcpmodel.systems.trace import Trace
from tcpmodel.systems.verdicts import Verdict

Known = Literal["found", "none", "unknown"]
Axes = Mapping[str, int | str]
Task = TypeVar("Task")


@dataclass(frozen=True)
class Shown:
    """The run in which the promise is broken one step away from the threshold, with the claim that it breaks."""

    name: str
    trace: Trace
    claim: Always


@dataclass(frozen=True)
class Entry:
    """One threshold: `found` with its value, `none` in the range searched, or `unknown` but beyond `broken`.

    `broken` is the last value, going towards the threshold, at which the promise was seen to break.
    """

    known: Known
    value: int | None = None
    broken: int | None = None
    why: str = ""
    length: int | None = None
    shown: Shown | None = None


@dataclass(frozen=True)
class Finding:
    """The thresholds of one setting: `axes` says which, `entries` has one for each promise."""

    axes: Axes
    entries: Mapping[str, Entry]
    states: int = 0
    seconds: float = 0.0
    bounds: Mapping[str, int] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether nothing is unknown."""
        return all(entry.known != "unknown" for entry in self.entries.values())


@dataclass(frozen=True)
class Until:
    """The limits of a sweep: a moment for all of it, states and memory for each exploration."""

    moment: float | None = None
    states: int | None = None
    memory: int | None = None

    @classmethod
    def of(cls, limits: Limits) -> Until:
        """These limits of a whole sweep that begins now."""
        return cls(None if limits.seconds is None else time.time() + limits.seconds, limits.states, limits.memory)

    def limits(self) -> Limits:
        """Limits of the next exploration: states and memory as given, and the seconds left until the moment."""
        return Limits(self.states, None if self.moment is None else max(0.0, self.moment - time.time()), self.memory)

    @property
    def over(self) -> bool:
        """Whether the moment has passed."""
        return self.moment is not None and time.time() >= self.moment


NO_TIME = "it was stopped before this was searched"


def smallest(verdicts: Sequence[Verdict], *, why_none: str = "") -> Entry:
    """The smallest value from which on the claim holds; the verdicts are those of the values 0, 1, 2, ..."""
    words = [v.word for v in verdicts]
    broken = max((i for i, word in enumerate(words) if word == "fails"), default=None)
    first = 0 if broken is None else broken + 1
    length = None if broken is None else len(getattr(verdicts[broken], "trace", ()))
    if first == len(words):
        return Entry("none", broken=broken, length=length, why=why_none or f"none up to {len(words) - 1}")
    rest = verdicts[first:]
    if any(v.word == "unknown" for v in rest):
        return Entry("unknown", broken=broken, length=length, why=next(getattr(v, "why", "") for v in rest))
    return Entry("found", value=first, broken=broken, length=length)


def in_parallel(
    run: Callable[[Task], Finding],
    tasks: Sequence[Task],
    *,
    left: Callable[[Task], Finding],
    workers: int | None = None,
) -> list[Finding]:
    """Results of `run` for each task, spread over the cores; `left` gives the stand-in for a task not done."""
    if onlooker() is None and (workers == 1 or len(tasks) == 1):
        return [run(task) for task in tasks]
    done = share([partial(run, task) for task in tasks], workers=workers)
    return [done[i] if i in done else left(task) for i, task in enumerate(tasks)]


def unsearched(axes: Axes, promises: Sequence[str]) -> Finding:
    """The finding of a setting for which there was no time left: every entry is unknown."""
    return Finding(axes, {name: Entry("unknown", why=NO_TIME) for name in promises})


def with_shown(entry: Entry, shown: Shown | None) -> Entry:
    """The entry with its run."""
    return replace(entry, shown=shown, length=entry.length if shown is None else len(shown.trace))
