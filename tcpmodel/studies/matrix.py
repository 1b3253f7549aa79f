"""Matrix of mechanisms and promises (ablation): the promises that break without one mechanism, and in how many steps.

Each promise is judged in one or more small worlds, in which RFC 9293 with all its protections keeps
it.  A mechanism is taken away by turning a knob, by a mistake of `tcp.mistakes` or by a shorter time,
and everything else stays.  A cell fails where the promise fails in one of its worlds; the shortest run
is the cell's, and its world is named.  A cell that holds says so of these worlds and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tcpmodel.errors import UsageError, choices
from tcpmodel.explore.native.search import explore
from tcpmodel.judging.judge import Explorer
from tcpmodel.systems.claims import Claim
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.systems.system import TransitionSystem
from tcpmodel.systems.trace import Trace
from tcpmodel.systems.verdicts import Fails, Holds, Unknown, Vacuous, Verdict
from tcpmodel.tcp.mistakes import mutants
from tcpmodel.tcp.rfc9293.events import Event
from tcpmodel.tcp.rfc9293.rules import RFC_9293, Edit, Rules
from tcpmodel.tcp.world.connection import sibling

Changes = Mapping[str, Any]


@dataclass(frozen=True)
class World:
    """A small system and the promises that are judged in it, by the name of their column."""

    name: str
    tells: str
    system: TransitionSystem
    claims: Mapping[str, Claim]


@dataclass(frozen=True)
class Mechanism:
    """A mechanism, where it is written, and the changes for a system without it.

    `without` gives nothing where a system does not have the mechanism in the first place.
    """

    name: str
    title: str
    cite: str
    without: Callable[[TransitionSystem], Changes]


PROMISES = {
    "established": "nobody is ESTABLISHED with an end that never took part (S1)",
    "numbers": "two ESTABLISHED ends know each other's ISN (S1b)",
    "data": "only the peer's own octets are delivered, in order and once (S2)",
    "control": "only the peer's own FIN and resets are obeyed (S3)",
    "stream": "a FIN is consumed only after all the text before it (S4)",
    "close": "LAST-ACK and CLOSING are never reset (S7)",
    "time_wait": "TIME-WAIT is not cut short: not by a reset, nor by an old SYN (S8)",
    "service": "no old SYN shuts a listener down, or keeps it from listening (L6, L7)",
    "opens": "callers become connected, or are told that they will not (L1)",
    "finds_out": "an end with something to send finds out that its peer is gone (L2)",
    "recovers": "what is sent is acknowledged, or its connection ends and its sender is told",
    "heard": "where one end has closed, the other takes its FIN, or leaves",
    "ends": "where both have called CLOSE, both come to CLOSED, with each other's FIN (L3)",
    "silence": "the network falls silent where nobody has anything to say (L5)",
}
"""The columns."""


def _knob(**chosen: str) -> Callable[[TransitionSystem], Changes]:
    return lambda system: {} if chosen.items() <= system.origin.items() else chosen


def _two_segments(system: TransitionSystem) -> Changes:
    return {} if system.origin["established"] else {"handshake": "two_blind"}


def _old_numbers(system: TransitionSystem) -> Changes:
    """The changes for ISNs that are always 0; none where any ISN may come, since freshness is gone already."""
    return {} if system.origin.get("isn") == "free" else {"isn": "zero"}


def _mistake(*edits: Edit) -> Callable[[TransitionSystem], Changes]:
    def without(system: TransitionSystem) -> Changes:
        rules = RFC_9293
        for edit in edits:
            rules = edit(rules)
        return {"rules": rules}

    return without


def _time(**shorter: int) -> Callable[[TransitionSystem], Changes]:
    def without(system: TransitionSystem) -> Changes:
        time = system.origin["time"]
        return {} if time is None or replace(time, **shorter) == time else {"time": replace(time, **shorter)}

    return without


def nothing_is_sent_again(rules: Rules) -> Rules:
    """The rules in which the retransmission timer runs out and nothing is sent."""

    def silent(event: str, block: FirstMatch, row: Row) -> tuple[Row, ...]:
        return (replace(row, send=None) if event == Event.RETRANSMISSION_TIMEOUT else row,)

    return rules.map(silent)


MECHANISMS = (
    Mechanism("three-way", "the third segment of the handshake", "3.5", _two_segments),
    Mechanism("isn", "a fresh ISN", "3.4.1", _old_numbers),
    Mechanism("origin", "remembering who called (MUST-11)", "3.10.7.4 second", _mistake(mutants.reset_always_closes)),
    Mechanism("crossing-syn", "two callers (MUST-10)", "3.10.7.3 fourth", _mistake(mutants.crossing_syn_is_dropped)),
    Mechanism(
        "rst-from-closed",
        "resets from CLOSED",
        "3.10.7.1",
        _mistake(mutants.closed_is_silent),
    ),
    Mechanism(
        "rst-to-bad-ack",
        "resets for an ACK of nothing sent",
        "3.10.7.2, 3.10.7.3",
        _mistake(mutants.listen_is_silent, mutants.syn_sent_is_silent),
    ),
    Mechanism("ack-of-strays", "ACKs for what does not fit", "3.10.7.4 first", _knob(throttled="all")),
    Mechanism("retransmission", "sending again what is not acknowledged", "3.8.1", _mistake(nothing_is_sent_again)),
    Mechanism("sequenced-text", "delivery in order", "3.10.7.4 seventh", _mistake(mutants.text_ahead_is_delivered)),
    Mechanism("sequenced-fin", "a FIN that takes its turn", "3.10.7.4 eighth", _mistake(mutants.fin_out_of_order)),
    Mechanism("time-wait", "TIME-WAIT", "3.6.1 (MUST-13)", _time(time_wait=0)),
    Mechanism("2msl", "the second MSL of TIME-WAIT", "3.6.1 (MUST-13)", _time(time_wait=2)),
    Mechanism("time-wait-restart", "starting TIME-WAIT over", "3.10.7.4 eighth", _knob(time_wait_restart="never")),
    Mechanism("time-wait-rst", "a TIME-WAIT deaf to resets", "RFC 1337 3", _knob(time_wait_rst="kill")),
    Mechanism("exact-rst", "resets only at RCV.NXT", "RFC 5961 3.2", _knob(rst_5961="off")),
    Mechanism("challenge-syn", "challenging a SYN", "RFC 5961 4.2", _knob(syn_5961="off")),
    Mechanism("quiet-time", "quiet time after a crash", "3.4.3", _time(quiet=0)),
)
"""The rows."""


@dataclass(frozen=True)
class Cell:
    """A promise without a mechanism: how it fares in each world that judges it."""

    mechanism: str
    promise: str
    verdicts: Mapping[str, Verdict]

    @property
    def shortest(self) -> tuple[str, Trace] | None:
        """The world and the trace of the shortest failure."""
        found = [(world, v.trace) for world, v in self.verdicts.items() if isinstance(v, Fails)]
        return min(found, key=lambda pair: len(pair[1]), default=None)

    @property
    def word(self) -> str:
        """`fails`, `unknown`, `holds`; `absent` where no world that can break the promise has the mechanism."""
        if self.shortest:
            return "fails"
        if any(isinstance(v, Unknown) for v in self.verdicts.values()):
            return "unknown"
        return "holds" if self.verdicts else "absent"


def mechanism(name: str) -> Mechanism:
    """The mechanism of this name; `UsageError` says which there are."""
    for m in MECHANISMS:
        if m.name == name:
            return m
    raise UsageError(f"there is no mechanism {name!r}: {choices(name, (m.name for m in MECHANISMS))}")


def column(name: str) -> str:
    """The promise's name, if there is such a one; `UsageError` says which there are."""
    if name not in PROMISES:
        raise UsageError(f"there is no promise {name!r}: {choices(name, PROMISES)}")
    return name


