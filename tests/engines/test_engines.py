"""The contract of every engine that explores: exact counts, right words, shortest traces, honest limits.

An engine is a callable with the signature of `explore`; one more line in ENGINES judges another.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import networkx as nx
import pytest
from engines.toys import TOYS, Judged, Toy, clock, counter, forks, lossy_channel, number, ping_pong

from tcpmodel.errors import DefinitionError, UsageError
from tcpmodel.explore import graph as graph_module
from tcpmodel.explore.exploration import Exploration, Limits, counts
from tcpmodel.explore.graph import graph
from tcpmodel.explore.native import search as native
from tcpmodel.explore.search import explore
from tcpmodel.language.sorts import BOOL, COUNT, SEQ
from tcpmodel.language.terms import FALSE, TRUE, at_least, constant, equal, some, up, variable
from tcpmodel.systems.claims import Always, Claim, DeadlockFree, LeadsTo, Witness, weak
from tcpmodel.systems.firing import LOST, Reference
from tcpmodel.systems.row import Emission, FirstMatch, Pick, Row
from tcpmodel.systems.system import Bag, Limit, Rule, State, TransitionSystem, Variable
from tcpmodel.systems.trace import replay, value_of
from tcpmodel.systems.verdicts import Unknown, trace_of

ENGINES: dict[str, Callable[..., Exploration]] = {
    "plain Python": explore,
    "native": native.explore,
    "native, two workers": partial(native.explore, workers=2),
}

each_engine = pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
each_toy = pytest.mark.parametrize("toy", TOYS.values(), ids=TOYS)
JUDGED = [(toy, judged) for toy in TOYS.values() for judged in toy.judged]
each_judged = pytest.mark.parametrize(
    ("toy", "judged"), JUDGED, ids=[f"{name}-{j.claim.name}" for name, toy in TOYS.items() for j in toy.judged]
)
SHOWN = [(toy, judged) for toy, judged in JUDGED if judged.length is not None]
each_shown = pytest.mark.parametrize(
    ("toy", "judged"), SHOWN, ids=[f"{t.system.name}-{j.claim.name}" for t, j in SHOWN]
)


# An independent search.


def onward(system: TransitionSystem) -> Callable[[State], list[State]]:
    reference = Reference(system)
    return lambda state: [o.state for o in reference.steps(state) if o.state is not None]


def independent_graph(system: TransitionSystem) -> nx.MultiDiGraph:
    """Every reachable state and step, found depth first."""
    found, after = nx.MultiDiGraph(), onward(system)
    found.add_node(system.initial)
    to_do = [system.initial]
    while to_do:
        state = to_do.pop()
        for other in after(state):
            if other not in found:
                to_do.append(other)
            found.add_edge(state, other)
    return found


def shows(system: TransitionSystem, claim: Claim, found: nx.MultiDiGraph, state: State) -> bool:
    """Whether a trace to the state shows what the claim's trace is to show."""
    predicate = value_of(system, claim.predicate, state)
    if isinstance(claim, Witness):
        return predicate
    if isinstance(claim, Always):
        return not predicate
    moves = any(o.state != state for o in Reference(system).steps(state))
    return not moves and not predicate


def shortest(system: TransitionSystem, claim: Claim) -> int | None:
    """The length of a shortest trace that shows the claim's verdict; None if no trace does."""
    found = independent_graph(system)
    lengths = nx.single_source_shortest_path_length(found, system.initial)
    return min((lengths[s] for s in found if shows(system, claim, found, s)), default=None)


def judge(engine: Callable[..., Exploration], system: TransitionSystem, claim: Claim, **more: Any):
    return engine(system, [claim], **more).verdicts[claim.name]


# Counts.


@each_engine
@each_toy
def test_states_steps_and_depth_are_exact(engine, toy: Toy) -> None:
    assert counts(engine(toy.system)) == {"states": toy.states, "steps": toy.steps, "depth": toy.depth}


@each_engine
@each_toy
def test_an_independent_search_finds_the_same_states_at_the_same_distance(engine, toy: Toy) -> None:
    found = independent_graph(toy.system)
    lengths = nx.single_source_shortest_path_length(found, toy.system.initial)
    explored = engine(toy.system)
    assert {s: d for s, (d, _, _) in explored.reached.items()} == lengths
    assert explored.steps == found.number_of_edges()


@each_engine
@each_toy
def test_an_exploration_to_the_end_is_complete(engine, toy: Toy) -> None:
    explored = engine(toy.system)
    assert explored.complete
    assert (explored.stopped, explored.limit) == (None, None)


