"""Progress of a search: states, steps and the level that it is at."""

from __future__ import annotations

from dataclasses import dataclass, field

Frontier = list[tuple[int, int]]
"""The states of a level: for each worker, a range of numbers."""


@dataclass
class Progress:
    """The levels so far, how many states of the last are expanded, where each worker's part of the next begins.

    `shown` gives for each bit of SEEN the number of a nearest state that set it; `seconds` is the time spent.
    """

    levels: list[Frontier] = field(default_factory=list)
    done: int = 0
    starts: list[int] = field(default_factory=list)
    shown: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def frontier(self) -> int:
        """Number of states of the last level."""
        return sum(end - first for first, end in self.levels[-1])
