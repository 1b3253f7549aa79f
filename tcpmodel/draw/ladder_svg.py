"""Ladder (message sequence chart) as SVG: two lifelines, boxes for connection states, a slanted arrow per segment.

An arrow runs from the step that sends to the step that takes, so waiting, crossing and overtaking
can be seen.  A step's text stands outside the lifeline of the end that acts; the space between the
lifelines belongs to the segments.  The steps of a lasso that repeat for ever have a ground of their
own.  The picture depends on nothing but the trace.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import accumulate
from math import atan, cos, degrees, hypot, sin
from textwrap import wrap
from typing import NamedTuple

from tcpmodel.draw.flights import ENDINGS, Flight, flights
from tcpmodel.draw.fonts import MONO
from tcpmodel.draw.shapes import BLUE, COLOURS, GREY, INK, RED, arrowhead, lettering
from tcpmodel.draw.telling import cited, judged, round_begins, steps, way_back
from tcpmodel.systems.claims import Claim, Witness
from tcpmodel.systems.trace import Firing, Trace, firing

WIDTH, TOP, BOTTOM = 1080, 128, 56
LIFELINE = {"A": 338, "B": 742}
BOX_WIDTH, BOX_HEIGHT = 116, 22
CLEAR = BOX_WIDTH // 2 + 8
"""Distance from a lifeline at which the text on an arrow begins, clear of any box."""
ASIDE = BOX_WIDTH // 2 + 14
"""Distance of a step's text from its lifeline."""
LINE, LETTERS = 16, 32
"""A step's text: the height of a line, and how many letters it takes."""
LEAST_ROW = {"time": 40}
"""The least height of a step, by who acts; anybody else's is 60."""


class Row(NamedTuple):
    """Heights of a step in the picture: its top, arrivals (`into`), changes of state (`box`), departures (`out`)."""

    top: float
    into: float
    box: float
    out: float
    height: float


class DrawnArrow(NamedTuple):
    """A segment's line from its sender's lifeline to where it arrives or ends."""

    start: tuple[float, float]
    end: tuple[float, float]
    text: str
    marks: str
    look: str


def ladder_svg(trace: Trace, *, title: str = "", claim: Claim | None = None) -> str:
    """The trace as an SVG document; the claim, if it is broken or witnessed, is told in a box at the bottom."""
    picture = _Picture(trace, _rows(trace))
    name = title or trace.system.name
    verdict = _verdict(trace, claim, picture.bottom + BOTTOM)
    height = picture.bottom + BOTTOM + (len(_lines(trace, claim)) * 17 + 42 if verdict else 0)
    arrows = [arrow for flight in flights(trace) for arrow in picture.arrows(flight)]
    return "\n".join(
        [
            *_head(trace, name, height),
            *picture.band(),
            *picture.lifelines(),
            *picture.clock(),
            *(_arrow(arrow) for arrow in arrows),
            *_labels(arrows),
            *picture.boxes(),
            *(line for number in range(1, len(trace) + 1) for line in picture.said(number)),
            *picture.loop(),
            *verdict,
            "</svg>",
            "",
        ]
    )


# Where everything stands.


def _rows(trace: Trace) -> list[Row]:
    """One row for each step, from the top down; the first entry is the start."""
    shapes = [_shape(trace, number) for number in range(1, len(trace) + 1)]
    tops = accumulate((shape.height for shape in shapes), initial=float(TOP))
    moved = (Row(top, top + s.into, top + s.box, top + s.out, s.height) for top, s in zip(tops, shapes, strict=False))
    return [Row(TOP - 24, TOP - 24, TOP - 40, TOP - 24, 24), *moved]


def _shape(trace: Trace, number: int) -> Row:
    """A step's row as if its top were 0."""
    fired = firing(trace.system, trace.steps[number - 1])
    takes = fired.rule.take is not None and fired.rule.agent in LIFELINE
    box = 34.0 if takes else 14.0
    out = box + 16 if _moved(trace, number) else 28.0 if takes else 14.0
    text = LINE * sum(map(len, _words(fired, number))) + 20
    return Row(0, 14, box, out, max(out + 30, text, LEAST_ROW.get(fired.rule.agent, 60)))


