"""Packing loses nothing, and what cannot be packed is refused with one sentence."""

from dataclasses import replace
from random import Random

import pytest
from native.random_systems import MODE, random_system

from tcpmodel.cli.main import main
from tcpmodel.errors import DefinitionError
from tcpmodel.explore.exploration import Limits
from tcpmodel.explore.native import search as native
from tcpmodel.explore.native.known import Known, local_name
from tcpmodel.explore.native.layout import MOST_WORDS, WORD, Layout, top_of
from tcpmodel.language.sorts import BOOL, COUNT, SEQ
from tcpmodel.language.terms import TRUE, Term, at_least, choose, constant, up, variable
from tcpmodel.systems.row import Emission, FirstMatch, Row
from tcpmodel.systems.system import Bag, Limit, Rule, State, TransitionSystem, Variable

SORTS = (BOOL, SEQ, COUNT, MODE)
x, y = variable("x", COUNT), variable("y", COUNT)


def unknowing(system: TransitionSystem) -> Layout:
    """The layout of a system of which nothing is known: every field has room for all of its values."""
    variables = dict.fromkeys((local_name(v.name) for v in system.variables), None)
    return Layout(system, Known(variables, {f.name: None for bag in system.bags for f in bag.fields}, frozenset()))


def random_layout(random: Random) -> TransitionSystem:
    """A system without rules, whose fields lie anywhere in words of all fillings."""

    def declared(name: str) -> Variable:
        sort = random.choice(SORTS)
        top = random.choice((None, 1, 2, 7, 1000, (1 << 33) - 1, (1 << 64) - 1)) if sort == COUNT else None
        return Variable(variable(name, sort), top=top)

    owners = ("a.", "b.", "c.", "")
    variables = [declared(f"{random.choice(owners)}v{i}") for i in range(random.randint(1, 14))]
    bags = []
    for i in range(random.randint(0, 3)):
        fields = tuple(
            Variable(variable(f"f{k}", random.choice((BOOL, SEQ, MODE)))) for k in range(random.randint(1, 3))
        )
        bags.append(Bag(f"bag{i}", fields, random.randint(1, 4), ordered=random.random() < 0.5))
    return TransitionSystem("random", random.choice((1, 3, 8, 16, 20)), tuple(variables), tuple(bags), ())


def random_state(random: Random, system: TransitionSystem) -> State:
    def value(v: Variable) -> int:
        most = top_of(v, system.bits)
        return random.choice((0, most, random.randint(0, most)))

    bags = []
    for bag in system.bags:
        records = [tuple(map(value, bag.fields)) for _ in range(random.randint(0, bag.capacity))]
        bags.append(tuple(records if bag.ordered else sorted(records)))
    return State(tuple(map(value, system.variables)), tuple(bags))


def test_what_was_packed_is_unpacked_as_it_was() -> None:
    crossed = 0
    for seed in range(150):
        random = Random(seed)
        system = random_layout(random)
        layout = unknowing(system)
        crossed += layout.words > 1
        for _ in range(15):
            state = random_state(random, system)
            packed = layout.pack(state)
            assert packed.bit_length() <= layout.words * WORD
            assert layout.unpack(packed) == state, (seed, state)
    assert crossed > 30


def test_states_that_differ_are_packed_differently() -> None:
    for seed in range(40):
        random = Random(seed)
        system = random_layout(random)
        layout = unknowing(system)
        states = {random_state(random, system) for _ in range(50)}
        assert len({layout.pack(s) for s in states}) == len(states)


def test_equal_bags_are_packed_equally_however_they_were_filled() -> None:
    """The explorers meet the records of a bag in other orders; what they find is compared as packed."""
    for seed in range(20):
        found = native.explore(random_system(Random(seed), most_rules=3), limits=Limits(states=60))
        layout = found.program.layout
        for state in found.reached:
            assert layout.unpack(layout.pack(state)) == state
            for bag, records in zip(found.system.bags, state.bags, strict=True):
                assert bag.ordered or list(records) == sorted(records)


