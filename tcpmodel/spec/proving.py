"""Proving a spec: each claim by the engine that can, at 32 bits, and a verdict that says which it was.

A spec that defines `proof()` is proved without bounds.  Of any other the rules are read at 32 bits, in an arbitrary
network but with the spec's own users: claims that hold are sought as consequences of the invariant of `tcp.invariant`,
for ISSs that lie apart where the spec's are fresh; claims that fail, and what can happen, by bounded search in the
spec's own network.  A claim that neither decides is unknown.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from tcpmodel.errors import DefinitionError, UsageError, choices
from tcpmodel.prove.bounded import EFFORT as EFFORT_OF_A_LENGTH
from tcpmodel.prove.bounded import search
from tcpmodel.prove.facts import facts
from tcpmodel.prove.obligations import parts
from tcpmodel.prove.parallel import in_parallel
from tcpmodel.prove.solving import EFFORT, Solver, solver
from tcpmodel.prove.unbounded import Proved, Proving, prove
from tcpmodel.prove.unrolling import Unrolling
from tcpmodel.spec.judge import Judged
from tcpmodel.spec.load import Spec
from tcpmodel.systems.claims import Always, Claim, Fails, Holds, Unknown, Verdict, Witness
from tcpmodel.systems.proof import Assumption, Proof
from tcpmodel.systems.system import TransitionSystem
from tcpmodel.tcp.connection import sibling
from tcpmodel.tcp.ends import ENDS, at
from tcpmodel.tcp.ghosts import inc
from tcpmodel.tcp.invariant import invariant, lemmas
from tcpmodel.tcp.isn import reach
from tcpmodel.tcp.unbounded import assumptions, mirror

AnyClaim = TypeVar("AnyClaim", Claim, Always)
BITS = 32
DEPTH = 12
"""How many steps a bounded search looks ahead, unless it is told otherwise."""
SHORT = 6
"""How many where nothing is expected to be found."""


@dataclass(frozen=True)
class Effort:
    """How to prove: which solver, how far to look ahead, at how many bits, how much work for a question."""

    solver: str = "z3"
    depth: int = DEPTH
    bits: int = BITS
    question: int = EFFORT
    length: int = EFFORT_OF_A_LENGTH
    workers: int | None = None


@dataclass(frozen=True)
class Report:
    """What is known of a spec's claims after proving, and the proof by invariant behind it, if there was one."""

    name: str
    headline: str
    bits: int
    judged: tuple[Judged, ...]
    proved: Proved | None
    seconds: float
    solver: str
    version: str
    assumed: tuple[Assumption, ...] = ()
    whole: bool = False

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


def prove_spec(spec: Spec, effort: Effort, *, claims: Sequence[str] = ()) -> Report:
    """Every claim's verdict, or those of the claims named; `DefinitionError` where none can be proved."""
    began, asked = time.perf_counter(), solver(effort.solver)
    found: Proved | None
    if spec.proof is not None:
        found = prove(spec.proof(), solver_name=effort.solver, effort=effort.question, workers=effort.workers)
        judged = [Judged(c, _by_invariant(found, c), c.expected) for c in _chosen(found.proof.claims, claims)]
    else:
        spec = replace(spec, claims=tuple(_chosen(spec.claims, claims)))
        _check(spec, effort)
        found, judged = _finite(spec, effort, asked)
    assumed = found.proof.assumptions if found is not None else ()
    seconds = time.perf_counter() - began
    bits = found.proof.system.bits if spec.proof is not None and found is not None else effort.bits
    return Report(
        spec.name,
        spec.headline,
        bits,
        tuple(judged),
        found,
        seconds,
        asked.name,
        asked.version,
        tuple(assumed),
        spec.proof is not None,
    )


def _chosen(claims: Sequence[AnyClaim], names: Sequence[str]) -> list[AnyClaim]:
    """The claims of these names, or all; `UsageError` says which there are."""
    known = {claim.name for claim in claims}
    for name in names:
        if name not in known:
            raise UsageError(f"there is no claim {name!r} to prove: {choices(name, known)}")
    return [claim for claim in claims if not names or claim.name in names]


def _by_invariant(found: Proved, claim: Claim) -> Verdict:
    """What the proof says of one of its claims."""
    by = f"invariant of {len(found.proof.invariant)} clauses, {found.solver} {found.version}"
    names = {c.name for c in (*found.proof.helpers, claim)}
    wrong = [o for o in found.failed if o.kind != "property" or o.about in names]
    if not wrong:
        return Holds(by)
    first = wrong[0]
    return Unknown(by, f"{first.name}: {first.failed[0].question.name} is {first.failed[0].answer.word}")


