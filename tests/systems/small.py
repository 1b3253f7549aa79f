"""Tiny systems made by hand, one rule at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tcpmodel.language.sorts import BOOL, COUNT, SEQ, Enum
from tcpmodel.language.terms import Term, alternatives, constant, variable
from tcpmodel.systems.firing import Outcome, Reference
from tcpmodel.systems.row import Emission, FirstMatch, Row
from tcpmodel.systems.system import Bag, Limit, Rule, State, TransitionSystem, Variable

PHASE = Enum("Phase", ("idle", "busy", "done"))
IDLE, BUSY, DONE = alternatives(PHASE)

n, m = variable("n", SEQ), variable("m", SEQ)
count = variable("count", COUNT)
flag = variable("flag", BOOL)
phase = variable("phase", PHASE)
ghost, ghost_2 = variable("ghost", SEQ), variable("ghost.2", SEQ)
pick = variable("picked", SEQ)
got, got_ghost = variable("got.number", SEQ), variable("got.mark", SEQ)
each, each_ghost = variable("each.number", SEQ), variable("each.mark", SEQ)

VARIABLES = (
    Variable(n),
    Variable(m),
    Variable(count),
    Variable(flag),
    Variable(phase),
    Variable(ghost, ghost=True),
    Variable(ghost_2, ghost=True),
)
FIELDS = (Variable(variable("number", SEQ)), Variable(variable("mark", SEQ), ghost=True))


def bag(name: str = "post", **more: Any) -> Bag:
    """A bag of records with a real number and a ghostly mark."""
    return Bag(name, FIELDS, **{"capacity": 2, **more})


def row(name: str = "a row", **what: Any) -> Row:
    return Row(name, "here", **what)


def send(number: Term | int = 0, mark: Term | int = 0, *, to: str = "post") -> Emission:
    fields = {"number": number, "mark": mark}
    return Emission(to, {k: v if isinstance(v, Term) else constant(v, SEQ) for k, v in fields.items()})


def block(*rows: Row, control: Term | None = None, states: tuple[Term, ...] = ()) -> FirstMatch:
    return FirstMatch("a block", control, states, rows)


def rule(*blocks: FirstMatch, name: str = "a rule", **what: Any) -> Rule:
    return Rule(name, "somebody", "an event", blocks, **what)


def system(*rules: Rule, bags: tuple[Bag, ...] = (), limits: tuple[Limit, ...] = (), **more: Any) -> TransitionSystem:
    bags = bags or (bag(),)
    return TransitionSystem(
        **{"name": "small", "bits": 3, "variables": VARIABLES, "bags": bags, "rules": rules, "limits": limits, **more}
    )


def of_rows(*rows: Row, **rule_: Any) -> TransitionSystem:
    """A system of one rule with one block."""
    return system(rule(block(*rows), **rule_))


def start(
    s: TransitionSystem, records: Mapping[str, tuple[tuple[int, ...], ...]] | None = None, **values: int
) -> State:
    """The initial state with some values and bags changed."""
    given = {name.replace("__", "."): x for name, x in values.items()}
    return State(
        tuple(given.get(v.name, v.initial) for v in s.variables),
        tuple((records or {}).get(b.name, ()) for b in s.bags),
    )


def outcomes(s: TransitionSystem, state: State | None = None) -> list[Outcome]:
    return list(Reference(s).steps(s.initial if state is None else state))


def only(s: TransitionSystem, state: State | None = None) -> State:
    """The state to which the only step leads."""
    (outcome,) = outcomes(s, state)
    assert outcome.state is not None
    return outcome.state


def values(s: TransitionSystem, state: State, *names: str) -> tuple[object, ...]:
    return tuple(s.value(state, name) for name in names)
