"""One worker of a search: its context, the memory that is its own, and its range of numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tcpmodel.explore.native.context import Slot
from tcpmodel.explore.native.memory import Region

Counters = NDArray[np.int64] | NDArray[np.uint64]


@dataclass
class Worker:
    """One worker's context, the memory that is its own, and its range of numbers."""

    base: int
    end: int
    context: NDArray[np.int64]
    counters: dict[Slot, Counters]
    regions: list[Region] = field(default_factory=list)

    def __getitem__(self, slot: Slot) -> int:
        return int(self.context[slot])

    def __setitem__(self, slot: Slot, value: int) -> None:
        self.context[slot] = value

    @property
    def found(self) -> int:
        """Number of states that the worker has found."""
        return self[Slot.NEXT] - self.base
