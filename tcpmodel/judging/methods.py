"""Methods of proof for claims that hold: the invariant of TCP's rules, k-induction, or a mined invariant.

By the invariant of `tcp.proofs.invariant` they are proved in an arbitrary network, but with the spec's own users; where
the rules do not keep all of it, by its largest inductive subset (Houdini, `prove.largest`).  By k-induction and by
mining they are proved in the spec's own network.  Each method gives tasks, which may be done in any order and in any
process, and makes verdicts of their results.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from tcpmodel.errors import DefinitionError
from tcpmodel.explore.exploration import Limits
from tcpmodel.explore.search import explore
from tcpmodel.judging.load import Spec
from tcpmodel.prove.facts import facts
from tcpmodel.prove.induction import k_induction
from tcpmodel.prove.largest import Largest, largest
from tcpmodel.prove.mining import prove_by_mining
from tcpmodel.prove.obligations import conjuncts, parts
from tcpmodel.prove.solving import DEEP_EFFORT, EFFORT, Solver
from tcpmodel.prove.unbounded import Proved, Proving
from tcpmodel.prove.unrolling import Unrolling
from tcpmodel.systems.claims import Always, Claim
from tcpmodel.systems.proof import Proof
from tcpmodel.systems.system import TransitionSystem
from tcpmodel.systems.verdicts import Holds, Unknown, Verdict
from tcpmodel.tcp.knobs.isn import reach
from tcpmodel.tcp.observers.ghosts import inc
from tcpmodel.tcp.proofs.invariant import invariant, lemmas
from tcpmodel.tcp.proofs.unbounded import assumptions, mirror
from tcpmodel.tcp.rfc9293.ends import ENDS, at
from tcpmodel.tcp.world.connection import sibling

BITS = 32
DEPTH = 12
"""The most steps of a run that a bounded search seeks, unless it is told otherwise."""


K = 3
"""The largest k of k-induction, unless it is told otherwise."""
MOST_SEEN = 20_000
"""The most states of an exploration from which an invariant is mined."""


@dataclass(frozen=True)
class Effort:
    """Settings of a proof: method, solver, longest run sought, largest k, bits, work a question and length, workers."""

    method: str = "invariant"
    solver: str = "z3"
    depth: int = DEPTH
    k: int = K
    bits: int = BITS
    question: int = EFFORT
    length: int = DEEP_EFFORT
    workers: int | None = None


Task = Callable[[], Any]


class Method(ABC):
    """A method at work: the claims that it tries, its tasks, and the reason if it can do nothing.

    `found` is the proof behind the verdicts, where there is one.
    """

    def __init__(self, claims: Iterable[Always]) -> None:
        self.claims = tuple(claims)
        self.tasks: Sequence[Task] = ()
        self.why = ""
        self.found: Largest | None = None

    @abstractmethod
    def undone(self, place: int, why: str) -> Any:
        """The stand-in for the result of a task that was stopped."""

    @abstractmethod
    def verdicts(self, done: Sequence[Any]) -> Mapping[str, Verdict]:
        """The verdicts on the claims by name, made of the tasks' results."""


def method_of(spec: Spec, claims: Sequence[Always], run: Unrolling, asked: Solver, effort: Effort) -> Method:
    """The method wanted; TCP's invariant is of no use for a system that is no connection, which k-induction proves."""
    if effort.method == "invariant" and spec.system.origin:
        return _ByInvariant(spec, claims, effort)
    return _ByInduction(spec, claims, run, asked, effort)


class _ByInvariant(Method):
    """Claims as consequences of the invariant, or of the part of it that the rules keep."""

    def __init__(self, spec: Spec, claims: Sequence[Always], effort: Effort) -> None:
        super().__init__(filter(_is_universal, claims))
        self._limits = tuple(sorted(limit.name for limit in spec.system.limits))
        self._began, self._workers = time.perf_counter(), effort.workers
        self._proving: Proving | None = None
        if not self.claims:
            return
        try:
            proof = replace(instance(spec.system, bits=effort.bits), claims=self.claims)
            self._proving = Proving(proof, solver_name=effort.solver, effort=effort.question)
            self.tasks = self._proving.tasks
        except DefinitionError as wrong:
            self.why = f"no invariant is known for it: {wrong}"

    def undone(self, place: int, why: str) -> Any:
        return self._proving and self._proving.unasked(place, why)

    def verdicts(self, done: Sequence[Any]) -> Mapping[str, Verdict]:
        if self._proving is None:
            return {}
        whole = self._proving.proved(done, seconds=time.perf_counter() - self._began)
        self.found = largest(whole, workers=self._workers)
        proved = self.found.proved
        return {claim.name: by_invariant(proved, claim, within=self._limits) for claim in self.claims}


