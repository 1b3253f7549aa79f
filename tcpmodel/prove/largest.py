"""The largest part of an invariant that a system's rules keep, where they do not keep all of it.

What some step breaks is left out and no longer assumed, and so are lemmas that follow from it, until every step keeps
what is left.  A rule that is changed breaks few clauses at first; what follows from the others is still proved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from tcpmodel.prove.unbounded import Obligation, Proved, prove


class Largest(NamedTuple):
    """The part that is kept, proved; for each clause that is not, the obligation that was not met first."""

    proved: Proved
    dropped: dict[str, str]


def largest(found: Proved, *, workers: int | None = None) -> Largest:
    """Of a proof that was made, the largest part that is met."""
    dropped: dict[str, str] = {}
    while broken := dict(_broken(found)):
        dropped |= broken
        kept = tuple(clause for clause in found.proof.invariant if clause.name not in broken)
        lemmas = tuple(lemma for lemma in found.proof.lemmas if not broken.keys() & set(lemma.by))
        again = replace(found.proof, invariant=kept, lemmas=lemmas)
        found = prove(again, solver_name=found.solver, effort=found.effort, workers=workers)
    return Largest(found, dropped)


def _broken(found: Proved) -> Iterator[tuple[str, str]]:
    """The clauses that the start or a step breaks, each with the name of the obligation that says so."""
    clauses = {clause.name for clause in found.proof.invariant}
    told: set[str] = set()
    for obligation in found.failed:
        if obligation.kind == "property":
            continue
        for clause in _named(obligation):
            if clause in clauses and clause not in told:
                told.add(clause)
                yield clause, obligation.name


def _named(obligation: Obligation) -> Iterator[str]:
    return (posed.question.name.partition(".")[0] for posed in obligation.failed)
