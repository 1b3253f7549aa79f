"""Completeness of a rule's ways (symbolic execution paths): wherever the rule can fire, one of them can be taken.

Without it a way left out would be a step that nobody asks about.  The condition under which a rule can fire is read off
its rows, block by block, without composing anything: its own guard holds, and the first row that matches does not
refuse.  Whatever a guard says of the records of a bag is one truth value here (an uninterpreted abstraction).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tcpmodel.language.bare import bare
from tcpmodel.language.operators import Op
from tcpmodel.language.sorts import BOOL
from tcpmodel.language.terms import FALSE, TRUE, Term, both, choose, one_of, substitute, variable, walk
from tcpmodel.systems.row import FirstMatch
from tcpmodel.systems.system import Rule


def enabled(rule: Rule) -> Term:
    """The condition under which the rule can fire, as a term about the state before it."""
    fires = FALSE
    for block in reversed(rule.blocks):
        fires = _fires(block, fires)
    own = {bare(v): bare(t) for v, t in rule.set.items()}
    return both(bare(both(*rule.when)), substitute(bare(fires), own))


def _fires(block: FirstMatch, later: Term) -> Term:
    """Whether the first row that matches does not refuse; if none of this block matches, as the later blocks say."""
    found = later
    for row in reversed(block.rows):
        found = choose(both(*row.when), FALSE if row.refuses else TRUE, found)
    return found if block.control is None else choose(one_of(block.control, block.states), found, later)


def said_of_bags(terms: Iterable[Term]) -> dict[Term, Term]:
    """A truth value of its own for each `some` in the terms, whatever it says of a bag's records."""
    said = dict.fromkeys(t for term in terms for t in walk(term) if t.op is Op.SOME)
    return {t: variable(f"there.{number}", BOOL) for number, t in enumerate(said, 1)}


def opaque(term: Term, said: Mapping[Term, Term]) -> Term:
    """The term with these truth values in place of what it says of bags."""
    return substitute(term, said)
