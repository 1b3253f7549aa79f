"""`make mutants`: which claim of which spec notices each mutant of the rules, and the score.

Each mutant is asked about twice: where both ends have it, and where one end has it and the other is
right; that may be A or B, as what the ends are called makes no difference.
A mutant is killed where a claim's verdict is another than the spec expects of it; other numbers of
states, and searches cut short, kill nobody.  Who killed whom is kept in `specs/mutants.toml` and
tried first the next time; what then is not killed is searched for in the specs in which the row
fires (where it matters, in the state), small before large, and near their initial states before far.  In the others
the row does nothing, and a change of what it does changes nothing; only without one of its conditions might it
fire there, too.  A mutant that nobody is known to kill, and of which Z3 says that no TCB and no segment show a
difference (`same_steps`), is none and not searched for.  Who has survived so far is searched for with `--again` only,
and who is listed as equivalent, whom nothing may kill, with `--fresh`, which searches for everything anew.
Condition coverage (`conditions`) is reported besides.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from conditions import NEVER_SEEN, Seen, to_be_seen, unseen
from same_steps import differs

from tcpmodel import Exploration, Limits, Spec, explore, load
from tcpmodel.errors import DefinitionError
from tcpmodel.explore.search import explore as interpreted
from tcpmodel.judging.load import spec_paths
from tcpmodel.judging.pins import PinFile
from tcpmodel.systems.claims import Claim
from tcpmodel.systems.firing import Reference
from tcpmodel.systems.system import TransitionSystem
from tcpmodel.tcp.mistakes.equivalent import EQUIVALENT
from tcpmodel.tcp.mistakes.mutation import Mutant, mutants
from tcpmodel.tcp.rfc9293.ends import ENDS
from tcpmodel.tcp.rfc9293.tcb import EVERY_STATE, STATE, state
from tcpmodel.tcp.world.connection import sibling

MUTANTS = PinFile("mutants.toml", "make mutants")
ENOUGH = 0.99
"""The least share to be killed of the mutants that are not equivalent."""
LARGEST = 200_000
"""How many states a spec may have to be looked at."""
LOOKED_INTO = 20_000
"""How many states a spec may have for it to be known in which states its rows fire."""
NEAR, FAR = Limits(states=1000), Limits(states=400_000, seconds=20)
"""How far a mutated system is interpreted at first, and how far it is searched after that.

Most mutants are noticed before a search could be compiled.
"""
KILLED = ("killed", "killed_on_one_end")
"""The parts of the record: where both ends have the mutant, and where one has it."""
BATCH = 25
"""How many known kills a worker is given at a time."""
Explorer = Callable[..., Exploration]


class Asked(NamedTuple):
    """A mutant, by its name, and whether one end alone has it."""

    mutant: str
    one_end: bool

    def __str__(self) -> str:
        return f"{self.mutant}{', on one end' * self.one_end}"

    @property
    def ends(self) -> tuple[str, ...]:
        """Where the mutant may be put: at one end or the other, or (as "AB") at both."""
        return ENDS if self.one_end else ("".join(ENDS),)


@dataclass(frozen=True)
class Kill:
    """The spec and the claim by which a mutant was noticed, and the ends that had it."""

    spec: str
    claim: str
    ends: str = "AB"

    def __str__(self) -> str:
        return f"{self.spec}: {self.claim}" + (f" ({self.ends})" if len(self.ends) == 1 else "")


def kill_of(text: str) -> Kill:
    """The kill that is written so."""
    spec, _, claim = text.removesuffix(" (A)").removesuffix(" (B)").partition(": ")
    return Kill(spec, claim, text[-2] if text.endswith((" (A)", " (B)")) else "AB")


@cache
def every_mutant() -> Mapping[str, Mutant]:
    """The mutants by name."""
    return {mutant.name: mutant for mutant in mutants()}


@cache
def everything_asked(*, also: bool = False) -> tuple[Asked, ...]:
    """The mutants at both ends and at one; but for those listed as equivalent, or these also."""
    return tuple(Asked(name, one) for name in every_mutant() if also or name not in EQUIVALENT for one in (False, True))


@cache
def the_spec(name: str) -> Spec | None:
    """The spec of this name; None where there is none any more."""
    path = spec_paths().get(name)
    return load(path) if path else None


def mutated(mutant: Mutant, spec: Spec, ends: str = "AB") -> TransitionSystem | None:
    """The spec's system with the mutated rules at these ends; None where it cannot be made."""
    origin = spec.system.origin
    users = {end: origin[end.lower()] for end in ENDS}
    try:
        changes = {end.lower(): replace(users[end], rules=mutant(users[end].rules or origin["rules"])) for end in ends}
        return sibling(spec.system, **changes)
    except (DefinitionError, ValueError):
        return None  # A knob names the row that is missing, or the handshake cannot be played.


