"""Counterexamples to induction: a solver's model of a question as a state and a step, replayed by the reference.

The state satisfies the whole invariant, and the step leads to a state in which a clause is false.  The system need not
ever come to such a state.  That the step does what the solver says is judged by replay, as of any trace.  *Teeth* are
changed systems whose proof must fail (mutation testing): a proof that survives them shows too little.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from tcpmodel.prove.making import Maker
from tcpmodel.prove.obligations import Records, witnesses
from tcpmodel.prove.solving import EFFORT, solver
from tcpmodel.prove.unbounded import Asker, Obligation, Posed
from tcpmodel.systems.claims import Always
from tcpmodel.systems.firing import reference_of
from tcpmodel.systems.paths import Way
from tcpmodel.systems.proof import Proof, Tooth
from tcpmodel.systems.system import Record, State, TransitionSystem
from tcpmodel.systems.trace import ReplayError, Trace, replay, value_of

ROOM = 8
"""Room in each bag of the replayed system: for the records that a question speaks of, and those sent."""


@dataclass(frozen=True)
class Breaking:
    """A step from a state that satisfies the invariant to one that does not; which clauses are false there."""

    trace: Trace
    clauses: tuple[Always, ...]


def breaking(proof: Proof, way: Way, posed: Posed) -> Breaking:
    """The model of a question about a way, replayed; `ReplayError` if it is no step, or breaks nothing."""
    state = _state(proof, way, posed)
    bags = tuple(replace(bag, capacity=ROOM) for bag in proof.system.bags)
    system = replace(proof.system, bags=bags, start=state)
    wrong = [c.name for c in proof.invariant if not value_of(system, c.predicate, state)]
    if wrong:
        raise ReplayError(f"the solver's state does not satisfy {', '.join(wrong)}")
    picks = tuple(posed.answer.values.get(v.name, 0) for v, _ in way.picks)
    place = proof.system.rules.index(way.rule)
    taken = _taken(proof.system, way, posed.answer.values)
    for outcome in reference_of(system).steps(state, picks=picks):
        step, after = outcome.step, outcome.state
        if after is not None and (step.rule, step.rows, step.taken) == (place, way.rows, taken):
            trace = replay(Trace(system, (state, after), (step,)))
            return Breaking(trace, tuple(c for c in proof.invariant if not value_of(system, c.predicate, after)))
    raise ReplayError(f"the solver's state does not let {way.name!r} fire")


def _state(proof: Proof, way: Way, posed: Posed) -> State:
    system, values = proof.system, posed.answer.values
    take = way.rule.take
    there = [w for w in witnesses((*proof.invariant, *proof.helpers)).values() if values.get(w.there.name)]
    records: Records = (*posed.records, *((w.bag, w.name) for w in there))
    records = records if take is None else (*records, (take.bag, take.element))
    return State(
        tuple(values.get(v.name, 0) for v in system.variables),
        tuple(
            tuple(sorted({_record(system, bag.name, element, values) for b, element in records if b == bag.name}))
            for bag in system.bags
        ),
    )


def _record(system: TransitionSystem, bag: str, element: str, values: Mapping[str, int]) -> Record:
    return tuple(values.get(f"{element}.{f.name}", 0) for f in system.bag(bag).fields)


def _taken(system: TransitionSystem, way: Way, values: Mapping[str, int]) -> Record | None:
    take = way.rule.take
    return None if take is None else _record(system, take.bag, take.element, values)


# Teeth.


class Bite(NamedTuple):
    """Outcome of a proof under a change that must break it: the obligation that fails, and the step behind it."""

    tooth: Tooth
    obligation: Obligation | None
    breaking: Breaking | None

    @property
    def clause(self) -> str:
        """The clause that is not kept, as the solver was asked."""
        return "" if self.obligation is None else self.obligation.failed[0].question.name


def bite(proof: Proof, tooth: Tooth, *, solver_name: str = "z3", effort: int = EFFORT) -> Bite:
    """The outcome of a proof of the changed system; without an obligation where nothing breaks in the row named."""
    changed = replace(proof, system=tooth.system, invariant=(*proof.invariant, *tooth.also))
    maker = Maker(changed)
    for obligation in _of_row(maker, tooth.breaks, solver_name, effort):
        for posed in obligation.failed:
            if posed.answer.word == "sat" and obligation.way is not None:
                return Bite(tooth, obligation, breaking(changed, obligation.way, posed))
    return Bite(tooth, None, None)


def _of_row(maker: Maker, row: str, solver_name: str, effort: int) -> Iterator[Obligation]:
    asker = Asker(maker, solver(solver_name), effort)
    return (asker.of_way(way) for way in maker.ways if row in way.titles)
