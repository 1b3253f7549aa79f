"""Values that variables and fields can have, and rows that can fire, found without exploring (abstract interpretation).

A fixed point over the rows: start from the initial values, and add what a row that may fire can set.
What keeps one value needs no bits, and a row that can never fire needs no text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from tcpmodel.language.operators import Op
from tcpmodel.language.sorts import BOOL, SEQ, Sort
from tcpmodel.language.terms import FALSE, TRUE, Term, both, constant, variable
from tcpmodel.systems.moments import Contents, Moment, Place, Values
from tcpmodel.systems.row import FirstMatch, Pick, Row
from tcpmodel.systems.system import Bag, Rule, TransitionSystem

MOST = 32
"""How many values are kept apart before they count as any."""
PICKED_BITS = 8
"""The most bits of numbers of which any may be picked: each is an option of its own."""


class Domains(NamedTuple):
    """The values of variables by name and of fields as `bag.field`; the rows (rule, block, row) that may fire."""

    values: Mapping[str, Values]
    live: frozenset[tuple[int, int, int]]


def field_name(bag: str, field: str) -> str:
    """The name under which a field's values are kept."""
    return f"{bag}[].{field}"


def domains(system: TransitionSystem, put_back: Mapping[Term, Term] = MappingProxyType({})) -> Domains:
    """The least fixed point; in every state variables may be `put_back` to the values of terms."""
    search = _Search(system, put_back)
    while search.grows():
        pass
    return Domains(search.values, frozenset(search.live))


def known(values: Mapping[str, Values], name: str, sort: Sort) -> Term:
    """The variable or field as a term: its value if it has only one."""
    possible = values.get(name)
    return constant(min(possible), sort) if possible and len(possible) == 1 else variable(name, sort)


def known_fields(values: Mapping[str, Values], bag: Bag, place: str) -> dict[str, Term]:
    """The fields of the record in a place: constants where they are, else variables `place.field`."""
    fields = {}
    for f in bag.fields:
        value = known(values, field_name(bag.name, f.name), f.term.sort)
        fields[f.name] = value if value.op is Op.VALUE else variable(f"{place}.{f.name}", f.term.sort)
    return fields


def filled(values: Mapping[str, Values], bag: Bag) -> bool:
    """Whether a record is ever in the bag."""
    return all(values[field_name(bag.name, f.name)] != frozenset() for f in bag.fields)


def before_step(system: TransitionSystem, values: Mapping[str, Values]) -> Moment:
    """The state before a step: what is constant is known, and records lie in the first places of their bags."""
    bags = {bag.name: _contents(values, bag) for bag in system.bags}
    return Moment(system.bits, {v.name: known(values, v.name, v.term.sort) for v in system.variables}, bags)


def _contents(values: Mapping[str, Values], bag: Bag) -> Contents:
    if not filled(values, bag):
        return Contents((), (FALSE,) * bag.capacity)
    names = [f"{bag.name}[{k}]" for k in range(bag.capacity)]
    places = tuple(Place(variable(name, BOOL), known_fields(values, bag, name)) for name in names)
    return Contents(places, tuple(p.present for p in places))