def noticed(explorer: Explorer, system: TransitionSystem, claims: Sequence[Claim], limits: Limits) -> tuple[str, bool]:
    """The first claim whose verdict is not the one expected of it, if there is one, and whether all was explored."""
    try:
        found = explorer(system, claims, limits=limits)
    except DefinitionError:
        return "", True  # A count goes beyond its top.
    surprises = [c.name for c in claims if found.verdicts[c.name].word not in (c.expected, "unknown")]
    return next(iter(surprises), ""), found.complete


def confirmed(asked: Asked, kill: Kill) -> bool:
    """Whether the claim still notices the mutant."""
    spec, mutant = the_spec(kill.spec), every_mutant()[asked.mutant]
    claims = [claim for claim in spec.claims if claim.name == kill.claim] if spec else []
    system = mutated(mutant, spec, kill.ends) if spec and claims else None
    if system is None or kill.ends not in asked.ends:
        return False
    claim, complete = noticed(interpreted, system, claims, NEAR)
    return bool(claim or (not complete and noticed(explore, system, claims, FAR)[0]))


def sought(asked: Asked, specs: Iterable[Spec]) -> Kill | None:
    """The first kill among the specs: near the initial states, else far from them."""
    further, mutant = [], every_mutant()[asked.mutant]
    for spec, ends in ((spec, ends) for spec in specs for ends in asked.ends):
        system = mutated(mutant, spec, ends)
        if system is not None:
            claim, complete = noticed(interpreted, system, spec.claims, NEAR)
            if claim:
                return Kill(spec.name, claim, ends)
            further += [] if complete else [(spec, ends, system)]
    for spec, ends, system in further:
        claim, _ = noticed(explore, system, spec.claims, FAR)
        if claim:
            return Kill(spec.name, claim, ends)
    return None


class Fired(NamedTuple):
    """A row that fired, and in which connection state, if that is known."""

    row: str
    state: str | None


class Looked(NamedTuple):
    """A spec, its number of states, and which rows fire in it, or are there to refuse a call."""

    name: str
    states: int
    fired: frozenset[Fired]

    def may_notice(self, mutant: Mutant) -> bool:
        """Whether what the mutant changes is done in the spec."""
        where = None if mutant.only_in is None else STATE.values[EVERY_STATE.index(mutant.only_in)]
        return mutant.rows is None or any(
            row in mutant.rows and (where is None or state in (None, where)) for row, state in self.fired
        )


def looked(name: str) -> Looked:
    """What fires in a spec; nothing where it is large, or where a claim surprises under the rules themselves."""
    spec = the_spec(name)
    assert spec is not None
    system = spec.system
    found = explore(system, spec.claims, limits=Limits(states=LARGEST))
    if not found.complete or any(found.verdicts[claim.name].word != claim.expected for claim in spec.claims):
        return Looked(name, found.states, frozenset())
    if found.states <= LOOKED_INTO:
        fired = set(firings(system))
    else:
        fired = {Fired(row, None) for (row, _), count in found.row_counts().items() if count.fired}
    fired |= {Fired(row.name, None) for rule in system.rules for b in rule.blocks for row in b.rows if row.refuses}
    return Looked(name, found.states, frozenset(fired))


