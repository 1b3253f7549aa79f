"""Induction on small systems: what holds is shown, what fails has its shortest run, the rest is unknown."""

import pytest
from engines.toys import TOYS, clock, counter, each_hits, forks, number, ping_pong, served

from tcpmodel.explore.search import explore
from tcpmodel.language.sorts import COUNT, SEQ, Enum
from tcpmodel.language.terms import TRUE, alternatives, constant, equal, every, implies, one_of, some, variable, within
from tcpmodel.prove.induction import k_induction
from tcpmodel.prove.inductive import check_inductive, largest_inductive
from tcpmodel.prove.mining import candidates, prove_by_mining
from tcpmodel.prove.solving import Answer
from tcpmodel.systems.claims import Always
from tcpmodel.systems.firing import reference_of
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.systems.system import Rule, TransitionSystem, Variable
from tcpmodel.systems.trace import replay
from tcpmodel.systems.verdicts import Fails, Holds, Unknown

ALWAYS = [
    pytest.param(toy, judged, id=f"{name}: {judged.claim.name}")
    for name, toy in TOYS.items()
    for judged in toy.judged
    if isinstance(judged.claim, Always)
]


def claimed(toy, name):
    return next(j.claim for j in toy.judged if j.claim.name == name)


def rule(name, when=TRUE, **changes):
    return Rule(name, "toy", name, (FirstMatch(name, None, (), (Row(name, "toy", when=(when,), **changes),)),))


# Two numbers that rise in turn: at 32 bits no one can visit the states.

PHASE = Enum("Phase", ("level", "ahead"))
LEVEL, AHEAD = alternatives(PHASE)
phase, first, second = variable("it.phase", PHASE), variable("first.number", SEQ), variable("second.number", SEQ)
close = Always("close", within(first, second, 2))


def in_turn(bits):
    return TransitionSystem(
        "in_turn",
        bits,
        (Variable(phase), Variable(first), Variable(second)),
        (),
        (
            rule("raise the first", equal(phase, LEVEL), set={first: first + 1, phase: AHEAD}),
            rule("raise the second", equal(phase, AHEAD), set={second: second + 1, phase: LEVEL}),
        ),
    )


level = Always("level", implies(equal(phase, LEVEL), equal(first, second)))
ahead = Always("ahead", implies(equal(phase, AHEAD), equal(first, second + 1)))


# k-induction.


@pytest.mark.parametrize(("toy", "judged"), ALWAYS)
def test_k_induction_never_contradicts_what_is_known(toy, judged):
    verdict = k_induction(toy.system, judged.claim, bound=9)

    if isinstance(verdict, Fails):
        assert judged.word == "fails"
        assert len(replay(verdict.trace)) == judged.length
    if isinstance(verdict, Holds):
        assert judged.word in ("holds", "vacuous")


def test_a_claim_that_every_step_keeps_holds_by_1_induction():
    verdict = k_induction(forks().system, claimed(forks(), "nobody_shares"), bound=3)

    assert isinstance(verdict, Holds)
    assert verdict.by.startswith("1-induction with z3 ")


def test_a_claim_that_needs_more_steps_says_how_many():
    verdict = k_induction(ping_pong().system, claimed(ping_pong(), "one_ball"), bound=6)

    assert isinstance(verdict, Holds)
    assert verdict.by.startswith("5-induction with z3 ")


def test_a_bound_that_is_too_small_is_unknown_and_shows_where_the_step_fails():
    verdict = k_induction(in_turn(32), close, bound=1)

    assert isinstance(verdict, Unknown)
    assert verdict.bound == "1-induction"
    assert verdict.why.startswith("a bad state follows 1 where it holds: ")
    assert " = " in verdict.why


def test_helpers_are_shown_along_with_the_claim():
    verdict = k_induction(in_turn(32), close, bound=1, helpers=[level, ahead])

    assert isinstance(verdict, Holds)
    assert verdict.by.endswith(", with level, ahead")


def test_a_helper_that_fails_proves_nothing():
    wrong = Always("never_two", ~equal(first, 2))
    verdict = k_induction(in_turn(3), close, bound=9, helpers=[wrong])

    assert isinstance(verdict, Unknown)
    assert verdict.why == "what should help fails itself after 3 steps: never_two"


def test_states_that_are_all_different_make_k_induction_complete():
    two = equal(number, 2)
    rules = (
        rule("stay"),
        rule("swap", ~two & ~equal(number, 3), set={number: constant(1, SEQ) - number}),
        rule("fall", two, set={number: number + 1}),
    )
    system = TransitionSystem("swap", 2, (Variable(number),), (), rules)
    claim = Always("never_three", ~equal(number, 3))

    assert isinstance(k_induction(system, claim, bound=6), Unknown)
    assert isinstance(k_induction(system, claim, bound=6, simple=True), Holds)


