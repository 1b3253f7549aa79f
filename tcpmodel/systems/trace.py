"""Traces: runs of a system as frozen values, and `replay`, which alone judges them.

Engines return traces and views consume them.  A trace holds states and the steps between them; with
a loop index it is a lasso, whose last step leads back to that state.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from tcpmodel.language.operators import Op
from tcpmodel.language.prose import prose
from tcpmodel.language.reference import evaluate
from tcpmodel.language.terms import Term, bags_in, variables
from tcpmodel.systems.firing import Step, reference_of
from tcpmodel.systems.row import Row
from tcpmodel.systems.system import Rule, State, TransitionSystem, shown_record


class ReplayError(ValueError):
    """A trace is not a run of its system; the text says where."""


@dataclass(frozen=True)
class Trace:
    """States and the steps between them; step i leads from state i to state i + 1."""

    system: TransitionSystem
    states: tuple[State, ...]
    steps: tuple[Step, ...]
    loop: int | None = None

    def __repr__(self) -> str:
        back = "" if self.loop is None else f", back to state {self.loop}"
        return f"<Trace of {self.system.name}: {len(self)} steps{back}>"

    def __len__(self) -> int:
        """The number of steps."""
        return len(self.steps)

    @property
    def last(self) -> State:
        """The state where the trace ends."""
        return self.states[-1]


class Firing(NamedTuple):
    """A step with its names: the rule, the rows that fired, what was taken and what was picked."""

    rule: Rule
    rows: tuple[Row, ...]
    taken: dict[str, int | str | bool] | None
    picked: tuple[int, ...]

    @property
    def telling(self) -> tuple[Row, ...]:
        """The rows worth showing: those that do something or depart from their source, or else the last one."""
        acting = tuple(row for row in self.rows if row.acts or row.departs)
        return acting or self.rows[-1:]

    @property
    def title(self) -> str:
        """Title of a step: what happened, in the rows' words."""
        return "; ".join(row.name for row in self.telling)

    @property
    def rfc(self) -> str:
        """The sections that say so."""
        return "; ".join(dict.fromkeys(row.rfc for row in self.telling))


def firing(system: TransitionSystem, step: Step) -> Firing:
    """The step with its names."""
    rule = system.rules[step.rule]
    rows = tuple(rule.blocks[b].rows[r] for b, r in step.rows)
    taken = shown_record(system.bag(rule.take.bag), step.taken) if rule.take and step.taken is not None else None
    return Firing(rule, rows, taken, step.picked)


def replay(trace: Trace) -> Trace:
    """Give the trace back if the reference reading agrees with every step, else raise `ReplayError`."""
    if len(trace.states) != len(trace.steps) + 1:
        raise ReplayError(f"{len(trace.steps)} steps need {len(trace.steps) + 1} states, not {len(trace.states)}")
    if trace.states[0] != trace.system.initial:
        raise ReplayError("the first state is not where the system starts")
    reference = reference_of(trace.system)
    for i, (before, step, after) in enumerate(zip(trace.states, trace.steps, trace.states[1:], strict=False)):
        if (step, after) not in {(o.step, o.state) for o in reference.steps(before, picks=step.picked)}:
            raise ReplayError(f"step {i + 1}{_called(trace.system, step)} does not lead from state {i} to {i + 1}")
    if trace.loop is None:
        return trace
    if not 0 <= trace.loop < len(trace.states):
        raise ReplayError(f"the trace is said to return to state {trace.loop}, which it does not have")
    if trace.states[trace.loop] != trace.last:
        raise ReplayError(f"the last state is not state {trace.loop}, to which the trace is said to return")
    return trace


def _called(system: TransitionSystem, step: Step) -> str:
    """The step's title in parentheses, if it is a step of this system at all."""
    try:
        return f" ({firing(system, step).title})"
    except (IndexError, ValueError):
        return ""


class Broken(NamedTuple):
    """A condition that is false in a state, in words, with the values that make it so."""

    condition: str
    values: tuple[tuple[str, int | str | bool], ...]


def broken(system: TransitionSystem, term: Term, state: State) -> tuple[Broken, ...]:
    """The smallest conjuncts of the term that are false in the state."""
    if value_of(system, term, state):
        return ()
    if term.op is Op.AND:
        return tuple(b for arg in term.args for b in broken(system, arg, state))
    if term.op is Op.NAMED and term.args[0].op is Op.AND:
        return broken(system, term.args[0], state)
    bound = {element for _, element in bags_in(term)}
    names = sorted(v.name for v in variables(term) if v.name.partition(".")[0] not in bound)
    return (Broken(prose(term), tuple((name, system.value(state, name)) for name in names)),)


def value_of(system: TransitionSystem, term: Term, state: State) -> bool:
    """A predicate's truth in one state."""
    values: dict[str, object] = {v.name: x for v, x in zip(system.variables, state.values, strict=True)}
    for bag, records in zip(system.bags, state.bags, strict=True):
        values[bag.name] = [{f.name: x for f, x in zip(bag.fields, r, strict=True)} for r in records]
    return bool(evaluate(term, values, bits=system.bits))