@each_engine
@each_toy
def test_the_trace_to_every_state_is_a_run_of_its_distance(engine, toy: Toy) -> None:
    explored = engine(toy.system)
    for state, (distance, _, _) in explored.reached.items():
        trace = replay(explored.trace_to(state))
        assert trace.last == state
        assert len(trace) == distance


@each_engine
@each_toy
def test_two_explorations_are_the_same(engine, toy: Toy) -> None:
    claims = [j.claim for j in toy.judged]
    one, two = engine(toy.system, claims), engine(toy.system, claims)
    assert list(one.reached.items()) == list(two.reached.items())
    assert one.verdicts == two.verdicts
    assert (one.rows, one.new_by_row, one.bounds, one.stuck) == (two.rows, two.new_by_row, two.bounds, two.stuck)


# Verdicts.


@each_engine
@each_judged
def test_a_claim_is_judged_by_the_right_word(engine, toy: Toy, judged: Judged) -> None:
    assert judge(engine, toy.system, judged.claim).word == judged.word


@each_engine
@each_toy
def test_claims_judged_together_are_judged_as_alone(engine, toy: Toy) -> None:
    together = engine(toy.system, [j.claim for j in toy.judged]).verdicts
    assert {name: v.word for name, v in together.items()} == {j.claim.name: j.word for j in toy.judged}


@each_engine
@each_shown
def test_a_trace_that_shows_a_verdict_is_a_shortest_one(engine, toy: Toy, judged: Judged) -> None:
    trace = trace_of(judge(engine, toy.system, judged.claim))
    assert trace is not None
    assert len(trace) == judged.length == shortest(toy.system, judged.claim)


@each_engine
@each_shown
def test_a_trace_that_shows_a_verdict_is_a_run_that_ends_where_it_is_shown(engine, toy: Toy, judged: Judged) -> None:
    trace = trace_of(judge(engine, toy.system, judged.claim))
    assert trace is not None
    assert replay(trace) is trace
    assert shows(toy.system, judged.claim, independent_graph(toy.system), trace.last)


@pytest.mark.parametrize(
    ("toy", "judged"), [(t, j) for t, j in JUDGED if j.length is None], ids=lambda x: getattr(x, "word", "")
)
def test_what_no_trace_shows_is_judged_without_one(toy: Toy, judged: Judged) -> None:
    assert shortest(toy.system, judged.claim) is None


@each_engine
def test_what_holds_and_what_is_not_reached_was_explored(engine) -> None:
    system = counter().system
    assert judge(engine, system, Always("it_is", TRUE)).by == "explored"
    assert judge(engine, system, Witness("it_is", FALSE)).by == "explored"


@each_engine
def test_a_vacuous_claim_says_why(engine) -> None:
    verdict = judge(engine, counter().system, Always("it_is", TRUE, needs=FALSE))
    assert (verdict.word, verdict.why) == ("vacuous", "no reachable state satisfies: never")


# Limits.

BIG = counter(12).system


@each_engine
@pytest.mark.parametrize(
    ("limits", "name", "says"),
    [
        (Limits(states=10), "states", "10 states were found, which is the limit"),
        (Limits(seconds=0), "time", "0 seconds had passed, which is the limit"),
        (Limits(memory=1), "memory", "1 bytes were in use, which is the limit"),
    ],
    ids=["states", "seconds", "memory"],
)
def test_a_limit_ends_the_search_and_says_so(engine, limits: Limits, name: str, says: str) -> None:
    explored = engine(BIG, limits=limits)
    assert not explored.complete
    assert (explored.limit, explored.stopped) == (name, says)
    assert explored.states < 1 << 12


@each_engine
@pytest.mark.parametrize(
    "claim",
    [
        Always("it_is", TRUE),
        Always("it_is", TRUE, needs=FALSE),
        Witness("it_is", equal(number, 100)),
        DeadlockFree("it_is"),
        LeadsTo("it_is", TRUE, FALSE),
    ],
    ids=["always", "vacuous", "witness", "deadlock_free", "leads_to"],
)
def test_a_claim_still_open_at_a_limit_is_unknown(engine, claim: Claim) -> None:
    verdict = judge(engine, BIG, claim, limits=Limits(states=10))
    assert isinstance(verdict, Unknown)
    assert verdict.bound == "10 states to depth 9"
    assert verdict.why == "10 states were found, which is the limit"


@each_engine
@pytest.mark.parametrize(
    ("claim", "word"),
    [(Always("it_is", ~equal(number, 5)), "fails"), (Witness("it_is", equal(number, 5)), "witnessed")],
    ids=["always", "witness"],
)
def test_a_claim_decided_before_a_limit_stays_decided(engine, claim: Claim, word: str) -> None:
    assert judge(engine, BIG, claim, limits=Limits(states=10)).word == word


