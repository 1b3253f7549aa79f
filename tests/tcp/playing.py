"""Playing a script: a run of a system given by its rules' names, and what can be read off a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

from tcpmodel import Exploration, LeadsTo, Spec, Trace, explore, load, trace_of
from tcpmodel.draw.segments import written
from tcpmodel.language.terms import Term
from tcpmodel.systems.firing import Outcome, Reference
from tcpmodel.systems.system import State, TransitionSystem
from tcpmodel.systems.trace import Firing, firing, value_of

Move = str | tuple[str, Callable[[Firing], bool]]
"""A rule's name, and what its firing must be like where the rule may fire in several ways."""


def play(system: TransitionSystem, *moves: Move) -> Trace:
    """The run in which these rules fire in this order.

    Of several values to pick the first is taken; of several segments to take none is, and the script
    is wrong.  The steps are the reference reading's own, so `replay` could only agree.
    """
    reference = _reference(system)
    states, steps = [system.initial], []
    for move in moves:
        outcome = _only(system, list(reference.steps(states[-1])), move)
        assert outcome.state is not None
        states.append(outcome.state)
        steps.append(outcome.step)
    return Trace(system, tuple(states), tuple(steps))


@cache
def _reference(system: TransitionSystem) -> Reference:
    return Reference(system)


def _only(system: TransitionSystem, outcomes: list[Outcome], move: Move) -> Outcome:
    rule, wanted = (move, lambda f: True) if isinstance(move, str) else move
    named = [o for o in outcomes if o.state and system.rules[o.step.rule].name == rule]
    fitting = [o for o in named if wanted(firing(system, o.step))]
    if len({o.step.taken for o in fitting}) != 1:
        there = sorted({f"{system.rules[o.step.rule].name} {taken(system, o)}" for o in outcomes if o.state})
        raise AssertionError(f"{len(fitting)} steps are {rule!r} as wanted; there are: {'; '.join(there)}")
    return fitting[0]


def taken(system: TransitionSystem, outcome: Outcome) -> str:
    """The segment that a step takes, as the RFC writes it."""
    found = firing(system, outcome.step).taken
    return "" if found is None else written(found)


def arrives(at: str, segment: str = "", *, inc: int | None = None, pick: int | None = None) -> Move:
    """The arrival at an end of a segment whose written form ends so, sent by that incarnation of the peer."""

    def wanted(fired: Firing) -> bool:
        assert fired.taken is not None
        sender, picked = fired.taken["inc"], fired.picked
        return written(fired.taken).endswith(segment) and inc in (None, sender) and (pick is None or picked == (pick,))

    return f"{at}: segment arrives", wanted


def loses(sender: str, segment: str = "") -> Move:
    """The loss of the segment so written."""
    return f"network: loses a segment from {sender}", lambda f: written(f.taken or {}).endswith(segment)


def picking(rule: str, value: int) -> Move:
    """A step that chooses this ISS."""
    return rule, lambda f: f.picked == (value,)


def states_of(trace: Trace) -> tuple[str, str]:
    """The connection states of A and B where the run ends."""
    return state_of(trace, "A"), state_of(trace, "B")


def state_of(trace: Trace, end: str) -> str:
    """An endpoint's connection state where the run ends."""
    return str(trace.system.value(trace.last, f"{end}.state"))


def at_end(trace: Trace, name: str) -> int | str | bool:
    """A variable's value where the run ends."""
    return trace.system.value(trace.last, name)


def last_rows(trace: Trace) -> tuple[str, ...]:
    """The rows that did something in the last step; the last that fired where none did."""
    return tuple(row.name for row in firing(trace.system, trace.steps[-1]).telling)


def flying(system: TransitionSystem, state: State, sender: str) -> list[str]:
    """The segments in flight from an end, as the RFC writes them."""
    bag = next(b.name for b in system.bags if b.name.startswith(f"{sender}_to"))
    return [written(record) for record in system.records(state, bag)]


def reply(trace: Trace, *, of: str) -> str:
    """What an end sent in the last step, as the RFC writes it; empty where it sent nothing."""
    before, after = (flying(trace.system, s, of) for s in trace.states[-2:])
    for segment in before:
        after.remove(segment)
    return after[0] if after else ""


def holds_at_end(trace: Trace, term: Term) -> bool:
    """Whether a predicate is true where the run ends."""
    return value_of(trace.system, term, trace.last)


@cache
def spec(name: str) -> Spec:
    """The spec, loaded once."""
    return load(name)


@cache
def explored(name: str) -> Exploration:
    """The spec's exploration, done once."""
    return explore(spec(name).system, spec(name).claims)


def shown_by(name: str, claim: str) -> Trace:
    """The trace of a claim's verdict."""
    trace = trace_of(explored(name).verdicts[claim])
    assert trace is not None
    return trace


def firings(trace: Trace) -> Iterator[tuple[Firing, State]]:
    """Each step with its names and the state to which it led."""
    for step, state in zip(trace.steps, trace.states[1:], strict=True):
        yield firing(trace.system, step), state


def unneeded(of: Spec, claim: str) -> list[str]:
    """The rules whose promise of fairness the claim, which holds, does not need."""
    whole = of.claim(claim)
    assert isinstance(whole, LeadsTo)
    fewer = {
        e: replace(whole, name=f"without_{i}", fair=whole.fair[:i] + whole.fair[i + 1 :])
        for i, e in enumerate(whole.fair)
    }
    verdicts = explore(of.system, list(fewer.values())).verdicts
    return [entry.rule for entry, less in fewer.items() if verdicts[less.name].word != "fails"]
