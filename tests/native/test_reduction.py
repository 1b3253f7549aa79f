"""Reductions visit fewer states and judge every claim about states as the search without them does."""

from dataclasses import replace

import pytest
from engines.toys import counter, forks, number

from tcpmodel import Network, User, connection
from tcpmodel.errors import UsageError
from tcpmodel.explore.native.search import explore
from tcpmodel.explore.reduction import NAMES, internal_rules, mirror_of, reduction
from tcpmodel.language.sorts import COUNT, SEQ
from tcpmodel.language.terms import at_least, down, equal, variable
from tcpmodel.spec.load import load, spec_folder, spec_paths
from tcpmodel.systems.claims import Always, AlwaysEventually, DeadlockFree, LeadsTo, Witness
from tcpmodel.systems.firing import reference_of
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.systems.system import Rule, Variable
from tcpmodel.tcp import promises
from tcpmodel.tcp.ends import at
from tcpmodel.tcp.ghosts import inc
from tcpmodel.tcp.tcb import LISTEN

SAME = User(active_opens=1, passive_opens=1, sends=1)
ALIKE = connection(a=SAME, b=SAME, network=Network(lose=1))
CLAIMS = [
    promises.both_established(),
    promises.agreement_on_entry(),
    promises.no_stale_data(),
    promises.typing(),
    promises.callers_never_listen(),
    promises.stale_syn_reaches("B", LISTEN),
    Witness("only_a_has_begun", at("A", equal(inc, 1)) & at("B", equal(inc, 0))),
    DeadlockFree("never_stuck"),
]
SPECS = ["three_way_stale_syn", "isn_zero_replay", "old_duplicate_syn_repeated", "two_way_echo", "ack_loop", "abort"]


def told(found) -> dict[str, tuple[str, int | None]]:
    traces = {name: getattr(v, "trace", None) for name, v in found.verdicts.items()}
    return {name: (v.word, traces[name] and len(traces[name])) for name, v in found.verdicts.items()}


def test_two_ends_with_the_same_menu_can_be_exchanged():
    mirror = mirror_of(ALIKE)
    assert mirror is not None
    assert mirror.state(mirror.state(ALIKE.initial)) == ALIKE.initial
    assert mirror.names == {"A_to_B": "B_to_A", "B_to_A": "A_to_B"}


@pytest.mark.parametrize(
    "other", [replace(SAME, sends=0), replace(SAME, retransmissions=1), replace(SAME, first_isn=1)]
)
def test_two_ends_with_different_menus_cannot(other):
    assert mirror_of(connection(a=SAME, b=other, network=Network(lose=1))) is None


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in spec_paths() if name != "self_connect"])
def test_where_the_start_tells_the_ends_apart_they_cannot(name):
    assert mirror_of(load(name).system) is None


def test_the_ends_of_a_host_that_calls_itself_can_be_exchanged():
    assert mirror_of(load("self_connect").system) is not None


def test_mirror_images_count_as_one_and_verdicts_and_lengths_stay():
    whole, half = explore(ALIKE, CLAIMS), explore(ALIKE, CLAIMS, reduce=["symmetry"])
    assert half.reduced
    assert whole.states / 2 <= half.states < 0.52 * whole.states
    assert told(half) == told(whole)
    assert half.depth == whole.depth


def test_a_trace_found_in_a_mirror_shows_the_claim_itself():
    claim = CLAIMS[-2]
    trace = explore(ALIKE, [claim], reduce=["symmetry"]).verdicts[claim.name].trace
    assert reference_of(ALIKE).value(claim.predicate, trace.last)


@pytest.mark.long
@pytest.mark.parametrize("names", [("symmetry",), ("incarnations",), ("internal",), NAMES], ids="+".join)
@pytest.mark.parametrize("name", SPECS)
def test_verdicts_and_lengths_of_specs_stay(name, names):
    spec = load(name)
    claims = [c for c in spec.claims if not isinstance(c, LeadsTo)]
    whole, less = explore(spec.system, claims), explore(spec.system, claims, reduce=names)
    assert told(less) == told(whole)
    assert less.states <= whole.states


def test_incarnations_that_nobody_asks_for_are_forgotten():
    spec = load("three_way_stale_syn")
    assert explore(spec.system, reduce=["incarnations"]).states < 0.9 * explore(spec.system).states


@pytest.mark.long
@pytest.mark.parametrize("name", ["old_duplicate_syn", "two_way_stale_reply"])
def test_forgetting_changes_no_step_and_no_claim(name):
    """Every state goes on as the one that stands for it, up to what is forgotten."""
    spec = load(name)
    reference, reduced = reference_of(spec.system), reduction(spec.system, spec.claims, ["incarnations"])
    claimed = [reference.predicate(claim.predicate) for claim in spec.claims]
    for state in explore(spec.system).reached:
        less = reduced.without_forgotten(state)
        steps, fewer = list(reference.steps(state)), list(reference.steps(less))
        assert [o.step for o in steps] == [o.step for o in fewer]
        for one, other in zip(steps, fewer, strict=True):
            if one.state is not None:
                assert reduced.without_forgotten(one.state) == reduced.without_forgotten(other.state)
        for holds in claimed:
            assert holds(state) == holds(less)


# A tally beside the counter, which nobody looks at.

tally, tallied = variable("tally", COUNT), variable("tallied", SEQ)


def with_tally(most: int = 3):
    count = Rule(
        "count down",
        "toy",
        "tally",
        (FirstMatch("tally", None, (), (Row("count", "toy", set={tallied: tallied + 1}),)),),
        when=(at_least(tally, 1),),
        set={tally: down(tally)},
    )
    system = counter().system
    return replace(
        system,
        variables=(*system.variables, Variable(tally, most, top=most), Variable(tallied)),
        rules=(*system.rules, count),
    )


def test_a_rule_that_nothing_depends_on_is_internal():
    assert list(internal_rules(with_tally(), [Always("any", equal(number, 1))])) == [1]


def test_a_rule_is_not_internal_if_a_claim_looks_at_what_it_does():
    assert list(internal_rules(with_tally(), [Always("any", equal(tallied, 1))])) == []


def test_a_rule_is_not_internal_if_it_may_fire_for_ever_or_others_see_it():
    assert list(internal_rules(counter().system, [])) == []
    assert list(internal_rules(forks().system, [])) == []


def test_no_rule_of_tcp_is_internal():
    for name in spec_paths(spec_folder() / "figures"):
        assert list(internal_rules(load(name).system, [])) == []


def test_internal_steps_come_first_and_are_left_out_of_traces():
    claims = [Always("below_the_top", ~equal(number, 7)), Witness("reaches_five", equal(number, 5)), DeadlockFree()]
    whole, less = explore(with_tally(), claims), explore(with_tally(), claims, reduce=["internal"])
    assert (whole.states, less.states) == (32, 3 + 8)
    assert told(less) == told(whole)
    assert told(less)["below_the_top"] == ("fails", 7)


def test_what_must_happen_eventually_is_not_judged_on_a_reduced_system():
    claim = AlwaysEventually("comes_round", equal(number, 0))
    verdict = explore(with_tally(), [claim], reduce=["internal"]).verdicts["comes_round"]
    assert verdict.word == "unknown"
    assert "judge it without them" in verdict.why


def test_a_reduction_that_there_is_not_is_refused():
    with pytest.raises(UsageError, match="there is no reduction 'symetry': did you mean 'symmetry'"):
        explore(counter().system, reduce=["symetry"])
