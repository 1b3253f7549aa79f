"""The contract of every engine for what must happen eventually: right words, shortest lassos, honest limits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from engines.oracles import by_fixpoint, question, shortest_lasso, shows_a_bad_run, suffixes
from engines.test_engines import each_engine, judge
from engines.toys import EVENTUAL, Eventual, calling, calm, counter, counting_on, message, number, odd, repeating
from hypothesis import given, settings
from hypothesis import strategies as st

from tcpmodel.errors import DefinitionError
from tcpmodel.explore.fair import lasting
from tcpmodel.explore.search import Limits, explore
from tcpmodel.language.sorts import BOOL, SEQ
from tcpmodel.language.terms import FALSE, TRUE, constant, equal, some, variable
from tcpmodel.language.terms import within as within_interval
from tcpmodel.systems.claims import Always, AlwaysEventually, DeadlockFree, Fair, LeadsTo, Witness, strong, weak
from tcpmodel.systems.firing import LOST
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.systems.system import Limit, Rule, TransitionSystem, Variable
from tcpmodel.systems.trace import replay
from tcpmodel.systems.verdicts import Holds, Unknown, Vacuous, trace_of, within

CASES = [(system, e) for system, all_of_it in EVENTUAL.values() for e in all_of_it]
each_case = pytest.mark.parametrize(("system", "case"), CASES, ids=[e.claim.name for _, e in CASES])
FAILING = [(system, e) for system, e in CASES if e.word == "fails"]
each_failing = pytest.mark.parametrize(("system", "case"), FAILING, ids=[e.claim.name for _, e in FAILING])


@each_engine
@each_case
def test_what_must_happen_is_judged_by_the_right_word(engine, system: TransitionSystem, case: Eventual) -> None:
    assert judge(engine, system, case.claim).word == case.word


@each_engine
@pytest.mark.parametrize("toy", EVENTUAL)
def test_claims_of_several_fairnesses_are_judged_together_as_alone(engine, toy: str) -> None:
    system, cases = EVENTUAL[toy]
    verdicts = engine(system, [e.claim for e in cases]).verdicts
    assert {name: v.word for name, v in verdicts.items()} == {e.claim.name: e.word for e in cases}


@each_engine
@each_case
def test_what_holds_or_is_vacuous_says_within_which_bounds(engine, system: TransitionSystem, case: Eventual) -> None:
    verdict = judge(engine, system, case.claim)
    assert within(verdict) == case.within
    warning = f"from {case.leaving} states before its goal every run that is fair to it leaves the bounds"
    assert not isinstance(verdict, Holds) or verdict.why == (warning if case.leaving else "")


@each_case
def test_what_is_vacuous_would_not_fail_of_any_goal(system: TransitionSystem, case: Eventual) -> None:
    asked, _ = question(system, replace(case.claim, predicate=FALSE))
    assert (asked.given == frozenset() or not by_fixpoint(asked)) == (case.word == "vacuous")


@each_case
def test_from_these_states_no_fair_run_stays_within_the_bounds(system: TransitionSystem, case: Eventual) -> None:
    asked, states = question(system, case.claim)
    free = replace(asked, goal=frozenset())
    lost = [s for s in suffixes(asked) if not by_fixpoint(replace(free, given=frozenset({s})))]
    assert case.word != "holds" or len(lost) == case.leaving
    found = lasting(free.graph(), free.fairness)
    assert [bool(x) for x in found] == [by_fixpoint(replace(free, given=frozenset({s}))) for s in range(len(states))]


@each_engine
def test_a_verdict_that_something_never_happens_says_within_which_bounds(engine) -> None:
    system, cut = counting_on(), ("the number is 3 or more",)
    claims = [
        Always("below_three", within_interval(number, constant(0, SEQ), 3)),
        Always("at_four", TRUE, needs=equal(number, 4)),
        Witness("comes_to_four", equal(number, 4)),
        DeadlockFree("goes_on"),
        Witness("comes_to_two", equal(number, 2)),
        Always("below_two", ~equal(number, 2)),
    ]
    verdicts = engine(system, claims).verdicts
    assert [(v.word, within(v)) for v in verdicts.values()] == [
        ("holds", cut),
        ("vacuous", cut),
        ("fails", cut),
        ("holds", cut),
        ("witnessed", ()),
        ("fails", ()),
    ]
    assert all(within(v) == () for v in engine(counter().system, [DeadlockFree("goes_on")]).verdicts.values())


@each_engine
def test_what_a_full_bag_loses_bounds_a_verdict_but_cuts_no_run(engine) -> None:
    claim = LeadsTo("odd_is_calmed", odd, calm, (weak("call"), weak("answer"), weak("hear")))
    assert judge(engine, calling(when_full="lose"), claim).word == "fails"
    verdict = judge(engine, calling(when_full="lose"), LeadsTo("trivial", odd, odd, claim.fair))
    assert (verdict.word, within(verdict)) == ("holds", (f"{LOST}answers is full", f"{LOST}calls is full"))


@each_engine
@each_failing
def test_a_lasso_is_a_shortest_one_and_returns_where_it_must(engine, system: TransitionSystem, case: Eventual) -> None:
    trace = trace_of(judge(engine, system, case.claim))
    assert trace is not None
    assert (len(trace), trace.loop) == (case.length, case.loop)
    assert len(trace) == shortest_lasso(question(system, case.claim)[0])


@each_engine
@each_failing
def test_a_lasso_is_a_run_and_breaks_the_claim_by_the_definition(engine, system: TransitionSystem, case) -> None:
    trace = trace_of(judge(engine, system, case.claim))
    assert trace is not None
    assert replay(trace) is trace
    assert shows_a_bad_run(trace, case.claim)


@each_case
def test_a_fixpoint_judges_as_expected(system: TransitionSystem, case: Eventual) -> None:
    asked, _ = question(system, case.claim)
    assert by_fixpoint(asked) == (case.word == "fails")


@each_engine
def test_a_run_that_stops_is_a_lasso_without_steps_in_its_loop(engine) -> None:
    trace = trace_of(judge(engine, counter().system, LeadsTo("it_is", equal(number, 2), equal(number, 1))))
    assert trace is not None
    assert trace.loop == len(trace) == 2


@each_engine
def test_what_must_happen_and_was_explored_holds_by_exploration(engine) -> None:
    claim = AlwaysEventually("it_is", equal(number, 1), (weak("count"),))
    assert judge(engine, counter().system, claim).by == "explored"
    assert claim.kind == "leads_to"


@each_engine
def test_what_is_never_given_is_vacuous(engine) -> None:
    verdict = judge(engine, counter().system, LeadsTo("it_is", FALSE, TRUE))
    assert isinstance(verdict, Vacuous)
    assert verdict.why == "no reachable state satisfies: never"


@each_engine
def test_a_search_that_did_not_end_judges_nothing(engine) -> None:
    claim = LeadsTo("it_is", TRUE, FALSE)
    assert isinstance(judge(engine, counter(6).system, claim, limits=Limits(states=10)), Unknown)


@each_engine
@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (weak("recieve"), r"'it_is' is fair to 'recieve': did you mean 'receive'\?"),
        (strong("receive", taking=variable("it.mesage", BOOL)), r"names 'it.mesage': did you mean 'it.message'\?"),
        (strong("receive", taking=equal(variable("it.message", SEQ), 0)), "uses it.message at another sort"),
        (strong("send noise", taking=message), "names 'it.message': there is none to choose from"),
        (strong("receive", taking=some("channel", "it", message)), "looks into 'channel': write a condition on the"),
    ],
    ids=["rule", "field", "sort", "no record", "quantifier"],
)
def test_a_fairness_that_does_not_fit_the_system_is_refused(engine, entry: Fair, sentence: str) -> None:
    with pytest.raises(DefinitionError, match=sentence):
        engine(repeating(), [LeadsTo("it_is", TRUE, TRUE, (entry,))])


@each_engine
def test_too_many_kinds_of_firing_are_refused(engine) -> None:
    rules = tuple(Rule(f"rule {i}", "toy", "go", (FirstMatch("go", None, (), (Row("go", "toy"),)),)) for i in range(65))
    system = replace(counter().system, rules=rules)
    claim = AlwaysEventually("it_is", TRUE, tuple(weak(f"rule {i}") for i in range(65)))
    with pytest.raises(DefinitionError, match="fair to 65 kinds of firing: write 64 at most"):
        engine(system, [claim])


# Random systems.

n, flag = variable("n", SEQ), variable("flag", BOOL)


@st.composite
def systems(draw: st.DrawFn) -> TransitionSystem:
    """Up to five rules on a number and a flag; some steps are cut by a limit."""
    numbers, flags = st.integers(0, 3), st.sampled_from((flag, ~flag))
    rules = []
    for i in range(draw(st.integers(1, 5))):
        here = equal(n, draw(numbers))
        when = (draw(st.sampled_from((here, ~here, TRUE))), draw(flags) | draw(flags))
        row = Row("go", "toy", when=when, set={n: n + draw(numbers), flag: draw(st.sampled_from((flag, ~flag, TRUE)))})
        rules.append(Rule(f"rule {i}", "toy", "go", (FirstMatch("go", None, (), (row,)),)))
    limit = Limit("cut", draw(st.sampled_from((TRUE, ~(equal(n, 3) & flag), ~equal(n, 2)))))
    return TransitionSystem("random", 2, (Variable(n), Variable(flag)), (), tuple(rules), limits=(limit,))


@st.composite
def cases(draw: st.DrawFn) -> tuple[TransitionSystem, LeadsTo]:
    system = draw(systems())
    kinds = {rule.name: draw(st.sampled_from((None, weak, strong))) for rule in system.rules}
    fair = tuple(kind(name) for name, kind in kinds.items() if kind)
    terms = st.sampled_from((TRUE, flag, ~flag, equal(n, 1), equal(n, 2) & flag, equal(n, 3) | flag))
    return system, LeadsTo("it_is", draw(terms), draw(terms), fair)


@settings(max_examples=200, deadline=None)
@given(cases())
def test_random_systems_are_judged_as_a_fixpoint_judges_them(case: tuple[TransitionSystem, LeadsTo]) -> None:
    system, claim = case
    verdict = explore(system, [claim]).verdicts["it_is"]
    asked, _ = question(system, claim)
    any_run = asked.given and by_fixpoint(replace(asked, goal=frozenset()))
    expected = "fails" if by_fixpoint(asked) else "holds" if any_run else "vacuous"
    assert verdict.word == expected
    trace = trace_of(verdict)
    if trace is not None:
        assert shows_a_bad_run(trace, claim)
