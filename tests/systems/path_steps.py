"""The steps of a system read off the ways through its rules, to be compared with those of the reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from tcpmodel.language.terms import TRUE, Term, both, constant
from tcpmodel.systems.domains import before_step, domains
from tcpmodel.systems.firing import Reference
from tcpmodel.systems.moments import Moment
from tcpmodel.systems.paths import Way, took, ways
from tcpmodel.systems.system import Record, State, TransitionSystem

Fired = tuple[int, Record | None, tuple[int, ...], tuple[tuple[int, int], ...], State | None]
"""A step: the rule, the record taken, the picks, the rows, and the state it leads to, if no bound cuts it."""


class PathSteps:
    """All ways of a system, found once, and what they come to in a state."""

    def __init__(self, system: TransitionSystem) -> None:
        self.system = system
        self.before = before_step(system, domains(system).values)
        self.ways: list[tuple[int, int | None, Way]] = []
        for number, rule in enumerate(system.rules):
            for place in self._places(number):
                taken = None if place is None else took(rule, self.before, place)
                self.ways += [(number, place, way) for way in ways(system, rule, self.before, taken)]

    def _places(self, number: int) -> range | tuple[None]:
        take = self.system.rules[number].take
        if take is None:
            return (None,)
        return range(len(self.before.bags[take.bag].places[: 1 if self.system.bag(take.bag).ordered else None]))

    def steps(self, state: State) -> Iterator[Fired]:
        """Every step from the state, whatever place holds the record taken."""
        for number, place, way in self.ways:
            bag = self.system.rules[number].take
            records = () if bag is None else state.bags[self.system.bag_position[bag.bag]]
            if place is not None and (place >= len(records) or records[place] in records[:place]):
                continue
            for picked in product(range(1 << self.system.bits), repeat=len(way.picks)):
                chosen = {v.name: constant(n, v.sort) for (v, _), n in zip(way.picks, picked, strict=True)}
                now = self._now(state, chosen)
                if all(now.read(t) is TRUE for t in (*way.guards, *(among for _, among in way.picks))):
                    yield number, None if place is None else records[place], picked, way.rows, self._end(way, now)

    def _now(self, state: State, chosen: Mapping[str, Term]) -> Moment:
        """What all that terms may speak of is in the state."""
        values = dict(chosen)
        for v, x in zip(self.system.variables, state.values, strict=True):
            values[v.name] = constant(x, v.term.sort)
        for bag, records in zip(self.system.bags, state.bags, strict=True):
            for k in range(bag.capacity):
                values[f"{bag.name}[{k}]"] = constant(k < len(records), TRUE.sort)
            for k, record in enumerate(records):
                for f, x in zip(bag.fields, record, strict=True):
                    values[f"{bag.name}[{k}].{f.name}"] = constant(x, f.term.sort)
        return Moment(self.system.bits, values, {})

    def _end(self, way: Way, now: Moment) -> State | None:
        if now.read(both(~way.end.cut, *(way.end.read(limit.holds) for limit in self.system.limits))) is not TRUE:
            return None
        values = tuple(_value(now.read(way.end.read(v.term))) for v in self.system.variables)
        bags = []
        for bag in self.system.bags:
            places = [p for p in way.end.bags[bag.name].places if now.read(p.present) is TRUE]
            records = [tuple(_value(now.read(p.fields[f.name])) for f in bag.fields) for p in places]
            bags.append(tuple(records if bag.ordered else sorted(records)))
        return State(values, tuple(bags))


def _value(term: Term) -> int:
    assert isinstance(term.payload, int)
    return term.payload


def of_reference(reference: Reference, state: State) -> Iterator[Fired]:
    """The same, as the reference has it."""
    for step, after, bound in reference.steps(state):
        if not any("nothing to pick" in b for b in bound):
            yield step.rule, step.taken, step.picked, step.rows, after


def reached(system: TransitionSystem, most: int) -> list[State]:
    """So many of the states nearest to the start."""
    reference, seen = Reference(system), {system.initial: None}
    for state in (queue := [system.initial]):
        for outcome in reference.steps(state):
            if outcome.state is not None and outcome.state not in seen and len(seen) < most:
                seen[outcome.state] = None
                queue.append(outcome.state)
    return list(seen)


def compared(system: TransitionSystem, states: Iterable[State]) -> int:
    """Compare the steps from these states; how many there were."""
    paths, reference, found = PathSteps(system), Reference(system), 0
    for state in states:
        expected = sorted(of_reference(reference, state), key=repr)
        assert sorted(paths.steps(state), key=repr) == expected, (system.name, state)
        found += len(expected)
    return found
