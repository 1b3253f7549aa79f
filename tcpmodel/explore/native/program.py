"""A system and its claims as a compiled search."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tcpmodel.explore.eventually import Entries
from tcpmodel.explore.native import kernel
from tcpmodel.explore.native.build import Built, Program, compiled, keep, kept
from tcpmodel.explore.native.digest import digest
from tcpmodel.explore.native.known import Known
from tcpmodel.explore.native.layout import WORD, Layout
from tcpmodel.explore.native.steps import Steps
from tcpmodel.explore.native.table import hash_in_python
from tcpmodel.explore.native.worker import Worker
from tcpmodel.explore.reduction import reduction
from tcpmodel.language.terms import Term
from tcpmodel.systems.claims import Always, Claim, DeadlockFree, LeadsTo, Witness
from tcpmodel.systems.system import State, TransitionSystem


class StepsFrom(NamedTuple):
    """The steps that lead elsewhere: by state, where they end and what is enabled; by step, target and kinds."""

    ends: NDArray[np.int64]
    targets: NDArray[np.int64]
    taken: NDArray[np.uint64]
    enabled: NDArray[np.uint64]


class SearchProgram:
    """The functions of a search, and which bit of SEEN says what of which claim."""

    def __init__(
        self, system: TransitionSystem, claims: Sequence[Claim], *, compact: bool = False, reduce: Sequence[str] = ()
    ) -> None:
        self.compact, self.reduction = compact, reduction(system, claims, reduce)
        self.eventual = tuple(claim for claim in claims if isinstance(claim, LeadsTo))
        self.entries = Entries(system, self.eventual)
        self._conditions: list[Term] = []
        self._stuck: list[Term] = []
        self.shown: dict[str, int] = {}
        self.needed: dict[str, int] = {}
        self._number(claims)
        self.seen_words = (len(self._conditions) + len(self._stuck)) // WORD + 1
        told = [term for claim in self.eventual for term in (claim.given, claim.predicate)]
        terms = (self._conditions, self._stuck, told)
        self.digest = digest(system, *terms, kinds=self.entries.kinds, compact=compact, reduction=self.reduction)
        built = kept(self.digest)
        self.from_cache = built is not None
        self.layout = Layout(system, Known.read(built.note) if built else Known.of(system, self.reduction.forgettable))
        self.steps = Steps(self.layout, self.entries.kinds, self.reduction)
        if built is None:
            built = Built(self.layout.known.text(), compiled(self.text(told)))
            keep(self.digest, built)
        self._link(Program(built.code))

    def _number(self, claims: Sequence[Claim]) -> None:
        """Give each claim its bits."""
        for claim in claims:
            if isinstance(claim, Always):
                self.shown[claim.name], self.needed[claim.name] = len(self._conditions), len(self._conditions) + 1
                self._conditions += [self.reduction.either_way(t) for t in (~claim.predicate, claim.needs)]
            elif isinstance(claim, Witness):
                self.shown[claim.name] = len(self._conditions)
                self._conditions.append(self.reduction.either_way(claim.predicate))
        for claim in claims:
            if isinstance(claim, DeadlockFree):
                self.shown[claim.name] = len(self._conditions) + len(self._stuck)
                self._stuck.append(self.reduction.either_way(~claim.predicate))

    def text(self, told: Sequence[Term]) -> str:
        """The program in LLVM's language."""
        texts = kernel.texts(
            self.steps, conditions=self._conditions, stuck=self._stuck, told=told, compact=self.compact
        )
        return "\n".join(texts)

    def _link(self, program: Program) -> None:
        self._search = program.function("search", 1)
        self._place = program.function("place", 3)
        self._generate = program.function("generate", 3)
        self._begin = program.function("begin", 2)
        self._lookup = program.function("lookup", 3)
        self._graph = program.function("graph", 7)
        self._tell = program.function("tell", 4)
        self._program = program

    def packed(self, state: State) -> int:
        """The stored form of the state that stands for this one."""
        own = self.reduction.without_forgotten(state) if self.reduction.forgettable else state
        mirror = self.reduction.mirror
        return min(self.layout.pack(s) for s in ((own, mirror.state(own)) if mirror else (own,)))

    def key(self, state: State) -> int:
        """Key of a state in the table: its stored form, or with hash compaction its hash."""
        packed = self.packed(state)
        if not self.compact:
            return packed
        return hash_in_python([packed >> (WORD * i) & ((1 << WORD) - 1) for i in range(self.layout.words)])

    def search(self, worker: Worker) -> None:
        """Expand the worker's share of the round."""
        self._search(worker.context.ctypes.data)

    def place(self, worker: Worker, first: int, end: int) -> None:
        """Put the states of these numbers into the table."""
        self._place(worker.context.ctypes.data, first, end)

    def judge(self, worker: Worker, number: int) -> None:
        """Judge the claims on one state."""
        self._begin(worker.context.ctypes.data, number)

    def lookup(self, worker: Worker, packed: int) -> int | None:
        """The number of a state, if it was found."""
        data: Any = ctypes.create_string_buffer(packed.to_bytes(self.layout.words * WORD // 8, "little"))
        result = ctypes.c_int64(-1)
        self._lookup(worker.context.ctypes.data, ctypes.addressof(data), ctypes.addressof(result))
        return None if result.value < 0 else result.value

    def generate(self, worker: Worker, first: int, end: int) -> None:
        """Make the successors of these states and drop them; counters count them once more."""
        self._generate(worker.context.ctypes.data, first, end)

    def graph(self, worker: Worker, first: int, end: int, most: int) -> StepsFrom:
        """The steps from these states, which are at most so many."""
        ends, targets = np.zeros(end - first, np.int64), np.zeros(most, np.int64)
        taken, enabled = np.zeros(most, np.uint64), np.zeros(end - first, np.uint64)
        arrays = (ends, targets, taken, enabled)
        self._graph(worker.context.ctypes.data, first, end, *(a.ctypes.data for a in arrays))
        many = int(ends[-1]) if len(ends) else 0
        return StepsFrom(ends, targets[:many], taken[:many], enabled)

    def tell(self, worker: Worker, first: int, end: int) -> NDArray[np.bool_]:
        """For each of these states, for each eventual claim, whether its given and its predicate are true."""
        out = np.zeros((end - first, 2 * len(self.eventual)), np.bool_)
        self._tell(worker.context.ctypes.data, first, end, out.ctypes.data)
        return out