def firings(system: TransitionSystem) -> Iterator[Fired]:
    """Which rows fire in which connection states, by looking at every step."""
    reference, found, waiting = Reference(system), {system.initial}, [system.initial]
    places, seen = {end: system.position[f"{end}.{state.name}"] for end in ENDS}, set()
    for now in waiting:
        for outcome in reference.steps(now):
            rule = system.rules[outcome.step.rule]
            seen.add((rule, outcome.step.rows, now.values[places[rule.agent]] if rule.agent in places else 0))
            if outcome.state is not None and outcome.state not in found:
                found.add(outcome.state)
                waiting.append(outcome.state)
    for rule, rows, there in seen:
        for row in (rule.blocks[b].rows[r] for b, r in rows):
            yield Fired(row.name, STATE.values[there])
            there = there if row.goto is None else EVERY_STATE.index(row.goto)


def confirmations(known: Mapping[Asked, Kill]) -> dict[Asked, Kill | None]:
    """The known kills that stand."""
    return {asked: kill if confirmed(asked, kill) else None for asked, kill in known.items()}


def searched(asked: Sequence[Asked], specs: Sequence[Looked]) -> dict[Asked, Kill | None]:
    """The first kill found of each of some mutants of one place: who killed one is tried first on the next."""
    kills: dict[Asked, Kill | None] = {}
    for one in asked:
        before = [kill.spec for kill in reversed(list(kills.values())) if kill]
        here = [spec.name for spec in specs if spec.may_notice(every_mutant()[one.mutant])]
        order = dict.fromkeys([*(spec for spec in before if spec in here), *here])
        kills[one] = sought(one, filter(None, map(the_spec, order)))
    return kills


def run(asked: Sequence[Asked], known: Mapping[Asked, Kill], *, workers: int) -> Iterator[dict[Asked, Kill | None]]:
    """The kill of each of these mutants, some at a time: the known one if it stands, else the first found."""
    with ProcessPoolExecutor(workers) as pool:
        by_spec = sorted((a for a in asked if a in known), key=lambda a: known[a].spec)
        batches = [by_spec[n : n + BATCH] for n in range(0, len(by_spec), BATCH)]
        lost = [a for a in asked if a not in known]
        for kills in pool.map(confirmations, [{a: known[a] for a in batch} for batch in batches]):
            lost += [a for a, kill in kills.items() if kill is None]
            yield {a: kill for a, kill in kills.items() if kill}
        if not lost:
            return
        specs = sorted((spec for spec in pool.map(looked, spec_paths()) if spec.fired), key=lambda spec: spec.states)
        lost.sort(key=everything_asked(also=True).index)
        together = [list(some) for _, some in groupby(lost, key=lambda a: every_mutant()[a.mutant].place)]
        for search in [pool.submit(searched, some, specs) for some in together]:
            yield search.result()


def same(names: Iterable[str], *, workers: int) -> list[str]:
    """Those of the mutants that do in every step what the rules do."""
    asked = list(dict.fromkeys(names))
    with ProcessPoolExecutor(workers) as pool:
        return [name for name, other in zip(asked, pool.map(differs_by_name, asked), strict=True) if not other]


def differs_by_name(name: str) -> bool:
    """Whether the mutant of this name does something else than the rules somewhere."""
    return differs(every_mutant()[name])


def known_kills(recorded: Mapping[str, Any]) -> dict[Asked, Kill]:
    """The kills of an earlier run by mutant."""
    return {
        Asked(f"{place}: {what}", one): kill_of(by)
        for one in (False, True)
        for place, kills in recorded.get(KILLED[one], {}).items()
        for what, by in kills.items()
    }


def write(kills: Mapping[Asked, Kill | None], alike: Sequence[str], shown_by: Sequence[str]) -> Path:
    """Keep who killed whom, who does what the rules do, and which specs show all values of conditions."""
    killed: dict[str, dict[str, dict[str, str]]] = {part: {} for part in KILLED}
    for asked in everything_asked():
        kill, mutant = kills.get(asked), every_mutant()[asked.mutant]
        if kill:
            killed[KILLED[asked.one_end]].setdefault(mutant.place, {})[mutant.what] = str(kill)
    survivors = [str(asked) for asked in everything_asked() if asked in kills and kills[asked] is None]
    content = {"survivors": survivors, "same": list(alike), "conditions": list(shown_by), **killed}
    return MUTANTS.write(content)


