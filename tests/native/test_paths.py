"""The numbers of the ways through a rule's blocks: one each, without gaps, and each names its rows."""

from collections.abc import Iterator
from random import Random

import pytest
from native.random_systems import random_system

from tcpmodel.explore.exploration import Limits
from tcpmodel.explore.native import search as native
from tcpmodel.explore.native.paths import Paths
from tcpmodel.explore.search import explore
from tcpmodel.judging.load import load, spec_paths
from tcpmodel.language.sorts import SEQ
from tcpmodel.language.terms import constant, equal, variable
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.systems.system import Rule, TransitionSystem, Variable

Way = tuple[tuple[int, int], ...]


def ways(blocks: tuple[FirstMatch, ...], b: int = 0) -> Iterator[tuple[int, Way]]:
    """Every way from a block on, by trying all, with the sum of what its choices add."""
    if b == len(blocks):
        yield 0, ()
        return
    paths = Paths(blocks)
    for r, row in enumerate(blocks[b].rows):
        here = paths.offset(b, r)
        if row.refuses:
            yield here, ()
        elif row.more:
            for onward, rows in ways(blocks, b + 1):
                yield here + onward, ((b, r), *rows)
        else:
            yield here, ((b, r),)
    for onward, rows in ways(blocks, b + 1):
        yield paths.offset(b, len(blocks[b].rows)) + onward, rows


def assert_numbered(blocks: tuple[FirstMatch, ...]) -> None:
    paths, numbered = Paths(blocks), list(ways(blocks))
    assert sorted(number for number, _ in numbered) == list(range(paths.count))
    for number, rows in numbered:
        assert paths.rows(number) == rows


def test_every_way_through_random_blocks_has_its_own_number() -> None:
    for seed in range(300):
        random = Random(seed)
        rows = [
            tuple(
                Row(f"{b}.{r}", "", more=random.random() < 0.5, refuses=random.random() < 0.2)
                for r in range(random.randint(0, 4))
            )
            for b in range(random.randint(1, 5))
        ]
        assert_numbered(tuple(FirstMatch(str(b), None, (), r) for b, r in enumerate(rows)))


@pytest.mark.parametrize("name", ["handshake", "termination"])
def test_every_way_through_tcps_rules_has_its_own_number(name) -> None:
    for rule in load(spec_paths()[name]).system.rules:
        if Paths(rule.blocks).count < 20000:
            assert_numbered(rule.blocks)


def test_the_ways_that_were_counted_name_the_rows_that_fired() -> None:
    for seed in range(300, 320):
        system = random_system(Random(seed), most_rules=3)
        limit = Limits(states=60)
        assert native.explore(system, limits=limit).rows == explore(system, limits=limit).rows, seed


n, m = variable("n", SEQ), variable("m", SEQ)


def test_a_row_that_refuses_after_others_fired_counts_for_none() -> None:
    first = Row("first", "", set={n: n + 1}, more=True)
    then = (Row("then", "", when=(equal(n, 5),), set={m: m + 1}), Row("refuse", "", refuses=True))
    blocks = (FirstMatch("one", None, (), (first,)), FirstMatch("two", None, (), then))
    system = TransitionSystem("refuses", 3, (Variable(n), Variable(m)), (), (Rule("r", "", "", blocks),))
    assert native.explore(system).rows == explore(system).rows == {(0, 0, 0): 64, (0, 1, 0): 8}


def test_a_row_may_go_to_what_a_variable_says() -> None:
    block = FirstMatch("", n, (constant(0, SEQ),), (Row("go", "", goto=m),))
    system = TransitionSystem("goes", 2, (Variable(n), Variable(m, 2)), (), (Rule("r", "", "", (block,)),))
    assert list(native.explore(system).reached) == list(explore(system).reached)
