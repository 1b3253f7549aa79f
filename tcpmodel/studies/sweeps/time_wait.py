"""Thresholds of TIME-WAIT: how long it must last for each promise that is made of it.

Both ends are ESTABLISHED and close, in any order or at once; A is the end whose TIME-WAIT is over.
The network loses up to k segments of any kind and no segment dies of age before it could arrive; an
end repeats what is not acknowledged after R ticks, k times for what may be lost and `repeats` times
without need.  Resets do not end TIME-WAIT (RFC 1337).  One exploration judges every length: see
`tcp.observers.watching`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from tcpmodel.explore.exploration import UNLIMITED, Exploration, Limits
from tcpmodel.explore.native.search import explore
from tcpmodel.language.terms import Term, implies, named
from tcpmodel.studies.sweeps.findings import Entry, Finding, Shown, Until, in_parallel, smallest, unsearched, with_shown
from tcpmodel.systems.claims import Always
from tcpmodel.systems.firing import Step, reference_of
from tcpmodel.systems.system import State, TransitionSystem
from tcpmodel.systems.trace import Trace, firing, replay
from tcpmodel.systems.verdicts import trace_of
from tcpmodel.tcp.claims import promises
from tcpmodel.tcp.observers.watching import nobody_waited_less, wait_is_over, with_waits
from tcpmodel.tcp.rfc9293.tcb import CLOSED, TIME_WAIT
from tcpmodel.tcp.world.clock import Time
from tcpmodel.tcp.world.connection import connection
from tcpmodel.tcp.world.environment import Network, User

RESTARTS = ("ack_bearing", "fin", "literal", "never")


@dataclass(frozen=True)
class WaitPromise:
    """A promise that is to be true from the moment on at which A's TIME-WAIT is over."""

    name: str
    says: str
    kept: Term


PROMISES = (
    WaitPromise(
        "Q1",
        "nothing that A sent in the connection is in flight any more",
        promises.old_segments_are_gone("A", "A"),
    ),
    WaitPromise(
        "Q2",
        "nothing that B sent is in flight, then or later, not even a reset that answers a straggler",
        promises.old_segments_are_gone("A", "B"),
    ),
    WaitPromise("Q3", "B has finished, or waits in TIME-WAIT itself", promises.is_in("B", CLOSED, TIME_WAIT)),
)


@dataclass(frozen=True)
class WaitCase:
    """One setting: when TIME-WAIT starts over, MSL, retransmission interval, losses, repeats without need."""

    restart: str
    msl: int
    rto: int
    losses: int
    repeats: int

    @property
    def axes(self) -> dict[str, int | str]:
        """The setting as names and values."""
        return dict(vars(self))

    @property
    def longest(self) -> int:
        """The longest TIME-WAIT that is tried."""
        return 4 * self.msl + (self.losses + self.repeats) * self.rto + 3


def cases(
    *,
    restart: Sequence[str] = RESTARTS,
    msl: Sequence[int] = (1, 2, 3),
    rto: Sequence[int] = (2, 3),
    losses: Sequence[int] = (0, 1, 2),
    repeats: Sequence[int] = (0, 1),
) -> list[WaitCase]:
    """The settings of a table; where nothing is ever repeated, R is 0 and there is one for all R."""
    found = [
        WaitCase(rule, life, r if k + n else 0, k, n)
        for rule in restart
        for k in losses
        for n in repeats
        for r in rto
        for life in msl
        if n or not k or tuple(repeats) == (0,)
    ]
    return list(dict.fromkeys(found))


def system(case: WaitCase, *, time_wait: int, measured: int = 0) -> TransitionSystem:
    """The two ends with a TIME-WAIT of this length, or of every length up to `measured`."""
    user = User(closes=1, retransmissions=case.losses + case.repeats)
    made = connection(
        name="time_wait",
        a=user,
        b=user,
        network=Network(capacity=8, lose=case.losses),
        time=Time(msl=case.msl, rto=max(1, case.rto), time_wait=time_wait, measured=measured),
        bits=3,
        established=True,
        time_wait_rst="ignore",
        time_wait_restart=case.restart,
    )
    return with_waits(made, longest=max(time_wait, measured))


def claim(promise: WaitPromise, ticks: int) -> Always:
    """The promise, made of a TIME-WAIT that lasts so many ticks."""
    over = named(f"a TIME-WAIT of A of at least {ticks} ticks is over", wait_is_over("A") & nobody_waited_less(ticks))
    return Always(
        f"{promise.name}_after_{ticks}",
        implies(over, named(promise.says, promise.kept)),
        needs=over,
        says=f"once A's TIME-WAIT of {ticks} ticks is over, {promise.says}",
    )


def sweep(
    chosen: Sequence[WaitCase],
    *,
    made: Sequence[str] = ("Q1", "Q2", "Q3"),
    limits: Limits = UNLIMITED,
    traces: bool = False,
    workers: int | None = None,
) -> list[Finding]:
    """The thresholds of each case, in the order given; with `traces` also the runs one tick below."""
    wanted = tuple(p for p in PROMISES if p.name in made)
    one = partial(_one, wanted=wanted, until=Until.of(limits), traces=traces)
    return in_parallel(one, chosen, left=lambda case: unsearched(case.axes, [p.name for p in wanted]), workers=workers)


