"""Thresholds as a chart: ticks against MSL, a line for each number of losses, a panel per promise and rule.

Lines that coincide are drawn over each other, the wider ones first, so that each can be seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from tcpmodel.draw.fonts import SANS

INK, GREY, FAINT = "#1f2933", "#5f6b7a", "#d9dee4"
PANEL_WIDTH, PANEL_HEIGHT = 190, 150
LEFT, TOP, GAP_X, GAP_Y, BOTTOM = 92, 118, 30, 52, 24
STYLES = (("#1f4e8c", 7.0), ("#e08a00", 4.5), ("#c62828", 2.5), ("#2e7d32", 1.5), ("#6a3d9a", 1.0))


class Point(NamedTuple):
    """A threshold to draw: in which panel, on which line, where."""

    promise: str
    restart: str
    losses: int
    msl: int
    ticks: int


@dataclass(frozen=True)
class Panel:
    """A panel's place, and how far its axes go."""

    x: float
    y: float
    lives: tuple[int, ...]
    most: int

    def across(self, msl: int) -> float:
        """The x coordinate of an MSL."""
        steps = max(1, len(self.lives) - 1)
        return self.x + 18 + (PANEL_WIDTH - 36) * self.lives.index(msl) / steps

    def up(self, ticks: int) -> float:
        """The y coordinate of a number of ticks."""
        return self.y + PANEL_HEIGHT * (1 - ticks / self.most)


def chart(points: Sequence[Point], *, subtitle: str = "", notes: Sequence[str] = ()) -> str:
    """The chart as an SVG document; the notes stand at its foot."""
    promises = list(dict.fromkeys(p.promise for p in points))
    rules = list(dict.fromkeys(p.restart for p in points))
    width = LEFT + len(rules) * (PANEL_WIDTH + GAP_X) + 10
    foot = TOP + len(promises) * (PANEL_HEIGHT + GAP_Y)
    height = foot + BOTTOM + 18 * len(notes)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        "<title>The smallest TIME-WAIT that keeps each promise</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        _text(LEFT, 30, "The smallest TIME-WAIT that keeps each promise", size=18, weight="bold"),
        _text(LEFT, 50, subtitle, size=12, fill=GREY),
        *_legend(sorted({p.losses for p in points})),
        *_axis_names(width, foot),
        *(_text(LEFT, foot + 30 + 18 * i, note, size=12) for i, note in enumerate(notes)),
    ]
    most = _rounded(max((p.ticks for p in points), default=1))
    lives = tuple(sorted({p.msl for p in points}))
    for i, promise in enumerate(promises):
        for j, rule in enumerate(rules):
            panel = Panel(LEFT + j * (PANEL_WIDTH + GAP_X), TOP + i * (PANEL_HEIGHT + GAP_Y), lives, most)
            shown = [p for p in points if (p.promise, p.restart) == (promise, rule)]
            lines += _panel(panel, f"{promise}, {rule.replace('_', ' ')}", shown)
    return "\n".join([*lines, "</svg>", ""])


def _rounded(most: int) -> int:
    return 4 * -(-(most + 1) // 4)


def _text(
    x: float,
    y: float,
    text: str,
    *,
    size: int = 11,
    anchor: str = "start",
    weight: str = "",
    fill: str = INK,
    turn: str = "",
) -> str:
    more = (f' font-weight="{weight}"' if weight else "") + (f' transform="{turn}"' if turn else "")
    look = f'font-family="{SANS}" font-size="{size}" text-anchor="{anchor}" fill="{fill}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}{more}>{escape(text, quote=False)}</text>'


def _legend(losses: Sequence[int]) -> Iterator[str]:
    for i, k in enumerate(losses):
        x, (colour, wide) = LEFT + i * 110, _style(k)
        yield f'<path d="M{x} 72h34" stroke="{colour}" stroke-width="{wide}"/>'
        yield _text(x + 42, 76, f"{k} {'loss' if k == 1 else 'losses'}", size=12)


def _style(losses: int) -> tuple[str, float]:
    return STYLES[min(losses, len(STYLES) - 1)]


def _axis_names(width: int, foot: int) -> Iterator[str]:
    yield _text((LEFT + width) / 2, foot - 4, "MSL in ticks", size=13, anchor="middle")
    middle = (TOP + foot - GAP_Y) / 2
    turn = f"rotate(-90 30 {middle:.0f})"
    yield _text(30, middle, "smallest TIME-WAIT in ticks", size=13, anchor="middle", turn=turn)


def _panel(panel: Panel, name: str, points: Sequence[Point]) -> Iterator[str]:
    yield _text(panel.x, panel.y - 8, name, size=12, weight="bold")
    for ticks in range(0, panel.most + 1, 4):
        y = panel.up(ticks)
        yield f'<path d="M{panel.x} {y:.1f}h{PANEL_WIDTH}" stroke="{FAINT}"/>'
        yield _text(panel.x - 6, y + 4, str(ticks), anchor="end", fill=GREY)
    for msl in panel.lives:
        yield _text(panel.across(msl), panel.y + PANEL_HEIGHT + 15, str(msl), anchor="middle", fill=GREY)
    for losses in sorted({p.losses for p in points}):
        yield from _line(panel, losses, sorted(p for p in points if p.losses == losses))


def _line(panel: Panel, losses: int, points: Sequence[Point]) -> Iterator[str]:
    colour, wide = _style(losses)
    places = [(panel.across(p.msl), panel.up(p.ticks), p.ticks) for p in points]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y, _ in places)
    yield f'<path class="losses{losses}" d="M{path}" fill="none" stroke="{colour}" stroke-width="{wide}"/>'
    for x, y, ticks in places:
        dot = f'cx="{x:.1f}" cy="{y:.1f}" r="{wide / 2 + 1.5:.1f}" fill="{colour}"'
        yield f"<circle {dot}><title>{ticks}</title></circle>"