@dataclass(frozen=True)
class Judgement:
    """One exploration: a world without a mechanism (or whole), and the verdicts on its promises."""

    mechanism: str | None
    world: str
    verdicts: Mapping[str, Verdict]
    states: int


def _is_broken(verdict: Verdict) -> bool:
    return not isinstance(verdict, Holds | Unknown)


Job = tuple[str | None, str]
"""One exploration: the mechanism that is taken away, or None, and the world."""


def jobs(worlds: Iterable[World], *, only: str | None = None, promise: str | None = None) -> Iterator[Job]:
    """Explorations needed: every world as it is, and without each mechanism that it has (or without `only`)."""
    for world in worlds:
        if promise is not None and promise not in world.claims:
            continue
        yield None, world.name
        for m in MECHANISMS:
            if only in (None, m.name) and m.without(world.system):
                yield m.name, world.name


def judged(world: World, name: str | None, *, explorer: Explorer = explore) -> Judgement:
    """Explore a world without a mechanism, or as it is."""
    system = world.system if name is None else sibling(world.system, **mechanism(name).without(world.system))
    found = explorer(system, list(world.claims.values()))
    verdicts = {column: found.verdicts[claim.name] for column, claim in world.claims.items()}
    return Judgement(name, world.name, verdicts, found.states)


def unjudged(world: World, name: str | None) -> Judgement:
    """The judgement of a world that was not explored: every verdict is unknown."""
    return Judgement(name, world.name, {column: Unknown("", "not explored") for column in world.claims}, 0)


@dataclass(frozen=True)
class Matrix:
    """The judgements, and the cells made of them."""

    judgements: tuple[Judgement, ...]

    def cell(self, name: str, promise: str) -> Cell:
        """The cell of a promise without a mechanism: its verdicts in the worlds in which it can fail."""
        known = {j.world: j.verdicts[promise] for j in self.judgements if j.mechanism == name and promise in j.verdicts}
        return Cell(name, promise, {world: v for world, v in known.items() if not isinstance(v, Vacuous)})

    def cells(self) -> Iterator[Cell]:
        """Every cell, row by row."""
        for m in MECHANISMS:
            for promise in PROMISES:
                yield self.cell(m.name, promise)

    @property
    def broken_as_it_is(self) -> list[tuple[str, str]]:
        """Promises that do not hold in a world from which nothing is taken away: there must be none."""
        whole = [j for j in self.judgements if j.mechanism is None]
        return [(j.world, promise) for j in whole for promise, v in j.verdicts.items() if _is_broken(v)]

    @property
    def unknown(self) -> list[Cell]:
        """The cells that a limit left open."""
        return [cell for cell in self.cells() if cell.word == "unknown"]
