"""Fair runs are found exactly where the definition has one, and shown by shortest lassos."""

from __future__ import annotations

import numpy as np
import pytest
from engines.oracles import Question, by_fixpoint, by_sets_of_states, by_sets_of_steps, is_bad_run, shortest_lasso
from hypothesis import given, settings
from hypothesis import strategies as st

from tcpmodel.explore import fair
from tcpmodel.explore.fair import BadRun, Fairness, StepGraph, bad_run, fair_parts

NOTHING = frozenset()


def found(q: Question) -> BadRun | None:
    return bad_run(q.graph(), q.truth(q.given), q.truth(q.goal), q.fairness)


def length(q: Question, bad: BadRun) -> int:
    away = found(Question(q.moves, q.enabled, frozenset({bad.start}), NOTHING, NOTHING, NOTHING))
    assert away is not None
    return distance(q, bad.start) + len(bad.path) + len(bad.cycle)


def distance(q: Question, state: int) -> int:
    """How far a state is from the initial one."""
    seen, steps = {0}, 0
    while state not in seen:
        seen |= {m[1] for m in q.moves if m[0] in seen}
        steps += 1
    return steps


@st.composite
def questions(draw: st.DrawFn, most_states: int = 4, most_moves: int = 7, entries: int = 3) -> Question:
    size = draw(st.integers(1, most_states))
    state, some = st.integers(0, size - 1), st.frozensets(st.integers(0, entries - 1), max_size=2)
    moves = draw(
        st.lists(st.tuples(state, state, some).filter(lambda m: m[0] != m[1]), max_size=most_moves, unique=True)
    )
    cut = draw(st.lists(st.frozensets(st.integers(0, entries - 1), max_size=1), min_size=size, max_size=size))
    enabled = tuple(cut[s].union(*(m[2] for m in moves if m[0] == s)) for s in range(size))
    some_states = st.frozensets(state)
    kinds = draw(st.lists(st.sampled_from(["weak", "strong", "none"]), min_size=entries, max_size=entries))
    of_kind = {kind: frozenset(i for i, k in enumerate(kinds) if k == kind) for kind in ("weak", "strong")}
    goal = draw(some_states) if size > 1 else NOTHING
    return Question(tuple(moves), enabled, draw(some_states), goal, **of_kind)


@settings(max_examples=400, deadline=None)
@given(questions())
def test_a_bad_run_is_found_exactly_where_a_set_of_states_or_of_steps_has_one(q: Question) -> None:
    assert (found(q) is not None) == by_sets_of_states(q) == by_sets_of_steps(q)


@settings(max_examples=150, deadline=None)
@given(questions(most_states=9, most_moves=22, entries=4))
def test_a_bad_run_is_found_exactly_where_a_fixpoint_has_one(q: Question) -> None:
    assert (found(q) is not None) == by_fixpoint(q)


@settings(max_examples=300, deadline=None)
@given(questions())
def test_a_bad_run_is_a_fair_run_and_its_lasso_a_shortest_one(q: Question) -> None:
    bad = found(q)
    if bad is not None:
        assert is_bad_run(q, bad)
    assert (None if bad is None else length(q, bad)) == shortest_lasso(q)


@settings(max_examples=200, deadline=None)
@given(questions(most_states=9, most_moves=22, entries=4))
def test_without_patience_the_run_is_still_a_fair_one(q: Question) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fair, "PATIENCE", -1)
        hasty = found(q)
    patient = found(q)
    assert (hasty is None) == (patient is None)
    if hasty is not None and patient is not None:
        assert is_bad_run(q, hasty)
        assert length(q, hasty) >= length(q, patient)


@settings(max_examples=100, deadline=None)
@given(questions(most_states=9, most_moves=22, entries=4))
def test_the_same_question_has_the_same_answer(q: Question) -> None:
    assert found(q) == found(q)


# The definition, one condition at a time: 0 <-> 1 by entries 0 and 1, and a way out to 2 by entry 2.

IN, OUT, LEAVE = (0, 1, frozenset({0})), (1, 0, frozenset({1})), (1, 2, frozenset({2}))
GIVEN, GOAL = frozenset({0}), frozenset({2})


def answer(weak: set[int] = frozenset(), strong: set[int] = frozenset(), *, cut: dict[int, int] | None = None):
    enabled = [{0}, {1, 2}, set()]
    for state, entry in (cut or {}).items():
        enabled[state].add(entry)
    q = Question((IN, OUT, LEAVE), tuple(map(frozenset, enabled)), GIVEN, GOAL, frozenset(weak), frozenset(strong))
    return None if (bad := found(q)) is None else (len(bad.path), len(bad.cycle))


