"""Largest inductive subset of a proof's clauses, found as Houdini does (Flanagan and Leino 2001).

*Problem.*  The invariant of `tcp.proofs.invariant` was written for RFC 9293's rules.  A spec may have other rules: a
knob, or a mistake on purpose.  Then some step may break a clause, and the proof fails as a whole, though most of it
may be as true as before, and enough for the spec's claims.

*Idea.*  Ask all questions.  Leave out each clause that does not hold at the start or that some step does not keep, and
each lemma that is said to follow from it.  Ask all questions again, now without assuming what was left out.  Repeat
until nothing breaks.  Claims are judged by what is left.

*Why it is right.*  What is left holds at the start and every step keeps it: the last round has shown just that, and
nothing of the earlier rounds is relied upon.  That it is the largest such part follows because fewer assumptions allow
more steps: a clause that a step breaks while more is assumed is broken by the same step while less is, so no inductive
part of the clauses contains it.  A clause on which the solver gives up is left out too; then what is left is inductive
all the same, but perhaps not the largest.  A failure that names no clause, such as ways that leave something out,
stays: then no claim is said to hold.

*What it costs.*  One round of questions for each time that something breaks, so at most one for each clause and one
more.  Where the rules keep everything there is no further round.  For each clause left out, the obligation that first
said so is kept, so a report can name the step.

`prove.inductive` does the same for systems whose bags have room for few records, with clauses that are only guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from tcpmodel.prove.unbounded import Obligation, Proved, prove


class Largest(NamedTuple):
    """The proof of the part that is kept; for each clause left out, the obligation that first failed on it."""

    proved: Proved
    dropped: dict[str, str]


def largest(found: Proved, *, workers: int | None = None) -> Largest:
    """The largest part of a proof, already asked, whose obligations are met."""
    dropped: dict[str, str] = {}
    while broken := dict(_broken(found)):
        dropped |= broken
        kept = tuple(clause for clause in found.proof.invariant if clause.name not in broken)
        lemmas = tuple(lemma for lemma in found.proof.lemmas if not broken.keys() & set(lemma.by))
        again = replace(found.proof, invariant=kept, lemmas=lemmas)
        found = prove(again, solver_name=found.solver, effort=found.effort, workers=workers)
    return Largest(found, dropped)


def _broken(found: Proved) -> Iterator[tuple[str, str]]:
    """The clauses that the start or a step breaks, each with the name of the first obligation that says so."""
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
