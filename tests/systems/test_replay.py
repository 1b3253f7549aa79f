"""Replay accepts the runs of a system and nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from systems.small import (
    BUSY,
    IDLE,
    bag,
    block,
    each,
    flag,
    got,
    m,
    n,
    of_rows,
    phase,
    pick,
    row,
    rule,
    send,
    start,
    system,
)

from tcpmodel.language.sorts import SEQ
from tcpmodel.language.terms import FALSE, TRUE, equal, every, implies, named, some, variable, within
from tcpmodel.systems.firing import Reference, Step
from tcpmodel.systems.row import Pick
from tcpmodel.systems.system import State, Take, TransitionSystem
from tcpmodel.systems.trace import Broken, ReplayError, Trace, broken, firing, replay, value_of

POST = system(
    rule(block(row("post a number", pick=Pick(pick, within(pick, n, 2)), send=send(pick))), name="post"),
    rule(block(row("read the number", set={n: got, flag: ~flag})), name="read", take=Take("post", "got")),
    rule(block(row("stay")), name="stay"),
)


@st.composite
def runs(draw, s: TransitionSystem, most: int = 8) -> Trace:
    reference, states, steps = Reference(s), [s.initial], []
    for _ in range(draw(st.integers(0, most))):
        onward = [o for o in reference.steps(states[-1]) if o.state is not None]
        if not onward:
            break
        outcome = draw(st.sampled_from(onward))
        states.append(outcome.state)
        steps.append(outcome.step)
    return Trace(s, tuple(states), tuple(steps))


def a_run() -> Trace:
    """Post 1, read it, stay."""
    first = POST.initial
    second = start(POST, {"post": ((1, 0),)})
    third = start(POST, n=1, flag=1)
    steps = (Step(0, None, (1,), ((0, 0),)), Step(1, (1, 0), (), ((0, 0),)), Step(2, None, (), ((0, 0),)))
    return Trace(POST, (first, second, third, third), steps)


# Replay.


@given(runs(POST))
def test_replay_gives_every_run_back(trace: Trace) -> None:
    assert replay(trace) is trace


def test_replay_accepts_the_run_of_no_steps() -> None:
    trace = Trace(POST, (POST.initial,), ())
    assert replay(trace) is trace
    assert len(trace) == 0


def test_replay_accepts_a_lasso() -> None:
    trace = replace(a_run(), loop=2)
    assert replay(trace) is trace


@given(runs(POST), st.data())
def test_a_changed_value_is_rejected(trace: Trace, data) -> None:
    i = data.draw(st.integers(0, len(trace)))
    j = data.draw(st.integers(0, len(POST.variables) - 1))
    values = list(trace.states[i].values)
    values[j] ^= 1
    states = list(trace.states)
    states[i] = State(tuple(values), states[i].bags)
    with pytest.raises(ReplayError):
        replay(replace(trace, states=tuple(states)))


def _tampered(kind: str) -> Trace:
    run = a_run()
    first, second, third, _ = run.states
    post, read, stay = run.steps
    return {
        "another start": Trace(POST, (third, third), (stay,)),
        "a record too many": replace(run, states=(first, second, State(third.values, ((((1, 0),)),)), third)),
        "steps swapped": replace(run, steps=(read, post, stay)),
        "states swapped": replace(run, states=(first, third, second, third)),
        "a step left out": replace(run, states=(first, third, third), steps=(read, stay)),
        "another rule": replace(run, steps=(post, read, post)),
        "another pick": replace(run, steps=(post._replace(picked=(0,)), read, stay)),
        "no pick": replace(run, steps=(post._replace(picked=()), read, stay)),
        "another record": replace(run, steps=(post, read._replace(taken=(0, 0)), stay)),
        "no record": replace(run, steps=(post, read._replace(taken=None), stay)),
        "a state too few": replace(run, states=run.states[:-1]),
        "a step too few": replace(run, steps=run.steps[:-1]),
        "no states": Trace(POST, (), ()),
        "a loop to another state": replace(run, loop=0),
    }[kind]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("another start", "the first state is not where the system starts"),
        ("a record too many", r"step 2 \(read the number\) does not lead from state 1 to 2"),
        ("steps swapped", r"step 1 \(read the number\) does not lead from state 0 to 1"),
        ("states swapped", r"step 1 \(post a number\) does not lead from state 0 to 1"),
        ("a step left out", r"step 1 \(read the number\) does not lead"),
        ("another rule", r"step 3 \(post a number\) does not lead"),
        ("another pick", "step 1 "),
        ("no pick", "step 1 "),
        ("another record", "step 2 "),
        ("no record", "step 2 "),
        ("a state too few", "3 steps need 4 states, not 3"),
        ("a step too few", "2 steps need 3 states, not 4"),
        ("no states", "0 steps need 1 states, not 0"),
        ("a loop to another state", "the last state is not state 0, to which the trace is said to return"),
    ],
)
def test_a_tampered_trace_is_rejected(kind: str, says: str) -> None:
    with pytest.raises(ReplayError, match=says):
        replay(_tampered(kind))


@pytest.mark.parametrize("loop", [-1, -2, 4, 99])
def test_a_loop_to_no_state_is_rejected(loop: int) -> None:
    with pytest.raises(ReplayError, match=f"{loop}"):
        replay(replace(a_run(), loop=loop))


@pytest.mark.parametrize(
    "step",
    [
        Step(99, None, (), ((0, 0),)),
        Step(-1, None, (), ((0, 0),)),
        Step(0, None, (1,), ((0, 7),)),
        Step(0, None, (1,), ((7, 0),)),
        Step(0, None, (1,), ()),
        Step(1, (1,), (), ((0, 0),)),
    ],
    ids=str,
)
def test_a_step_of_no_rule_is_rejected(step: Step) -> None:
    run = a_run()
    with pytest.raises(ReplayError):
        replay(replace(run, steps=(step, *run.steps[1:])))


def test_a_step_that_a_bound_cuts_is_rejected() -> None:
    s = system(rule(block(row(send=send()))), bags=(bag(capacity=0, when_full="block"),))
    with pytest.raises(ReplayError):
        replay(Trace(s, (s.initial, s.initial), (Step(0, None, (), ((0, 0),)),)))


# Traces and firings.


def test_a_trace_has_a_length_and_a_last_state() -> None:
    run = a_run()
    assert len(run) == 3
    assert run.last == start(POST, n=1, flag=1)


def test_a_firing_names_what_a_step_did() -> None:
    run = a_run()
    fired = firing(POST, run.steps[1])
    assert fired.rule.name == "read"
    assert [r.name for r in fired.rows] == ["read the number"]
    assert fired.taken == {"number": 1, "mark": 0}
    assert firing(POST, run.steps[0]).picked == (1,)
    assert firing(POST, run.steps[0]).taken is None


def test_a_firing_tells_of_the_rows_that_act() -> None:
    passing, acting, last = row("pass", more=True), row("act", set={n: n + 1}, more=True), row("end")
    s = system(rule(block(passing), block(acting), block(last)))
    fired = firing(s, Step(0, None, (), ((0, 0), (1, 0), (2, 0))))
    assert fired.telling == (acting,)
    assert fired.title == "act"
    assert fired.rfc == "here"


def test_a_firing_in_which_nothing_acts_tells_of_its_last_row() -> None:
    s = system(rule(block(row("pass", more=True)), block(row("end"))))
    assert firing(s, Step(0, None, (), ((0, 0), (1, 0)))).title == "end"


def test_a_section_that_two_rows_cite_is_named_once() -> None:
    s = system(rule(block(row("1", tell="a", more=True)), block(row("2", tell="b"))))
    fired = firing(s, Step(0, None, (), ((0, 0), (1, 0))))
    assert (fired.title, fired.rfc) == ("1; 2", "here")


# What is broken.

N_IS_1, M_IS_1 = equal(n, 1), equal(m, 1)


def test_a_true_term_is_not_broken() -> None:
    s = of_rows(row())
    assert broken(s, equal(n, 0) & ~flag, s.initial) == ()


def test_the_false_conjuncts_are_named_with_their_values() -> None:
    s = of_rows(row())
    term = N_IS_1 & M_IS_1 & ~flag
    assert broken(s, term, start(s, n=3)) == (Broken("N = 1", (("n", 3),)), Broken("M = 1", (("m", 0),)))


def test_a_definition_that_is_a_conjunction_is_looked_into() -> None:
    s = of_rows(row())
    inner = named("inner", M_IS_1 & equal(phase, IDLE))
    assert broken(s, named("outer", inner & N_IS_1), start(s, n=1)) == (Broken("M = 1", (("m", 0),)),)


def test_a_definition_that_is_no_conjunction_is_named() -> None:
    s = of_rows(row())
    term = named("one of them is 1", N_IS_1 | M_IS_1)
    assert broken(s, term, s.initial) == (Broken("one of them is 1", (("m", 0), ("n", 0))),)


def test_values_are_shown_as_a_person_reads_them() -> None:
    s = of_rows(row())
    term = implies(equal(phase, BUSY), flag)
    (found,) = broken(s, term, start(s, phase=1))
    assert found.values == (("flag", False), ("phase", "busy"))


def test_the_fields_of_records_have_no_single_value() -> None:
    s = of_rows(row())
    (found,) = broken(s, every("post", "each", equal(each, n)), start(s, {"post": ((5, 0),)}))
    assert found.values == (("n", 0),)


def test_a_predicate_has_a_value_in_a_state() -> None:
    s = of_rows(row())
    term = some("post", "letter", equal(variable("letter.number", SEQ), n))
    assert value_of(s, term, start(s, {"post": ((5, 0),)}, n=5)) is True
    assert value_of(s, term, start(s, {"post": ((5, 0),)}, n=4)) is False
    assert value_of(s, TRUE, s.initial) is True
    assert value_of(s, FALSE, s.initial) is False
