"""Thresholds of the send rate: octets in a segment's lifetime before an old one is taken for a new one (RFC 7323).

m sequence numbers, a window of W, and at most p octets in any lifetime.  `in_window`: no old octet in flight
is acceptable (a receiver that keeps text ahead of RCV.NXT would deliver it some day).  `delivered`:
none is delivered by a receiver that, like this one, keeps nothing ahead.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from tcpmodel.explore.exploration import UNLIMITED, Limits
from tcpmodel.explore.native.search import explore
from tcpmodel.studies.sweeps.findings import Entry, Finding, Shown, Until, in_parallel, unsearched, with_shown
from tcpmodel.systems.claims import Always
from tcpmodel.systems.verdicts import Verdict, trace_of
from tcpmodel.tcp.world.wrapping import delivered_again, old_octet_in_window, stream

FIRST_LOOK = 200_000
"""States after which a claim that is going to fail has usually failed."""
SAYS = {
    "in_window": "no old octet in flight is acceptable",
    "delivered": "no octet is delivered twice",
}


@dataclass(frozen=True)
class StreamCase:
    """One setting: the bits of a sequence number, the window, MSL."""

    bits: int
    window: int
    msl: int

    @property
    def axes(self) -> dict[str, int | str]:
        """The setting as names and values."""
        return {"numbers": 1 << self.bits, "window": self.window, "msl": self.msl}


def cases(
    *, bits: Sequence[int] = (3,), window: Sequence[int] = (2, 3, 4), msl: Sequence[int] = (1, 2)
) -> list[StreamCase]:
    """The settings of a table."""
    return [StreamCase(b, w, life) for b in bits for life in msl for w in window if 2 * w <= 1 << b]


def claim(promise: str, case: StreamCase) -> Always:
    """The promise of a stream."""
    broken = old_octet_in_window(case.window) if promise == "in_window" else delivered_again()
    return Always(promise, ~broken, says=SAYS[promise])


def sweep(
    chosen: Sequence[StreamCase],
    *,
    made: Sequence[str] = tuple(SAYS),
    limits: Limits = UNLIMITED,
    traces: bool = False,
    workers: int | None = None,
) -> list[Finding]:
    """The largest number of octets a lifetime for each case; with `traces` also the runs with one more."""
    one = partial(_one, made=made, until=Until.of(limits), traces=traces)
    return in_parallel(one, chosen, left=lambda case: unsearched(case.axes, made), workers=workers)


def _one(case: StreamCase, *, made: Sequence[str], until: Until, traces: bool) -> Finding:
    if until.over:
        return unsearched(case.axes, made)
    began, entries, states = time.monotonic(), {}, 0
    for promise in made:
        entries[promise], searched = _largest(case, promise, until=until, traces=traces)
        states += searched
    return Finding(case.axes, entries, states, time.monotonic() - began)


def _largest(case: StreamCase, promise: str, *, until: Until, traces: bool) -> tuple[Entry, int]:
    """The largest pace that keeps the promise, from above: the first that holds."""
    asked, states, broken = claim(promise, case), 0, None
    last: Verdict | None = None
    for pace in range(1 << case.bits, 0, -1):
        verdict, searched = _judged(case, asked, pace, until)
        states += searched
        if verdict.word == "unknown":
            return Entry("unknown", broken=broken, why=getattr(verdict, "why", "")), states
        if verdict.word == "holds":
            return _entry(case, promise, pace, last, traces=traces), states
        broken, last = pace, verdict
    return Entry("none", broken=broken, why="not even one octet a lifetime"), states


def _judged(case: StreamCase, asked: Always, pace: int, until: Until) -> tuple[Verdict, int]:
    """The verdict at one pace; a look at the beginning comes first, for most counterexamples are short."""
    system = stream(bits=case.bits, window=case.window, pace=pace, msl=case.msl)
    limits = until.limits()
    most = min(FIRST_LOOK, limits.states or FIRST_LOOK)
    found = explore(system, [asked], limits=Limits(most, limits.seconds, limits.memory))
    if found.verdicts[asked.name].word == "unknown" and found.limit == "states" and most != limits.states:
        found = explore(system, [asked], limits=limits)
    return found.verdicts[asked.name], found.states


def _entry(case: StreamCase, promise: str, pace: int, above: Verdict | None, *, traces: bool) -> Entry:
    trace = None if above is None else trace_of(above)
    entry = Entry("found", value=pace, broken=pace + 1 if trace else None, length=len(trace) if trace else None)
    if trace is None or not traces:
        return entry
    name = f"{promise}_m{1 << case.bits}_W{case.window}_L{case.msl}_p{pace + 1}"
    return with_shown(entry, Shown(name, trace, claim(promise, case)))
