"""A random walk takes steps of the reference only, finds planted mistakes, and says what it has seen."""

from itertools import islice

import pytest
from systems.small import bag as a_bag
from systems.small import block, count, each, m, n, of_rows, pick, row, rule, send, system
from walk import judged_by, main, proof, report, weight
from walk import two_ends as two_ends_of

from tcpmodel.errors import DefinitionError, UsageError
from tcpmodel.language.sorts import COUNT, SEQ
from tcpmodel.language.terms import FALSE, TRUE, at_least, constant, equal, every, up, variable, within
from tcpmodel.systems.claims import Always
from tcpmodel.systems.firing import Reference
from tcpmodel.systems.row import Pick
from tcpmodel.systems.system import Limit, Rule, Take, TransitionSystem
from tcpmodel.systems.trace import Trace, replay, value_of
from tcpmodel.systems.walk import Walk, runs, walk
from tcpmodel.tcp import mutants, promises, provable
from tcpmodel.tcp.rfc9293.rules import RFC_9293
from tcpmodel.tcp.world.connection import connection
from tcpmodel.tcp.world.environment import Network, User

USER = User(active_opens=2, passive_opens=2, sends=2, closes=2, aborts=1, crashes=1, timeouts=1, retransmissions=2)
SMALL = {
    "reordering": connection(a=USER, b=USER, network=Network(lose=2, duplicate=2), bits=4),
    "in order": connection(a=USER, b=USER, network=Network(lose=2, duplicate=2, reorder=False), bits=4),
    "blocking": connection(a=USER, b=USER, network=Network(capacity=1, when_full="block"), bits=4),
    "last_used_plus": connection(a=USER, b=USER, isn="last_used_plus", bits=4),
}
POST = system(
    rule(block(row(pick=Pick(pick, within(pick, n, 2)), send=send(pick))), name="post"),
    rule(block(row(set={n: variable("got.number", SEQ)})), name="read", take=Take("post", "got", keep=True)),
    bags=(a_bag(ordered=True, when_full="block"),),
)
COUNTING = system(
    rule(block(row("count", set={count: up(count)})), name="count"),
    rule(block(row("turn", set={n: n + 1})), name="turn"),
    limits=(Limit("three", ~at_least(count, 4)),),
)
STEPS = 20_000


PROVED = proof()


def two_ends(**changed: object) -> TransitionSystem:
    return two_ends_of(PROVED, **changed)


def some_runs(s: TransitionSystem, number: int, *, seed: int = 1) -> list[Trace]:
    return list(islice(runs(s, seed=seed, weight=weight), number))


def real_walk(*judged: Always, steps: int = STEPS, **changed: object) -> Walk:
    return walk(two_ends(**changed), judged, steps=steps, seed=7, weight=weight)


# Every step is a step.


@pytest.mark.parametrize("s", [*SMALL.values(), POST, COUNTING], ids=[*SMALL, "post", "counting"])
def test_every_step_of_a_walk_is_a_step_of_the_reference(s: TransitionSystem) -> None:
    reference = Reference(s)
    for run in some_runs(s, 4):
        assert run.states[0] == s.initial
        assert run.steps
        for before, step, after in zip(run.states, run.steps, run.states[1:], strict=False):
            assert (step, after) in {(o.step, o.state) for o in reference.steps(before)}


def test_every_run_at_32_bits_replays() -> None:
    for run in some_runs(two_ends(), 5):
        replay(run)


def test_a_step_that_a_bound_cuts_is_not_taken() -> None:
    seen = walk(COUNTING, (), steps=300, seed=1)
    assert seen.fired["count", "count"] == 3 * seen.runs  # Each run counts to three.


def test_a_run_that_can_do_no_more_is_followed_by_another() -> None:
    s = of_rows(row(when=(~at_least(count, 5),), set={count: up(count)}))
    seen = walk(s, (), steps=50, seed=1)
    assert (seen.steps, seen.runs) == (50, 10)


def test_a_run_is_left_when_it_has_grown_long() -> None:
    seen = walk(COUNTING, (), steps=65, seed=1, longest=10)
    assert (seen.steps, seen.runs) == (65, 7)


