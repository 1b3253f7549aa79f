"""Reductions visit fewer states and judge every claim about states as the search without them does."""

from dataclasses import replace
from itertools import combinations

import pytest
from engines.toys import counter, forks, number

from tcpmodel import Network, User, connection
from tcpmodel.errors import UsageError
from tcpmodel.explore.forgetting import forgotten
from tcpmodel.explore.graph import graph
from tcpmodel.explore.native.search import explore
from tcpmodel.explore.reduction import NAMES, internal_rules, mirror_of, reduction
from tcpmodel.judging.load import load, spec_folder, spec_paths
from tcpmodel.language.sorts import BOOL, COUNT, SEQ
from tcpmodel.language.terms import TRUE, at_least, choose, down, equal, variable
from tcpmodel.systems.claims import Always, AlwaysEventually, DeadlockFree, LeadsTo, Witness
from tcpmodel.systems.firing import reference_of
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.systems.system import Rule, Variable
from tcpmodel.systems.verdicts import trace_of, within
from tcpmodel.tcp import promises
from tcpmodel.tcp.observers.ghosts import NOBODY, adopted, inc, peer
from tcpmodel.tcp.rfc9293.ends import at
from tcpmodel.tcp.rfc9293.tcb import CLOSED, ESTABLISHED, LISTEN

SAME = User(active_opens=1, passive_opens=1, sends=1)
ALIKE = connection(a=SAME, b=SAME, network=Network(lose=1))
FEW = User(active_opens=1, passive_opens=1, aborts=1)
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
REDUCED = [names for many in (1, 2, 3) for names in combinations(NAMES, many)]
each_reduction = pytest.mark.parametrize("names", REDUCED, ids="+".join)


def told(found) -> dict[str, tuple[str, int | None, tuple[str, ...]]]:
    traces = {name: getattr(v, "trace", None) for name, v in found.verdicts.items()}
    return {name: (v.word, traces[name] and len(traces[name]), within(v)) for name, v in found.verdicts.items()}


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


SAME_AT_THE_START = ("self_connect", "crossing_syn_ack_acknowledged")
"""Specs in which both ends begin alike, and may do the same."""


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in spec_paths() if name not in SAME_AT_THE_START])
def test_where_the_start_tells_the_ends_apart_they_cannot(name):
    assert mirror_of(load(name).system) is None


@pytest.mark.parametrize("name", SAME_AT_THE_START)
def test_ends_that_begin_alike_and_may_do_the_same_can_be_exchanged(name):
    assert mirror_of(load(name).system) is not None


def test_mirror_images_count_as_one_and_verdicts_and_lengths_stay():
    whole, half = explore(ALIKE, CLAIMS), explore(ALIKE, CLAIMS, reduce=["symmetry"])
    assert half.reduced
    assert whole.states / 2 <= half.states < 0.52 * whole.states
    assert told(half) == told(whole)
    assert half.depth == whole.depth


def test_a_bound_met_on_one_side_is_met_on_the_other():
    claims = [Always("anything", TRUE)]
    verdicts = [explore(ALIKE, claims, reduce=names).verdicts["anything"] for names in ((), ("symmetry",))]
    assert within(verdicts[0]) == within(verdicts[1]) == ("lost: A_to_B is full", "lost: B_to_A is full")
    reduced = reduction(ALIKE, claims, ["symmetry"])
    both = {"A has more than 4 incarnations", "B has more than 4 incarnations"}
    assert reduced.on_both_sides(["A has more than 4 incarnations"]) == both
    assert reduced.on_both_sides(["lost: A_to_B is full", "nothing to pick for: a"]) == {
        "lost: A_to_B is full",
        "lost: B_to_A is full",
        "nothing to pick for: a",
    }


def test_a_trace_found_in_a_mirror_shows_the_claim_itself():
    claim = CLAIMS[-2]
    trace = explore(ALIKE, [claim], reduce=["symmetry"]).verdicts[claim.name].trace
    assert reference_of(ALIKE).value(claim.predicate, trace.last)


