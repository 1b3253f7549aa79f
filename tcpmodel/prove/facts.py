"""Facts: the values that variables and fields can have, as clauses of an invariant.

They are found without exploring, by abstract interpretation over sets of values (`systems.domains`; Cousot and Cousot
1977).  They are not taken on trust: like any clause they are shown to be kept by every step.  With them most ways of a
small system's rules are seen at once to be impossible.
"""

from __future__ import annotations

from collections.abc import Iterator

from tcpmodel.language.sorts import BOOL, SEQ, Enum, Sort
from tcpmodel.language.terms import TRUE, Term, among, both, constant, every, variable
from tcpmodel.systems.claims import Always
from tcpmodel.systems.domains import domains, field_name
from tcpmodel.systems.moments import Values
from tcpmodel.systems.system import TransitionSystem


def facts(system: TransitionSystem) -> Iterator[Always]:
    """A clause for the variables, and one for the records of each bag, where anything is known of them."""
    values = domains(system).values
    of_variables = both(*(_one_of(v.term, values.get(v.name)) for v in system.variables))
    if of_variables is not TRUE:
        yield Always("values_of_variables", of_variables, says="variables have no other values than these")
    for bag in system.bags:
        fields = (
            _one_of(variable(f"s.{f.name}", f.term.sort), values.get(field_name(bag.name, f.name))) for f in bag.fields
        )
        known = both(*fields)
        if known is not TRUE:
            says = f"the fields of what is in {bag.name} have no other values than these"
            yield Always(f"values_in_{bag.name}", every(bag.name, "s", known), says=says)


def _one_of(term: Term, values: Values) -> Term:
    if values is None or term.sort == SEQ or len(values) == _size(term.sort):
        return TRUE
    return among(term, tuple(constant(value, term.sort) for value in sorted(values)))


def _size(sort: Sort) -> int | None:
    """The number of values of a sort, if they can be counted."""
    return len(sort.values) if isinstance(sort, Enum) else 2 if sort == BOOL else None
