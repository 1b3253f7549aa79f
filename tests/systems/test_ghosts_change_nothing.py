"""Ghosts observe: whatever they hold, the real part of a system runs the same."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcpmodel.language.sorts import BOOL, COUNT, SEQ, Enum
from tcpmodel.systems.firing import Reference
from tcpmodel.systems.system import State, TransitionSystem, Variable
from tcpmodel.tcp.observers.ghosts import INCARNATIONS
from tcpmodel.tcp.world.clock import Time
from tcpmodel.tcp.world.connection import Network, User, connection

BUSY_USER = User(passive_opens=1, active_opens=1, sends=1, closes=1, aborts=1, crashes=1, retransmissions=1)
NETWORK = Network(lose=1, duplicate=1)
SYSTEMS = {
    "without a clock": connection(a=BUSY_USER, b=BUSY_USER, network=NETWORK, bits=4),
    "with a clock": connection(a=BUSY_USER, b=BUSY_USER, network=NETWORK, bits=4, time=Time()),
    "established": connection(a=BUSY_USER, b=User(closes=1, sends=1), network=NETWORK, bits=4, established=True),
}
READ = {name: Reference(system) for name, system in SYSTEMS.items()}


def values_of(v: Variable) -> range:
    """What a ghost may hold; one less than every incarnation, so that no run is cut for one too many."""
    sort = v.term.sort
    if isinstance(sort, Enum):
        return range(len(sort.values))
    return {BOOL: range(2), SEQ: range(16), COUNT: range(INCARNATIONS)}[sort]


def haunted(draw: Any, system: TransitionSystem, state: State) -> State:
    """The state with other ghosts."""

    def other(v: Variable, x: int) -> int:
        return draw(st.sampled_from(values_of(v))) if v.ghost else x

    def all_other(fields: tuple[Variable, ...], values: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(map(other, fields, values))

    bags = (tuple(sorted(all_other(b.fields, r) for r in rs)) for b, rs in zip(system.bags, state.bags, strict=True))
    return State(all_other(system.variables, state.values), tuple(bags))


def real(fields: tuple[Variable, ...], values: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(x for v, x in zip(fields, values, strict=True) if not v.ghost)


def real_state(system: TransitionSystem, state: State) -> tuple:
    bags = (
        tuple(sorted(real(b.fields, r) for r in records)) for b, records in zip(system.bags, state.bags, strict=True)
    )
    return real(system.variables, state.values), tuple(bags)


def real_steps(reference: Reference, state: State) -> set:
    """Where the state leads, without ghosts."""
    system, found = reference.system, set()
    for o in reference.steps(state):
        take = system.rules[o.step.rule].take
        fields = system.bag(take.bag).fields if take else ()
        taken = real(fields, o.step.taken) if o.step.taken is not None else None
        after = o.state and real_state(system, o.state)
        found.add((o.step.rule, taken, o.step.picked, o.step.rows, after, o.bound))
    return found


@pytest.mark.parametrize("name", SYSTEMS)
@settings(max_examples=150)
@given(data=st.data())
def test_runs_that_differ_in_ghosts_alone_take_the_same_real_steps(name: str, data: Any) -> None:
    reference = READ[name]
    system = reference.system
    state = system.initial
    for _ in range(data.draw(st.integers(0, 12))):
        onward = [o.state for o in reference.steps(state) if o.state]
        if not onward:
            break
        state = data.draw(st.sampled_from(onward))
    assert real_steps(reference, haunted(data.draw, system, state)) == real_steps(reference, state)