def test_without_fairness_a_run_may_stop_at_once() -> None:
    assert answer() == (0, 0)


def test_a_run_may_not_stop_where_a_fair_entry_is_enabled() -> None:
    assert answer(weak={0}) == (1, 0)
    assert answer(strong={0}) == (1, 0)


def test_an_entry_enabled_now_and_then_may_be_put_off_under_weak_fairness() -> None:
    assert answer(weak={0, 1, 2}) == (0, 2)


def test_an_entry_enabled_now_and_then_may_not_be_put_off_under_strong_fairness() -> None:
    assert answer(weak={0, 1}, strong={2}) is None
    assert answer(weak={0}, strong={2}) is None


def test_an_entry_that_is_taken_again_and_again_is_kept() -> None:
    assert answer(weak={0}, strong={1}) == (0, 2)


def test_an_entry_whose_only_steps_are_cut_cannot_be_kept() -> None:
    assert answer(weak={0, 1}, cut={0: 3}) == (0, 2)
    assert answer(weak={0, 1, 3}, cut={0: 3}) == (0, 2)  # it is not enabled at state 1
    assert answer(weak={0, 1, 3}, cut={0: 3, 1: 3}) is None
    assert answer(weak={0, 1}, strong={3}, cut={0: 3}) is None


def test_what_is_weak_and_strong_is_strong() -> None:
    assert Fairness(weak=0b110, strong=0b011) == Fairness(weak=0b100, strong=0b011)


def test_where_the_goal_is_reached_in_between_nothing_is_wrong() -> None:
    q = Question((IN, OUT), (frozenset({0}), frozenset({1})), GIVEN, frozenset({1}), frozenset({0, 1}))
    assert found(q) is None


def test_what_is_given_where_the_goal_is_true_is_fulfilled() -> None:
    q = Question((IN,), (frozenset({0}), NOTHING), GIVEN, GIVEN)
    assert found(q) is None


def test_a_bad_run_need_not_avoid_the_goal_before_something_is_given() -> None:
    moves = (IN, (1, 2, NOTHING))
    q = Question(moves, (frozenset({0}), NOTHING, NOTHING), frozenset({2}), frozenset({1}))
    assert found(q) == BadRun(2, (), ())


def test_states_that_enable_an_entry_never_taken_are_left_out_and_the_rest_still_goes_round() -> None:
    ring = tuple((a, b, NOTHING) for a, b in ((0, 1), (1, 2), (2, 0), (1, 0)))
    enabled = (NOTHING, NOTHING, frozenset({0}))
    q = Question(ring, enabled, GIVEN, NOTHING, strong=frozenset({0}))
    part = fair_parts(q.graph(), np.ones(3, np.bool_), q.fairness)
    assert part[0] == part[1] >= 0 > part[2]


def test_a_short_round_further_on_is_preferred_to_a_long_one_at_hand() -> None:
    """A ring of four states from the initial one, and one step from it two states that answer each other."""
    always = frozenset({0})
    ways = ((0, 1), (1, 2), (2, 3), (3, 0), (0, 4), (4, 5), (5, 4))
    q = Question(tuple((a, b, always) for a, b in ways), (always,) * 6, GIVEN, NOTHING, weak=always)
    bad = found(q)
    assert bad is not None
    assert (bad.start, len(bad.path), len(bad.cycle)) == (0, 1, 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fair, "PATIENCE", -1)
        hasty = found(q)
    assert hasty is not None
    assert (len(hasty.path), len(hasty.cycle)) == (0, 4)


def test_steps_are_listed_by_the_state_that_they_leave() -> None:
    graph = Question((IN, OUT, LEAVE), (NOTHING,) * 3, GIVEN, GOAL).graph()
    assert isinstance(graph, StepGraph)
    assert list(graph.source()) == [0, 1, 1]
    assert list(graph.steps_from(np.array([1, 0]))) == [1, 2, 0]
    assert list(graph.steps_from(np.array([2]))) == []


def test_a_graph_of_many_states_takes_seconds() -> None:
    """A ring of 50,000 states with a chord from each, entry 0 on the ring's last step."""
    size = 50_000
    here = np.arange(size)
    target = np.stack(((here + 1) % size, (here + 7) % size), axis=1).ravel()
    taken = np.zeros(2 * size, np.uint64)
    taken[-2] = 1
    graph = StepGraph(np.arange(0, 2 * size + 1, 2), target, taken, np.ones(size, np.uint64))
    bad = bad_run(graph, here == 3, np.zeros(size, np.bool_), Fairness(weak=1))
    assert bad is not None
    assert 2 * size - 2 in bad.cycle
