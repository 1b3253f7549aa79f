"""Reductions: fewer states to visit, the same verdicts on every claim about states, the same lengths.

Symmetry: where two groups of variables can be exchanged (two ends with the same menu) without changing the
system, a state and its mirror image count as one.  Forgetting: what no rule and no claim will look at any
more is put back (`explore.forgetting`).  Internal steps: a rule that neither touches nor sees anything that
others or the claims do, and that counts something down, fires as soon as it can and before all else; so
all its firings come first, and they are left out of traces, but for one to where nothing moves any more.

Where mirror images count as one, a claim is judged on both, so what it reads it reads on both sides.
What must happen eventually is not judged on reduced systems.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, permutations

from tcpmodel.errors import UsageError, choices
from tcpmodel.explore.forgetting import forgotten
from tcpmodel.language.operators import Op
from tcpmodel.language.terms import Substitution, Term, either, variables
from tcpmodel.systems.claims import Claim
from tcpmodel.systems.firing import full_of, reference_of
from tcpmodel.systems.parts import changed_by_rows, key, mapped, named_by, rows
from tcpmodel.systems.system import Rule, State, TransitionSystem

SYMMETRY, FORGETTING, INTERNAL = NAMES = ("symmetry", "incarnations", "internal")


@dataclass(frozen=True)
class Mirror:
    """An exchange of variables and bags, by their places, that leaves the system as it is."""

    system: TransitionSystem
    variables: tuple[int, ...]
    bags: tuple[int, ...]

    def state(self, state: State) -> State:
        """The mirror image of a state."""
        return State(tuple(state.values[i] for i in self.variables), tuple(state.bags[i] for i in self.bags))

    @cached_property
    def term(self) -> Substitution:
        """Map from a term to one that is true of a state where the term is true of the state's image."""
        own = self.system.variables
        images = {v.term: own[i].term for v, i in zip(own, self.variables, strict=True)}
        return Substitution(images, bags=self.names)

    @cached_property
    def names(self) -> dict[str, str]:
        """Each bag's image."""
        own = self.system.bags
        return {b.name: own[i].name for b, i in zip(own, self.bags, strict=True)}


@dataclass(frozen=True)
class Reduction:
    """Reduction of a search: the change made to each state found, and the rules that go first."""

    system: TransitionSystem
    mirror: Mirror | None = None
    forgettable: Mapping[Term, Term] = field(default_factory=dict)
    internal: frozenset[int] = frozenset()

    @property
    def any(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.mirror or self.forgettable or self.internal)

    def either_way(self, condition: Term) -> Term:
        """True of a state where the condition is true of it or of its mirror image."""
        return condition if self.mirror is None else either(condition, self.mirror.term(condition))

    def on_both_sides(self, bounds: Iterable[str]) -> set[str]:
        """The bounds of these names, and those that they are in a mirror."""
        met = set(bounds)
        if self.mirror is None:
            return met
        by_name = {limit.name: limit.holds for limit in self.system.limits}
        images = {self.mirror.term(by_name[name]) for name in met & set(by_name)}
        met |= {name for name, holds in by_name.items() if holds in images}
        full = {full_of(self.system.bag(b)): full_of(self.system.bag(other)) for b, other in self.mirror.names.items()}
        return met | {full[name] for name in met & set(full)}

    def without_forgotten(self, state: State) -> State:
        """The state with what no one looks at any more put back."""
        values = list(state.values)
        for target, term in self.forgettable.items():
            values[self.system.position[target.name]] = reference_of(self.system).value(term, state)
        return State(tuple(values), state.bags)


def reduction(system: TransitionSystem, claims: Sequence[Claim], names: Sequence[str]) -> Reduction:
    """The reductions of these names, as far as the system has any; `UsageError` if a name is none."""
    for name in names:
        if name not in NAMES:
            raise UsageError(f"there is no reduction {name!r}: {choices(name, NAMES)}")
    mirror = mirror_of(system) if SYMMETRY in names else None
    read = _read_by(claims, mirror)
    return Reduction(
        system,
        mirror,
        _alike_on_both_sides(forgotten(system, read), mirror) if FORGETTING in names else {},
        frozenset(internal_rules(system, read)) if INTERNAL in names else frozenset(),
    )


