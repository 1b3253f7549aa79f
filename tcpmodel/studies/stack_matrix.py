"""Matrix of one's own stack: which promise breaks where A, B or both have these rules, beside RFC 9293's at both ends.

Every stack meets another one: a departure may be harmless where both ends have it, or harm only the one that has not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tcpmodel.explore.native.search import explore
from tcpmodel.judging.judge import Explorer
from tcpmodel.studies.matrix import PROMISES, Cell, World, column
from tcpmodel.systems.verdicts import Unknown, Vacuous, Verdict
from tcpmodel.tcp.rfc9293.ends import ENDS
from tcpmodel.tcp.rfc9293.rules import Rules
from tcpmodel.tcp.world.beginning import NeverEstablished
from tcpmodel.tcp.world.connection import sibling

WHERE: Mapping[str, tuple[str, ...]] = {"neither": (), "A": ("A",), "B": ("B",), "both": ENDS}
"""The ends that have the rules, by what the columns are called; `neither` is the baseline."""

Meeting = tuple[str, str]
"""One exploration: which ends have the rules, and the world."""


@dataclass(frozen=True)
class Met:
    """The verdicts on a world's promises where these ends have the rules; none where it begins as they never can."""

    where: str
    world: str
    verdicts: Mapping[str, Verdict]


def meetings(worlds: Sequence[World], *, promise: str | None = None) -> Iterator[Meeting]:
    """The explorations needed, for one promise or for all."""
    wanted = None if promise is None else column(promise)
    yield from ((where, w.name) for where in WHERE for w in worlds if wanted is None or wanted in w.claims)


def met(world: World, rules: Rules, where: str, *, explorer: Explorer = explore) -> Met:
    """Explore a world in which these ends have the rules; the others have its own."""
    users = {end.lower(): replace(world.system.origin[end.lower()], rules=rules) for end in WHERE[where]}
    try:
        system = sibling(world.system, **users)
    except NeverEstablished:
        return Met(where, world.name, {})
    found = explorer(system, list(world.claims.values()))
    return Met(where, world.name, {name: found.verdicts[claim.name] for name, claim in world.claims.items()})


def not_met(world: World, where: str) -> Met:
    """A world that was not explored: every verdict is unknown."""
    return Met(where, world.name, {name: Unknown("", "not explored") for name in world.claims})


def left_out(found: Sequence[Met]) -> Mapping[str, list[str]]:
    """The worlds that begin ESTABLISHED, which the rules never are, by the ends that have the rules."""
    worlds = {where: [m.world for m in found if m.where == where and not m.verdicts] for where in WHERE}
    return {where: names for where, names in worlds.items() if names}


def cells(found: Sequence[Met]) -> Iterator[Cell]:
    """A cell for each promise and each choice of ends, in the order of the promises."""
    for promise in PROMISES:
        for where in WHERE:
            known = {m.world: m.verdicts[promise] for m in found if m.where == where and promise in m.verdicts}
            judged = {world: v for world, v in known.items() if not isinstance(v, Vacuous)}
            if judged:
                yield Cell(where, promise, judged)