def _state(trace: Trace, number: int, end: str) -> str:
    return str(trace.system.value(trace.states[number], f"{end}.state"))


def _moved(trace: Trace, number: int) -> list[str]:
    """The ends whose connection state the step changes."""
    return [end for end in LIFELINE if _state(trace, number, end) != _state(trace, number - 1, end)]


def _words(fired: Firing, number: int) -> tuple[list[str], list[str]]:
    """The text beside a step, in lines: the rows, and their citation."""
    who = "" if fired.rule.agent in LIFELINE else f"{fired.rule.agent}: "
    rows = wrap(f"{number}. {who}{fired.title}", LETTERS, break_on_hyphens=False)
    return rows, wrap(cited(fired.rfc), LETTERS, break_on_hyphens=False)


@dataclass(frozen=True)
class _Picture:
    """The trace on its rows."""

    trace: Trace
    rows: list[Row]

    @property
    def bottom(self) -> float:
        """The y coordinate at which the lifelines end."""
        return self.rows[-1].top + self.rows[-1].height + 12

    def lifelines(self) -> Iterator[str]:
        for end, x in LIFELINE.items():
            yield lettering(x, TOP - 62, end, size=18, anchor="middle", weight="bold")
            yield f'<path d="M{x} {TOP - 40}V{self.bottom:.1f}" stroke="#9aa5b1" stroke-width="1.5"/>'

    def clock(self) -> Iterator[str]:
        """A dotted line across for every tick."""
        for step, row in zip(self.trace.steps, self.rows[1:], strict=True):
            if firing(self.trace.system, step).rule.agent == "time":
                x = LIFELINE["A"] - 8, LIFELINE["B"] + 8
                yield f'<path d="M{x[0]} {row.into:.1f}H{x[1]}" stroke="#9aa5b1" stroke-dasharray="1 5"/>'

    def boxes(self) -> Iterator[str]:
        """The connection states: at the start, and wherever one changes."""
        for number, row in enumerate(self.rows):
            for end in LIFELINE if number == 0 else _moved(self.trace, number):
                yield from _box(LIFELINE[end], row.box, _state(self.trace, number, end))

    def said(self, number: int) -> Iterator[str]:
        """A step's number, rows and citation, beside the end that acts; what nobody does stands left."""
        fired, row = firing(self.trace.system, self.trace.steps[number - 1]), self.rows[number]
        side = "B" if fired.rule.agent == "B" else "A"
        x, anchor = (LIFELINE["A"] - ASIDE, "end") if side == "A" else (LIFELINE["B"] + ASIDE, "start")
        rows, cites = _words(fired, number)
        colour = INK if fired.rule.agent in LIFELINE else GREY
        for i, text in enumerate(rows):
            yield lettering(x, row.into + 4 + i * LINE, text, anchor=anchor, fill=colour)
        for i, text in enumerate(cites, len(rows)):
            yield lettering(x, row.into + 4 + i * LINE, text, anchor=anchor, fill=GREY, size=12)

    def band(self) -> Iterator[str]:
        """A ground behind the steps that repeat for ever."""
        first = round_begins(self.trace)
        if first:
            top = self.rows[first].top - 6
            place = f'x="24" y="{top:.1f}" width="{WIDTH - 48}" height="{self.bottom - top:.1f}"'
            yield f'<rect class="round" {place} rx="6" fill="#eef4fb" stroke="{BLUE}" stroke-dasharray="6 4"/>'

    def loop(self) -> Iterator[str]:
        back = way_back(self.trace)
        if back:
            yield lettering(WIDTH / 2, self.bottom + 24, back, anchor="middle", weight="600")

    def arrows(self, flight: Flight) -> Iterator[DrawnArrow]:
        """One arrow for each arrival, and one that ends on the way if the segment does."""
        start = (float(LIFELINE[flight.sender]), self.rows[flight.emitted or 0].out)
        text = flight.text
        since = ("in flight from the start",) if flight.emitted is None else ()
        for arrival in flight.arrivals:
            end = (float(LIFELINE[flight.receiver]), self.rows[arrival.step].into)
            look = "stale" if arrival.stale or arrival.forged else "arrives"
            yield DrawnArrow(start, end, text, ", ".join((*since, *arrival.marks)), look)
            text, since = "", ()
        if flight.ending:
            yield DrawnArrow(
                start, self.ending(flight, start), text, ", ".join((*since, ENDINGS[flight.ending])), "lost"
            )
        elif flight.in_flight:
            end = (_between(flight, 0.75), start[1] + 22)
            yield DrawnArrow(start, end, text, ", ".join((*since, "still in flight")), "in flight")

    def ending(self, flight: Flight, start: tuple[float, float]) -> tuple[float, float]:
        """The point at which a segment is lost: half way if at once, further on if a later step loses it."""
        if flight.ended is None or flight.ended == flight.emitted:
            return _between(flight, 0.5), start[1] + 16
        return _between(flight, 0.75), self.rows[flight.ended].into


