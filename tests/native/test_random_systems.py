"""The plain and the native explorer find the same in random systems that use everything a rule may have."""

from random import Random
from unittest.mock import patch

import pytest
from native.random_systems import random_claims, random_system

from tcpmodel.explore.exploration import UNLIMITED, Exploration, Limits, counts
from tcpmodel.explore.native import search as native
from tcpmodel.explore.native import workers
from tcpmodel.explore.search import explore
from tcpmodel.systems.trace import replay
from tcpmodel.systems.verdicts import trace_of

MOST = Limits(states=300)


def verdicts(found: Exploration) -> dict[str, tuple[str, int | None, int | None]]:
    """For each claim the word, the length of the trace and where it returns to."""
    traces = {name: trace_of(verdict) for name, verdict in found.verdicts.items()}
    return {
        name: (verdict.word, None, None)
        if traces[name] is None
        else (verdict.word, len(traces[name]), traces[name].loop)
        for name, verdict in found.verdicts.items()
    }


def told(found: Exploration) -> dict[str, object]:
    """What does not depend on the order in which states are found."""
    return {**counts(found), "bounds": +found.bounds, "rows": +found.rows, "limit": found.limit}


EIGHTH = pytest.mark.parametrize("seeds", [range(i, 96, 8) for i in range(8)], ids=str)


@EIGHTH
def test_one_worker_finds_what_the_plain_explorer_finds_and_in_its_order(seeds) -> None:
    for seed in seeds:
        random = Random(seed)
        system = random_system(random)
        asked = random_claims(random, system)
        one, other = explore(system, asked, limits=MOST), native.explore(system, asked, limits=MOST)
        assert told(one) == told(other), seed
        assert list(one.reached.items()) == list(other.reached.items()), seed
        assert one.stuck == other.stuck, seed
        assert one.new_by_row == other.new_by_row, seed
        assert one.stopped == other.stopped, seed
        assert verdicts(one) == verdicts(other), seed
        for state in list(one.reached)[:: max(1, one.states // 5)]:
            assert replay(other.trace_to(state)) == one.trace_to(state), seed


@EIGHTH
def test_two_workers_find_what_the_plain_explorer_finds(seeds) -> None:
    for seed in seeds[::3]:
        random = Random(seed)
        system = random_system(random)
        asked = random_claims(random, system)
        one = explore(system, asked, limits=MOST)
        with patch.multiple(workers, ALONE_BELOW=1, CHUNK=1):
            other = native.explore(system, asked, workers=2, limits=UNLIMITED if one.complete else MOST)
        if not one.complete:
            assert (other.limit, other.complete) == ("states", False), seed
            continue
        assert told(one) == told(other), seed
        distances = [{s: d for s, (d, _, _) in found.reached.items()} for found in (one, other)]
        assert distances[0] == distances[1], seed
        assert sorted(one.stuck) == sorted(other.stuck), seed
        for name, (word, length, loop) in verdicts(one).items():
            assert verdicts(other)[name][0] == word, (seed, name)
            if loop is None:
                assert verdicts(other)[name][1] == length, (seed, name)


SHARES = {
    "complete": lambda e: e.complete and e.states > 5,
    "many rows": lambda e: len(e.rows) > 4,
    "bounds": lambda e: bool(e.bounds),
    "stuck": lambda e: bool(e.stuck),
    "deep": lambda e: e.depth > 4 and e.states > 30,
    "later blocks": lambda e: any(b for _, b, _ in e.rows),
    "rows that refuse": lambda e: any(r.refuses for rule in e.system.rules for b in rule.blocks for r in b.rows),
    "picks": lambda e: any(r.pick for rule in e.system.rules for b in rule.blocks for r in b.rows),
}


@pytest.fixture(scope="module")
def explorations() -> list[Exploration]:
    return [explore(random_system(Random(seed)), limits=Limits(states=100)) for seed in range(60)]


@pytest.mark.parametrize("share", SHARES.values(), ids=SHARES)
def test_the_random_systems_are_worth_exploring(explorations, share) -> None:
    assert sum(map(share, explorations)) >= 6