@pytest.mark.long
@pytest.mark.parametrize("name", spec_paths())
def test_verdicts_and_lengths_of_every_spec_stay_under_every_reduction_and_all_combinations(name):
    spec = load(name)
    claims = [c for c in spec.claims if not isinstance(c, LeadsTo)]
    whole = explore(spec.system, claims)
    reductions = {names: reduction(spec.system, claims, names) for names in REDUCED}
    distinct = {
        (r.mirror is None, *r.forgettable, *sorted(r.internal)): names for names, r in reductions.items() if r.any
    }
    for names in distinct.values():
        less = explore(spec.system, claims, reduce=names)
        assert told(less) == told(whole), names
        assert less.states <= whole.states


@pytest.mark.parametrize(
    "name", ["restart_at_rcv_nxt", "restart_elsewhere", "time_wait_meets_new_syn", "time_wait_ignores_resets"]
)
def test_what_is_forgotten_has_a_place_where_a_variable_had_one_value(name):
    spec = load(name)
    claims = [c for c in spec.claims if not isinstance(c, LeadsTo)]
    assert told(explore(spec.system, claims, reduce=["incarnations"])) == told(explore(spec.system, claims))


# Claims that read what a reduction leaves out.

GONE = connection(a=User(active_opens=2, aborts=1), b=User(passive_opens=2))
"""A calls, aborts and calls again: whom B's first incarnation took is asked by nobody then."""
TOOK_THE_FIRST = at("B", equal(adopted(1), 1))
ASKED = at("B", equal(inc, 1)) | at("A", equal(peer, 1))
DEAD = [
    Always("no_dead_one_took_another", ~(TOOK_THE_FIRST & at("B", equal(inc, 2)) & at("A", equal(inc, 2)))),
    Always("whom_the_dead_took", TRUE, needs=TOOK_THE_FIRST & at("B", equal(inc, 2))),
    Witness("a_dead_one_took_another", TOOK_THE_FIRST & at("B", equal(inc, 2)) & ~at("A", equal(peer, 1))),
    Witness("taken_while_anyone_asks", ASKED & TOOK_THE_FIRST),
    DeadlockFree("stops_where_the_dead_took_another", TOOK_THE_FIRST),
]


@each_reduction
@pytest.mark.parametrize("claim", DEAD, ids=lambda claim: claim.name)
def test_what_a_claim_reads_of_the_dead_is_kept(claim, names):
    assert told(explore(GONE, [claim], reduce=names)) == told(explore(GONE, [claim]))


def test_what_is_read_where_nobody_asks_is_kept_and_nothing_else():
    assert [v.name for v in GONE.forgettable if v not in forgotten(GONE, [DEAD[0].predicate])] == ["B.adopted.1"]
    assert set(forgotten(GONE, [promises.agreement_on_entry().predicate])) == set(GONE.forgettable)
    took = choose(at("A", equal(peer, 1)), at("B", adopted(1)), 0)
    assert set(forgotten(GONE, [equal(took, 1)])) == set(GONE.forgettable)
    assert at("B", adopted(1)) not in forgotten(
        GONE, [equal(choose(at("A", equal(peer, 1)), NOBODY, took), 1), ~TOOK_THE_FIRST]
    )


def test_what_an_observer_notes_down_for_a_claim_is_kept():
    """The claim does not read it, but the variable that it reads does."""
    noted = variable("noted", COUNT)
    first = replace(GONE.rules[0], set={**GONE.rules[0].set, noted: at("B", adopted(1))})
    observed = replace(
        GONE, variables=(*GONE.variables, Variable(noted, top=4, ghost=True)), rules=(first, *GONE.rules[1:])
    )
    assert at("B", adopted(1)) not in forgotten(observed, [equal(noted, 1)])