def _between(flight: Flight, share: float) -> float:
    here, there = LIFELINE[flight.sender], LIFELINE[flight.receiver]
    return here + share * (there - here)


# How it looks.


def _head(trace: Trace, name: str, height: float) -> Iterator[str]:
    size = f'width="{WIDTH}" height="{height:.0f}" viewBox="0 0 {WIDTH} {height:.0f}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title desc">'
    yield "<!-- generated by tcpmodel; do not edit -->"
    yield f'<title id="title">{escape(name, quote=False)}</title>'
    told = " ".join(f"{i + 1}. {_told(trace, i)}." for i in range(len(trace)))
    yield f'<desc id="desc">A sequence of {steps(trace)} between A and B. {escape(told, quote=False)}</desc>'
    yield "<defs>"
    yield from (arrowhead(look, colour) for look, colour in (("arrives", BLUE), ("stale", RED)))
    yield "</defs>"
    yield '<rect width="100%" height="100%" fill="#ffffff"/>'
    yield lettering(WIDTH / 2, 32, name, size=18, anchor="middle", weight="bold")
    yield lettering(WIDTH / 2, 52, steps(trace), fill=GREY, anchor="middle")


def _told(trace: Trace, i: int) -> str:
    fired = firing(trace.system, trace.steps[i])
    return f"{fired.rule.agent}: {fired.title}"


def _box(x: float, y: float, state: str) -> Iterator[str]:
    place = f'x="{x - BOX_WIDTH / 2:.1f}" y="{y - BOX_HEIGHT / 2:.1f}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}"'
    yield f'<rect {place} rx="5" fill="{COLOURS.get(state, "#ffffff")}" stroke="{GREY}"/>'
    yield lettering(x, y + 4.5, state, anchor="middle", weight="600", size=12)


def _arrow(arrow: DrawnArrow) -> str:
    (x, y), (to_x, to_y) = arrow.start, arrow.end
    line = f'<path class="{arrow.look}" d="M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}" fill="none" stroke-width="1.6"'
    match arrow.look:
        case "arrives":
            return f'{line} stroke="{BLUE}" marker-end="url(#arrives)"/>'
        case "stale":
            return f'{line} stroke="{RED}" stroke-dasharray="7 4" marker-end="url(#stale)"/>'
        case "lost":
            arms = f"M{to_x - 7:.1f} {to_y - 7:.1f}l14 14m0 -14l-14 14"
            cross = f'<path class="cross" d="{arms}" stroke="{RED}" stroke-width="3"/>'
            return f'{line} stroke="{BLUE}"/>\n{cross}'
        case _:
            return f'{line} stroke="{BLUE}" stroke-dasharray="2 5"/>'


# The text on the arrows.


