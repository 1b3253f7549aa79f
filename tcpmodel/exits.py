"""Exit codes of the program: TLC's, extended, each with the word that the last line printed says."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Exit(IntEnum):
    """An exit code; the members stand in the order in which one is said where several apply."""

    INTERNAL = 255
    UNREADABLE = 150
    CONFIGURATION = 151
    USAGE = 2
    SAFETY = 12
    DEADLOCK = 11
    LIVENESS = 13
    REJECTED = 15
    VACUOUS = 16
    SELF_CHECK = 10
    LIMIT = 152
    INCONCLUSIVE = 20
    OK = 0

    @property
    def line(self) -> str:
        """The last line of a program that ends so."""
        return f"EXIT {self} {self.name.lower().replace('_', '-')}"


PRECEDENCE = tuple(Exit)


def worst(codes: Iterable[Exit]) -> Exit:
    """The exit code that stands for several."""
    return min(codes, key=PRECEDENCE.index, default=Exit.OK)
