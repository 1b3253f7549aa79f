"""The ways of a rule are its firings: one for each, with the guards, changes and sendings that the reference has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import islice, product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from engines.toys import EVENTUAL, TOYS
from export.odd import odd
from native.random_systems import random_system
from systems.path_steps import compared, reached
from systems.small import BUSY, DONE, IDLE, block, flag, got, m, n, of_rows, phase, pick, row, rule, send, system
from walk import weight

import tcpmodel
from tcpmodel.judging.load import load, spec_paths
from tcpmodel.language.bare import bare
from tcpmodel.language.operators import Op
from tcpmodel.language.reference import Records, expression
from tcpmodel.language.sorts import SEQ
from tcpmodel.language.terms import FALSE, TRUE, Term, choose, constant, equal, named, some, variable, variables, within
from tcpmodel.language.terms import walk as parts_of
from tcpmodel.systems.firing import Outcome, Reference
from tcpmodel.systems.paths import Way, ways
from tcpmodel.systems.row import Pick
from tcpmodel.systems.system import Record, Rule, State, Take, TransitionSystem, Variable
from tcpmodel.systems.walk import runs
from tcpmodel.tcp.knobs.variants import vary
from tcpmodel.tcp.proofs.unbounded import unbounded
from tcpmodel.tcp.rfc9293.rules import RFC_9293
from tcpmodel.tcp.world.connection import connection
from tcpmodel.tcp.world.environment import Network, User

Values = dict[str, Any]
Firing = tuple[int, tuple[tuple[int, int], ...], Record | None, tuple[int, ...]]

USER = User(active_opens=2, passive_opens=2, sends=2, closes=2, aborts=1, crashes=1, timeouts=1, retransmissions=2)
LOSSY = Network(capacity=2, lose=2, duplicate=2)
TCP = {
    "fresh": connection(a=USER, b=USER, network=LOSSY, bits=4),
    "in order": connection(a=USER, b=USER, network=Network(reorder=False, when_full="block"), bits=4, isn="zero"),
    "two segments": connection(a=USER, b=USER, network=LOSSY, bits=4, handshake="two_blind", isn="free"),
    "apart, traced": connection(a=USER, b=USER, network=LOSSY, bits=5, span=4, isn="apart", ghosts="both"),
    "from ESTABLISHED": connection(a=USER, b=USER, network=LOSSY, bits=4, established=True),
}
UNBOUNDED = unbounded()


# A way, evaluated.


@cache
def meaning(term: Term, bits: int) -> Callable[[Values], int]:
    """The reference reading of a term, as a function of the values of what it names."""
    places = {v.name: f"values[{v.name!r}]" for v in variables(term)}
    bags = {
        t.payload[0]: Records(f"values[{t.payload[0]!r}]", lambda field: f"[{field!r}]")
        for t in parts_of(term)
        if t.op is Op.SOME
    }
    return eval(f"lambda values: int({expression(term, bits=bits, places=places, bags=bags)})")


@cache
def all_ways(s: TransitionSystem) -> tuple[tuple[Way, ...], ...]:
    """The ways of each rule."""
    return tuple(tuple(ways(s, rule)) for rule in s.rules)


def known(s: TransitionSystem, state: State) -> Values:
    """What variables and bags hold before the step."""
    values: Values = dict(zip((v.name for v in s.variables), state.values, strict=True))
    for bag, records in zip(s.bags, state.bags, strict=True):
        values[bag.name] = [dict(zip((f.name for f in bag.fields), r, strict=True)) for r in records]
    return values


def given(s: TransitionSystem, rule: Rule, state: State, taken: Record | None, picked: tuple[int, ...]) -> Values:
    """And what the record taken and the picks are."""
    values = known(s, state) | {f"picked.{i}": number for i, number in enumerate(picked)}
    if rule.take is not None and taken is not None:
        fields = s.bag(rule.take.bag).fields
        values |= {f"{rule.take.element}.{f.name}": x for f, x in zip(fields, taken, strict=True)}
    return values


def can_be_taken(s: TransitionSystem, way: Way, values: Values) -> bool:
    conditions = (*way.guards, *(among for _, among in way.picks))
    return all(meaning(condition, s.bits)(values) for condition in conditions)


def records(s: TransitionSystem, rule: Rule, state: State) -> tuple[Record | None, ...]:
    if rule.take is None:
        return (None,)
    there = state.bags[s.bag_position[rule.take.bag]]
    return there[:1] if s.bag(rule.take.bag).ordered else tuple(dict.fromkeys(there))


def taken_ways(s: TransitionSystem, state: State) -> list[Firing]:
    """Every way that can be taken from the state, with what it takes and picks; twice if there are two."""
    found: list[Firing] = []
    for place, a_rule in enumerate(s.rules):
        for record, way in product(records(s, a_rule, state), all_ways(s)[place]):
            for picked in product(range(1 << s.bits), repeat=len(way.picks)):
                if can_be_taken(s, way, given(s, a_rule, state, record, picked)):
                    found.append((place, way.rows, record, picked))
    return found


def after(s: TransitionSystem, way: Way, state: State, taken: Record | None, values: Values) -> State:
    """Where the way leads: its changes made, what it takes gone and what it sends there, as far as there is room."""
    targets = [way.set.get(variable(v.name, v.term.sort), variable(v.name, v.term.sort)) for v in s.variables]
    bags = {bag.name: list(there) for bag, there in zip(s.bags, state.bags, strict=True)}
    if way.rule.take is not None and taken is not None and not way.rule.take.keep:
        bags[way.rule.take.bag].remove(taken)
    for emission in way.sends:
        fields = (emission.fields[f.name] for f in s.bag(emission.bag).fields)
        if len(bags[emission.bag]) < s.bag(emission.bag).capacity:
            bags[emission.bag].append(tuple(meaning(term, s.bits)(values) for term in fields))
    return State(
        tuple(meaning(term, s.bits)(values) for term in targets),
        tuple(tuple(bags[b.name]) if b.ordered else tuple(sorted(bags[b.name])) for b in s.bags),
    )


def does_the_same(s: TransitionSystem, state: State, outcome: Outcome) -> bool:
    """Whether the way of these rows leads where the step leads; a step that a bound cuts leads nowhere."""
    if outcome.state is None:
        return True
    step = outcome.step
    values = given(s, s.rules[step.rule], state, step.taken, step.picked)
    of_these_rows = (way for way in all_ways(s)[step.rule] if way.rows == step.rows)
    (way,) = (way for way in of_these_rows if can_be_taken(s, way, values))
    return after(s, way, state, step.taken, values) == outcome.state


def agrees(s: TransitionSystem, states: Iterator[State]) -> int:
    """Compare the ways with the reference in these states; how many steps were compared."""
    reference, compared = Reference(s), 0
    for state in states:
        outcomes = [o for o in reference.steps(state) if not any("nothing to pick" in b for b in o.bound)]
        expected = [(o.step.rule, o.step.rows, o.step.taken, o.step.picked) for o in outcomes]
        assert sorted(taken_ways(s, state), key=repr) == sorted(expected, key=repr), (s.name, state)
        assert all(does_the_same(s, state, o) for o in outcomes), (s.name, state)
        compared += len(outcomes)
    return compared


def visited(s: TransitionSystem, number: int, *, every: int = 1, longest: int = 60) -> Iterator[State]:
    """So many different states of random runs."""
    seen: dict[State, None] = {}
    for run in islice(runs(s, seed=1, weight=weight, longest=longest), 4 * number):
        seen |= dict.fromkeys(run.states[::every])
        if len(seen) >= number:
            break
    return islice(seen, number)


# The ways of a rule are its firings.


@pytest.mark.parametrize("s", TCP.values(), ids=TCP)
def test_a_rule_of_tcp_fires_in_a_state_by_exactly_one_way_and_does_what_the_way_does(s: TransitionSystem) -> None:
    assert agrees(s, visited(s, 20, every=13)) > 100


PACKAGE = Path(tcpmodel.__file__).parent
ALL_TOYS = {name: toy.system for name, toy in TOYS.items()} | {name: s for name, (s, _) in EVENTUAL.items()}


@pytest.mark.parametrize("s", ALL_TOYS.values(), ids=ALL_TOYS)
def test_a_rule_of_a_toy_fires_by_exactly_one_way(s: TransitionSystem) -> None:
    assert agrees(s, visited(s, 12))


def without_sweeps(s: TransitionSystem) -> TransitionSystem:
    rules = tuple(Rule(r.name, r.agent, r.event, r.blocks, when=r.when, take=r.take, set=r.set) for r in s.rules)
    return TransitionSystem(s.name, s.bits, s.variables, s.bags, rules, s.limits)


def looks_into_bags(s: TransitionSystem) -> bool:
    """Whether a row does: in a later row a quantifier speaks of what has been taken and sent meanwhile."""
    read: list[Term] = []
    for way in (way for its in all_ways(s) for way in its):
        read += (*way.guards, *way.set.values(), *(among for _, among in way.picks))
        read += (term for sent in way.sends for term in sent.fields.values())
    return any(part.op is Op.SOME for term in read for part in parts_of(term))


def test_random_systems_fire_by_exactly_one_way() -> None:
    systems = (without_sweeps(random_system(Random(seed))) for seed in range(30))
    plain = [s for s in systems if not looks_into_bags(s)]
    assert len(plain) >= 10
    assert sum(agrees(s, visited(s, 8)) for s in plain) > 100


def test_a_step_at_32_bits_is_taken_by_one_way_of_its_rule_and_no_other() -> None:
    """With what the step picked: there are 2^32 numbers besides."""
    fired: Counter[str] = Counter()
    for run in islice(runs(UNBOUNDED, seed=3, weight=weight), 18):
        for before, step, then in zip(run.states, run.steps, run.states[1:], strict=False):
            values = given(UNBOUNDED, UNBOUNDED.rules[step.rule], before, step.taken, step.picked)
            same_picks = [w for w in all_ways(UNBOUNDED)[step.rule] if len(w.picks) == len(step.picked)]
            (way,) = (w for w in same_picks if can_be_taken(UNBOUNDED, w, values))
            assert way.rows == step.rows
            assert does_the_same(UNBOUNDED, before, Outcome(step, then, ()))
            fired[way.name] += 1
    assert len(fired) > 50


# With bags: what a rule takes, sweeps and sends, and what quantifiers then find.


def agree(s: TransitionSystem) -> int:
    return compared(s, reached(s, 12))


@pytest.mark.parametrize("seeds", [range(i, 80, 4) for i in range(4)], ids=str)
def test_the_steps_of_the_ways_of_a_random_system_are_those_of_the_reference(seeds: range) -> None:
    assert sum(agree(random_system(Random(seed))) for seed in seeds) > 500


@pytest.mark.parametrize("seeds", [range(i, 60, 4) for i in range(4)], ids=str)
def test_the_steps_of_the_ways_of_an_odd_system_are_those_of_the_reference(seeds: range) -> None:
    assert sum(agree(odd(seed)) for seed in seeds) > 50


@pytest.mark.parametrize(
    "condition",
    [
        ~equal(choose(equal(phase, IDLE), constant(1, SEQ), constant(2, SEQ)), 1),
        some("post", "one", equal(phase, IDLE)),
    ],
    ids=["computed", "of a bag"],
)
def test_a_condition_that_names_only_the_state_may_need_computing_or_the_bag(condition: Term) -> None:
    rows = row("so", when=(condition,), set={n: n + 1}), row("not so", goto=BUSY)
    s = system(rule(block(*rows, control=phase, states=(IDLE, BUSY)), name="r"), rule(block(row(send=send(n)))))
    states = reached(s, 12)
    assert compared(s, states) == agrees(s, states) > 20


SPECS = list(spec_paths())


@pytest.mark.parametrize("name", [pytest.param(n, marks=[pytest.mark.long] * (k % 8 > 0)) for k, n in enumerate(SPECS)])
def test_the_steps_of_the_ways_of_a_spec_are_those_of_the_reference(name: str) -> None:
    s = load(name).system
    assert compared(s, visited(s, 6, every=7)) > 0


def test_few_know_how_the_blocks_of_a_rule_follow_each_other() -> None:
    """A row and its parts say so; the reference and the native code judge the ways; SPIN's statements are nested."""
    asks = re.compile(r"\.(more|goes_on)\b")
    folders = [PACKAGE / name for name in ("systems", "explore", "prove", "export")]
    files = [file for folder in folders for file in folder.rglob("*.py") if asks.search(file.read_text("utf-8"))]
    interpret = {"firing.py", "paths.py", "options.py", "statements.py"}  # two are called paths.py
    assert len(files) == 7
    assert {file.name for file in files} == interpret | {"row.py", "parts.py"}


