"""The step relation as terms has exactly the steps of the reference reading, and a solver's values are runs."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from random import Random

import pytest
from engines.toys import TOYS, leap
from export.odd import odd
from native.random_systems import random_system
from systems.path_steps import reached
from systems.small import bag, block, got, m, n, of_rows, pick, row, rule, send, start, system

from tcpmodel.errors import DefinitionError
from tcpmodel.language.operators import Op
from tcpmodel.language.sorts import BOOL, COUNT, SEQ
from tcpmodel.language.terms import TRUE, Term, at_least, both, constant, equal, variable, within
from tcpmodel.prove.smtlib import Script
from tcpmodel.prove.solving import Answer, solver
from tcpmodel.prove.unrolling import Unrolling
from tcpmodel.systems.firing import Reference, Step
from tcpmodel.systems.moments import Moment
from tcpmodel.systems.relation import Relation
from tcpmodel.systems.row import Pick
from tcpmodel.systems.stepping import PLACE, picked
from tcpmodel.systems.system import Limit, State, Take, TransitionSystem, Variable
from tcpmodel.systems.trace import ReplayError, Trace, replay, value_of

Chosen = dict[str, Term]


def arranged(relation: Relation, state: State, *, at_the_end: bool) -> Chosen:
    """The state as values of the relation's variables; the records lie at the first or at the last places."""
    known = {
        t.name: constant(x, t.sort)
        for (t, x) in zip([v.term for v in relation.system.variables], state.values, strict=True)
    }
    for b, records in zip(relation.system.bags, state.bags, strict=True):
        places = relation.layout.places[b.name]
        free = len(places) - len(records)
        first = free if at_the_end and not b.ordered else 0
        for k, place in enumerate(places):
            here = first <= k < first + len(records)
            known[place.present.name] = constant(here, place.present.sort)
            for i, f in enumerate(b.fields):
                left_behind = place.fields[f.name] if place.fields[f.name].op is Op.VALUE else constant(1, f.term.sort)
                value = constant(records[k - first][i], f.term.sort) if here else left_behind
                known[f"{b.name}[{k}].{f.name}"] = value
    return known


def choices(relation: Relation, known: Chosen) -> Iterator[tuple[int, Chosen]]:
    """Every rule with every place and some numbers."""
    bits = relation.system.bits
    for k in relation.runs:
        many = sum(any(r.pick for r in b.rows) for b in relation.system.rules[k].blocks)
        take = relation.system.rules[k].take
        places = range(len(relation.layout.places[take.bag])) if take else range(1)
        for place, numbers in product(places, product(range(1 << bits), repeat=min(many, 2))):
            chosen = {relation.rule.name: constant(k, relation.rule.sort), PLACE.name: constant(place, PLACE.sort)}
            chosen |= {picked(i).name: constant(x, SEQ) for i, x in enumerate(numbers)}
            for b in relation.system.bags:
                at = place if place < len(relation.layout.places[b.name]) else 0
                for f in b.fields:
                    value = known.get(f"{b.name}[{at}].{f.name}", constant(0, f.term.sort))
                    chosen[f"{b.name}[taken].{f.name}"] = value
            yield k, {**known, **chosen}


def leads_to(relation: Relation, known: Chosen) -> set[tuple[int, State]]:
    """The rules that fire as the terms have it, and the states to which they lead."""
    found = set()
    for k, values in choices(relation, known):
        now = Moment(relation.system.bits, values, {})
        if now.read(relation.happens) is TRUE:
            later = {**known, **{name: now.read(term) for name, term in relation.next().items()}}
            state = as_state(relation, {name: term.payload for name, term in later.items()})
            if all(value_of(relation.system, limit.holds, state) for limit in relation.system.limits):
                found.add((k, state))
    return found


def as_state(relation: Relation, values: dict[str, int]) -> State:
    bags = []
    for b in relation.system.bags:
        places = relation.layout.places[b.name]
        records = [
            tuple(values[f"{b.name}[{k}].{f.name}"] for f in b.fields)
            for k, place in enumerate(places)
            if values[place.present.name]
        ]
        bags.append(tuple(records if b.ordered else sorted(records)))
    return State(tuple(values[v.name] for v in relation.system.variables), tuple(bags))


def agrees(s: TransitionSystem, *, most: int = 12) -> None:
    relation, reference = Relation(s), Reference(s)
    for state in reached(s, most):
        outcomes = list(reference.steps(state))
        expected = {(o.step.rule, o.state) for o in outcomes if o.state is not None}
        for at_the_end in (False, True):
            known = arranged(relation, state, at_the_end=at_the_end)
            assert leads_to(relation, known) == expected, (s.name, state)
            for k in range(len(s.rules)):
                moves = Moment(s.bits, known, {}).read(relation.moves(k)) is TRUE
                some_move = any(o.step.rule == k and o.state != state for o in outcomes)
                picks = any(o.step.rule == k and o.step.picked for o in outcomes)
                assert moves == (some_move or picks), (s.name, state, k)


