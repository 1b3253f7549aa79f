"""Ladder (message sequence chart) of a trace as text, in the look of RFC 9293's figures: A left, B right.

`...` is a segment that is or stays in the network, `XXX` one that is lost.  A step has the row that
fired and its citation, then a line for every segment that it takes, loses or sends, then what else
it changed.  In a lasso a line stands above the steps that repeat for ever; so does a mark above the
step that it is for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from textwrap import wrap

from tcpmodel.draw.flights import ENDINGS, Flight, flights
from tcpmodel.draw.telling import changes, cited, judged, round_begins, steps, way_back
from tcpmodel.draw.wrapping import centred
from tcpmodel.systems.claims import Claim
from tcpmodel.systems.trace import Firing, Trace, firing

WIDTH = 110
NUMBER = 5
"""The room for a step's number."""
STATE = 13
"""The room for a connection state, `SYN-RECEIVED`, and a blank."""
ARROWS = 10
"""The room for the arrow that leaves one end and the one that reaches the other, with their blanks."""
BESIDE = NUMBER + 2 * STATE + ARROWS
"""The columns of a line that are not the segment's."""
USUAL = 46
"""The room for a segment of 32 bits; there is more for what is remarkable about it, and less where columns are few."""

IN_NETWORK, GONE = "...", "XXX"
Way = tuple[str, str, str]
"""A segment's line: the sign at A's side, the segment, the sign at B's side."""


NO_MARKS: Mapping[int, str] = {}


def ladder(
    trace: Trace,
    *,
    title: str = "",
    heading: str = "",
    claim: Claim | None = None,
    full: bool = False,
    marks: Mapping[int, str] = NO_MARKS,
    width: int = WIDTH,
) -> str:
    """The trace as text; with `full` also what the ghosts saw and what stays in flight meanwhile.

    It is as wide as asked, and never so narrow that a segment does not fit between the ends.  `heading` is the
    first line as it is, in place of the title and the number of steps.  `marks` are lines to stand above steps;
    one step after the last is the end.
    """
    followed = flights(trace)
    ways = [_ways(followed, number, full=full) for number in range(1, len(trace) + 1)]
    start, end = _waiting(followed), _left(followed)
    every = [way for block in (start, *ways, end) for way in block]
    room = max((len(way[1]) for way in every), default=0)
    bare = max((len(way[1].partition("  (")[0]) for way in every), default=0)
    page = _Page(trace, max(bare, min(max(room, USUAL), width - BESIDE)), full)
    blocks = [[heading or f"{title or trace.system.name}: {steps(trace)}"], page.start(start)]
    for number, found in enumerate([*ways, None], 1):
        blocks += [page.mark("what repeats for ever:")] if number == round_begins(trace) else []
        blocks += [page.mark(marks[number])] if number in marks else []
        blocks += [] if found is None else [page.step(number, found)]
    blocks += [page.end(end), judged(trace, claim) if claim else []]
    text = "\n\n".join("\n".join(block) for block in blocks if block)
    return "\n".join(_fitted(line.rstrip(), max(width, page.width)) for line in text.splitlines()) + "\n"


def _fitted(line: str, width: int) -> str:
    """The line, broken where it is too wide; the rest of it stands deeper."""
    if len(line) <= width:
        return line
    deeper = " " * (len(line) - len(line.lstrip()) + 8)
    return "\n".join(wrap(line, width, subsequent_indent=deeper, break_on_hyphens=False))


# What becomes of segments at a step.


def _ways(followed: tuple[Flight, ...], number: int, *, full: bool) -> list[Way]:
    found = [way for flight in followed for way in _arrivals(flight, number)]
    found += [way for flight in followed for way in _endings(flight, number)]
    found += [way for flight in followed for way in _departures(flight, number)]
    resting = [flight for flight in followed if full and _rests(flight, number)]
    return found + [_way(flight, IN_NETWORK, IN_NETWORK) for flight in resting]


def _way(flight: Flight, at_sender: str, at_receiver: str, *notes: str) -> Way:
    text = flight.text + (f"  ({', '.join(notes)})" if notes else "")
    return (at_sender, text, at_receiver) if flight.sender == "A" else (at_receiver, text, at_sender)


def _arrow(flight: Flight) -> str:
    return "-->" if flight.sender == "A" else "<--"


def _since(flight: Flight) -> str:
    return "in flight from the start" if flight.emitted is None else f"sent at {flight.emitted}"


def _arrivals(flight: Flight, number: int) -> Iterator[Way]:
    for arrival in flight.arrivals:
        if arrival.step == number:
            since = () if flight.emitted == number - 1 else (_since(flight),)
            yield _way(flight, IN_NETWORK, _arrow(flight), *arrival.marks, *since)


def _endings(flight: Flight, number: int) -> Iterator[Way]:
    if flight.ended == number and flight.emitted != number and flight.ending:
        yield _way(flight, IN_NETWORK, GONE, ENDINGS[flight.ending], _since(flight))