@each_reduction
def test_claims_about_one_end_only_are_judged_as_without_the_reductions(names):
    system = connection(a=FEW, b=FEW)
    claims = [
        Always("a_takes_nobody", at("A", equal(adopted(1), 0))),
        Always("b_first", ~(at("B", equal(inc, 2)) & at("A", equal(inc, 0)))),
        Always("if_b_listens", TRUE, needs=promises.is_in("B", LISTEN) & promises.is_in("A", ESTABLISHED)),
        Witness("the_dead_of_b_took_another", at("B", equal(adopted(1), 1) & equal(inc, 2)) & at("A", equal(inc, 2))),
        DeadlockFree("stops_where_a_is_closed", promises.is_in("A", CLOSED)),
    ]
    assert told(explore(system, claims, reduce=names)) == told(explore(system, claims))


def test_incarnations_that_nobody_asks_for_are_forgotten():
    spec = load("three_way_stale_syn")
    assert explore(spec.system, reduce=["incarnations"]).states < 0.9 * explore(spec.system).states


@pytest.mark.parametrize("names", [("symmetry",), ("incarnations",), ("symmetry", "incarnations")], ids="+".join)
def test_every_state_visited_has_a_way_to_it(names):
    end = User(active_opens=1, passive_opens=1, first_isn=0)
    system = connection(a=end, b=end)
    found = explore(system, reduce=names)
    assert len(found.reached) == found.states
    with pytest.raises(UsageError, match="leave out the reductions"):
        graph(found)


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
    assert list(internal_rules(with_tally(), [equal(number, 1)])) == [1]


def test_a_rule_is_not_internal_if_a_claim_looks_at_what_it_does():
    assert list(internal_rules(with_tally(), [equal(tallied, 1)])) == []


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
    assert told(less)["below_the_top"] == ("fails", 7, ())


def test_internal_steps_belong_to_a_trace_to_where_nothing_moves():
    stopped, tallying = variable("stopped", BOOL), with_tally()
    row = Row("stop", "toy", when=(~stopped,), set={stopped: TRUE})
    stop = Rule("stop", "toy", "stop", (FirstMatch("stop", None, (), (row,)),))
    system = replace(tallying, variables=(*tallying.variables, Variable(stopped)), rules=(stop, tallying.rules[1]))
    whole, less = explore(system, [DeadlockFree()]), explore(system, [DeadlockFree()], reduce=["internal"])
    assert told(less) == told(whole) == {"deadlock_free": ("fails", 4, ())}
    trace = trace_of(less.verdicts["deadlock_free"])
    assert trace is not None
    assert all(o.state == trace.last for o in reference_of(system).steps(trace.last))


def test_what_a_claim_reads_of_one_side_is_internal_on_neither_where_sides_are_exchanged():
    rules = []
    tallies = {side: variable(f"{side}.tally", COUNT) for side in ("one", "other")}
    for side, its in tallies.items():
        block = FirstMatch("tally", None, (), (Row("count", "toy"),))
        rules.append(Rule(side, "toy", "tally", (block,), when=(at_least(its, 1),), set={its: down(its)}))
    variables = (*counter().system.variables, *(Variable(t, 3, top=3) for t in tallies.values()))
    system = replace(counter().system, variables=variables, rules=(*counter().system.rules, *rules))
    claims = [Always("not_five_yet", ~(equal(number, 5) & equal(tallies["other"], 3)))]
    for names in REDUCED:
        assert told(explore(system, claims, reduce=names)) == {"not_five_yet": ("fails", 5, ())}


def test_what_must_happen_eventually_is_not_judged_on_a_reduced_system():
    claim = AlwaysEventually("comes_round", equal(number, 0))
    verdict = explore(with_tally(), [claim], reduce=["internal"]).verdicts["comes_round"]
    assert verdict.word == "unknown"
    assert "judge it without them" in verdict.why


def test_a_reduction_that_there_is_not_is_refused():
    with pytest.raises(UsageError, match="there is no reduction 'symetry': did you mean 'symmetry'"):
        explore(counter().system, reduce=["symetry"])
