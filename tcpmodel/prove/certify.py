"""Making of certificates: a proof's claims, assumptions, invariant and questions as a `Certificate`.

`certificate` makes it of a proof that was asked.  `retold` makes it of the proof alone, without a solver.  A solver's
answers decide only which questions are asked about a way, and these it takes from the folder's manifest.  A folder with
questions that no proof asks differs from what is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from tcpmodel.language.prose import prose
from tcpmodel.prove.certificate import Certificate, Filed, Manifest, Statement, Versions
from tcpmodel.prove.making import CANNOT_HAPPEN, Maker, Writing
from tcpmodel.prove.obligations import rests_on
from tcpmodel.prove.shape import Question
from tcpmodel.prove.system_file import system_file
from tcpmodel.prove.unbounded import Proved, to_write
from tcpmodel.systems.claims import Always
from tcpmodel.systems.proof import Proof


def certificate(proved: Proved, *, spec: str, tool: str) -> Certificate:
    """The certificate of a proof all of whose obligations were met."""
    obligations = tuple(
        Filed(o.name, o.kind, o.about, tuple(p.question for p in o.posed), o.text) for o in proved.obligations
    )
    versions = Versions(tool, proved.solver, proved.version, proved.effort)
    return _certificate(Maker(proved.proof), obligations, spec=spec, versions=versions)


def retold(proof: Proof, manifest: Manifest, *, spec: str) -> Certificate:
    """The certificate of a proof in which each way is asked the questions that the manifest lists for it."""
    maker = Maker(proof)
    asked = {(entry.kind, entry.name): entry.questions for entry in manifest.files}
    obligations = []
    for task in to_write(maker):
        writing = _as_asked(task.writings, asked.get((task.kind, task.name), ()))
        questions = tuple(a.question for a in writing.asked)
        obligations.append(Filed(task.name, task.kind, task.about, questions, writing.script.text()))
    return _certificate(maker, tuple(obligations), spec=spec, versions=manifest.versions)


def _as_asked(writings: Sequence[Callable[[], Writing]], wanted: Sequence[Question]) -> Writing:
    """The first script that asks the questions wanted; if none does, the first of all."""
    made = (make() for make in writings)
    return next((w for w in made if tuple(a.question for a in w.asked) == wanted), None) or writings[0]()


def _certificate(maker: Maker, obligations: tuple[Filed, ...], *, spec: str, versions: Versions) -> Certificate:
    proof = maker.proof
    assumptions = (Statement(a.name, a.says, "" if a.term is None else prose(a.term)) for a in rests_on(proof))
    return Certificate(
        spec,
        claims=tuple(_clauses(proof.consequences)),
        assumptions=tuple(assumptions),
        invariant=tuple(_clauses(proof.invariant)),
        rules=maker.same,
        obligations=obligations,
        never=_never(maker.same, obligations),
        versions=versions,
        system=system_file(maker, spec=spec),
        bits=proof.system.bits,
    )


def _never(same: Mapping[str, str], obligations: Sequence[Filed]) -> tuple[str, ...]:
    """The rules none of whose ways can be taken."""
    alive = {o.about for o in obligations if o.kind == "rule" and o.questions[0].name != CANNOT_HAPPEN}
    return tuple(rule for rule, about in same.items() if about not in alive)


def _clauses(clauses: Sequence[Always]) -> Iterator[Statement]:
    return (Statement(clause.name, clause.says, prose(clause.predicate)) for clause in clauses)
