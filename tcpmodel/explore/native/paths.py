"""The ways through a rule's blocks, numbered (Ball and Larus, 1996): each choice adds a number; the sum names it."""

from __future__ import annotations

from collections.abc import Sequence

from tcpmodel.systems.row import FirstMatch, Row


class Paths:
    """The numbers of the ways through a rule's blocks."""

    def __init__(self, blocks: Sequence[FirstMatch]) -> None:
        self.blocks = blocks
        self._ways = [1] * (len(blocks) + 1)
        for b in reversed(range(len(blocks))):
            self._ways[b] = sum(self._through(b, row) for row in blocks[b].rows) + self._ways[b + 1]

    def after(self, b: int, row: Row) -> int:
        """The block to which processing goes on behind the row of this block; behind the last, where it ends."""
        return b + 1 if row.goes_on else len(self.blocks)

    def _through(self, b: int, row: Row) -> int:
        return self._ways[self.after(b, row)]

    @property
    def count(self) -> int:
        """Number of paths."""
        return self._ways[0]

    def offset(self, b: int, r: int) -> int:
        """Number that choosing row r of block b adds to a path's number; r one beyond the last row stands for none."""
        return sum(self._through(b, row) for row in self.blocks[b].rows[:r])

    def rows(self, number: int) -> tuple[tuple[int, int], ...]:
        """The rows of a way, as (block, row)."""
        found, b = [], 0
        while b < len(self.blocks):
            rows = self.blocks[b].rows
            r = max(i for i in range(len(rows) + 1) if self.offset(b, i) <= number)
            number -= self.offset(b, r)
            if r < len(rows) and not rows[r].refuses:
                found.append((b, r))
            b = self.after(b, rows[r]) if r < len(rows) else b + 1
        return tuple(found)
