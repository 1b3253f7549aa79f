"""Words that all views of a trace share, for a step and for a claim: citations, changes, what was broken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tcpmodel.draw.segments import Value
from tcpmodel.language.prose import prose
from tcpmodel.language.terms import TRUE
from tcpmodel.systems.claims import Always, Claim, DeadlockFree, LeadsTo, Witness
from tcpmodel.systems.system import State, TransitionSystem
from tcpmodel.systems.trace import Broken, Trace, broken, value_of

ASIDE = (".left.", ".rtx.budget", ".isn.drawn")
"""Parts of the names of variables that no view shows: budgets and bounds."""


def cited(rfc: str) -> str:
    """A row's citation with the RFC's number where it is RFC 9293."""
    parts = rfc.split("; ")
    for i, part in enumerate(parts):
        if part[:1].isdigit() and not (i and parts[i - 1][:1].isdigit()):
            parts[i] = f"RFC 9293 {part}"
    return "; ".join(parts)


def shown_value(value: Value) -> str:
    """A value as it is printed; truth values in lower case."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def shown_name(name: str) -> str:
    """A local name as the RFC writes it, such as SND.UNA."""
    return name.upper().replace("_", "-")


class Change(NamedTuple):
    """A change of a variable: its owner, its name, its old and its new value, all as printed."""

    owner: str
    name: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.name} {self.old} -> {self.new}"


def changes(
    system: TransitionSystem, before: State, after: State, *, ghosts: bool, forgotten: frozenset[str] = frozenset()
) -> list[Change]:
    """The changes of a step, without connection states, budgets and the variables that were `forgotten`."""
    found = []
    for v, old, new in zip(system.variables, before.values, after.values, strict=True):
        owner, _, name = v.name.partition(".")
        if old == new or name == "state" or (v.ghost and not ghosts) or v.name in forgotten:
            continue
        if any(part in v.name for part in ASIDE):
            continue
        shown = (shown_value(system.value(s, v.name)) for s in (before, after))
        found.append(Change(owner, shown_name(name), *shown))
    return found


def steps(trace: Trace) -> str:
    """The length of the trace, in words."""
    return "1 step" if len(trace) == 1 else f"{len(trace)} steps"


def way_back(trace: Trace) -> str | None:
    """A sentence on the steps of a lasso that repeat for ever; None if the trace is no lasso."""
    if trace.loop is None:
        return None
    if trace.loop == len(trace):
        return "for ever: from here on nothing more happens"
    if trace.loop + 1 == len(trace):
        return f"for ever: from here step {len(trace)} repeats"
    return f"for ever: from here steps {trace.loop + 1} to {len(trace)} repeat"


def round_begins(trace: Trace) -> int | None:
    """The step with which the part of a lasso begins that repeats, if steps do."""
    return None if trace.loop is None or trace.loop == len(trace) else trace.loop + 1


# What the trace shows about a claim.


def judged(trace: Trace, claim: Claim) -> list[str]:
    """Lines on what the trace shows about the claim; none if it shows nothing."""
    match claim:
        case Witness():
            return _witnessed(trace, claim)
        case LeadsTo():
            return _postponed(trace, claim)
        case Always() | DeadlockFree():
            found = broken(trace.system, claim.predicate, trace.last)
            return _fails(claim, [line for b in found for line in _needed(trace, claim, b)]) if found else []


def _fails(claim: Claim, lines: list[str]) -> list[str]:
    word = "fails" if claim.expected == "fails" else "FAILS"
    return [f"{claim.name} {word}" + (f": {claim.says}" if claim.says else ""), *lines]


def _witnessed(trace: Trace, claim: Witness) -> list[str]:
    if not value_of(trace.system, claim.predicate, trace.last):
        return []
    return [f"{claim.name} is witnessed" + (f": {claim.says}" if claim.says else "")]


def _postponed(trace: Trace, claim: LeadsTo) -> list[str]:
    wanted = [f"  wherever {prose(claim.given)}"] if claim.given is not TRUE else []
    wanted += [f"  then or later {prose(claim.predicate)}"]
    goes = "stops" if trace.loop == len(trace) else "goes on for ever"
    promised = [f"  {line}" for line in _promised(claim)]
    return _fails(claim, [*wanted, f"  but this run {goes}, and it never comes to that", *promised])


def _promised(claim: LeadsTo) -> Iterator[str]:
    """Lines on the fairness of the run, one for each entry of the claim's `fair`."""
    if not claim.fair:
        yield "nothing is promised to fire"
    for entry in claim.fair:
        often = "again and again" if entry.strong else "from some point on"
        of_kind = "" if entry.taking is TRUE else f", {_bare(prose(entry.taking))},"
        yield f"promised, and kept: {entry.rule}{of_kind} fires if it may {often}"


def _needed(trace: Trace, claim: Claim, b: Broken) -> Iterator[str]:
    yield ("  where it stops, it needs: " if isinstance(claim, DeadlockFree) else "  needed: ") + _bare(b.condition)
    values = [(name, shown_value(value)) for name, value in b.values if _begun(trace, name)]
    widths = [max((len(pair[k]) for pair in values), default=0) for k in (0, 1)]
    for i, (name, value) in enumerate(values):
        shown = f"{shown_name(name):{widths[0]}} = {value:{widths[1]}}   {_meaning(trace.system, name)}"
        yield f"  {'' if i else 'here:':8}{shown}".rstrip()


def _bare(condition: str) -> str:
    """The condition without parentheses around all of it."""
    depth = 0
    for i, letter in enumerate(condition):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return condition[1:-1] if i and i == len(condition) - 1 else condition
    return condition


def _begun(trace: Trace, name: str) -> bool:
    """False for what is remembered about an incarnation that has not begun."""
    owner, _, rest = name.partition(".")
    number = rest.removeprefix("adopted.")
    return not (number.isdigit() and int(number) > int(trace.system.value(trace.last, f"{owner}.inc")))


def _meaning(system: TransitionSystem, name: str) -> str:
    """The variable's phrase in prose; empty where the name says as much."""
    owner, _, rest = name.partition(".")
    payload = system.variable(name).payload
    said = payload[1] if isinstance(payload, tuple) else ""
    if rest.startswith("adopted."):
        said = f"whom {owner}'s incarnation {rest.removeprefix('adopted.')} took; 0 is nobody"
    return "" if rest == "state" else said.removeprefix(f"{owner}: ")
