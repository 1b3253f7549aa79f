"""The states that both ends may be in after each frame, kept small: a number for each frame, and what it stands for."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from tcpmodel.captures.segments import Array


class Known(NamedTuple):
    """The states that A and B may be in, and whether the connection of each may be gone without a word."""

    states: tuple[tuple[str, ...], tuple[str, ...]]
    gone: tuple[bool, bool]


class Timeline:
    """Frames in their order, each with what is known after it."""

    def __init__(self) -> None:
        self._frames, self._which = array("q"), array("H")
        self._numbers: dict[Known, int] = {}

    def __len__(self) -> int:
        return len(self._frames)

    def __iter__(self) -> Iterator[tuple[int, Known]]:
        known = [*self._numbers]
        for frame, which in zip(self._frames, self._which, strict=True):
            yield frame, known[which]

    @property
    def last(self) -> Known | None:
        """What is known after the last frame; None without any."""
        return [*self._numbers][self._which[-1]] if self._frames else None

    def add(self, frame: int, known: Known) -> None:
        """One more frame."""
        self._frames.append(frame)
        self._which.append(self._number(known))

    def extend(self, frames: Array, which: Array, known: dict[int, Known]) -> None:
        """Many more frames; `known` says what each number in `which` stands for."""
        numbers = np.zeros(max(known) + 1, dtype=np.uint16)
        for number, meant in known.items():
            numbers[number] = self._number(meant)
        self._frames.frombytes(frames.astype(np.int64).tobytes())
        self._which.frombytes(numbers[which].tobytes())

    def _number(self, known: Known) -> int:
        return self._numbers.setdefault(known, len(self._numbers))