class _Search:
    """The fixed point being computed: what is possible as far as is known."""

    def __init__(self, system: TransitionSystem, put_back: Mapping[Term, Term]) -> None:
        self.system, self.put_back = system, put_back
        self.values: dict[str, Values] = {}
        self.live: set[tuple[int, int, int]] = set()
        self.grown = False
        for v, value in zip(system.variables, system.initial.values, strict=True):
            self.values[v.name] = frozenset({value})
        for bag, records in zip(system.bags, system.initial.bags, strict=True):
            for place, f in enumerate(bag.fields):
                self.values[field_name(bag.name, f.name)] = frozenset(r[place] for r in records)

    def grows(self) -> bool:
        """Go over all rules once; whether anything was added."""
        self.grown = False
        for place, rule in enumerate(self.system.rules):
            self._rule(place, rule)
        self._sets(self.put_back, self._now())
        return self.grown

    def _now(self) -> Moment:
        values = {v.name: known(self.values, v.name, v.term.sort) for v in self.system.variables}
        bags = {
            bag.name: Contents((Place(variable(bag.name, BOOL), self._fields(bag.name)),), ())
            if filled(self.values, bag)
            else Contents((), ())
            for bag in self.system.bags
        }
        return Moment(self.system.bits, values, bags)

    def _filled(self, bag: str) -> bool:
        return filled(self.values, self.system.bag(bag))

    def _fields(self, bag: str) -> dict[str, Term]:
        fields = self.system.bag(bag).fields
        return {f.name: known(self.values, field_name(bag, f.name), f.term.sort) for f in fields}

    def _rule(self, place: int, rule: Rule) -> None:
        now = self._now()
        if rule.take:
            if not self._filled(rule.take.bag):
                return
            now = now.knowing({f"{rule.take.element}.{f}": t for f, t in self._fields(rule.take.bag).items()})
        if now.read(both(*rule.when)) is FALSE:
            return
        self._sweeps(rule, now)
        self._sets(rule.set, now)
        for b, block in enumerate(rule.blocks):
            for value in self._controls(block):
                here = now if block.control is None else now.knowing({block.control.name: value})
                for r, row in matching(block, here):
                    self._live(place, b, r)
                    self._row(block, row, here)

    def _controls(self, block: FirstMatch) -> Iterator[Term]:
        if block.control is None:
            yield TRUE
            return
        for state in block.states:
            possible = self.values[block.control.name]
            if possible is None or state.payload in possible:
                yield state

    def _live(self, *where: int) -> None:
        self.grown |= where not in self.live
        self.live.add((where[0], where[1], where[2]))

    def _sweeps(self, rule: Rule, now: Moment) -> None:
        for sweep in rule.sweeps:
            inside = now.knowing({f"{sweep.element}.{f}": t for f, t in self._fields(sweep.bag).items()})
            if self._filled(sweep.bag) and inside.read(sweep.drop) is not TRUE:
                for f, term in sweep.set.items():
                    self._add(field_name(sweep.bag, f), inside.read(term))

    def _sets(self, updates: Mapping[Term, Term], now: Moment) -> None:
        for target, term in updates.items():
            self._add(target.name, now.read(term))

    def _row(self, block: FirstMatch, row: Row, now: Moment) -> None:
        if row.refuses:
            return
        for here in [now] if row.pick is None else [now.knowing(v) for v in picks(row.pick, now)]:
            self._sets(updates(block, row), here)
            if row.send:
                after = here.knowing({t.name: here.read(e) for t, e in updates(block, row).items()})
                after = after.knowing(self._widened(after))
                for f, term in row.send.fields.items():
                    self._add(field_name(row.send.bag, f), after.read(term))
        for v in row.forget:
            self._join(v.name, frozenset({self.system.variables[self.system.position[v.name]].initial}))

    def _widened(self, after: Moment) -> dict[str, Term]:
        """Variables set to no constant, each with any of its values."""
        return {
            v.name: known(self.values, v.name, v.term.sort)
            for v in self.system.variables
            if after.values[v.name].op is not Op.VALUE
        }

    def _add(self, name: str, term: Term) -> None:
        self._join(name, self._possible(term))

    def _possible(self, term: Term) -> Values:
        if term.op is Op.VALUE:
            assert isinstance(term.payload, int)
            return frozenset({term.payload})
        if term.op is Op.VARIABLE:
            return self.values.get(term.name)
        if term.op is Op.CHOOSE:
            yes, no = (self._possible(t) for t in term.args[1:])
            return None if yes is None or no is None else yes | no
        return frozenset({0, 1}) if term.sort == BOOL else None

    def _join(self, name: str, more: Values) -> None:
        old = self.values[name]
        new = None if old is None or more is None or len(old | more) > MOST else old | more
        self.grown |= new != old
        self.values[name] = new


def matching(block: FirstMatch, now: Moment) -> Iterator[tuple[int, Row]]:
    """The rows of a block that may be the first to match, as far as is known."""
    for r, row in enumerate(block.rows):
        when = now.read(both(*row.when))
        if when is not FALSE:
            yield r, row
        if when is TRUE:
            return


def updates(block: FirstMatch, row: Row) -> Mapping[Term, Term]:
    """Assignments of a row, its `goto` included."""
    return row.set if row.goto is None or block.control is None else {**row.set, block.control: row.goto}


def picks(pick: Pick, now: Moment) -> Iterator[dict[str, Term]]:
    """Each value that may be picked, as what is known of the picked variable; of too many, that it may be any."""
    if now.bits > PICKED_BITS:
        yield {pick.variable.name: pick.variable}
        return
    for value in range(1 << now.bits):
        one = {pick.variable.name: constant(value, SEQ)}
        if now.knowing(one).read(pick.among) is not FALSE:
            yield one