# What a way is made of.


def ways_of(*rows: Any, **more: Any) -> list[Way]:
    s = of_rows(*rows, **more)
    return list(ways(s, s.rules[0]))


def test_rows_in_order_are_ways_that_exclude_each_other() -> None:
    first, second = ways_of(row("one", when=(flag,)), row("two"))
    assert (first.guards, second.guards) == ((flag,), (~flag,))
    assert (first.name, second.name) == ("one", "two")


def test_a_row_behind_one_that_always_fires_has_no_way() -> None:
    assert [way.name for way in ways_of(row("one"), row("two"))] == ["one"]


def test_a_row_that_refuses_has_no_way_and_none_that_comes_behind_it() -> None:
    (way,) = ways_of(row("no", when=(flag,), refuses=True), row("yes"))
    assert (way.name, way.guards) == ("yes", (~flag,))


def test_a_row_that_hands_on_and_the_next_are_one_way() -> None:
    blocks = block(row("first", set={n: n + 1}, more=True)), block(row("second", set={m: n}, send=send(n)))
    s = system(rule(*blocks))
    (way,) = ways(s, s.rules[0])
    assert way.titles == ("first", "second")
    assert way.set == {n: n + 1, m: n + 1}
    assert way.sends[0].fields["number"] is n + 1