def _departures(flight: Flight, number: int) -> Iterator[Way]:
    if flight.emitted == number and flight.ended == number and flight.ending:
        yield _way(flight, _arrow(flight), GONE, ENDINGS[flight.ending])
    elif flight.emitted == number:
        yield _way(flight, _arrow(flight), IN_NETWORK)


def _rests(flight: Flight, number: int) -> bool:
    """Whether the segment is in flight before and after the step and has no part in it."""
    busy = any(arrival.step == number for arrival in flight.arrivals)
    over = flight.ended or (0 if flight.in_flight else flight.arrivals[-1].step)
    return (flight.emitted or 0) < number and not busy and (not over or number < over)


def _waiting(followed: tuple[Flight, ...]) -> list[Way]:
    return [_way(f, IN_NETWORK, IN_NETWORK, f"in flight from {f.sender}") for f in followed if f.emitted is None]


def _left(followed: tuple[Flight, ...]) -> list[Way]:
    return [_way(f, IN_NETWORK, IN_NETWORK, f"still in flight from {f.sender}") for f in followed if f.in_flight]


# The page.


@dataclass(frozen=True)
class _Page:
    """A trace's columns: `room` is the width of the segments'."""

    trace: Trace
    room: int
    full: bool

    @property
    def width(self) -> int:
        return BESIDE + self.room

    def line(self, a: str = "", way: Way = ("", "", ""), b: str = "") -> str:
        """The columns side by side; what is remarkable goes below where there is no room for it."""
        left, text, right = way
        below = ""
        if len(text) > self.room:
            text, _, notes = text.partition("  (")
            below = f"\n{'':{NUMBER + STATE + 4}}  ({notes}"
        return f"{'':{NUMBER}}{a:{STATE}}{left:3} {text:{self.room}} {right:3}  {b}{below}"

    def state(self, number: int, end: str) -> str:
        return str(self.trace.system.value(self.trace.states[number], f"{end}.state"))

    def start(self, waiting: list[Way]) -> list[str]:
        states = self.line(self.state(0, "A"), b=self.state(0, "B"))
        return [self.line("A", b="B"), "", states, *(self.line(way=way) for way in waiting)]

    def step(self, number: int, ways: list[Way]) -> list[str]:
        fired = firing(self.trace.system, self.trace.steps[number - 1])
        a, b = self.shown_state(fired, number, "A"), self.shown_state(fired, number, "B")
        arrows = [bool({"-->", "<--"} & set(way)) for way in ways]
        lines = [self.line(a, way, b) if arrow else self.line(way=way) for way, arrow in zip(ways, arrows, strict=True)]
        if (a or b) and not any(arrows):
            lines.insert(0, self.line(a, b=b))
        return [*self.heading(fired, number), *lines, *self.changed(fired, number)]

    def shown_state(self, fired: Firing, number: int, end: str) -> str:
        """The connection state of an end that acts or that the step moves."""
        now = self.state(number, end)
        return now if fired.rule.agent == end or now != self.state(number - 1, end) else ""

    def heading(self, fired: Firing, number: int) -> list[str]:
        """The number, who acts, the rows, and at the right where they are written."""
        cite = f"[{cited(fired.rfc)}]"
        said = f"{f'{number}.':{NUMBER}}{fired.rule.agent}: {fired.title}"
        if len(said) + 2 + len(cite) <= self.width:
            return [f"{said}{cite:>{self.width - len(said)}}"]
        return [
            *wrap(said, self.width, subsequent_indent=" " * (NUMBER + 3), break_on_hyphens=False),
            *(f"{part:>{self.width}}" for part in wrap(cite, self.width - NUMBER, break_on_hyphens=False)),
        ]

    def changed(self, fired: Firing, number: int) -> list[str]:
        """Lines for other variables that changed; the owner is named where it is not the acting end."""
        before, after = self.trace.states[number - 1], self.trace.states[number]
        forgotten = frozenset(v.name for row in fired.rows for v in row.forget)
        found = changes(self.trace.system, before, after, ghosts=self.full, forgotten=forgotten)
        deleted = any(row.ends for row in fired.rows)
        lines = [self.line(way=("", "the TCB is deleted", ""))] if deleted else []
        for owner in dict.fromkeys(change.owner for change in found):
            whose = "" if owner == fired.rule.agent else f"{owner}: "
            # a change is not broken over two lines: its blanks are hard until the line is made
            hard = ", ".join(str(c).replace(" ", "\0") for c in found if c.owner == owner)
            rows = wrap(whose + hard, self.room, break_on_hyphens=False, break_long_words=False)
            lines += [self.line(way=("", row.replace("\0", " "), "")) for row in rows]
        return lines

    def mark(self, text: str) -> list[str]:
        """A line above a step that says what begins there."""
        return [" " * NUMBER + centred(f" {text} ", self.width - NUMBER, fill="-")]

    def end(self, left: list[Way]) -> list[str]:
        back = way_back(self.trace)
        return [*(self.line(way=way) for way in left), *([f"{'':{NUMBER}}{back}"] if back else [])]
