"""Dead-variable reduction under given claims: of what a system offers to forget, the variables that nothing reads.

`TransitionSystem.forgettable` gives for a variable a term `choose(asked, variable, put back)`, with the promise that,
once nobody asks, nobody will ask again.  Who else reads the variable must read it where somebody asks: under a
condition that is one of those of which `asked` is made.  A claim, a limit or a rule that reads it anywhere else, or
may do so, keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tcpmodel.language.operators import Op
from tcpmodel.language.terms import Term, substitute, variable, variables, walk
from tcpmodel.systems.parts import parts
from tcpmodel.systems.system import Rule, TransitionSystem

Guards = Mapping[Term, frozenset[Term]]
"""For each variable that may be forgotten the conditions, each of which says that it is kept."""


def forgotten(system: TransitionSystem, read: Sequence[Term]) -> dict[Term, Term]:
    """The variables that may be forgotten where claims read these terms, each with its value after forgetting."""
    guards = {v: _asked(v, term, system.forgettable) for v, term in system.forgettable.items()}
    kept = set(_unguarded([*read, *(limit.holds for limit in system.limits)], guards))
    for rule in system.rules if guards else ():
        kept |= set(_read_by(system, rule, guards))
    return {v: term for v, term in system.forgettable.items() if v not in kept}


def _asked(v: Term, term: Term, forgettable: Mapping[Term, Term]) -> frozenset[Term]:
    """The conditions under which the variable is kept; none where they read what may be forgotten themselves."""
    if term.op is not Op.CHOOSE or term.args[1] is not v:
        return frozenset()
    asked = term.args[0]
    parts = asked.args if asked.op is Op.OR else (asked,)
    return frozenset(p for p in parts if not variables(p) & set(forgettable))


def _unguarded(terms: Sequence[Term], guards: Guards) -> Iterator[Term]:
    """The variables that are read where no condition says that they are kept."""
    seen: set[tuple[Term, frozenset[Term]]] = set()
    to_do = [(term, frozenset[Term]()) for term in terms if variables(term) & set(guards)]
    while to_do:
        term, known = to_do.pop()
        if (term, known) in seen:
            continue
        seen.add((term, known))
        if term in guards and not guards[term] & known:
            yield term
        if term.op is Op.CHOOSE:
            condition, yes, no = term.args
            to_do += [(condition, known), (yes, known | set(_conjuncts(condition))), (no, known)]
        elif term.op is Op.AND:
            to_do += [(t, known | {other for other in term.args if other is not t}) for t in term.args]
        else:
            to_do += [(t, known) for t in term.args]


def _conjuncts(condition: Term) -> tuple[Term, ...]:
    return (condition, *condition.args) if condition.op is Op.AND else (condition,)


def _read_by(system: TransitionSystem, rule: Rule, guards: Guards) -> Iterator[Term]:
    """The variables that a rule reads unguarded, but for one that hands its value on to itself."""
    inside = {v: conditions | set(_of_record(system, rule, conditions)) for v, conditions in guards.items()}
    yield from _unguarded([part.term for part in parts(rule) if part.variable not in guards], inside)
    for part in parts(rule):
        if part.variable in guards:
            yield from (v for v in _unguarded([part.term], inside) if v is not part.variable)


def _of_record(system: TransitionSystem, rule: Rule, conditions: frozenset[Term]) -> Iterator[Term]:
    """Condition that the record which the rule takes is one of those for which a variable is kept."""
    for t in conditions if rule.take else ():
        assert rule.take is not None
        if t.op is Op.SOME and isinstance(t.payload, tuple) and t.payload[0] == rule.take.bag:
            fields = system.bag(rule.take.bag).fields
            names = {f"{t.payload[1]}.{f.name}": f"{rule.take.element}.{f.name}" for f in fields}
            of = {v: variable(names[v.name], v.sort) for v in _fields(t.args[0], names)}
            yield substitute(t.args[0], of)


def _fields(term: Term, names: Mapping[str, str]) -> list[Term]:
    return [t for t in walk(term) if t.op is Op.VARIABLE and t.name in names]