def test_absent_slots_are_no_record() -> None:
    every_bit = Bag("post", (Variable(variable("k", SEQ)), Variable(variable("z", BOOL))), 3)
    system = TransitionSystem("full", 4, (), (every_bit,), ())
    layout = unknowing(system)
    most = (15, 1)
    for records in ((), (most,), (most, most), (most, most, most)):
        assert layout.unpack(layout.pack(State((), (records,)))).bags == (records,)


# What cannot be packed.


def test_a_record_too_wide_is_refused() -> None:
    fields = tuple(Variable(variable(f"f{i}", SEQ)) for i in range(4))
    system = TransitionSystem("wide", 16, (), (Bag("post", fields, 1),), ())
    with pytest.raises(DefinitionError, match="a record of post takes 64 bits and 63 are the most: lower the number"):
        unknowing(system)
    fitting = (*fields[:3], Variable(variable("f3", COUNT), top=(1 << 15) - 1))
    assert unknowing(replace(system, bags=(Bag("post", fitting, 1),))).words == 1


def test_a_state_too_wide_is_refused() -> None:
    def system(capacity: int) -> TransitionSystem:
        bag = Bag("post", tuple(Variable(variable(f"f{i}", SEQ)) for i in range(3)), capacity)
        return TransitionSystem("wide", 21, (), (bag,), ())

    with pytest.raises(DefinitionError, match="a state of wide takes 1088 bits and 1024 are the most: lower the bags'"):
        unknowing(system(MOST_WORDS + 1))
    assert unknowing(system(MOST_WORDS)).words == MOST_WORDS


@pytest.mark.parametrize("where", ["variable", "record"])
def test_a_count_beyond_its_field_at_the_start_is_refused(where) -> None:
    bag = Bag("post", (Variable(x, top=3),), 2)
    system = TransitionSystem("high", 2, (Variable(y, 4 * (where == "variable"), top=3),), (bag,), ())
    name = "y" if where == "variable" else "post's x"
    start = system.initial if where == "variable" else State((0,), (((4,),),))
    with pytest.raises(DefinitionError, match=f"{name} is 4 at the start, which is more than its top: give it a large"):
        unknowing(system).pack(start)


def test_more_bags_than_flags_count_are_refused() -> None:
    bags = tuple(Bag(f"bag{i}", (Variable(variable("z", BOOL)),), 1) for i in range(7))
    with pytest.raises(DefinitionError, match="many has 7 bags and 6 are the most"):
        native.explore(TransitionSystem("many", 2, (), bags, ()))


SPEC = '''"""A story."""
from tcpmodel import *
from tcpmodel.language.sorts import *
from tcpmodel.language.terms import *
from tcpmodel.systems.row import *
from tcpmodel.systems.system import *
x, y = variable("x", COUNT), variable("y", SEQ)
claims = [Always("c", TRUE)]


def rule(**what):
    return Rule("a rule", "", "", (FirstMatch("", None, (), (Row("a row", "", **what),)),))


def sending(bits, capacity, fields):
    bag = Bag("post", fields, capacity)
    terms = {f.name: up(x) if f.term.sort is COUNT else y + 1 for f in fields}
    row = rule(set={y: y + 1, x: up(x)}, send=Emission("post", terms))
    return TransitionSystem("s", bits, (Variable(y), Variable(x, top=1 << 40)), (bag,), (row,))


'''
WRONG = {
    "a record of post takes 73 bits and 63 are the most": (
        "sending(32, 1, (Variable(variable('n', SEQ)), Variable(variable('c', COUNT), top=1 << 40)))"
    ),
    "bits and 1024 are the most: lower the bags' capacities": "sending(20, 60, (Variable(variable('n', SEQ)),))",
    "x is 9 at the start, which is more than its top: give": (
        "TransitionSystem('s', 3, (Variable(x, 9, top=2),), (), (rule(set={x: up(x)}),))"
    ),
    "a count of mine goes beyond its top: declare a larger": (
        "TransitionSystem('s', 3, (Variable(x, top=2),), (), (rule(set={x: up(x)}),))"
    ),
}


