"""Closed forms for TIME-WAIT's thresholds, fitted by trying them all on the rows that a search computed.

L is the MSL, R the retransmission interval, k the number of losses.  A form is
a*L + b*k*R + d*R + c with small whole coefficients, or max(nL, kR + L) + 1 with n from 2 to 4.  Where no form fits all
rows, they are parted by whether something is lost, whether a repeat can cross the acknowledgment of
what it repeats, and whether a repeat comes later than a lifetime.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

ENOUGH = 3
"""With fewer rows a form would say more than is known."""


class Row(NamedTuple):
    """One computed threshold: MSL, retransmission interval, losses, repeats to spare, and the ticks."""

    msl: int
    rto: int
    losses: int
    repeats: int
    ticks: int


class Form(NamedTuple):
    """a*L + b*k*R + d*R + c; where that less c is below `least` lifetimes, these and c."""

    a: int
    b: int
    d: int
    c: int
    least: int = 0

    def value(self, row: Row) -> int:
        """The threshold that the form gives for a row's parameters."""
        sum_ = self.a * row.msl + self.b * row.losses * row.rto + self.d * row.rto
        return max(self.least * row.msl, sum_) + self.c

    def __str__(self) -> str:
        timers = {(1, 1): "(k+1)R", (1, 0): "kR", (0, 1): "R", (0, 0): ""}[self.b, self.d]
        lives = "" if not self.a else "L" if self.a == 1 else f"{self.a}L"
        if self.least:
            return f"max({self.least}L, {timers} + {lives}) + {self.c}"
        return " + ".join(part for part in (timers, lives, str(self.c) if self.c else "") if part) or "0"


FORMS = sorted(
    (Form(a, b, d, c) for a, b, d, c in product(range(6), range(2), range(2), range(4))),
    key=lambda f: (sum(x > 0 for x in f[:4]), sum(f[:4])),
)
FORMS += [Form(1, 1, 0, 1, least) for least in (2, 3, 4)]
"""The forms to try, the simplest first."""

Part = tuple[str, str, Callable[[Row], bool]]
PARTS: tuple[Part, ...] = (
    ("nothing is lost", "something is lost", lambda row: row.losses == 0),
    ("a repeat can cross its ACK, R <= 2L", "none can", lambda row: row.repeats > 0 and row.rto <= 2 * row.msl),
    ("R >= L", "R < L", lambda row: row.rto >= row.msl),
)


@dataclass(frozen=True)
class Fit:
    """The rows that a form was found for, by what they have in common; no form if none fits."""

    where: tuple[str, ...]
    rows: tuple[Row, ...]
    form: Form | None

    def __str__(self) -> str:
        said = f"{self.form}" if self.form else "no form of this kind"
        if len(self.rows) < ENOUGH:
            said = "too few rows"
        return f"{said}  ({'; '.join((f'{len(self.rows)} rows', *self.where))})"


def fits(rows: Sequence[Row]) -> tuple[Fit, ...]:
    """The forms that fit the rows, which are parted as far as needed."""
    return tuple(_fits(tuple(rows), (), PARTS))


def _fits(rows: tuple[Row, ...], where: tuple[str, ...], parts: tuple[Part, ...]) -> Iterator[Fit]:
    form = next((form for form in FORMS if all(form.value(row) == row.ticks for row in rows)), None)
    if form or not parts:
        yield Fit(where, rows, form)
        return
    yes, no, holds = parts[0]
    for name, chosen in ((yes, True), (no, False)):
        part = tuple(row for row in rows if holds(row) is chosen)
        if part:
            yield from _fits(part, (*where, name) if len(part) < len(rows) else where, parts[1:])


def linear(rows: Sequence[tuple[Mapping[str, int], int]], names: Mapping[str, str]) -> str | None:
    """The simplest sum of the named axes, each taken -1, 0, 1 or 2 times, and a small number that fits all rows."""
    wanted = sorted(product((0, 1, -1, 2), repeat=len(names)), key=lambda ns: sum(map(abs, ns)))
    for weights in wanted:
        left = {value - sum(n * axes[a] for n, a in zip(weights, names, strict=True)) for axes, value in rows}
        if len(left) == 1 and -1 <= min(left) <= 1:
            return _sum({names[a]: n for a, n in zip(names, weights, strict=True)}, left.pop())
    return None


def _sum(weights: Mapping[str, int], more: int) -> str:
    """The sum as it is written."""
    parts = [(n, name if abs(n) == 1 else f"{abs(n)}{name}") for name, n in weights.items() if n]
    parts += [(more, str(abs(more)))] if more else []
    text = "".join(f" {'+' if n > 0 else '-'} {part}" for n, part in sorted(parts, key=lambda p: p[0] < 0))
    return text.removeprefix(" + ") or "0"