class GivesUp:
    name, version = "lazy", "1"

    def ask(self, text, *, effort=0):
        return Answer("unknown", why="its time is over")


def test_a_solver_that_gives_up_leaves_the_claim_unknown():
    verdict = k_induction(clock().system, claimed(clock(), "both_or_not"), bound=3, by=GivesUp())

    assert isinstance(verdict, Unknown)
    assert verdict.why == "lazy gave up on runs of 0 steps: its time is over"


# Invariants that are given.


def test_an_inductive_invariant_that_implies_its_claims_breaks_nothing():
    assert check_inductive(in_turn(32), [level, ahead], [close]).holds


def test_a_clause_that_a_rule_does_not_keep_is_named_with_the_rule():
    found = check_inductive(in_turn(32), [level], [])

    assert [(b.where, b.rule, b.clause) for b in found.broken] == [("rule", "raise the second", "level")]
    before, after = found.broken[0].states
    assert before.values[0] == 1
    assert after.values[0] == 0


def test_every_clause_that_a_rule_breaks_is_named():
    wrong = [Always(f"not_{n}", ~equal(number, n)) for n in (3, 5)]
    found = check_inductive(counter().system, wrong)

    assert {b.clause for b in found.broken} == {"not_3", "not_5"}
    assert {b.rule for b in found.broken} == {"count"}


def test_a_clause_that_is_false_at_the_start_is_named():
    found = check_inductive(counter().system, [Always("not_zero", ~equal(number, 0))])

    assert ("start", "", "not_zero") in [(b.where, b.rule, b.clause) for b in found.broken]


def test_a_claim_that_the_invariant_does_not_imply_is_named():
    found = check_inductive(in_turn(32), [level, ahead], [Always("never_ahead", equal(phase, LEVEL))])

    assert [(b.where, b.clause) for b in found.broken] == [("claim", "never_ahead")]


def test_what_a_solver_gives_up_on_is_no_proof():
    found = check_inductive(clock().system, [claimed(clock(), "both_or_not")], by=GivesUp())

    assert not found.holds
    assert "lazy gave up on both_or_not, the rule 'tick': its time is over" in found.unknown


# Invariants that are mined.


def states_of(system):
    return list(explore(system, []).reached)


@pytest.mark.parametrize("name", sorted(TOYS))
def test_what_is_mined_holds_in_every_state_of_the_system(name):
    system = TOYS[name].system
    states = states_of(system)
    mined = prove_by_mining(system, [], states)

    for clause in mined.invariant:
        assert all(map(reference_of(system).predicate(clause.predicate), states)), clause
    assert check_inductive(system, mined.invariant).holds


def test_an_invariant_mined_at_3_bits_proves_the_claim_at_32():
    mined = prove_by_mining(in_turn(32), [close], states_of(in_turn(3)), bits=3)

    assert isinstance(mined.verdicts["close"], Holds)
    assert mined.verdicts["close"].by.endswith(f"mined: {len(mined.invariant)} clauses")


def test_a_mined_invariant_proves_what_1_induction_does_not():
    one_ball = claimed(ping_pong(), "one_ball")

    assert isinstance(k_induction(ping_pong().system, one_ball, bound=1), Unknown)
    mined = prove_by_mining(ping_pong().system, [one_ball], states_of(ping_pong().system))
    assert isinstance(mined.verdicts["one_ball"], Holds)


def test_a_claim_that_fails_is_never_proved_by_mining():
    wrong = claimed(forks(), "never_one_each")
    mined = prove_by_mining(forks().system, [wrong], [forks().system.initial])

    assert isinstance(mined.verdicts["never_one_each"], Unknown)


def test_clauses_that_some_step_breaks_are_dropped_and_the_rest_is_kept():
    guesses = [level, ahead, Always("never_three", ~equal(first, 3)), close]

    assert [c.name for c in largest_inductive(in_turn(32), guesses)] == ["level", "ahead", "close"]


def test_clauses_that_only_hold_by_a_dropped_one_are_dropped_too():
    assert largest_inductive(in_turn(32), [level]) == ()


def test_a_bag_never_filled_is_a_candidate():
    system = ping_pong().system
    found = candidates(system, [system.initial], bits=system.bits)

    assert ~some("left", "each", TRUE) in [c.predicate for c in found]


def test_fields_of_records_are_candidates():
    system = ping_pong().system
    found = {c.predicate for c in candidates(system, states_of(system), bits=system.bits)}

    every_hit = "every record has been hit 0 or 2 times"

    assert every("left", "each", equal(served, TRUE)) in found, "a record is there only once it has been served"
    assert every("left", "each", one_of(each_hits, (constant(0, COUNT), constant(2, COUNT)))) in found, every_hit