@each_engine
def test_limits_that_are_not_reached_change_nothing(engine) -> None:
    explored = engine(counter().system, limits=Limits(states=1000, seconds=1000, memory=1 << 50))
    assert explored.complete
    assert explored.states == 8


@each_engine
def test_an_interruption_ends_the_search_and_says_so(engine) -> None:
    def interrupt(found: Exploration) -> None:
        raise KeyboardInterrupt

    explored = engine(BIG, [Always("it_is", TRUE)], progress=interrupt)
    assert (explored.limit, explored.complete) == ("interrupt", False)
    assert isinstance(explored.verdicts["it_is"], Unknown)


@each_engine
def test_progress_is_told_as_the_search_goes(engine) -> None:
    seen: list[int] = []
    engine(counter().system, progress=lambda found: seen.append(found.states))
    assert seen == sorted(seen)
    assert seen[-1] == 8


# Deadlock.


@each_engine
def test_stuck_states_are_listed(engine) -> None:
    (state,) = engine(forks().system).stuck
    assert state.values == (1, 1)


@each_engine
def test_self_loops_do_not_hide_a_deadlock(engine) -> None:
    assert engine(forks(waits=True).system).stuck == engine(forks().system).stuck


@each_engine
def test_a_system_that_cannot_begin_is_stuck_at_once(engine) -> None:
    verdict = judge(engine, replace(counter().system, rules=()), DeadlockFree())
    trace = trace_of(verdict)
    assert trace is not None
    assert len(trace) == 0


@each_engine
def test_a_step_that_a_limit_cuts_is_not_a_deadlock(engine) -> None:
    explored = engine(ping_pong().system, [DeadlockFree()])
    assert explored.stuck == []
    assert explored.bounds == Counter({"too many hits": 1})


@each_engine
def test_a_step_with_nothing_to_pick_is_counted_and_not_a_deadlock(engine) -> None:
    row = Row("choose", "toy", pick=Pick(variable("picked", SEQ), FALSE))
    rule = Rule("choose", "toy", "choose", (FirstMatch("choose", None, (), (row,)),))
    explored = engine(replace(counter().system, rules=(rule,)))
    assert explored.stuck == []
    assert explored.bounds == Counter({"nothing to pick for: choose": 1})


@each_engine
def test_what_a_full_bag_loses_is_counted_and_its_step_taken(engine) -> None:
    row = Row("send", "toy", set={number: number + 1}, send=Emission("post", {"it": TRUE}))
    rule = Rule("send", "toy", "send", (FirstMatch("send", None, (), (row,)),))
    bag = Bag("post", (Variable(variable("it", BOOL)),), 2)
    explored = engine(replace(counter().system, rules=(rule,), bags=(bag,)))
    # 0 to 7 once with records coming in, then around once more with a full bag
    assert counts(explored) == {"states": 10, "steps": 10, "depth": 9}
    assert explored.bounds == Counter({LOST + "post is full": 8})


@each_engine
@pytest.mark.parametrize("where", ["variable", "record"])
def test_a_count_beyond_its_top_is_refused_and_a_limit_that_cuts_it_is_met(engine, where: str) -> None:
    hits = variable("hits", COUNT)
    counted = Row("count", "toy", when=(~at_least(hits, 5),), set={hits: up(hits)})
    sent = replace(counted, send=Emission("post", {"many": hits}))
    rule = Rule("count", "toy", "count", (FirstMatch("count", None, (), (counted if where == "variable" else sent,)),))
    top = Variable(hits, top=3 if where == "variable" else 9)
    system = replace(
        counter().system,
        variables=(top,),
        rules=(rule,),
        bags=(Bag("post", (Variable(variable("many", COUNT), top=3),), 9),),
    )
    with pytest.raises(
        DefinitionError, match="a count of counter goes beyond its top: declare a larger top or a limit"
    ):
        engine(system)
    limited = replace(system, limits=(Limit("many hits", at_least(constant(3, COUNT), hits)),))
    assert engine(limited).bounds == Counter({"many hits": 1})


# Claims that do not fit.


@each_engine
@pytest.mark.parametrize(
    "claim",
    [
        Always("it_is", equal(variable("nmber", SEQ), 1)),
        Always("it_is", TRUE, needs=equal(variable("nmber", SEQ), 1)),
        Witness("it_is", equal(variable("nmber", SEQ), 1)),
        LeadsTo("it_is", equal(variable("nmber", SEQ), 1), TRUE),
        LeadsTo("it_is", TRUE, equal(variable("nmber", SEQ), 1)),
        DeadlockFree("it_is", equal(variable("nmber", SEQ), 1)),
    ],
    ids=["always", "needs", "witness", "leads_to given", "leads_to", "deadlock_free"],
)
def test_a_claim_that_names_an_unknown_variable_is_refused(engine, claim: Claim) -> None:
    with pytest.raises(DefinitionError, match=r"'it_is' names 'nmber', .*: did you mean 'number'\?"):
        engine(counter().system, [claim])


