"""A moment within a step: what every variable and bag holds then, as terms about the state before the step.

Reading a term at a moment substitutes, unfolds quantifiers place by place, drops names and computes
what is constant, so what cannot happen reads as FALSE.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from tcpmodel.language.operators import Op
from tcpmodel.language.reference import evaluate
from tcpmodel.language.sorts import BOOL, SEQ
from tcpmodel.language.terms import FALSE, TRUE, Term, both, choose, constant, either, rebuild, variable
from tcpmodel.systems.system import Bag

Values = frozenset[int] | None
"""The values something can have; None is any."""


class Place(NamedTuple):
    """Place of a bag: whether a record lies there, and its fields."""

    present: Term
    fields: Mapping[str, Term]


class Contents(NamedTuple):
    """A bag: the places where its records may lie, and for k = 1, 2, ... that it holds k of them at least."""

    places: tuple[Place, ...]
    least: tuple[Term, ...]

    @property
    def full(self) -> Term:
        """Whether there is no room."""
        return self.least[-1]


@dataclass(frozen=True)
class Moment:
    """Symbolic state: the terms that variables (by name) and bags hold; a variable that is not listed holds itself.

    Of a bag that is not listed nothing is known, and a quantifier over it stays one.  `within` gives the values that
    a variable can have, where that is known.  Of no bits, only what is true and what is false is computed.
    """

    bits: int
    values: Mapping[str, Term]
    bags: Mapping[str, Contents]
    cut: Term = FALSE
    within: Mapping[str, Values] = field(default_factory=dict, repr=False, compare=False)
    _seen: dict[Term, Term] = field(default_factory=dict, repr=False, compare=False)

    def changed(self, **what: object) -> Moment:
        """Another moment, with nothing remembered of this one's readings."""
        return replace(self, _seen={}, **what)  # type: ignore[arg-type]

    def knowing(self, values: Mapping[str, Term]) -> Moment:
        """The moment with these variables' values replaced."""
        return self.changed(values={**self.values, **values}) if values else self

    def read(self, term: Term, scope: Mapping[str, Term] | None = None) -> Term:
        """The term as it is now."""
        if scope:
            return self._read(term, scope)
        found = self._seen.get(term)
        if found is None:
            found = self._seen[term] = self._read(term, {})
        return found

    def _read(self, t: Term, scope: Mapping[str, Term]) -> Term:
        if t.op is Op.VARIABLE:
            return scope[t.name] if t.name in scope else self.values.get(t.name, variable(t.name, t.sort))
        if t.op is Op.SOME and t.payload[0] in self.bags:  # type: ignore[index]
            return either(*(self.read(i, inside) for i, inside in self._instances(t, scope)))
        args = tuple(self.read(a, scope) for a in t.args)
        if t.op is Op.NAMED:
            return args[0]
        folded = self._compared(*args) if t.op is Op.EQUAL else None
        return _folded(rebuild(t, args), self.bits) if folded is None else folded

    def _compared(self, left: Term, right: Term) -> Term | None:
        """Truth value of a comparison of a variable with a value that it never has, or always."""
        if left.op is Op.VALUE:
            left, right = right, left
        possible = self.within.get(left.name) if left.op is Op.VARIABLE and right.op is Op.VALUE else None
        if possible is None or (right.payload in possible and len(possible) > 1):
            return None
        return TRUE if right.payload in possible else FALSE

    def _instances(self, t: Term, scope: Mapping[str, Term]) -> Iterator[tuple[Term, Mapping[str, Term]]]:
        assert isinstance(t.payload, tuple)
        bag, element = t.payload
        for place in self.bags[bag].places:
            inside = {f"{element}.{f}": v for f, v in place.fields.items()}
            yield both(HERE, t.args[0]), {**scope, **inside, HERE.name: place.present}

    def without(self, bag: str, place: int) -> Moment:
        """The moment after the record at this place, which is there, has been taken."""
        places, least = self.bags[bag]
        left = Contents(places[:place] + places[place + 1 :], (*least[1:], FALSE))
        return self.changed(bags={**self.bags, bag: left})

    def with_sent(self, bag: Bag, fields: Mapping[str, Term]) -> Moment:
        """The moment after a record has been put into the bag, or lost or cut where the bag is full."""
        places, least = self.bags[bag.name]
        full = least[-1]
        cut = either(self.cut, full) if bag.when_full == "block" else self.cut
        more = Contents((*places, Place(~full, fields)), (TRUE, *least[:-1]))
        return self.changed(bags={**self.bags, bag.name: more}, cut=cut)

    def swept(self, bag: str, places: tuple[Place, ...]) -> Moment:
        """The moment after a bag's places have changed."""
        there = tuple(p for p in places if p.present is not FALSE)
        least = tuple(_at_least(k + 1, tuple(p.present for p in there)) for k in range(len(self.bags[bag].least)))
        return self.changed(bags={**self.bags, bag: Contents(there, least)})


HERE = variable("record is here", BOOL)
UNKNOWN = Moment(0, {}, {})
"""A state of which nothing is known."""


@lru_cache(maxsize=1 << 12)
def _at_least(k: int, conditions: tuple[Term, ...]) -> Term:
    """At least k of the conditions are true."""
    if k <= 0 or len(conditions) < k:
        return TRUE if k <= 0 else FALSE
    first, rest = conditions[0], conditions[1:]
    return choose(first, _at_least(k - 1, rest), _at_least(k, rest))


@lru_cache(maxsize=1 << 16)
def _folded(t: Term, bits: int) -> Term:
    """The value of a term of constants; any other term as it is."""
    if not bits:
        return t
    if t.op is Op.VALUE:
        assert isinstance(t.payload, int)
        return constant(t.payload % (1 << bits), SEQ) if t.sort == SEQ else t
    if t.args and all(a.op is Op.VALUE for a in t.args):
        return constant(evaluate(t, {}, bits=bits), t.sort)
    return t
