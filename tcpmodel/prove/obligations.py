"""What has to be shown of an invariant when bags may hold anything: questions without quantifiers.

A bag is read as an arbitrary set of records, of which only the invariant is known: that a record is not there is
never used, so losing one, keeping a copy of it, and having room for it need no care.  A clause says `every` of bags
and then something of the records named.  It is assumed for the record that a rule takes and for one arbitrary record
per quantifier of the clause to be shown; it is shown for these arbitrary records and for the records sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from tcpmodel.errors import DefinitionError
from tcpmodel.language.operators import Op
from tcpmodel.language.terms import TRUE, Term, constant, equal, negation, substitute, variable, variables, walk
from tcpmodel.prove.ways import Way, bare
from tcpmodel.systems.claims import Always
from tcpmodel.systems.system import TransitionSystem

Fields = Mapping[str, Term]
Records = tuple[tuple[str, str], ...]
"""Records that are spoken of: their bags and what they are called."""


class Part(NamedTuple):
    """A conjunct of a clause: `every` of these bags (each with its record's name), then a term about the records."""

    clause: str
    records: Records
    term: Term


def parts(clause: Always) -> tuple[Part, ...]:
    """The conjuncts of a clause; `DefinitionError` where one says more than `every` in front of a term."""
    term = bare(clause.predicate)
    return tuple(_part(clause.name, t, ()) for t in (term.args if term.op is Op.AND else (term,)))


def _part(name: str, term: Term, records: Records) -> Part:
    if term.op is Op.NOT and term.args[0].op is Op.SOME:
        quantified = term.args[0]
        assert isinstance(quantified.payload, tuple)
        bag, element = quantified.payload
        return _part(name, negation(quantified.args[0]), (*records, (bag, element)))
    if any(t.op is Op.SOME for t in walk(term)):
        raise DefinitionError(f"{name} cannot be an invariant of any network: write every(...) in front of the rest")
    return Part(name, records, term)


@dataclass(frozen=True)
class Goal:
    """One question: the arbitrary records that it speaks of, as (bag, name), and what must be true after the step."""

    name: str
    records: Records
    term: Term


class Frame:
    """A system with the invariant to be shown: it gives what may be assumed, and what must be shown."""

    def __init__(self, system: TransitionSystem, invariant: Sequence[Always], lemmas: Sequence[Always] = ()) -> None:
        for clause in (*invariant, *lemmas):
            system.check_claim(clause)
        self.system = system
        self._lemmas = tuple(part for lemma in lemmas for part in parts(lemma))
        self.parts = tuple(part for clause in invariant for part in parts(clause))
        self.limits = tuple(bare(limit.holds) for limit in system.limits)
        self._speak_of = tuple(variables(part.term) for part in self.parts)
        self._known: dict[tuple[Records, bool], tuple[Term, ...]] = {}

    # Before a step.

    def before(self, way: Way | None, records: Records, *, lemmas: bool = True) -> tuple[Term, ...]:
        """What is known in a state before the way is taken, of the record it takes and of those named."""
        take = None if way is None else way.rule.take
        names = (*records, *([] if take is None else [(take.bag, take.element)]))
        assumed = [*self._of_invariant(names, lemmas)]
        if way is not None:
            assumed += self._of_way(way, names)
        return tuple(dict.fromkeys(t for t in assumed if t is not TRUE))

    def _of_invariant(self, names: Records, lemmas: bool) -> tuple[Term, ...]:
        """The limits, every clause of the records named, and what follows; the same for all ways that take alike."""
        if (names, lemmas) not in self._known:
            records = self._records(names)
            known = (*self.parts, *self._lemmas) if lemmas else self.parts
            self._known[names, lemmas] = (*self.limits, *(t for part in known for t in _instances(part, records)))
        return self._known[names, lemmas]

    def _records(self, names: Records) -> list[tuple[str, Fields]]:
        return [(bag, _fields(self.system, bag, element)) for bag, element in names]

    def _of_way(self, way: Way, names: Records) -> Iterator[Term]:
        """The guards, what picks are among, and that the step is not cut."""
        records = self._records(names)
        for condition in (*way.guards, *(among for _, among in way.picks)):
            for part in parts(Always("guard", condition)):
                yield from _instances(part, records)
        for limit in self.limits:
            yield substitute(limit, way.set)

    # After it.

    def goals(self, way: Way) -> Iterator[Goal]:
        """Every clause after the way has been taken, for arbitrary records and for those sent."""
        sent: dict[str, list[Fields]] = {}
        for send in way.sends:
            sent.setdefault(send.bag, []).append(send.fields)
        for number, part in enumerate(self.parts):
            options = [[None, *sent.get(bag, ())] for bag, _ in part.records]
            for chosen in product(*options):
                yield self._goal(number, part, way, chosen)

    def _goal(self, number: int, part: Part, way: Way, chosen: tuple[Fields | None, ...]) -> Goal:
        values: dict[Term, Term] = dict(way.set)
        arbitrary, names = [], []
        for (bag, element), fields in zip(part.records, chosen, strict=True):
            if fields is None:
                arbitrary.append((bag, element))
            else:
                names.append(element)
                own = _fields(self.system, bag, element)
                values |= {own[f]: t for f, t in fields.items()}
        sent = f", {' and '.join(names)} sent" if names else ""
        touched = not self._speak_of[number].isdisjoint(values)
        return Goal(
            f"{part.clause}.{number}{sent}", tuple(arbitrary), substitute(part.term, values) if touched else part.term
        )

    # At the start.

    def initially(self) -> tuple[tuple[Term, ...], Iterator[Goal]]:
        """What every variable is at the start, and the clauses to be shown; of records there are none."""
        start = zip(self.system.variables, self.system.initial.values, strict=True)
        known = tuple(equal(bare(v.term), constant(x, v.term.sort)) for v, x in start)
        numbered = enumerate(self.parts)
        return known, (Goal(f"{part.clause}.{n}", (), part.term) for n, part in numbered if not part.records)


def _fields(system: TransitionSystem, bag: str, element: str) -> dict[str, Term]:
    return {f.name: variable(f"{element}.{f.name}", f.term.sort) for f in system.bag(bag).fields}


def _instances(part: Part, records: Sequence[tuple[str, Fields]]) -> Iterator[Term]:
    """The part for each choice of known records."""
    options = [[fields for bag, fields in records if bag == wanted] for wanted, _ in part.records]
    for chosen in product(*options):
        values: dict[Term, Term] = {}
        for (_, element), fields in zip(part.records, chosen, strict=True):
            values |= {variable(f"{element}.{f}", t.sort): t for f, t in fields.items()}
        yield substitute(part.term, values)