def test_where_nothing_can_be_fired_the_walk_ends() -> None:
    seen = walk(of_rows(row(when=(FALSE,))), (), steps=50, seed=1)
    assert (seen.steps, seen.runs) == (0, 1)


def test_a_rule_is_fired_as_often_as_it_is_heavy() -> None:
    seen = walk(COUNTING, (), steps=4000, seed=1, longest=4, weight=lambda r: 3 if r.name == "turn" else 1)
    assert 0.7 < seen.fired["turn", "turn"] / seen.steps < 0.8


def test_a_rule_that_weighs_nothing_is_never_fired() -> None:
    def only_count(r: Rule) -> float:
        return 1 if r.name == "count" else 0

    seen = walk(COUNTING, (), steps=30, seed=1, weight=only_count)
    assert seen.rows == {"count": 30, "turn": 0}
    assert walk(COUNTING, (), steps=30, seed=1, weight=lambda r: 0).steps == 0


# Numbers.


def test_numbers_are_picked_where_comparisons_turn_over() -> None:
    near = within(pick, n + 65535, 1)
    s = system(
        rule(block(row("far", pick=Pick(pick, ~near), set={n: pick}))),
        rule(block(row("edge", when=(~equal(n, 0),), pick=Pick(pick, near), set={m: pick})), name="edge"),
        bits=32,
    )
    assert walk(s, (), steps=50, seed=1).rows["edge"] > 5


def test_where_few_numbers_may_be_picked_they_are_found() -> None:
    s = of_rows(row(pick=Pick(pick, equal(pick, n + 1)), set={n: pick}))
    assert walk(s, (), steps=50, seed=1).steps == 50


def test_numbers_picked_differ() -> None:
    first = {run.states[-1].values for run in islice(runs(two_ends(), seed=2, longest=5), 20)}
    assert len(first) == 20


# Chance.


def test_the_same_seed_walks_the_same_way() -> None:
    s = two_ends()
    assert some_runs(s, 5) == some_runs(s, 5)
    one, other = (real_walk(provable.agreement(), isn="free", steps=5000) for _ in range(2))
    assert (one.fired, one.met, one.runs) == (other.fired, other.met, other.runs)
    assert [t.steps for t in one.broken.values()] == [t.steps for t in other.broken.values()]


def test_another_seed_walks_another_way() -> None:
    s = two_ends()
    assert [r.steps for r in some_runs(s, 5)] != [r.steps for r in some_runs(s, 5, seed=2)]


def test_what_is_claimed_does_not_change_the_walk() -> None:
    s = SMALL["reordering"]
    broken = Always("nobody_calls", equal(s.variable("A.inc"), 0))
    with_claims, without = walk(s, (broken,), steps=500, seed=3), walk(s, (), steps=500, seed=3)
    assert with_claims.broken
    assert (with_claims.fired, with_claims.runs) == (without.fired, without.runs)


# Mistakes.