# A spec with users who do only so much.


def _check(spec: Spec, effort: Effort) -> None:
    if not any(isinstance(claim, Always) or claim.expected != "holds" for claim in spec.claims):
        kinds = "Always, Witness, or one that fails"
        raise DefinitionError(f"{spec.name} has no claim that can be proved: write one of {kinds}")
    if effort.bits < spec.system.bits:
        raise UsageError(f"{spec.name} needs {spec.system.bits} bits: write --bits {spec.system.bits} or more")


def _finite(spec: Spec, effort: Effort, asked: Solver) -> tuple[Proved | None, list[Judged]]:
    """Searches and the proof by invariant side by side; then searches for what does not follow."""
    began, run = time.perf_counter(), Unrolling(sibling(spec.system, bits=effort.bits))
    look = partial(_sought, run, asked, effort)
    wanted = [c for c in spec.claims if _may_be_found(c)]
    provable = tuple(c for c in spec.claims if isinstance(c, Always) and c not in wanted and _is_universal(c))
    proving, why = _consequences(spec, provable, effort)
    tasks = proving.tasks if proving else []
    done = in_parallel([*(partial(look, c) for c in wanted), *tasks], workers=effort.workers)
    found = proving.proved(done[len(wanted) :], seconds=time.perf_counter() - began) if proving else None
    verdicts: dict[str, Verdict] = {c.name: v for c, v in zip(wanted, done, strict=False)}
    verdicts |= {c.name: _by_invariant(found, c) for c in provable if found}
    for claim in provable:
        if isinstance(verdicts.get(claim.name), Unknown | None):
            counterexample = search(run, claim, depth=min(effort.depth, SHORT), by=asked, effort=effort.question)
            verdicts |= {claim.name: counterexample} if isinstance(counterexample, Fails) else {}
    nothing = Unknown("", why or "no engine here judges it: explore")
    return found, [Judged(c, verdicts.get(c.name, nothing), c.expected) for c in spec.claims]


def _sought(run: Unrolling, asked: Solver, effort: Effort, claim: Claim) -> Verdict:
    return search(run, claim, depth=effort.depth, by=asked, effort=effort.length)


def _may_be_found(claim: Claim) -> bool:
    """Whether a bounded search can decide the claim, if all is as expected."""
    return isinstance(claim, Witness) or claim.expected == "fails"


def _is_universal(claim: Always) -> bool:
    try:
        parts(claim)
    except DefinitionError:
        return False
    return True


def _consequences(spec: Spec, claims: Sequence[Always], effort: Effort) -> tuple[Proving | None, str]:
    """What follows from the invariant of the spec's own rules, in an arbitrary network; or why nothing does."""
    if not claims:
        return None, ""
    try:
        proof = replace(instance(spec.system, bits=effort.bits), claims=tuple(claims))
        proving = Proving(proof, solver_name=effort.solver, effort=effort.question)
        return (proving, "") if proving.maker.names else (None, "")
    except DefinitionError as wrong:
        return None, f"no invariant is known for it: {wrong}"


def instance(system: TransitionSystem, *, bits: int = BITS) -> Proof:
    """The invariant for a spec's system, read at so many bits."""
    origin = system.origin
    window, span = origin["window"], origin.get("span") or _units(system)
    knobs: dict[str, Any] = {"isn": "apart"} if origin.get("isn", "fresh") == "fresh" else {}
    made = sibling(system, bits=bits, ghosts="both", span=span, **knobs)
    clauses = invariant(span=span, far=reach(units=span, window=window), history=True)
    return Proof(
        made,
        (*clauses, *facts(made)),
        (),
        lemmas=tuple(lemmas(window=window)),
        names=tuple(at(end, inc) for end in ENDS),
        mirror=mirror(made),
        assumptions=tuple(assumptions(window=window, span=span)),
        found="by hand; values by abstract interpretation",
    )


def _units(system: TransitionSystem) -> int:
    """The most numbers that an incarnation of the system uses, and never fewer than a SYN, an octet and a FIN."""
    users = (system.origin[end.lower()] for end in ENDS)
    return max(3, *(3 + (user.sends or 0) for user in users))