def _one(case: WaitCase, *, wanted: Sequence[WaitPromise], until: Until, traces: bool) -> Finding:
    if until.over:
        return unsearched(case.axes, [p.name for p in wanted])
    began, lengths = time.monotonic(), range(case.longest + 1)
    claims = {p.name: [claim(p, ticks) for ticks in lengths] for p in wanted}
    asked = [c for several in claims.values() for c in several]
    found = explore(system(case, time_wait=0, measured=case.longest), asked, limits=until.limits())
    entries = {p.name: smallest([found.verdicts[c.name] for c in claims[p.name]]) for p in wanted}
    if traces:
        entries = {p.name: _shown(case, p, entries[p.name], found) for p in wanted}
    return Finding(case.axes, entries, found.states, time.monotonic() - began, dict(found.bounds))


def _shown(case: WaitCase, promise: WaitPromise, entry: Entry, found: Exploration) -> Entry:
    """The entry with the run that breaks the promise one tick below, in the system whose TIME-WAIT is that long."""
    if entry.broken is None:
        return entry
    asked = claim(promise, entry.broken)
    trace = trace_of(found.verdicts[asked.name])
    assert trace is not None
    name = f"{promise.name}_{case.restart}_L{case.msl}_R{case.rto}_k{case.losses}_n{case.repeats}_TW{entry.broken}"
    return with_shown(entry, Shown(name, retold(trace, system(case, time_wait=entry.broken)), asked))


def retold(trace: Trace, other: TransitionSystem) -> Trace:
    """The same steps in another system, whose rules are the same but for how far a clock counts."""
    states, steps = [other.initial], []
    for step in trace.steps:
        after = _after(other, states[-1], step)
        states.append(after)
        steps.append(step)
    return replay(Trace(other, tuple(states), tuple(steps)))


def _after(system: TransitionSystem, state: State, step: Step) -> State:
    for outcome in reference_of(system).steps(state):
        if outcome.step == step and outcome.state is not None:
            return outcome.state
    raise AssertionError(f"{firing(system, step).title} is not possible with this TIME-WAIT")


# What the user of the next connection sees.


def end_to_end(
    *,
    msl: int = 1,
    longest: int | None = None,
    limits: Limits = UNLIMITED,
    traces: bool = False,
    workers: int = 1,
) -> Finding:
    """The shortest TIME-WAIT after which no octet of the old connection is delivered in the next, whatever the ISNs.

    B sends an octet, once more than needed, and both close; then A listens and B calls.  Nothing is lost.
    """
    top = 3 * msl + 1 if longest is None else longest
    claims = [_stale(ticks) for ticks in range(top + 1)]
    began = time.monotonic()
    found = explore(_reopened(msl, time_wait=0, measured=top), claims, limits=limits, workers=workers)
    entry = smallest([found.verdicts[c.name] for c in claims])
    if traces and entry.broken is not None:
        trace = trace_of(found.verdicts[claims[entry.broken].name])
        assert trace is not None
        told = retold(trace, _reopened(msl, time_wait=entry.broken))
        entry = with_shown(entry, Shown(f"end_to_end_L{msl}_TW{entry.broken}", told, claims[entry.broken]))
    runs = {f"{t}": _steps(found, c) for t, c in enumerate(claims)}
    axes: dict[str, int | str] = {"msl": msl, **{f"steps_{t}": text for t, text in runs.items()}}
    return Finding(axes, {"end_to_end": entry}, found.states, time.monotonic() - began, dict(found.bounds))


def _stale(ticks: int) -> Always:
    octets = replace(promises.no_stale_data(), name=f"no_stale_data_after_{ticks}")
    return replace(
        octets, predicate=implies(nobody_waited_less(ticks), octets.predicate), needs=nobody_waited_less(ticks)
    )


def _reopened(msl: int, *, time_wait: int, measured: int = 0) -> TransitionSystem:
    made = connection(
        name="time_wait_end_to_end",
        a=User(closes=1, passive_opens=1),
        b=User(closes=1, sends=1, retransmissions=1, active_opens=1),
        network=Network(capacity=4),
        time=Time(msl=msl, rto=2 * msl, time_wait=time_wait, measured=measured),
        bits=4,
        established=True,
        isn="free",
        time_wait_rst="ignore",
    )
    return with_waits(made, longest=max(time_wait, measured))


def _steps(found: Exploration, claim: Always) -> str:
    """The length, in words, of the shortest run that breaks the claim, with and without ticks; else the verdict."""
    trace = trace_of(found.verdicts[claim.name])
    if trace is None:
        return found.verdicts[claim.name].word
    ticks = sum(firing(trace.system, step).rule.agent == "time" for step in trace.steps)
    return f"{len(trace)} steps, {len(trace) - ticks} of them not ticks"


def forms_of(findings: Sequence[Finding]) -> Mapping[tuple[str, str], list[Finding]]:
    """The findings that one closed form is looked for, by promise and rule."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        for name in finding.entries:
            groups.setdefault((name, str(finding.axes["restart"])), []).append(finding)
    return groups
