"""The table of states found: its hash, its growth, and workers that share it."""

import os
import signal
import subprocess
import sys
import time
from random import Random
from threading import Thread
from typing import ClassVar
from unittest.mock import patch

import pytest
from engines.toys import TOYS

from tcpmodel.explore.exploration import Exploration, counts
from tcpmodel.explore.native import search as native
from tcpmodel.explore.native import workers
from tcpmodel.explore.native.layout import WORD
from tcpmodel.explore.native.table import hash_in_python
from tcpmodel.judging.load import load, spec_paths
from tcpmodel.language.sorts import SEQ
from tcpmodel.language.terms import TRUE, variable
from tcpmodel.systems.row import FirstMatch, Pick, Row
from tcpmodel.systems.system import Rule, TransitionSystem, Variable
from tcpmodel.systems.verdicts import trace_of

MEDIUM = load(spec_paths()["close_with_faults"])
SMALL = load(spec_paths()["half_close"])


def told(found: Exploration) -> dict[str, object]:
    """What is the same whoever finds it."""
    traces = {name: trace_of(v) for name, v in found.verdicts.items()}
    return {
        **counts(found),
        "rows": found.rows,
        "bounds": found.bounds,
        "stuck": len(found.stuck),
        "verdicts": {
            n: (v.word, None if traces[n] is None or traces[n].loop is not None else len(traces[n]))
            for n, v in found.verdicts.items()
        },
    }


@pytest.fixture(scope="module")
def alone() -> dict[str, object]:
    return told(native.explore(MEDIUM.system, MEDIUM.claims))