class Label(NamedTuple):
    """Text along an arrow: where it is anchored, which way it grows from there, how steep it is."""

    text: str
    x: float
    y: float
    slope: float
    grows: int
    below: int
    fill: str

    @property
    def size(self) -> int:
        """The size of its letters; the longest segments are written smaller."""
        return 12 if len(self.text) <= 42 else 10

    @property
    def width(self) -> float:
        """Its length, in a font whose letters are equally wide."""
        return 0.61 * self.size * len(self.text)

    def points(self) -> list[tuple[float, float]]:
        """Points along its middle."""
        turn, lift = atan(self.slope), self.below - 4
        x, y = self.x - lift * sin(turn), self.y + lift * cos(turn)
        ways = (self.grows * k * self.width / 24 for k in range(25))
        return [(x + way * cos(turn), y + way * sin(turn)) for way in ways]

    def covers(self, other: Label) -> int:
        """Overlap with another label: the pairs of points, one of each, that lie closer than 12 units."""
        if hypot(self.x - other.x, self.y - other.y) > self.width + other.width + 60:
            return 0
        mine, theirs = self.points(), other.points()
        return sum(hypot(x - u, y - v) < 12 for x, y in mine for u, v in theirs)

    def moved(self, by: float) -> Label:
        """The label further along its arrow."""
        return self._replace(x=self.x + self.grows * by, y=self.y + self.grows * by * self.slope)


def _labels(arrows: list[DrawnArrow]) -> list[str]:
    """Each label at the first place along its arrow where it covers the least of others."""
    placed: list[Label] = []
    for mark in (False, True):
        labels = [_label(arrow, mark=mark) for arrow in arrows]
        # the labels with the fewest places choose first
        for label, free in sorted(((x, free) for x, free in labels if x.text), key=lambda pair: pair[1]):
            places = [label.moved(by) for by in range(0, max(1, int(free)), 14)]
            placed.append(min(places, key=lambda place: sum(place.covers(other) for other in placed)))
    return [_ground(label) for label in placed] + [_written(label) for label in placed]


def _label(arrow: DrawnArrow, *, mark: bool) -> tuple[Label, float]:
    """The segment above its line near its sender, or what is remarkable below it near the end; how far it can move."""
    (x, y), (to_x, to_y) = arrow.start, arrow.end
    onward = 1 if to_x > x else -1
    slope = (to_y - y) / (to_x - x)
    arrives = arrow.look in ("arrives", "stale")
    near, far = x + onward * CLEAR, to_x - onward * (CLEAR if arrives else 0)
    colours = {"arrives": (INK, INK), "stale": (RED, RED), "lost": (INK, RED), "in flight": (INK, GREY)}
    fill = colours[arrow.look][mark]
    at, grows, below, text = (far, -onward, 15, arrow.marks) if mark else (near, onward, -6, arrow.text)
    label = Label(text, at, y + slope * (at - x), slope, grows, below, fill)
    return label, abs(far - near) - label.width * cos(atan(slope))


def _ground(label: Label) -> str:
    """A white ground, so that a line that crosses the label does not make it illegible."""
    left = 0 if label.grows > 0 else -label.width
    place = f'x="{left:.1f}" y="{label.below - 10}" width="{label.width:.1f}" height="13"'
    return f'<rect transform="{_turned(label)}" {place} fill="#ffffff" opacity="0.85"/>'


def _written(label: Label) -> str:
    anchor = "start" if label.grows > 0 else "end"
    text = lettering(0, label.below, label.text, size=label.size, anchor=anchor, fill=label.fill, family=MONO)
    return f'<g transform="{_turned(label)}">{text}</g>'


def _turned(label: Label) -> str:
    return f"translate({label.x:.1f} {label.y:.1f}) rotate({degrees(atan(label.slope)):.2f})"


# What the trace shows about the claim.


def _lines(trace: Trace, claim: Claim | None) -> list[str]:
    lines = judged(trace, claim) if claim else []
    return [row for line in lines for row in wrap(line, 128, subsequent_indent="          ", break_on_hyphens=False)]


def _verdict(trace: Trace, claim: Claim | None, top: float) -> list[str]:
    lines = _lines(trace, claim)
    if not lines:
        return []
    fails = not isinstance(claim, Witness)
    frame, ground = (RED, "#fdecea") if fails else ("#2e7d32", "#edf7ed")
    place = f'x="24" y="{top:.1f}" width="{WIDTH - 48}" height="{len(lines) * 17 + 20}"'
    found = [f'<rect class="verdict" {place} rx="6" fill="{ground}" stroke="{frame}"/>']
    for i, line in enumerate(lines):
        weight = "" if i else "bold"
        found.append(
            lettering(40, top + 22 + i * 17, line, size=12, family=MONO, weight=weight, fill=INK if i else frame)
        )
    return found
