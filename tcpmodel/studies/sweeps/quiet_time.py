"""Thresholds of the quiet time: how long a host must keep quiet after a crash (RFC 9293 3.4.3).

Some promises no quiet time keeps; then the reason is given.

A and B are ESTABLISHED, A crashes and calls again when its quiet time is over, and any ISS may be
chosen.  For A's own octets the network may let one segment arrive twice.  For B's, B sends an octet
and repeats it once, at any time until a reset tells it that its connection is gone.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from tcpmodel.explore.exploration import UNLIMITED, Limits
from tcpmodel.explore.native.search import explore
from tcpmodel.language.terms import FALSE, Term, at_least, equal, implies
from tcpmodel.studies.sweeps.findings import Entry, Finding, Shown, Until, in_parallel, smallest, unsearched, with_shown
from tcpmodel.systems.claims import Always
from tcpmodel.systems.system import TransitionSystem
from tcpmodel.systems.verdicts import Verdict, trace_of
from tcpmodel.tcp.claims import promises
from tcpmodel.tcp.observers.ghosts import inc, misdelivered
from tcpmodel.tcp.rfc9293.ends import at, in_flight
from tcpmodel.tcp.rfc9293.tcb import CLOSED, quiet
from tcpmodel.tcp.world.clock import Time
from tcpmodel.tcp.world.connection import connection
from tcpmodel.tcp.world.environment import Network, User

BEYOND = 2
"""Ticks beyond MSL up to which quiet times are tried."""


@dataclass(frozen=True)
class QuietPromise:
    """A promise of the quiet time: its words, the end whose octets it is about, and the surviving peer's ISN policy."""

    name: str
    says: str
    about: str
    peer_isn: str = "free"
    why_none: str = ""


PROMISES = (
    QuietPromise("own_gone", "no segment of the crashed host is in flight when it may speak again", "A"),
    QuietPromise("own_data", "none of its old octets is delivered in its next connection", "A"),
    QuietPromise(
        "peer_data",
        "none of the surviving peer's old octets is delivered to it, whatever the peer's ISS",
        "B",
        why_none="the peer does not know of the crash and goes on sending, also after the quiet time, "
        "until a reset tells it: its last old octet is a lifetime younger than that reset",
    ),
    QuietPromise(
        "peer_data_monotone",
        "the same, where the peer's ISS lies behind every number that it has used",
        "B",
        peer_isn="monotone",
    ),
)


def system(promise: QuietPromise, *, msl: int, ticks: int) -> TransitionSystem:
    """A host that keeps quiet for so many ticks after its crash, and its peer."""
    own = promise.about == "A"
    return connection(
        name="quiet_time",
        a=User(crashes=1, active_opens=1, sends=int(own), retransmissions=int(not own)),
        b=User(passive_opens=1, sends=int(not own), retransmissions=int(not own), isn=promise.peer_isn),
        network=Network(capacity=4, duplicate=int(own)),
        time=Time(msl=msl, rto=2 * msl, quiet=ticks),
        bits=4,
        established=True,
        isn="free",
    )


def claim(promise: QuietPromise, *, ticks: int) -> Always:
    """The promise, made of so many ticks of silence."""
    predicate, needs = _meant(promise, ticks)
    says = f"after a crash and {ticks} ticks of silence {promise.says}"
    return Always(f"{promise.name}_after_{ticks}", predicate, needs=needs, says=says)


def _meant(promise: QuietPromise, ticks: int) -> tuple[Term, Term]:
    if promise.name == "own_gone":
        silent = at("A", at_least(quiet, 1)) if ticks else FALSE
        may_speak = promises.has_ended("A", "crashed") & promises.is_in("A", CLOSED) & ~silent
        return implies(may_speak, ~in_flight("A", lambda s, i: equal(i, 1))), may_speak
    taker = "B" if promise.about == "A" else "A"
    return ~at(taker, misdelivered), at(taker, equal(inc, 2))


def sweep(
    msl: Sequence[int] = (1, 2, 3),
    *,
    made: Sequence[str] | None = None,
    limits: Limits = UNLIMITED,
    traces: bool = False,
    workers: int | None = None,
) -> list[Finding]:
    """The smallest quiet time for each MSL and promise; with `traces` also the runs one tick below."""
    wanted = [p for p in PROMISES if made is None or p.name in made]
    asked = [(life, p) for life in msl for p in wanted]
    one = partial(_one, until=Until.of(limits), traces=traces)
    found = in_parallel(one, asked, left=lambda one: unsearched({"msl": one[0]}, [one[1].name]), workers=workers)
    return [_joined(life, [f for f in found if f.axes["msl"] == life]) for life in msl]


def _joined(msl: int, parts: Sequence[Finding]) -> Finding:
    """The findings of one MSL as one."""
    entries = {name: entry for part in parts for name, entry in part.entries.items()}
    bounds = {name: n for part in parts for name, n in part.bounds.items()}
    return Finding({"msl": msl}, entries, sum(p.states for p in parts), sum(p.seconds for p in parts), bounds)


def _one(asked: tuple[int, QuietPromise], *, until: Until, traces: bool) -> Finding:
    msl, promise = asked
    axes: dict[str, int | str] = {"msl": msl}
    if until.over:
        return unsearched(axes, [promise.name])
    began, verdicts, states = time.monotonic(), [], 0
    for ticks in range(msl + BEYOND + 1):
        one = claim(promise, ticks=ticks)
        found = explore(system(promise, msl=msl, ticks=ticks), [one], limits=until.limits())
        verdicts.append(found.verdicts[one.name])
        states += found.states
    entry = smallest(verdicts, why_none=promise.why_none)
    if traces:
        entry = _shown(msl, promise, entry, verdicts)
    return Finding(axes, {promise.name: entry}, states, time.monotonic() - began)


def _shown(msl: int, promise: QuietPromise, entry: Entry, verdicts: Sequence[Verdict]) -> Entry:
    trace = None if entry.broken is None else trace_of(verdicts[entry.broken])
    if trace is None or entry.broken is None:
        return entry
    name = f"{promise.name}_L{msl}_quiet{entry.broken}"
    return with_shown(entry, Shown(name, trace, claim(promise, ticks=entry.broken)))