def test_what_a_later_block_asks_is_asked_of_the_values_before_the_step() -> None:
    blocks = block(row("first", set={n: n + 1}, more=True)), block(row("second", when=(equal(n, 5),)), row("other"))
    s = system(rule(*blocks))
    second, other = ways(s, s.rules[0])
    assert second.guards == (equal(n + 1, 5),)
    assert other.guards == (~equal(n + 1, 5),)


def test_where_a_later_block_refuses_the_rows_so_far_fire() -> None:
    s = system(rule(block(row("first", set={n: n + 1}, more=True)), block(row("no", refuses=True))))
    (way,) = ways(s, s.rules[0])
    assert (way.titles, way.set) == (("first",), {n: n + 1})


def test_a_block_is_passed_over_where_its_state_is_another() -> None:
    blocks = (
        block(row("begin", goto=BUSY, more=True), control=phase, states=(IDLE,)),
        block(row("end", goto=DONE), control=phase, states=(BUSY,)),
        block(row("rest", when=(flag,)), control=phase, states=(DONE,)),
    )
    s = system(rule(*blocks))
    begun, ended, rested = sorted(ways(s, s.rules[0]), key=lambda way: way.rows)
    assert [way.name for way in (begun, ended, rested)] == ["begin; end", "end", "rest"]
    assert begun.guards == (equal(phase, IDLE),)
    assert begun.set == {phase: DONE}