def asked(run: Unrolling, length: int, last: Term) -> dict[str, int]:
    """A run of this length that ends so."""
    answer = answer_to(run, run.initial(), *(run.step(i) for i in range(length)), run.at(length, last))
    assert answer.word == "sat"
    return dict(answer.values)


def answer_to(run: Unrolling, *terms: Term) -> Answer:
    script = Script(bits=run.system.bits)
    assume = script.assert_
    assume(both(*terms))
    return solver("bitwuzla").ask(script.text())


@pytest.mark.parametrize("toy", TOYS.values(), ids=TOYS)
def test_a_toy_has_the_steps_of_the_reference(toy) -> None:
    agrees(toy.system)


@pytest.mark.parametrize("seeds", [range(i, 24, 4) for i in range(4)], ids=str)
def test_random_systems_that_use_everything_have_the_steps_of_the_reference(seeds) -> None:
    for seed in seeds:
        agrees(random_system(Random(seed)), most=6)


def test_odd_systems_that_take_and_sweep_have_the_steps_of_the_reference() -> None:
    for seed in range(20):
        agrees(odd(seed), most=5)


def test_a_variable_that_never_changes_is_its_value() -> None:
    layout = Relation(of_rows(row(set={n: n + 1}))).layout
    assert layout.values["n"] is n
    assert layout.values["m"] is constant(0, SEQ)


@pytest.mark.parametrize("bits", [3, 32])
def test_numbers_that_only_a_pick_can_reach_are_not_left_out(bits) -> None:
    """At 32 bits no list of numbers tells which may be picked."""
    high = 1 << (bits - 1)
    s = replace(of_rows(row(pick=Pick(pick, within(pick, constant(high, SEQ), 2)), set={n: pick})), bits=bits)
    run = Unrolling(s)
    answer = asked(run, 1, equal(n, high + 1))
    assert run.trace(answer, 1).last.values[0] == high + 1


def test_the_numbers_of_a_run_are_real_32_bit_numbers() -> None:
    run = Unrolling(replace(leap().system, bits=32))
    number = variable("number", SEQ)
    trace = run.trace(asked(run, 3, equal(number, 9)), 3)
    assert [step.picked for step in trace.steps] == [(3,), (6,), (9,)]
    assert len(replay(trace)) == 3


def test_values_that_are_no_run_are_refused() -> None:
    run = Unrolling(leap().system)
    with pytest.raises(ReplayError, match="'leap' does not lead from state 0 to state 1"):
        run.trace({"rule that fires@0": 0, "picked[0]@0": 5, "number@1": 5}, 1)


def test_a_bag_of_a_hundred_places_is_refused() -> None:
    with pytest.raises(DefinitionError, match="room for 100 records: give it 16 at most"):
        Unrolling(system(rule(block(row())), bags=(bag(capacity=100),)))


def test_a_count_beyond_its_bits_is_refused() -> None:
    big = variable("big", COUNT)
    s = TransitionSystem("big", 3, (Variable(big, initial=256),), (), (rule(block(row())),))
    with pytest.raises(DefinitionError, match="big goes up to 256: give it 255 at most"):
        Unrolling(s)


def test_a_state_out_of_the_blue_holds_possible_values_only() -> None:
    """What induction starts from: no value that a variable never has, and no gap in a queue."""
    s = system(
        rule(block(row(send=send(n)))),
        rule(block(row(set={n: got + 1})), take=Take("post", "got")),
        bags=(bag(ordered=True),),
        limits=(Limit("few", ~at_least(variable("count", COUNT), 3)),),
    )
    run = Unrolling(s)
    first, second = (variable(f"post[{k}]@5", BOOL) for k in range(2))
    assert answer_to(run, run.possible(5), first & ~second).word == "sat"
    assert answer_to(run, run.possible(5), ~first & second).word == "unsat"
    assert answer_to(run, run.possible(5), run.at(5, ~equal(m, 0))).word == "unsat"
    assert answer_to(run, run.possible(5), run.at(5, ~equal(n, 0))).word == "sat"


def test_a_number_beyond_the_bits_is_no_pick() -> None:
    """Replay tries the numbers that a step says it picked, and no others: there may be 2^32."""
    s = of_rows(row(pick=Pick(pick, TRUE), set={n: pick}))
    reference, step = Reference(s), Step(0, None, (9,), ((0, 0),))
    assert [o.step.picked for o in reference.steps(s.initial, picks=(2, 9, 2))] == [(2,)]
    with pytest.raises(ReplayError):
        replay(Trace(s, (s.initial, start(s, n=9)), (step,)))