def _read_by(claims: Sequence[Claim], mirror: Mirror | None) -> list[Term]:
    """The terms that claims read, and their mirror images."""
    parts = ("predicate", "needs", "given")
    terms = [getattr(claim, part) for claim in claims for part in parts if hasattr(claim, part)]
    return terms + [mirror.term(t) for t in terms if mirror]


def _alike_on_both_sides(forgettable: Mapping[Term, Term], mirror: Mirror | None) -> Mapping[Term, Term]:
    """The variables that may be forgotten of a state as well as of its mirror image."""
    if mirror is None:
        return forgettable
    return {v: t for v, t in forgettable.items() if forgettable.get(mirror.term(v)) is mirror.term(t)}


# Symmetry.


def mirror_of(system: TransitionSystem) -> Mirror | None:
    """An exchange of two groups of variables, and of bags, that leaves rules, limits and the start as they are."""
    groups: dict[str, list[str]] = {}
    for v in system.variables:
        groups.setdefault(v.name.partition(".")[0], []).append(v.name)
    for one, other in combinations(groups, 2):
        for bags in permutations(range(len(system.bags))):
            mirror = _exchange(system, one, other, bags)
            if mirror and _leaves_as_it_is(system, mirror):
                return mirror
    return None


def _exchange(system: TransitionSystem, one: str, other: str, bags: tuple[int, ...]) -> Mirror | None:
    """The exchange of two groups, if they have like members; bags must be exchanged in pairs."""
    image = {one: other, other: one}
    places = []
    for v in system.variables:
        head, dot, local = v.name.partition(".")
        name = image.get(head, head) + dot + local
        if name not in system.position:
            return None
        places.append(system.position[name])
        twin = system.variables[places[-1]]
        if (v.term.sort, v.initial, v.top, v.ghost) != (twin.term.sort, twin.initial, twin.top, twin.ghost):
            return None
    if any(bags[bags[i]] != i or not _alike(system, i, bags[i]) for i in range(len(bags))):
        return None
    return Mirror(system, tuple(places), bags)


def _alike(system: TransitionSystem, one: int, other: int) -> bool:
    a, b = system.bags[one], system.bags[other]
    fields = [[(f.name, f.term.sort, f.top) for f in bag.fields] for bag in (a, b)]
    return fields[0] == fields[1] and (a.capacity, a.ordered, a.when_full) == (b.capacity, b.ordered, b.when_full)


def _leaves_as_it_is(system: TransitionSystem, mirror: Mirror) -> bool:
    if mirror.state(system.initial) != system.initial:
        return False
    if {limit.holds for limit in system.limits} != {mirror.term(limit.holds) for limit in system.limits}:
        return False
    keys = sorted(repr(key(rule, id)) for rule in system.rules)
    return keys == sorted(repr(key(mapped(rule, mirror.term), id)) for rule in system.rules)


# Internal steps.


def internal_rules(system: TransitionSystem, read: Sequence[Term]) -> Iterator[int]:
    """The places of rules on which nothing depends, nor a claim that reads these terms, and that depend on nothing."""
    seen = {v.name for term in read for v in variables(term)}
    seen |= {v.name for limit in system.limits for v in variables(limit.holds)}
    touched = [_touched(rule) for rule in system.rules]
    for place, rule in enumerate(system.rules):
        others = set().union(*(names for i, names in enumerate(touched) if i != place))
        alone = not touched[place] & (others | seen)
        if alone and rule.take is None and not rule.sweeps and _counts_down(rule) and _is_plain(rule):
            yield place


def _touched(rule: Rule) -> set[str]:
    """The variables that a rule reads or changes, and the bags, as [bag]."""
    names, bags = named_by(rule)
    return names | {f"[{bag}]" for bag in bags}


def _counts_down(rule: Rule) -> bool:
    """Whether every firing lowers a count that must be at least one, so that it cannot fire for ever."""
    needed = {t.args[0] for t in rule.when if t.op is Op.AT_LEAST and t.args[1].payload == 1}
    lowered = {k for k, t in rule.set.items() if t.op is Op.DOWN and t.args[0] is k}
    return bool(needed & (lowered - changed_by_rows(rule)))


def _is_plain(rule: Rule) -> bool:
    """Whether each firing is one step: nothing is picked or sent."""
    return not any(row.pick or row.send for row in rows(rule))