def test_what_is_forgotten_is_what_it_was_at_the_start() -> None:
    six_at_first = (Variable(n, initial=6), Variable(m))
    s = TransitionSystem("s", 3, six_at_first, (), (rule(block(row(forget=(n,), set={m: n}))),))
    (way,) = ways(s, s.rules[0])
    assert way.set == {n: constant(6, SEQ), m: n}


def test_a_pick_is_a_name_of_its_own_with_what_it_is_among() -> None:
    blocks = (
        block(row("one", pick=Pick(pick, within(pick, n, 2)), set={n: pick}, more=True)),
        block(row("two", pick=Pick(pick, within(pick, n, 3)), set={m: pick})),
    )
    s = system(rule(*blocks))
    (way,) = ways(s, s.rules[0])
    first, second = variable("picked.0", SEQ), variable("picked.1", SEQ)
    assert way.picks == ((first, within(first, n, 2)), (second, within(second, first, 3)))
    assert way.set == {n: first, m: second}


def test_what_the_rule_itself_needs_and_sets_comes_first() -> None:
    s = system(rule(block(row(when=(equal(n, 1),))), when=(flag,), set={n: n + 1}))
    (way,) = ways(s, s.rules[0])
    assert way.guards == (flag, equal(n + 1, 1))
    assert way.set == {n: n + 1}


def test_a_field_of_the_record_taken_is_read_by_its_name() -> None:
    s = system(rule(block(row(set={n: got + 1})), take=Take("post", "got")))
    (way,) = ways(s, s.rules[0])
    assert way.set == {n: got + 1}


def test_phrases_are_left_out() -> None:
    said = variable("n", SEQ, says="the number")
    assert bare(named("so called", equal(said, 3)) & TRUE) is equal(n, 3)
    assert bare(named("never", FALSE)) is FALSE


# The ways of RFC 9293.

WAYS = {
    "passive OPEN": 1,
    "active OPEN": 2,
    "SEND": 3,
    "CLOSE": 6,
    "ABORT": 4,
    "SEND and CLOSE": 2,
    "queue is sent": 4,
    "queue is sent with FIN": 2,
    "segment arrives": 102,
    "retransmission timeout": 4,
    "user timeout": 1,
    "time-wait timeout": 1,
    "crash": 1,
}
"""How many ways a rule for the event has; calls that are answered with an error are not offered."""


def by_event(s: TransitionSystem) -> Mapping[str, set[int]]:
    found: dict[str, set[int]] = {}
    for rule_, its in zip(s.rules, all_ways(s), strict=True):
        found.setdefault(rule_.event, set()).add(len(its))
    return found


def test_every_rule_has_ways_as_many_at_both_ends_and_for_a_copy() -> None:
    assert by_event(UNBOUNDED) == {event: {number} for event, number in WAYS.items()} | {"loss": {1}}
    assert set(WAYS) == set(vary(RFC_9293, {"segments": "any"}).events)


def test_every_row_that_may_fire_stands_in_a_way() -> None:
    for rule_, its in zip(UNBOUNDED.rules, all_ways(UNBOUNDED), strict=True):
        rows = {r.name for b in rule_.blocks for r in b.rows if not r.refuses}
        assert rows == {title for way in its for title in way.titles}


def test_a_way_is_one_run_of_rows() -> None:
    for its in all_ways(UNBOUNDED):
        assert len({way.rows for way in its}) == len(its)
