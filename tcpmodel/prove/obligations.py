"""Verification conditions of an invariant over bags that may hold anything, as questions without quantifiers.

A bag is read as an arbitrary set of records, of which only the invariant is known: that a record is not there is
never used, so losing one, keeping a copy of it, and having room for it need no care.  A clause says `every` of bags
and then something of the records named.  Its quantifiers are instantiated here.  It is assumed for the record that a
rule takes and for one arbitrary record per quantifier of the clause to be shown (Skolem constants: what is shown of
such a record is shown of all); it is shown for these arbitrary records and for the records sent.

A clause may also say that there is `some` record, of which it says nothing else, under `and` and `or` alone.  Where
that is assumed, one such record gets a name, a *witness*, which may be there; what is known of every record is known of
it.  Where it is to be shown, the record must be one that is sent, or a witness that the step leaves alone: it differs
from the one taken, and is not dropped.  That what is sent is there presumes room: the bag must be one in front of which
steps wait (`when_full="block"`), and that there is room is an assumption of the proof.  A rule that sweeps changes the
arbitrary records and the witnesses before anything is shown of them; of what it drops nothing need be shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from tcpmodel.errors import DefinitionError
from tcpmodel.language.bare import bare
from tcpmodel.language.operators import Op
from tcpmodel.language.sorts import BOOL
from tcpmodel.language.terms import (
    FALSE,
    TRUE,
    Term,
    bags_in,
    both,
    constant,
    either,
    equal,
    implies,
    negation,
    substitute,
    variable,
    variables,
    walk,
)
from tcpmodel.systems.claims import Always
from tcpmodel.systems.parts import parts as parts_of
from tcpmodel.systems.paths import Way
from tcpmodel.systems.proof import Assumption, Proof
from tcpmodel.systems.system import Rule, TransitionSystem

Fields = Mapping[str, Term]
Records = tuple[tuple[str, str], ...]
"""Records that are spoken of: their bags and what they are called."""


class Part(NamedTuple):
    """A conjunct of a clause: `every` of these bags (each with its record's name), then a term about the records.

    The term may also say that there is `some` record of which it says nothing else.
    """

    clause: str
    records: Records
    term: Term


class Witness(NamedTuple):
    """A record that there is if a clause says so: its bag and its name."""

    bag: str
    name: str

    @property
    def there(self) -> Term:
        """Whether there is such a record."""
        return variable(f"{self.name}.there", BOOL)


class Known(NamedTuple):
    """A record that is spoken of: its bag, its fields, and whether there is one."""

    bag: str
    fields: Fields
    there: Term = TRUE


def parts(clause: Always) -> tuple[Part, ...]:
    """The conjuncts of a clause; `DefinitionError` where one says more than `every` in front of a term."""
    found = conjuncts(clause)
    if any(somes(part.term) for part in found):
        raise DefinitionError(f"{clause.name} cannot be a claim of any network: write every(...) in front of the rest")
    return found


def conjuncts(clause: Always) -> tuple[Part, ...]:
    """As `parts`, where they may also say that there is `some` record."""
    term = bare(clause.predicate)
    return tuple(_part(clause.name, t, ()) for t in (term.args if term.op is Op.AND else (term,)))


def _part(name: str, term: Term, records: Records) -> Part:
    if term.op is Op.NOT and term.args[0].op is Op.SOME:
        record, body = _quantifier(term.args[0])
        return _part(name, negation(body), (*records, record))
    said = {t for t in walk(term) if t.op is Op.SOME}
    spoken_of = {element for _, element in records}
    if said != set(somes(term)) or any(v.name.partition(".")[0] in spoken_of for t in said for v in variables(t)):
        raise DefinitionError(
            f"{name} cannot be an invariant of any network: write every(...) in front of the rest, "
            "and some(...) under nothing but & and |, with a name of its own"
        )
    return Part(name, records, term)


def _quantifier(term: Term) -> tuple[tuple[str, str], Term]:
    assert isinstance(term.payload, tuple)
    bag, element = term.payload
    return (bag, element), term.args[0]


def somes(term: Term) -> tuple[Term, ...]:
    """The parts `some(...)` of a term that stand under nothing but `and` and `or`."""
    if term.op is Op.SOME:
        return (term,)
    return tuple(t for arg in term.args for t in somes(arg)) if term.op in (Op.AND, Op.OR) else ()


def witnesses(clauses: Sequence[Always]) -> dict[Term, Witness]:
    """A witness for each `some(...)` of the clauses."""
    said = dict.fromkeys(s for clause in clauses for part in conjuncts(clause) for s in somes(part.term))
    return {s: Witness(_quantifier(s)[0][0], f"some{number}") for number, s in enumerate(said, 1)}


def rests_on(proof: Proof) -> tuple[Assumption, ...]:
    """Assumptions of the proof: its own, and room in each bag of which a clause says that there is some record."""
    saying = [clause for clause in proof.invariant if witnesses([clause])]
    bags = sorted({witness.bag for witness in witnesses(saying).values()})
    if not bags:
        return proof.assumptions
    says = (
        f"there is always room in {' and '.join(bags)}: what is sent is there, and a step that finds no room does not "
        f"happen; {' and '.join(clause.name for clause in saying)} need it"
    )
    return (*proof.assumptions, Assumption("room", says))


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
        self._lemmas = tuple(part for lemma in lemmas for part in conjuncts(lemma))
        self.parts = tuple(part for clause in invariant for part in conjuncts(clause))
        self.witnesses = witnesses((*invariant, *lemmas))
        self.limits = tuple(bare(limit.holds) for limit in system.limits)
        _check_names(self)
        _check_room(self, (*invariant, *lemmas))
        self._speak_of = tuple(variables(part.term) for part in self.parts)
        self._known: dict[tuple[Records, bool, tuple[str, ...] | None], tuple[Term, ...]] = {}

    # Before a step.

    def before(
        self, way: Way | None, records: Records, *, lemmas: bool = True, clauses: tuple[str, ...] | None = None
    ) -> tuple[Term, ...]:
        """Facts about a state before the way is taken, and in it about the record that it takes and those named.

        They come from all clauses, or from those named, from the lemmas, and from the way's guards.
        """
        take = None if way is None else way.rule.take
        names = (*records, *([] if take is None else [(take.bag, take.element)]))
        assumed = [*self._of_invariant(names, lemmas, clauses)]
        if way is not None:
            assumed += self._of_way(way, names)
        return tuple(dict.fromkeys(t for t in assumed if t is not TRUE))

    def _of_invariant(self, names: Records, lemmas: bool, clauses: tuple[str, ...] | None) -> tuple[Term, ...]:
        """The limits, every clause of the records named, and what follows; the same for all ways that take alike."""
        if (names, lemmas, clauses) not in self._known:
            records = self._records(names)
            said = {s: both(w.there, self._named(s, w)) for s, w in self.witnesses.items()}
            known = [part for part in self.parts if clauses is None or part.clause in clauses]
            known += self._lemmas if lemmas else ()
            instances = (t for part in known for t in _instances(part, records, said))
            self._known[names, lemmas, clauses] = (*self.limits, *instances)
        return self._known[names, lemmas, clauses]

    def _records(self, names: Records) -> list[Known]:
        """The records named, and the witnesses."""
        found = [Known(bag, _fields(self.system, bag, element)) for bag, element in names]
        return found + [Known(w.bag, _fields(self.system, w.bag, w.name), w.there) for w in self.witnesses.values()]

    def _named(self, said: Term, witness: Witness) -> Term:
        """The body of `some(...)`, said of the witness."""
        (bag, element), body = _quantifier(said)
        own, its = (_fields(self.system, bag, called) for called in (element, witness.name))
        return substitute(body, {own[f]: its[f] for f in own})

    def _of_way(self, way: Way, names: Records) -> Iterator[Term]:
        """The guards, what picks are among, and that the step is not cut; that some record is there tells nothing.

        A guard may speak of the bag as it is once the record has been taken, so of that record it tells nothing.
        """
        take = way.rule.take
        records = self._records(tuple(n for n in names if take is None or n != (take.bag, take.element)))
        for condition in (*way.guards, *(among for _, among in way.picks)):
            for part in conjuncts(Always("guard", condition)):
                if not somes(part.term):
                    yield from _instances(part, records)
        for limit in self.limits:
            yield substitute(limit, way.set)

    def possible(self, condition: Term, records: Records, *, lemmas: bool = True) -> tuple[Term, ...]:
        """Facts that can all be true together if the condition can be."""
        names, instances = self.needed(condition, records)
        return (*self.before(None, names, lemmas=lemmas), *instances)

    def needed(self, condition: Term, records: Records = ()) -> tuple[Records, tuple[Term, ...]]:
        """The condition as facts about the records named; each `some(...)` in it adds a record of a new name."""
        needs = conjuncts(Always("needed", condition))
        said = dict.fromkeys(s for part in needs for s in somes(part.term))
        needed = {s: Witness(_quantifier(s)[0][0], f"needed{number}") for number, s in enumerate(said, 1)}
        names = (*records, *((w.bag, w.name) for w in needed.values()))
        there = {s: self._named(s, w) for s, w in needed.items()}
        instances = (t for part in needs for t in _instances(part, self._records(names), there))
        return names, tuple(instances)

    # After it.

    def goals(self, way: Way) -> Iterator[Goal]:
        """Every clause after the way has been taken, for arbitrary records and for those sent."""
        _check_sweeps(way.rule)
        sent: dict[str, list[Fields]] = {}
        for send in way.sends:
            sent.setdefault(send.bag, []).append(send.fields)
        said = {s: self._still(s, way, sent) for s in self.witnesses}
        for number, part in enumerate(self.parts):
            options = [[None, *sent.get(bag, ())] for bag, _ in part.records]
            for chosen in product(*options):
                yield self._goal(number, part, way, chosen, said)

    def _goal(
        self, number: int, part: Part, way: Way, chosen: tuple[Fields | None, ...], said: Mapping[Term, Term]
    ) -> Goal:
        values: dict[Term, Term] = dict(way.set)
        arbitrary, names, dropped = [], [], []
        for (bag, element), fields in zip(part.records, chosen, strict=True):
            own = _fields(self.system, bag, element)
            if fields is None:
                arbitrary.append((bag, element))
                drop, fields = _swept(way.rule, bag, own)
                dropped.append(drop)
            else:
                names.append(element)
            values |= {own[f]: t for f, t in fields.items() if t is not own[f]}
        sent = f", {' and '.join(names)} sent" if names else ""
        touched = somes(part.term) or not self._speak_of[number].isdisjoint(values)
        term = either(*dropped, substitute(part.term, {**values, **said})) if touched else part.term
        return Goal(f"{part.clause}.{number}{sent}", tuple(arbitrary), term)

    def _still(self, said: Term, way: Way, sent: Mapping[str, Sequence[Fields]]) -> Term:
        """The body of `some(...)` holds after the way of a record that is sent, or of a witness that is still there."""
        (bag, element), body = _quantifier(said)
        own = _fields(self.system, bag, element)
        found = [substitute(body, {**way.set, **_renamed(own, fields)}) for fields in sent.get(bag, ())]
        for witness in self.witnesses.values():
            if witness.bag == bag:
                its = _fields(self.system, bag, witness.name)
                drop, after = _swept(way.rule, bag, its)
                stays = both(witness.there, negation(drop), negation(self._is_taken(way, bag, its)))
                found.append(both(stays, substitute(body, {**way.set, **_renamed(own, after)})))
        return either(*found)

    def _is_taken(self, way: Way, bag: str, fields: Fields) -> Term:
        """The record may be the one that the rule takes: it looks like it."""
        take = way.rule.take
        if take is None or take.bag != bag:
            return FALSE
        taken = _fields(self.system, bag, take.element)
        return both(*(equal(fields[f], taken[f]) for f in fields))

    # At the start.

    def initially(self) -> tuple[tuple[Term, ...], Iterator[Goal]]:
        """The values of all variables at the start, and the clauses to be shown of them; there are no records."""
        if any(self.system.initial.bags):
            raise DefinitionError(f"{self.system.name} starts with records in its bags: let it start without")
        start = zip(self.system.variables, self.system.initial.values, strict=True)
        known = tuple(equal(bare(v.term), constant(x, v.term.sort)) for v, x in start)
        numbered, none = enumerate(self.parts), dict.fromkeys(self.witnesses, FALSE)
        return known, (
            Goal(f"{part.clause}.{n}", (), substitute(part.term, none)) for n, part in numbered if not part.records
        )


def _check_names(frame: Frame) -> None:
    """Raise `DefinitionError` where a limit speaks of bags, or a clause calls a record as a rule calls its own."""
    system = frame.system
    if any(t.op is Op.SOME for limit in frame.limits for t in walk(limit)):
        raise DefinitionError(f"a limit of {system.name} speaks of a bag: write it of variables alone")
    taken = {rule.take.element for rule in system.rules if rule.take}
    for part in frame.parts:
        for _, element in part.records:
            if element in taken:
                raise DefinitionError(f"{part.clause} calls a record {element!r}, as a rule does: call it otherwise")


def _check_room(frame: Frame, clauses: Sequence[Always]) -> None:
    """Raise `DefinitionError` where a clause says that there is some record in a bag that loses what it cannot hold."""
    for clause in clauses:
        for witness in witnesses([clause]).values():
            if frame.system.bag(witness.bag).when_full == "lose":
                raise DefinitionError(
                    f"{clause.name} says that there is some record in {witness.bag}, which loses what is sent when it "
                    "is full: write when_full='block'"
                )


def _fields(system: TransitionSystem, bag: str, element: str) -> dict[str, Term]:
    return {f.name: variable(f"{element}.{f.name}", f.term.sort) for f in system.bag(bag).fields}


def _renamed(own: Fields, other: Fields) -> dict[Term, Term]:
    return {own[f]: other[f] for f in own}


def _swept(rule: Rule, bag: str, fields: Fields) -> tuple[Term, Fields]:
    """Whether the rule drops a record of the bag, and its fields afterwards if not."""
    for sweep in rule.sweeps:
        if sweep.bag == bag:
            its = {variable(f"{sweep.element}.{f}", t.sort): t for f, t in fields.items()}
            after = {f: substitute(bare(t), its) for f, t in sweep.set.items()}
            return substitute(bare(sweep.drop), its), {**fields, **after}
    return FALSE, fields


def _check_sweeps(rule: Rule) -> None:
    """Raise `DefinitionError` if a rule that sweeps looks into bags where they may have been swept already."""
    read = (
        part for part in parts_of(rule) if part.use in ("drop", "sweep") or (part.row and part.use in ("when", "pick"))
    )
    if rule.sweeps and any(bags_in(part.term) for part in read):
        raise DefinitionError(f"{rule.name} sweeps and looks into bags: let it look in its `when` alone")


def _instances(part: Part, records: Sequence[Known], said: Mapping[Term, Term] | None = None) -> Iterator[Term]:
    """The part for each choice of known records, if they are there; what it says that there is, as `said`."""
    options = [[known for known in records if known.bag == wanted] for wanted, _ in part.records]
    for chosen in product(*options):
        values: dict[Term, Term] = dict(said or {})
        for (_, element), known in zip(part.records, chosen, strict=True):
            values |= {variable(f"{element}.{f}", t.sort): t for f, t in known.fields.items()}
        yield implies(both(*(known.there for known in chosen)), substitute(part.term, values))
