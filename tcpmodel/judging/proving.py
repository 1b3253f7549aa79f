"""Proof of a spec's claims at 32 bits: each by the method that can decide it, with a verdict that says which.

A spec that defines `proof()` is proved without bounds.  Of any other the rules are read at 32 bits.  Claims that fail,
and what can happen, are sought by bounded model checking in the spec's own network.  Claims that hold are sought as
consequences of the invariant of `tcp.proofs.invariant`, in an arbitrary network but with the spec's own users, for ISSs
that lie apart where the spec's are fresh; or, in the spec's own network, by k-induction, or as consequences of an
invariant mined from states that an exploration saw.  A claim that nothing decides is unknown.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from tcpmodel.errors import DefinitionError, UsageError, choices
from tcpmodel.judging.load import Spec
from tcpmodel.judging.methods import Effort, Method, at_bits, by_invariant, method_of
from tcpmodel.judging.report import Judged
from tcpmodel.prove.bounded import search
from tcpmodel.prove.largest import Largest
from tcpmodel.prove.parallel import in_parallel
from tcpmodel.prove.solving import Solver, solver
from tcpmodel.prove.unbounded import Proved, prove
from tcpmodel.prove.unrolling import Unrolling
from tcpmodel.systems.claims import Always, Claim, Witness
from tcpmodel.systems.proof import Assumption
from tcpmodel.systems.verdicts import Fails, Holds, Unknown, Verdict

AnyClaim = TypeVar("AnyClaim", Claim, Always)
SHORT = 6
"""The most steps of a run that is sought where none is expected to be found."""


@dataclass(frozen=True)
class ProofReport:
    """Results of proving a spec: its claims' verdicts, and the proof by invariant behind them, if there was one.

    `whole` is a proof that a spec defines; of any other, clauses that the rules do not keep were `dropped`.
    """

    name: str
    headline: str
    bits: int
    judged: tuple[Judged, ...]
    proved: Proved | None
    seconds: float
    solver: str
    version: str
    whole: bool = False
    dropped: Mapping[str, str] = field(default_factory=dict)

    @property
    def assumed(self) -> tuple[Assumption, ...]:
        """The assumptions that the proof rests on."""
        return () if self.proved is None else self.proved.assumed

    @property
    def certain(self) -> Proved | None:
        """The part of the proof that can be certified: the claims that hold, if every rule keeps the invariant."""
        found = self.proved
        held = [j.claim for j in self.judged if isinstance(j.verdict, Holds) and isinstance(j.claim, Always)]
        if found is None or not held:
            return None
        names = {claim.name for claim in (*found.proof.helpers, *held)}
        kept = tuple(o for o in found.obligations if o.kind != "property" or o.about in names)
        return replace(found, proof=replace(found.proof, claims=tuple(held)), obligations=kept)


def prove_spec(
    spec: Spec, effort: Effort, *, claims: Sequence[str] = (), lengths: Mapping[str, int] | None = None
) -> ProofReport:
    """Every claim's verdict, or those of the claims named; `DefinitionError` where none can be proved.

    `lengths` are those of the traces that an exploration found: then no other run is sought.
    """
    began, asked = time.perf_counter(), solver(effort.solver)
    if spec.proof is not None:
        whole = prove(spec.proof(), solver_name=effort.solver, effort=effort.question, workers=effort.workers)
        found: Largest | None = Largest(whole, {})
        judged = [_judged(c, by_invariant(whole, c)) for c in _chosen(whole.proof.claims, claims)]
        bits = whole.proof.system.bits
    else:
        spec = replace(spec, claims=tuple(_chosen(spec.claims, claims)))
        _check(spec, effort)
        found, judged = _finite(spec, effort, asked, lengths)
        bits = effort.bits
    return ProofReport(
        spec.name,
        spec.headline,
        bits,
        tuple(judged),
        found.proved if found else None,
        time.perf_counter() - began,
        asked.name,
        asked.version,
        whole=spec.proof is not None,
        dropped=found.dropped if found else {},
    )


def _judged(claim: Claim, verdict: Verdict) -> Judged:
    found_by = {"fails": "bounded search", "witnessed": "bounded search", "unknown": "nothing"}
    return Judged(claim, verdict, claim.expected, found_by.get(verdict.word, ""))


def _chosen(claims: Sequence[AnyClaim], names: Sequence[str]) -> list[AnyClaim]:
    """The claims of these names, or all; `UsageError` says which there are."""
    known = {claim.name for claim in claims}
    for name in names:
        if name not in known:
            raise UsageError(f"there is no claim {name!r} to prove: {choices(name, known)}")
    return [claim for claim in claims if not names or claim.name in names]


# A spec with users who do only so much.


UNJUDGED = Unknown("", "no engine here judges it: explore")


def unjudged(spec: Spec) -> tuple[Judged, ...]:
    """The spec's claims if nothing is asked: all are unknown."""
    return tuple(_judged(claim, UNJUDGED) for claim in spec.claims)