@pytest.mark.parametrize(("sentence", "system"), WRONG.items(), ids=["record", "state", "start", "beyond"])
def test_the_program_answers_with_one_sentence_and_the_code_of_a_configuration(tmp_path, capsys, system, sentence):
    path = tmp_path / "mine.py"
    path.write_text(f"{SPEC}system = {system}\n")
    assert main(["verify", str(path)]) == 151
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err
    assert err.splitlines()[-1] == "EXIT 151 configuration"
    assert len(err.splitlines()) == 2


# Counts that go beyond their tops.

COUNT_UP = Row("step", "", set={x: up(x)})
FOUR = Row("step", "", set={x: choose(at_least(x, 4), x, up(x))})


def counting(*rows: Row, limits: tuple[Limit, ...] = (), top: int = 2) -> TransitionSystem:
    blocks = tuple(FirstMatch(row.name, None, (), (row,)) for row in rows)
    return TransitionSystem(
        "counting", 2, (Variable(x, top=top), Variable(y, top=1)), (), (Rule("r", "", "", blocks),), limits
    )


@pytest.mark.parametrize("top", [1, 2, 3, 4, 7, 8])
def test_a_count_one_beyond_its_top_is_seen_by_a_limit_and_without_one_refused(top) -> None:
    step = Row("step", "", set={x: up(x)})
    found = native.explore(counting(step, limits=(Limit("spent", ~at_least(x, top + 1)),), top=top))
    assert (found.states, found.bounds, found.complete) == (top + 1, {"spent": 1}, True)
    with pytest.raises(DefinitionError, match="a count of counting goes beyond its top: declare a larger top"):
        native.explore(counting(step, top=top))


def test_a_count_two_beyond_its_top_is_seen_by_a_limit() -> None:
    system = counting(Row("step", "", set={x: up(up(x))}), limits=(Limit("spent", ~at_least(x, 4)),))
    found = native.explore(system)
    assert (found.states, found.bounds) == (2, {"spent": 1})


def may_count(count: Term) -> Rule:
    """A rule that is never enabled, though its text does not show it."""
    row = Row("count", "", when=(at_least(x, 100),), set={count: choose(at_least(count, 1), count, up(count))})
    return Rule("count", "", "another event", (FirstMatch("count", None, (), (row,)),))


def test_a_count_beyond_its_top_leaves_other_counts_alone() -> None:
    system = counting(Row("step", "", set={x: up(up(x))}), limits=(Limit("y counts", ~at_least(y, 1)),))
    system = replace(system, rules=(*system.rules, may_count(y)))
    with pytest.raises(DefinitionError, match="goes beyond its top"):
        native.explore(system)


def test_a_bag_without_room_loses_everything() -> None:
    row = Row("send", "", send=Emission("post", {"z": TRUE}))
    rule, bag = Rule("r", "", "", (FirstMatch("", None, (), (row,)),)), Bag("post", (Variable(variable("z", BOOL)),), 0)
    assert native.explore(TransitionSystem("full", 2, (Variable(x),), (bag,), (rule,))).states == 1


def test_a_count_goes_beyond_its_top_though_a_field_of_its_name_does_not() -> None:
    """It would come round to zero and the search would end, complete, with too few states."""
    field = Bag("post", (Variable(x, top=9),), 1)
    send = Row("send", "", send=Emission("post", {"x": constant(0, COUNT)}))
    rules = [Rule(row.name, "", row.name, (FirstMatch("", None, (), (row,)),)) for row in (COUNT_UP, send)]
    with pytest.raises(DefinitionError, match="goes beyond its top"):
        native.explore(TransitionSystem("named alike", 2, (Variable(x, top=1),), (field,), tuple(rules)))


def test_a_bag_into_which_nothing_is_sent_is_no_mistake() -> None:
    send = Row("send", "", when=(at_least(y, 1),), send=Emission("post", {"c": up(x)}))
    rules = [Rule(row.name, "", "", (FirstMatch("", None, (), (row,)),)) for row in (FOUR, send)]
    bag = Bag("post", (Variable(variable("c", COUNT), top=1),), 1)
    system = TransitionSystem("empty", 2, (Variable(x, top=4), Variable(y, top=1)), (bag,), tuple(rules))
    assert native.explore(system).states == 5