class _ByInduction(Method):
    """Claims by k-induction, one by one; or all of them by mining."""

    def __init__(self, spec: Spec, claims: Sequence[Always], run: Unrolling, asked: Solver, effort: Effort) -> None:
        super().__init__(claims)
        if effort.method == "mining":
            self.tasks = [partial(_by_mining, spec, run, self.claims, asked, effort)] if claims else []
        else:
            self.tasks = [partial(_by_k_induction, run, asked, effort, claim) for claim in claims]

    def undone(self, place: int, why: str) -> Mapping[str, Verdict]:
        named = self.claims if len(self.tasks) < len(self.claims) else self.claims[place : place + 1]
        return {claim.name: Unknown("", why) for claim in named}

    def verdicts(self, done: Sequence[Mapping[str, Verdict]]) -> Mapping[str, Verdict]:
        return {name: verdict for verdicts in done for name, verdict in verdicts.items()}


def _by_k_induction(run: Unrolling, asked: Solver, effort: Effort, claim: Always) -> Mapping[str, Verdict]:
    return {claim.name: k_induction(run, claim, bound=effort.k, by=asked, effort=effort.length)}


def _by_mining(
    spec: Spec, run: Unrolling, claims: Sequence[Always], asked: Solver, effort: Effort
) -> Mapping[str, Verdict]:
    seen = tuple(explore(spec.system, limits=Limits(states=MOST_SEEN)).reached)
    return prove_by_mining(run, claims, seen, bits=spec.system.bits, by=asked, effort=effort.length).verdicts


def by_invariant(found: Proved, claim: Claim, *, within: tuple[str, ...] = ()) -> Verdict:
    """The verdict of a proof on one of its claims, if steps beyond these limits were left out."""
    by = f"invariant of {len(found.proof.invariant)} clauses, {found.solver} {found.version}"
    names = {c.name for c in (*found.proof.helpers, claim)}
    wrong = [o for o in found.failed if o.kind != "property" or o.about in names]
    if not wrong:
        return Holds(by, within)
    first = wrong[0]
    unasked = [o.unasked for o in found.obligations if o.unasked]
    if unasked:
        return Unknown(by, f"{len(unasked)} of {len(found.obligations)} scripts were not asked: {unasked[0]}")
    return Unknown(by, f"{first.name}: {first.failed[0].question.name} is {first.failed[0].answer.word}")


# A spec's system, and what is known of it.


def at_bits(system: TransitionSystem, bits: int) -> TransitionSystem:
    """The system with numbers of so many bits."""
    return sibling(system, bits=bits) if system.origin else replace(system, bits=bits)


def instance(system: TransitionSystem, *, bits: int = BITS) -> Proof:
    """The invariant for a spec's system, read at so many bits."""
    origin = system.origin
    window, span = _window(system), origin.get("span") or _units(system)
    policy = origin.get("isn", "fresh")
    knobs: dict[str, Any] = {"isn": "apart"} if policy == "fresh" else {}
    made = sibling(system, bits=bits, ghosts="both", span=span, **knobs)
    clauses = invariant(span=span, far=reach(units=span, window=window), history=True)
    return Proof(
        made,
        (*clauses, *facts(made)),
        (),
        lemmas=tuple(lemmas(window=window)),
        names=tuple(at(end, inc) for end in ENDS),
        mirror=mirror(made),
        assumptions=tuple(assumptions(window=window, span=span, bits=bits, apart=policy in ("fresh", "apart"))),
        found="by hand; values by abstract interpretation",
    )


def _units(system: TransitionSystem) -> int:
    """The most numbers that an incarnation of the system uses, and never fewer than a SYN, an octet and a FIN."""
    users = [system.origin[end.lower()] for end in ENDS]
    any_length = "any" in (system.origin.get("segments"), *((user.knobs or {}).get("segments") for user in users))
    return max(3, *(3 + (user.sends or 0) * (_window(system) if any_length else 1) for user in users))


def _window(system: TransitionSystem) -> int:
    """The larger of the ends' windows: what is acceptable with the smaller is so with it."""
    own = (system.origin[end.lower()].window for end in ENDS)
    return max(int(window) for window in (system.origin["window"], *own) if window is not None)


def _is_universal(claim: Always) -> bool:
    try:
        parts(claim)
        conjuncts(Always(claim.name, claim.needs))
    except DefinitionError:
        return False
    return True
