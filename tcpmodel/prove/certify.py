"""A proof as a certificate: what was claimed, on what it rests, and every question that was asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tcpmodel.language.prose import prose
from tcpmodel.prove.certificate import Certificate, Obligation, Statement, Versions
from tcpmodel.prove.unbounded import Proved
from tcpmodel.systems.claims import Always


def certificate(proved: Proved, *, spec: str, tool: str) -> Certificate:
    """The certificate of a proof all of whose obligations were met."""
    proof = proved.proof
    return Certificate(
        spec,
        claims=tuple(_clauses(proof.consequences)),
        assumptions=tuple(Statement(a.name, a.says, "" if a.term is None else prose(a.term)) for a in proved.assumed),
        invariant=tuple(_clauses(proof.invariant)),
        rules=proved.same,
        obligations=tuple(
            Obligation(o.name, o.kind, o.about, tuple(p.question for p in o.posed), o.text) for o in proved.obligations
        ),
        never=proved.never,
        versions=Versions(tool, proved.solver, proved.version, proved.effort),
    )


def _clauses(clauses: Sequence[Always]) -> Iterator[Statement]:
    return (Statement(clause.name, clause.says, prose(clause.predicate)) for clause in clauses)
