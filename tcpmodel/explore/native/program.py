"""A system and its claims as a compiled search."""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tcpmodel.explore.eventually import Entries
from tcpmodel.explore.native import kernel
from tcpmodel.explore.native.build import Program
from tcpmodel.explore.native.layout import WORD, Layout
from tcpmodel.explore.native.steps import Steps
from tcpmodel.explore.native.table import hash_in_python
from tcpmodel.language.terms import Term
from tcpmodel.systems.claims import Always, Claim, DeadlockFree, LeadsTo, Witness
from tcpmodel.systems.system import State, TransitionSystem

if TYPE_CHECKING:
    from tcpmodel.explore.native.workers import Worker


class StepsFrom(NamedTuple):
    """The steps that lead elsewhere: by state, where they end and what is enabled; by step, target and kinds."""

    ends: NDArray[np.int64]
    targets: NDArray[np.int64]
    taken: NDArray[np.uint64]
    enabled: NDArray[np.uint64]


class SearchProgram:
    """The functions of a search, and which bit of SEEN says what of which claim."""

    def __init__(self, system: TransitionSystem, claims: Sequence[Claim], *, compact: bool = False) -> None:
        self.compact = compact
        self.layout = Layout(system)
        self.eventual = tuple(claim for claim in claims if isinstance(claim, LeadsTo))
        self.entries = Entries(system, self.eventual)
        self.steps = Steps(self.layout, self.entries.kinds)
        conditions: list[Term] = []
        stuck: list[Term] = []
        self.shown: dict[str, int] = {}
        self.needed: dict[str, int] = {}
        for claim in claims:
            if isinstance(claim, Always):
                self.shown[claim.name], self.needed[claim.name] = len(conditions), len(conditions) + 1
                conditions += [~claim.predicate, claim.needs]
            elif isinstance(claim, Witness):
                self.shown[claim.name] = len(conditions)
                conditions.append(claim.predicate)
        for claim in claims:
            if isinstance(claim, DeadlockFree):
                self.shown[claim.name] = len(conditions) + len(stuck)
                stuck.append(~claim.predicate)
        self.seen_words = (len(conditions) + len(stuck)) // WORD + 1
        told = [term for claim in self.eventual for term in (claim.given, claim.predicate)]
        texts = kernel.texts(self.steps, conditions=conditions, stuck=stuck, told=told, compact=compact)
        self.text = "\n".join(texts)
        self._program = Program(self.text)
        self._search = self._program.function("search", 1)
        self._place = self._program.function("place", 3)
        self._generate = self._program.function("generate", 3)
        self._begin = self._program.function("begin", 2)
        self._lookup = self._program.function("lookup", 3)
        self._graph = self._program.function("graph", 7)
        self._tell = self._program.function("tell", 4)

    @property
    def digest(self) -> str:
        """What tells this program from any other."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def key(self, state: State) -> int:
        """That by which a state is compared: its stored form, or with compaction its hash."""
        packed = self.layout.pack(state)
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