def test_the_hash_in_python_is_the_native_one() -> None:
    """With compaction native code notes the hash of every state."""
    for spec in (SMALL, load(spec_paths()["two_way_stale_reply"])):
        found = native.explore(spec.system)
        compact = native.explore(spec.system, compact=True)
        for number in found.numbers()[:: max(1, found.states // 300)]:
            packed = found.workers.stored(number)
            words = [packed >> (WORD * i) & ((1 << WORD) - 1) for i in range(found.workers.words)]
            assert hash_in_python(words) == compact.workers.key(number)


def test_the_hash_spreads_states_that_differ_in_one_bit() -> None:
    random = Random(1)
    words = [random.getrandbits(64) for _ in range(3)]
    hashes = {
        hash_in_python([w ^ (1 << bit) * (i == k) for i, w in enumerate(words)]) for k in range(3) for bit in range(64)
    }
    assert len(hashes) == 192
    assert len({h >> 32 for h in hashes}) == 192


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_table_that_grows_many_times_finds_the_same(count, alone) -> None:
    with patch.multiple(workers, FIRST_BUCKETS=1 << 7, ALONE_BELOW=1):
        found = native.explore(MEDIUM.system, MEDIUM.claims, workers=count)
    assert found.workers.buckets > 20 << 7
    assert told(found) == alone


@pytest.mark.parametrize("turn", range(6))
def test_two_workers_find_what_one_finds_however_they_run(turn, alone) -> None:
    """A race would show as a state found twice, or lost."""
    for chunk in (1, 2, 7, 64):
        with patch.multiple(workers, ALONE_BELOW=1, CHUNK=chunk, BATCH=(1, 5, 256)[turn % 3]):
            found = native.explore(MEDIUM.system, MEDIUM.claims, workers=2 + turn // 3)
        assert told(found) == alone
        numbers = found.numbers()
        assert len({found.workers.stored(n) for n in numbers}) == len(numbers) == found.states


@pytest.mark.parametrize("turn", range(3))
def test_two_workers_find_what_one_finds_while_the_table_grows_between_short_rounds(turn, alone) -> None:
    with patch.multiple(workers, ALONE_BELOW=1, CHUNK=1 + turn, FIRST_BUCKETS=1 << 7, ROUND=0.003):
        assert told(native.explore(MEDIUM.system, MEDIUM.claims, workers=2)) == alone


def test_many_small_searches_by_two_workers_find_the_same() -> None:
    once = told(native.explore(SMALL.system, SMALL.claims))
    with patch.multiple(workers, ALONE_BELOW=1, CHUNK=1):
        for _ in range(25):
            assert told(native.explore(SMALL.system, SMALL.claims, workers=2)) == once


def test_every_link_to_a_parent_is_a_step_from_one_level_to_the_next() -> None:
    with patch.multiple(workers, ALONE_BELOW=1, CHUNK=1):
        found = native.explore(SMALL.system, SMALL.claims, workers=2)
    lengths = {state: distance for state, (distance, _, _) in native.explore(SMALL.system).reached.items()}
    assert {state: distance for state, (distance, _, _) in found.reached.items()} == lengths


@pytest.mark.parametrize("toy", TOYS.values(), ids=TOYS)
def test_more_workers_than_states_do_no_harm(toy) -> None:
    with patch.multiple(workers, ALONE_BELOW=1):
        found = native.explore(toy.system, workers=9)
    assert counts(found) == {"states": toy.states, "steps": toy.steps, "depth": toy.depth}


WIDE_STEP = """
from tcpmodel.explore.native import search, workers
from native.test_table import picking_twice
workers.FIRST_BUCKETS = 8
print(search.explore(picking_twice(bits=5)).states)
"""


def picking_twice(*, bits: int) -> TransitionSystem:
    """From its first state one firing leads to every other."""
    n, m, picked = (variable(name, SEQ) for name in ("n", "m", "picked"))
    blocks = (
        FirstMatch("one", None, (), (Row("one", "", pick=Pick(picked, TRUE), set={n: picked}, more=True),)),
        FirstMatch("two", None, (), (Row("two", "", pick=Pick(picked, TRUE), set={m: picked}),)),
    )
    return TransitionSystem("wide", bits, (Variable(n), Variable(m)), (), (Rule("r", "", "", blocks),))


def test_a_state_with_more_steps_than_the_table_has_room_ends() -> None:
    """As 2^18 steps do in the table that a search begins with (9 bits)."""
    here = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        [sys.executable, "-c", WIDE_STEP],
        env={**os.environ, "PYTHONPATH": here},
        capture_output=True,
        text=True,
        timeout=3,
    )
    assert done.stdout.strip() == "1024"


class Interrupted(Thread):
    """A thread of a search in which Ctrl-C is pressed once, just as it has started or as it is waited for."""

    at = "start"
    all: ClassVar[list[Thread]] = []

    def start(self) -> None:
        self.all.append(self)
        super().start()
        self._press("start")

    def run(self) -> None:
        time.sleep(0.3)
        super().run()

    def join(self, timeout: float | None = None) -> None:
        self._press("join")
        super().join(timeout)

    def _press(self, here: str) -> None:
        if self.at == here and len(self.all) == 1:
            Interrupted.at = "never again"
            signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("at", ["start", "join"])
def test_an_interruption_waits_until_all_workers_are_done(at) -> None:
    Interrupted.at = at
    Interrupted.all.clear()
    with patch.multiple(workers, ALONE_BELOW=1, Thread=Interrupted):
        found = native.explore(SMALL.system, workers=2)
    running = [thread.is_alive() for thread in Interrupted.all]
    for thread in Interrupted.all:
        thread.join()
    assert found.limit == "interrupt"
    assert not any(running)


class Stop(Exception):
    pass


def test_a_search_without_numbers_for_more_states_ends_and_says_so() -> None:
    told_again = []

    def watch(found: Exploration) -> None:
        told_again.append(found.states)
        if told_again[-200:-1] == 199 * [found.states]:
            raise Stop

    with patch.multiple(workers, NUMBERS=2000, ROUND=0.001):
        found = native.explore(MEDIUM.system, progress=watch)
    assert not found.complete