PLANTED = {
    "two-way handshake": (provable.agreement(), {"handshake": "two_echo"}),
    "any ISN": (provable.agreement(), {"isn": "free"}),
    "the same ISN": (promises.no_stale_data(), {"isn": "zero"}),
    "any ACK": (provable.agreement(), {"rules": mutants.syn_received_takes_any_ack(RFC_9293)}),
    "a SYN takes no number": (promises.typing(), {"rules": mutants.syn_takes_no_number(RFC_9293)}),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_mistake_is_found_at_32_bits(planted: str) -> None:
    claim, change = PLANTED[planted]
    trace = real_walk(claim, **change).broken[claim.name]
    assert replay(trace) is trace
    truths = [value_of(trace.system, claim.predicate, state) for state in trace.states]
    assert truths == [True] * len(trace) + [False]


def test_the_run_that_breaks_a_claim_has_no_step_that_it_can_do_without() -> None:
    claim = Always("no_three", ~at_least(count, 3))
    assert len(walk(COUNTING, (claim,), steps=200, seed=1).broken["no_three"]) == 3


def test_a_claim_that_is_broken_at_the_start_has_a_run_of_no_steps() -> None:
    seen = walk(COUNTING, (Always("never", FALSE),), steps=20, seed=1)
    assert len(seen.broken["never"]) == 0
    assert seen.steps == 20


def test_one_broken_claim_does_not_hide_another() -> None:
    judged = (Always("no_two", ~at_least(count, 2)), Always("no_three", ~at_least(count, 3)), Always("fine", TRUE))
    seen = walk(COUNTING, judged, steps=200, seed=1)
    assert {name: len(trace) for name, trace in seen.broken.items()} == {"no_two": 2, "no_three": 3}


# What was seen.


def test_a_need_that_is_never_met_is_seen() -> None:
    judged = (
        Always("vacuous", TRUE, needs=at_least(count, 9)),
        Always("some", TRUE, needs=at_least(count, 1)),
        Always("all", TRUE),
    )
    seen = walk(COUNTING, judged, steps=100, seed=1)
    assert seen.met["vacuous"] == 0
    assert 0 < seen.met["some"] < seen.met["all"] == seen.steps + seen.runs


def test_a_claim_about_what_the_system_does_not_have_is_refused() -> None:
    unknown = Always("unknown", equal(variable("nothing", COUNT), constant(0, COUNT)))
    with pytest.raises(DefinitionError, match="nothing"):
        walk(COUNTING, (unknown,), steps=10, seed=1)


def test_two_claims_of_one_name_are_refused() -> None:
    with pytest.raises(UsageError, match="two claims are called 'same', and each is counted by its name: rename one"):
        walk(COUNTING, (Always("same", TRUE), Always("same", FALSE)), steps=10, seed=1)


def test_a_claim_may_look_into_bags() -> None:
    small = Always("small", every("post", "each", within(each, n, 2)))
    assert walk(POST, (small,), steps=400, seed=1, longest=10).broken


def test_a_run_without_a_step_is_refused() -> None:
    with pytest.raises(UsageError, match="longest=0 leaves no run a step: write 1 or more"):
        walk(COUNTING, (), steps=10, seed=1, longest=0)


NEVER_FIRES = {
    "LISTEN drops anything else",
    "a second SYN sends a listener back to LISTEN",
    "a SYN in the window is challenged",
    "a segment without ACK is dropped",
    "TIME-WAIT acknowledges and starts over",
    "a FIN in TIME-WAIT starts 2MSL over",
}
"""The rows of which the proof says that they never fire (`tests/prove/test_unbounded.py`)."""


def test_the_walk_of_two_ends_fires_nearly_every_row_and_tests_every_claim() -> None:
    judged = judged_by(PROVED)
    seen = real_walk(*judged, steps=25_000)
    never = {name for name, times in seen.rows.items() if not times}
    assert never >= NEVER_FIRES
    assert len(never - NEVER_FIRES) <= 5, never
    assert all(seen.met.values())
    assert not seen.broken


def test_claims_lemmas_and_clauses_are_judged() -> None:
    assert set(judged_by(PROVED)) == {*PROVED.claims, *PROVED.helpers, *PROVED.invariant}


# The program.


def test_the_program_says_what_it_saw(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--steps", "3000", "--seed", "2"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("seed 2: 3000 steps in ")
    assert "held     typing: put to the test in 30" in printed


def test_the_program_shows_the_run_that_breaks_a_claim(capsys: pytest.CaptureFixture[str]) -> None:
    claim, change = PLANTED["two-way handshake"]
    assert report(real_walk(claim, steps=3000, **change), (claim,), 1.0) == 12
    printed = capsys.readouterr().out
    assert "BROKEN   agreement" in printed
    assert "1.   " in printed


def test_the_program_tells_of_a_claim_that_was_never_tested(capsys: pytest.CaptureFixture[str]) -> None:
    claim = promises.whole_stream()
    assert report(real_walk(claim, steps=5), (claim,), 1.0) == 16
    assert "VACUOUS  whole_stream" in capsys.readouterr().out