@each_engine
@pytest.mark.parametrize(
    "predicate",
    [equal(variable("number", COUNT), 1), some("post", "each", TRUE), variable("number", BOOL)],
    ids=["sort", "bag", "truth"],
)
def test_a_claim_about_what_the_system_is_not_is_refused(engine, predicate) -> None:
    with pytest.raises(DefinitionError, match="'it_is'"):
        engine(counter().system, [Always("it_is", predicate)])


@each_engine
def test_a_claim_that_is_fair_to_no_rule_is_refused(engine) -> None:
    with pytest.raises(DefinitionError, match=r"'it_is' is fair to 'cuont': did you mean 'count'\?"):
        engine(counter().system, [LeadsTo("it_is", TRUE, TRUE, fair=(weak("cuont"),))])


@each_engine
def test_two_claims_of_one_name_are_refused(engine) -> None:
    with pytest.raises(DefinitionError, match="counter has two claims of one name: give each its own"):
        engine(counter().system, [Always("it_is", TRUE), Witness("it_is", TRUE)])


# Rows.


@each_engine
def test_rows_are_counted_by_what_fired_and_what_was_new(engine) -> None:
    explored = engine(lossy_channel().system)
    told = {name: (c.fired, c.new_states) for (name, _), c in explored.row_counts().items()}
    # of two ways to a state at one distance the first rule counts as the one that found it
    assert told == {"send": (4, 2), "receive": (4, 3), "lose": (4, 4)}


@each_engine
def test_a_row_that_never_fires_is_counted_as_such(engine) -> None:
    rows = (Row("first", "toy", set={number: number + 1}), Row("never", "toy"), Row("refuse", "toy", refuses=True))
    rule = Rule("count", "toy", "count", (FirstMatch("count", None, (), rows),))
    explored = engine(replace(counter().system, rules=(rule,)))
    told = {name: (c.fired, c.new_states) for (name, _), c in explored.row_counts().items()}
    assert told == {"first": (8, 7), "never": (0, 0)}


# The graph.


@each_engine
@each_toy
def test_the_graph_has_a_node_for_each_state_and_an_edge_for_each_step(engine, toy: Toy) -> None:
    drawn = graph(engine(toy.system))
    assert (drawn.number_of_nodes(), drawn.number_of_edges()) == (toy.states, toy.steps)
    assert nx.is_isomorphic(nx.DiGraph(drawn), nx.DiGraph(independent_graph(toy.system)))


@each_engine
@each_toy
def test_the_depth_of_a_node_is_its_distance(engine, toy: Toy) -> None:
    drawn = graph(engine(toy.system))
    assert dict(drawn.nodes(data="depth")) == nx.single_source_shortest_path_length(drawn, 0)


@each_engine
def test_a_node_tells_the_variables_and_an_edge_the_rule(engine) -> None:
    drawn = graph(engine(clock().system))
    assert drawn.name == "clock"
    assert drawn.nodes[0] == {"depth": 0, "bit.low": False, "bit.high": False}
    assert drawn.edges[0, 1, 0] == {"rule": "tick", "agent": "toy", "rows": ("tick",), "rfc": "toy"}


@each_engine
def test_a_node_tells_the_records(engine) -> None:
    drawn = graph(engine(ping_pong().system))
    assert drawn.nodes[1] == {"depth": 1, "served": True, "left": [{"hits": 0}], "right": []}


@each_engine
def test_the_graph_of_too_many_states_is_refused(engine, monkeypatch: pytest.MonkeyPatch) -> None:
    explored = engine(counter().system)
    monkeypatch.setattr(graph_module, "MOST_STATES", 8)
    assert graph(explored).number_of_nodes() == 8
    monkeypatch.setattr(graph_module, "MOST_STATES", 7)
    with pytest.raises(UsageError, match="counter has 8 states and a graph object takes 7 at most"):
        graph(explored)


@each_engine
def test_a_variable_may_be_called_depth(engine) -> None:
    depth = variable("depth", COUNT)
    rule = Rule("set", "toy", "set", (FirstMatch("set", None, (), (Row("set", "toy", set={depth: up(depth)}),)),))
    system = TransitionSystem("deep", 2, (Variable(depth),), (), (rule,))
    assert graph(engine(system, limits=Limits(states=1))).number_of_nodes() == 1
