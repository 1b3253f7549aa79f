"""Data independence (Wolper 1986) of names: counts that only say who is meant, so that a proof takes them as endless.

A counter that is only ever counted up gives names, such as the numbers of an end's incarnations.  They are copied into
variables and fields, and compared for equality; nothing else is done with them (scalarsets, Ip and Dill 1996).  As no
other copy is ever made, a name that has not been given yet is nowhere.  A proof assumes that of a step that counts up.
It needs no more: a question speaks of few names, so a few bits that tell these apart stand for numbers without end.
Whether a system keeps to this is checked here, term by term.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tcpmodel.errors import DefinitionError
from tcpmodel.language.bare import bare
from tcpmodel.language.operators import Op
from tcpmodel.language.sorts import COUNT
from tcpmodel.language.terms import Term, constant, equal, up, variable, walk
from tcpmodel.prove.smtlib import COUNT_BITS
from tcpmodel.systems.paths import Way
from tcpmodel.systems.system import TransitionSystem

Field = tuple[str, str]
"""A bag and a field of its records."""


@dataclass(frozen=True)
class Names:
    """The names that one counter gives: the variables and the fields that may hold one, or 0 for nobody's."""

    counter: Term
    variables: frozenset[Term]
    fields: frozenset[Field]

    def not_given_yet(self, way: Way, records: Sequence[tuple[str, str]]) -> Iterator[Term]:
        """Assumptions of a step that counts up: the next name differs from every name that the question speaks of."""
        new = way.set.get(self.counter)
        if new is None:
            return
        taken = [] if way.rule.take is None else [(way.rule.take.bag, way.rule.take.element)]
        held = [v for v in self.variables if v is not self.counter]
        held += [variable(f"{e}.{f}", COUNT) for bag, e in (*records, *taken) for b, f in self.fields if b == bag]
        if len(held) + 2 >= 1 << COUNT_BITS:
            raise DefinitionError(f"a question speaks of {len(held)} names: more than {COUNT_BITS} bits tell apart")
        for holder in (constant(0, COUNT), *sorted(held, key=lambda v: v.name)):
            yield ~equal(new, holder)


def names_of(system: TransitionSystem, counter: Term, ways: Sequence[Way]) -> Names:
    """The names of a counter; `DefinitionError` where they are more than names."""
    counter = bare(counter)
    variables: set[Term] = {counter}
    fields: set[Field] = set()
    while _spread(system, ways, variables, fields):
        pass
    found = Names(counter, frozenset(variables), frozenset(fields))
    for way in ways:
        _check(system, found, way)
    return found


def _spread(system: TransitionSystem, ways: Sequence[Way], variables: set[Term], fields: set[Field]) -> bool:
    """Add variables and fields to which a name may be copied from those known to hold one; whether any was added."""
    before = len(variables) + len(fields)
    for way in ways:
        known = variables | _taken(way, fields)
        variables |= {target for target, term in way.set.items() if _copies(term) & known}
        for send in way.sends:
            fields |= {(send.bag, f) for f, term in send.fields.items() if _copies(term) & known}
    return len(variables) + len(fields) > before


def _taken(way: Way, fields: set[Field] | frozenset[Field]) -> set[Term]:
    """The fields of the record taken that may hold a name."""
    take = way.rule.take
    return set() if take is None else {variable(f"{take.element}.{f}", COUNT) for bag, f in fields if bag == take.bag}


def _copies(term: Term) -> set[Term]:
    """The variables whose value the term may be, or may be one more than."""
    if term.op is Op.CHOOSE:
        return _copies(term.args[1]) | _copies(term.args[2])
    if term.op is Op.UP:
        return _copies(term.args[0])
    return {term} if term.op is Op.VARIABLE and term.sort == COUNT else set()


def _check(system: TransitionSystem, names: Names, way: Way) -> None:
    """Raise `DefinitionError` if the way does more with a name than copy it, compare it, or count the counter up."""
    holders = names.variables | _taken(way, names.fields)
    terms = [*way.guards, *(among for _, among in way.picks), *way.set.values()]
    terms += [term for send in way.sends for term in send.fields.values()]
    counted = way.set.get(names.counter, names.counter)
    if counted not in (names.counter, up(names.counter)):
        raise DefinitionError(f"{way.name} sets {names.counter.name} otherwise than one up: its numbers are no names")
    may_count = names.counter in way.set
    for t in (t for term in terms for t in walk(term)):
        more = t.op in (Op.AT_LEAST, Op.DOWN) or (t.op is Op.UP and not (may_count and t is up(names.counter)))
        if more and holders & set(t.args):
            raise DefinitionError(f"{way.name} counts with {names.counter.name}: its numbers are no names")


def check_counts(system: TransitionSystem, names: Sequence[Names], ways: Sequence[Way]) -> None:
    """Raise `DefinitionError` where a count that is no name may be counted up beyond the bits it is read with."""
    known = {v for found in names for v in found.variables}
    tops = {bare(v.term): v.top for v in system.variables}
    for way in ways:
        for target, term in way.set.items():
            counted = target.sort == COUNT and target not in known and any(t.op is Op.UP for t in walk(term))
            top = tops[target]
            if counted and (top is None or top >= 1 << COUNT_BITS):
                most = (1 << COUNT_BITS) - 1
                raise DefinitionError(f"{target.name} of {system.name} may count beyond {most}: give it a top")