def score(kills: Mapping[Asked, Kill | None]) -> float:
    """The share of mutants killed."""
    return sum(kill is not None for kill in kills.values()) / len(kills)


def main() -> int:
    """Judge every mutant, keep and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="forget the kills found before")
    parser.add_argument("--again", action="store_true", help="search once more for whom nobody killed")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    recorded = {} if chosen.fresh else MUTANTS.read()
    known = known_kills(recorded)
    unkilled = () if chosen.fresh else (a.mutant for a in everything_asked() if a not in known)
    alike = same((*recorded.get("same", ()), *unkilled), workers=chosen.workers)
    asked = [one for one in everything_asked(also=chosen.fresh) if one.mutant not in alike]
    survivors = () if chosen.again else recorded.get("survivors", ())
    found: dict[Asked, Kill | None] = {one: None for one in asked if str(one) in survivors}
    for kills in run([one for one in asked if one not in found], known, workers=chosen.workers):
        found |= kills
        if chosen.fresh or not set(kills) <= set(known):
            write(known | found, alike, recorded.get("conditions", ()))  # In case that it is interrupted.
        for one in (one for one, kill in kills.items() if kill is None):
            print(f"{len(found)} of {len(asked)}: {one} survives", file=sys.stderr, flush=True)
    unkilled = (a.mutant for a in asked if found[a] is None and a.mutant not in EQUIVALENT and str(a) not in survivors)
    alike += same(unkilled, workers=chosen.workers)
    order = dict.fromkeys([*recorded.get("conditions", ()), *spec_paths()])
    left, shown_by = unseen(spec for spec in map(the_spec, order) if spec)
    kills = {one: found[one] for one in everything_asked() if one.mutant not in alike}
    write(kills, alike, shown_by)
    return report(kills, alike, {one: found[one] for one in asked if one.mutant in EQUIVALENT}, left)


def report(
    kills: Mapping[Asked, Kill | None],
    alike: Sequence[str],
    equivalent: Mapping[Asked, Kill | None],
    left: Iterable[Seen],
) -> int:
    """Print the score and what is amiss; 0 if enough mutants are killed."""
    wrong = [f"{one}: killed by {kill}" for one, kill in equivalent.items() if kill]
    survivors = [str(one) for one, kill in kills.items() if kill is None]
    unshown = [str(seen) for seen in sorted(left)]
    for what, names in (("not equivalent", wrong), ("survives", survivors), ("never seen", unshown)):
        for name in names:
            print(f"{what}: {name}")
    seen = len(to_be_seen()) - len(unshown)
    print(f"{seen} of {len(to_be_seen())} values of conditions seen, {len(NEVER_SEEN)} never")
    for line in by_kind(kills):
        print(line)
    print(f"{len(mutants())} mutants: {len(alike)} do what the rules do, {len(EQUIVALENT)} are equivalent")
    print(f"at both ends and at one, killed {len(kills) - len(survivors)} of {len(kills)}: {100 * score(kills):.1f} %")
    return 0 if score(kills) >= ENOUGH and not wrong and not unshown else 1


def by_kind(kills: Mapping[Asked, Kill | None]) -> Iterator[str]:
    """How many mutants of each kind are killed at both ends, and at one."""
    for kind in dict.fromkeys(mutant.kind for mutant in every_mutant().values()):
        told = []
        for one in (False, True):
            of_kind = [k for a, k in kills.items() if a.one_end is one and every_mutant()[a.mutant].kind == kind]
            told.append(f"{len(list(filter(None, of_kind)))} of {len(of_kind)}")
        yield f"{kind}: killed {told[0]} at both ends, {told[1]} at one"


if __name__ == "__main__":
    sys.exit(main())
