"""The same schedule in another system: who acts when, replayed where the rules differ.

A schedule is what a trace's environment decided: which rule fired, on which record, with which
values picked.  Followed in a sibling system it shows where the sibling first behaves differently.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tcpmodel.systems.firing import Outcome, Reference, Step, reference_of
from tcpmodel.systems.system import Record, State, TransitionSystem
from tcpmodel.systems.trace import Trace, replay

SETTLING = 40
"""How many steps a run may take to settle after its schedule has ended."""


@dataclass(frozen=True)
class Followed:
    """A schedule in a sibling system.

    `diverges` is the step of the original, counted from 1, that first does something else or cannot be
    taken; `skipped` are the steps that cannot be taken; `settled` counts the steps added at the end.
    """

    trace: Trace
    diverges: int | None
    skipped: tuple[int, ...]
    settled: int


def follow(original: Trace, sibling: TransitionSystem, *, settle: str, then: Sequence[str] = ()) -> Followed:
    """Follow a trace's schedule in a sibling; then fire rules for the event `settle` while any changes anything.

    Where none does, a rule for one of the events `then` fires, and it goes on.
    """
    reference = reference_of(sibling)
    states, steps = [sibling.initial], []
    skipped: list[int] = []
    diverges: int | None = None
    for i, step in enumerate(original.steps, 1):
        outcome = _same(reference, original.system, step, states[-1])
        same = outcome is not None and _seen(sibling, outcome.step, outcome.state) == _seen(
            original.system, step, original.states[i]
        )
        if diverges is None and not same:
            diverges = i
        if outcome is None or outcome.state is None:
            skipped.append(i)
            continue
        states.append(outcome.state)
        steps.append(outcome.step)
    before = len(steps)
    _settle(reference, states, steps, (settle, *then))
    return Followed(replay(Trace(sibling, tuple(states), tuple(steps))), diverges, tuple(skipped), len(steps) - before)


def _same(reference: Reference, original: TransitionSystem, step: Step, state: State) -> Outcome | None:
    """The sibling's step by the same rule on the same record (ghosts aside), with the same picks if it can."""
    name = original.rules[step.rule].name
    wanted = _real(original, step)
    found = [
        o
        for o in reference.steps(state)
        if o.state is not None
        and reference.system.rules[o.step.rule].name == name
        and _real(reference.system, o.step) == wanted
    ]
    exact = [o for o in found if o.step.picked == step.picked]
    return next(iter(exact or found), None)


def _real(system: TransitionSystem, step: Step) -> Record | None:
    take = system.rules[step.rule].take
    if take is None or step.taken is None:
        return None
    fields = system.bag(take.bag).fields
    return tuple(x for f, x in zip(fields, step.taken, strict=True) if not f.ghost)


def _seen(system: TransitionSystem, step: Step, state: State | None) -> tuple[object, ...]:
    """Observation that tells one step from another: the rows that fired, and the control variables after them."""
    rows = tuple(system.rules[step.rule].blocks[b].rows[r].name for b, r in step.rows)
    controls = {block.control for rule in system.rules for block in rule.blocks if block.control is not None}
    names = sorted(control.name for control in controls)
    return rows, () if state is None else tuple(system.value(state, name) for name in names)


def _settle(reference: Reference, states: list[State], steps: list[Step], events: Sequence[str]) -> None:
    for _ in range(SETTLING):
        onward = [_onward(reference, states[-1], event) for event in events]
        outcome = next((o for o in onward if o is not None and o.state is not None), None)
        if outcome is None or outcome.state is None:
            return
        states.append(outcome.state)
        steps.append(outcome.step)


def _onward(reference: Reference, state: State, event: str) -> Outcome | None:
    """The first firing for the event that changes anything and keeps no copy."""
    for outcome in reference.steps(state):
        rule = reference.system.rules[outcome.step.rule]
        moves = outcome.state not in (None, state)
        if moves and rule.event == event and not (rule.take and rule.take.keep):
            return outcome
    return None
