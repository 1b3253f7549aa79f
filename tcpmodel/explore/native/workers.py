"""The memory and the workers of a search: contexts, rounds, and a table that grows.

A state's number says where it lies in the store; each worker numbers what it finds from a base of
its own.  The frontier of a level is, per worker, a range of numbers; a round expands a part of it.
Between rounds all workers rest, so that the table can grow and everything can be read and saved.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from functools import partial
from threading import Thread

import numpy as np

from tcpmodel.explore.native.context import Slot
from tcpmodel.explore.native.layout import WORD
from tcpmodel.explore.native.memory import Region
from tcpmodel.explore.native.program import SearchProgram
from tcpmodel.explore.native.steps import QUEUED_BESIDE
from tcpmodel.explore.native.table import BUCKET, ENTRIES, FULLEST, GROWTH
from tcpmodel.explore.native.worker import Counters, Worker

BATCH = 256
"""How many successors are looked up together."""
CHUNK = 64
"""How many states a worker takes from the frontier at a time."""
FIRST_BUCKETS = 1 << 17
ALONE_BELOW = 1 << 14
"""A frontier of fewer states is expanded by one worker."""
ROUND = 0.1
"""Seconds that a round should last."""
NUMBERS = (1 << 32) - 2
"""The most states that numbers of 32 bits tell apart."""


class Workers:
    """All workers of a search over one store and one table; each has `numbers` numbers to give."""

    def __init__(self, program: SearchProgram, count: int, *, numbers: int | None = None) -> None:
        self.program = program
        self.words = program.layout.words
        self.state_bytes = self.words * WORD // 8
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        self.memory = int(0.9 * memory)
        most = memory // (4 if program.compact else self.state_bytes + 4)
        self.numbers = each = numbers or min(most, NUMBERS // count)
        self.store = Region(each * count * self.state_bytes)
        self.parents = Region(each * count * 4)
        self.stuck = Region(each * count * 4)
        self.hashes = Region(each * count * 8 if program.compact else 8)
        needed = count * (BATCH + program.steps.most_successors) / (ENTRIES * (1 - FULLEST))
        self.buckets = max(FIRST_BUCKETS, int(needed) + 1)
        self.table = Region(self.buckets * BUCKET)
        self.cursor = np.zeros(1, np.int64)
        self.ranges = np.zeros(2 * count, np.int64)
        self.all = [self._worker(i * each, (i + 1) * each) for i in range(count)]
        self._per_second = 1e5
        self.forgotten = 0
        self.chunk = max(1, min(CHUNK, self.buckets * ENTRIES // (10 * count * program.steps.most_successors)))

    def _worker(self, base: int, end: int) -> Worker:
        steps, context = self.program.steps, np.zeros(len(Slot), np.int64)
        counters: dict[Slot, Counters] = {
            Slot.FIRED: np.zeros(steps.ways, np.int64),
            Slot.FOUND: np.zeros(steps.ways, np.int64),
            Slot.BOUNDS: np.zeros(max(1, len(steps.bounds)), np.int64),
            Slot.SEEN: np.zeros(self.program.seen_words, np.uint64),
            Slot.FIRST: np.zeros(self.program.seen_words * WORD, np.int64),
        }
        queue = Region((BATCH + steps.most_successors) * (self.words + QUEUED_BESIDE) * 8)
        worker = Worker(base, end, context, counters, [queue])
        for slot, array in counters.items():
            worker[slot] = array.ctypes.data
        worker[Slot.QUEUE] = queue.address
        worker[Slot.STORE], worker[Slot.PARENTS] = self.store.address, self.parents.address
        worker[Slot.HASHES] = self.hashes.address
        worker[Slot.STUCK] = self.stuck.address + base * 4
        worker[Slot.TABLE], worker[Slot.BUCKETS] = self.table.address, self.buckets
        worker[Slot.CURSOR], worker[Slot.RANGES] = self.cursor.ctypes.data, self.ranges.ctypes.data
        worker[Slot.NEXT], worker[Slot.BATCH] = base, BATCH
        return worker

    def aside(self) -> Worker:
        """A worker that finds nothing, to look at what was found."""
        worker = self._worker(0, 0)
        spare = Region(8)
        worker.regions.append(spare)
        worker[Slot.STUCK] = spare.address
        return worker

    @property
    def states(self) -> int:
        """Number of states found."""
        return sum(w.found for w in self.all)

    @property
    def bytes(self) -> int:
        """The memory in use for states (with compaction, for hashes), their links and the table."""
        whole = self.states - self.forgotten
        return whole * self.state_bytes + self.states * self._beside() + self.buckets * BUCKET

    def _beside(self) -> int:
        """The bytes that every state takes beside itself and its entry in the table."""
        return 4 + 8 * self.program.compact

    def forget(self, level: Sequence[tuple[int, int]]) -> None:
        """Drop the states of a level that has been expanded; their hashes and links stay."""
        for first, end in level:
            self.store.forget(first * self.state_bytes, end * self.state_bytes)
            self.forgotten += end - first

    def key(self, number: int) -> int:
        """Key of the state in the table: its stored form, or with hash compaction its hash."""
        if self.program.compact:
            return int.from_bytes(self.hashes.read(number * 8, number * 8 + 8), "little")
        return self.stored(number)

    @property
    def steps(self) -> int:
        """Number of steps taken."""
        return int(self.counted(Slot.FIRED).sum())

    def counted(self, slot: Slot) -> Counters:
        """An array of counters of all workers together."""
        total = np.zeros_like(self.all[0].counters[slot])
        for w in self.all:
            total += w.counters[slot]
        return total

    def begin(self, packed: int) -> None:
        """Put the first state into the store and the table."""
        first = self.all[0]
        self.store.write(0, packed.to_bytes(self.state_bytes, "little"))
        first[Slot.NEXT] = 1
        self.program.judge(first, 0)
        self.program.place(first, 0, 1)

    def stored(self, number: int) -> int:
        """The stored form of a state."""
        at = number * self.state_bytes
        return int.from_bytes(self.store.read(at, at + self.state_bytes), "little")

    def parent(self, number: int) -> int:
        """From which state it was found."""
        return int.from_bytes(self.parents.read(number * 4, number * 4 + 4), "little")

    def stuck_numbers(self) -> list[int]:
        """The states from which nothing moves, in the order of their numbers."""
        found: list[int] = []
        for w in self.all:
            data = self.stuck.read(w.base * 4, (w.base + w[Slot.STUCK_COUNT]) * 4)
            found += np.frombuffer(data, np.uint32).tolist()
        return sorted(found)

    # Rounds.

    def done(self, total: int) -> int:
        """Number of states of the frontier that are expanded after a round."""
        return min(int(self.cursor[0]), self.all[0][Slot.END], total)

    def round(self, frontier: Sequence[tuple[int, int]], done: int, *, most_states: int | None) -> None:
        """Expand a part of the frontier, of which `done` states are expanded already."""
        total = sum(end - first for first, end in frontier)
        left = total - done
        many = len(self.all) if left >= ALONE_BELOW else 1
        part = min(left, max(1, int(self._per_second * ROUND)))
        for i, (first, end) in enumerate(frontier):
            self.ranges[2 * i : 2 * i + 2] = first, end
        self.cursor[0] = done
        room = max(1, self.room // many)
        exact = most_states is not None and most_states - self.states < 1 << 20
        if most_states is not None:
            room = min(room, max(1, -(-(most_states - self.states) // many)))
        for w in self.all[:many]:
            w[Slot.END], w[Slot.LIMIT] = done + part, min(w[Slot.NEXT] + room, w.end - BATCH)
            w[Slot.ALONE] = many == 1
            w[Slot.CHUNK], w[Slot.BATCH] = (1, 1) if exact else (self.chunk, BATCH)
        began = time.perf_counter()
        self._run([partial(self.program.search, w) for w in self.all[:many]])
        if self.done(total) == done + part:
            self._per_second = 0.5 * self._per_second + 0.5 * part / max(1e-6, time.perf_counter() - began)

    def _run(self, work: Sequence[Callable[[], None]]) -> None:
        """Do all at once, the first in this thread; an interruption waits until all are done."""
        threads = [Thread(target=job) for job in work[1:]]
        for thread in threads:
            thread.start()
        try:
            work[0]()
        finally:
            for thread in threads:
                thread.join()

    # The table.

    @property
    def room(self) -> int:
        """Number of states that the table still takes before it must grow."""
        return int(self.buckets * ENTRIES * FULLEST) - self.states

    @property
    def exhausted(self) -> bool:
        """Whether a worker has too few numbers left to go on with."""
        slack = self.chunk * self.program.steps.most_successors
        return any(w[Slot.NEXT] + slack >= w.end for w in self.all)

    @property
    def must_grow(self) -> bool:
        """Whether the table is as full as it may be."""
        return self.room <= 0

    @property
    def grown_bytes(self) -> int:
        """The memory in use once the table has grown."""
        return self.bytes + (self._grown() - self.buckets) * BUCKET

    def _grown(self) -> int:
        return int(self.buckets * GROWTH)

    def grow(self) -> None:
        """Give the table more buckets and put every state into it anew."""
        buckets = self._grown()
        while buckets * ENTRIES * FULLEST < self.states:
            buckets = int(buckets * GROWTH)
        self.table.release()
        self.table, self.buckets = Region(buckets * BUCKET), buckets
        for w in self.all:
            w[Slot.TABLE], w[Slot.BUCKETS] = self.table.address, buckets
            w[Slot.ALONE] = len(self.all) == 1
        self._run([partial(self.program.place, w, w.base, w[Slot.NEXT]) for w in self.all])

    def release(self) -> None:
        """Give all memory back."""
        for region in (
            self.store,
            self.parents,
            self.hashes,
            self.stuck,
            self.table,
            *(r for w in self.all for r in w.regions),
        ):
            region.release()