def may_be_proved(spec: Spec) -> bool:
    """Whether there is a claim that an engine here can decide."""
    return any(isinstance(claim, Always) or claim.expected != "holds" for claim in spec.claims)


def _check(spec: Spec, effort: Effort) -> None:
    if not may_be_proved(spec):
        kinds = "Always, Witness, or one that fails"
        raise DefinitionError(f"{spec.name} has no claim that can be proved: write one of {kinds}")
    if effort.bits < spec.system.bits:
        raise UsageError(f"{spec.name} needs {spec.system.bits} bits: write --bits {spec.system.bits} or more")


def _finite(
    spec: Spec, effort: Effort, asked: Solver, lengths: Mapping[str, int] | None
) -> tuple[Largest | None, list[Judged]]:
    """Searches and proofs side by side; then searches for what was not proved."""
    run = Unrolling(at_bits(spec.system, effort.bits))
    wanted = {c: effort.depth if lengths is None else lengths.get(c.name, -1) for c in spec.claims if _may_be_found(c)}
    searches = [partial(_sought, run, asked, effort, claim, depth) for claim, depth in wanted.items()]
    method = method_of(spec, [c for c in spec.claims if isinstance(c, Always) and c not in wanted], run, asked, effort)
    undone = partial(_undone, len(searches), method)
    done = in_parallel([*searches, *method.tasks], workers=effort.workers, undone=undone)
    verdicts: dict[str, Verdict] = {c.name: v for c, v in zip(wanted, done, strict=False)}
    verdicts |= method.verdicts(done[len(wanted) :])
    unproved = [c for c in method.claims if lengths is None and isinstance(verdicts.get(c.name), Unknown | None)]
    depth = min(effort.depth, SHORT)
    sought = [partial(search, run, claim, depth=depth, by=asked, effort=effort.question) for claim in unproved]
    found = in_parallel(sought, workers=effort.workers, undone=lambda *_: UNJUDGED)
    verdicts |= {claim.name: v for claim, v in zip(unproved, found, strict=True) if isinstance(v, Fails)}
    nothing = Unknown("", method.why) if method.why else UNJUDGED
    return method.found, [_judged(c, verdicts.get(c.name, nothing)) for c in spec.claims]


def _undone(searches: int, method: Method, place: int, why: str) -> Any:
    """The stand-in for the result of a search, or of a task of the method, that was not done."""
    return Unknown("", why) if place < searches else method.undone(place - searches, why)


def _sought(run: Unrolling, asked: Solver, effort: Effort, claim: Claim, depth: int) -> Verdict:
    if depth > effort.depth:
        return Unknown("", f"a run of {depth} steps is too long to be sought: write --depth {depth}")
    return search(run, claim, depth=depth, by=asked, effort=effort.length)


def _may_be_found(claim: Claim) -> bool:
    """Whether a bounded search can decide the claim, if all is as expected."""
    return isinstance(claim, Witness) or claim.expected == "fails"
