"""Ladder of a captured conversation as text: an arrow for each segment, and the states that each end may be in.

Numbers are relative to the first that each end was seen to use; the offending frame is marked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tcpmodel.captures.segments import ACK, FIN, RST, SYN, Captured
from tcpmodel.conform.checking import Judged
from tcpmodel.conform.timeline import Known
from tcpmodel.draw.conversations import ENDS, reasons_text

ARROW = 46
"""Columns between the two ends."""
MOST_DRAWN = 400
"""So many segments are drawn; of more, those at the beginning, at the end and around the offending one."""
GONE = "or gone: the connection may have ended without a segment, by a call or a timeout"
BITS = ((SYN, "SYN"), (FIN, "FIN"), (RST, "RST"), (ACK, "ACK"))


class Drawn(NamedTuple):
    """A segment as it is drawn: from A or from B, its label, and the states of both ends after it."""

    frame: int
    time: float | None
    from_a: bool
    label: str
    states: tuple[str, str]
    mark: str
    left_out: int = 0


def drawn(judged: Judged, segments: Sequence[Captured]) -> list[Drawn]:
    """The segments to draw; where some are left out, the next says how many."""
    numbers = _Numbers(judged)
    known = dict(judged.timeline)
    found, skipped, wanted = [], 0, _wanted(judged, segments)
    before: tuple[str, str] = ("", "")
    for place, captured in enumerate(segments):
        label = numbers.label(captured)
        if place not in wanted:
            skipped += 1
            continue
        states = _both(known.get(captured.frame))
        shown = tuple("" if now == was and not skipped else now for now, was in zip(states, before, strict=True))
        mark = "NOTHING EXPLAINS THIS" if judged.rejection and judged.rejection.frame == captured.frame else ""
        mark = mark or (
            "contradicted" if judged.rejection and judged.rejection.conflicts_with == captured.frame else ""
        )
        from_a = numbers.is_from_a(captured)
        found.append(Drawn(captured.frame, captured.time, from_a, label, (shown[0], shown[1]), mark, skipped))
        before, skipped = states, 0
    return found


def _both(known: Known | None) -> tuple[str, str]:
    if known is None:
        return "", ""
    return _shortly(known.states[0], known.gone[0]), _shortly(known.states[1], known.gone[1])


def captured_ladder(judged: Judged, segments: Sequence[Captured]) -> str:
    """The ladder, with what is said of the conversation above it."""
    lines = [reasons_text(1, judged), ""]
    rows = drawn(judged, segments)
    left = max([len(row.states[0]) for row in rows] + [len(str(judged.ends[0])) + 4])
    lines.append(f"{'frame':>6} {'seconds':>11}  {_end(judged, 0):>{left}}  {'':{ARROW}}  {_end(judged, 1)}")
    for row in rows:
        lines += _lines(row, left)
    if any("or gone" in "".join(row.states) for row in rows):
        lines += ["", GONE]
    return "\n".join(line.rstrip() for line in lines)


def _end(judged: Judged, place: int) -> str:
    return f"{ENDS[place]} = {judged.ends[place]}"


def _lines(row: Drawn, left: int) -> Iterator[str]:
    if row.left_out:
        yield f"{'':20}{'':{left}}  … {row.left_out:,} more segments …"
    arrow = f"{row.label:─^{ARROW - 1}}"
    arrow = f"{arrow}>" if row.from_a else f"<{arrow}"
    time = f"{row.time:11.6f}" if row.time is not None else f"{'':11}"
    yield f"{row.frame:>6} {time}  {row.states[0]:>{left}}  {arrow}  {row.states[1]}"
    if row.mark:
        yield f"{'':20}{'':{left}}  {f'^ {row.mark} ^':^{ARROW}}"


def _wanted(judged: Judged, segments: Sequence[Captured]) -> frozenset[int]:
    """The places of the segments that are drawn."""
    every = range(len(segments))
    if len(segments) <= MOST_DRAWN:
        return frozenset(every)
    share = MOST_DRAWN // 4
    marked = {judged.rejection.frame, judged.rejection.conflicts_with} if judged.rejection else set[int | None]()
    around = {
        near
        for place in every
        if segments[place].frame in marked
        for near in range(place - share // 2, place + share // 2)
    }
    return frozenset([*every[:share], *every[-share:], *(around & {*every})])


def _shortly(states: tuple[str, ...], gone: bool) -> str:
    return "|".join(states) + (" or gone" if gone and not {"CLOSED", "LISTEN"} & {*states} else "")


class _Numbers:
    """Sequence numbers relative to the first that each end used."""

    def __init__(self, judged: Judged) -> None:
        self._a = judged.conversation.ends.index(judged.ends[0])
        self._first: list[int | None] = [None, None]

    def is_from_a(self, captured: Captured) -> bool:
        return captured.sender == self._a

    def label(self, captured: Captured) -> str:
        """The segment in a line: control bits, numbers, octets of text."""
        flags, who = captured.flags or 0, captured.sender
        if captured.seq is not None and (self._first[who] is None or flags & SYN):
            self._first[who] = captured.seq
        if captured.ack is not None and flags & ACK and self._first[1 - who] is None:
            self._first[1 - who] = captured.ack - 1
        names = ",".join(name for bit, name in BITS if flags & bit) or "no flags"
        if captured.flags is None:
            names = "flags not shown"
        parts = [names, f"SEQ {self._relative(who, captured.seq)}"]
        if flags & ACK:
            parts.append(f"ACK {self._relative(1 - who, captured.ack)}")
        if captured.length:
            parts.append(f"{captured.length} octets" if captured.length > 1 else "1 octet")
        return f" {' '.join(parts)} "

    def _relative(self, who: int, number: int | None) -> str:
        first = self._first[who]
        if number is None:
            return "?"
        distance = (number - (first or 0)) % (1 << 32)
        return str(distance if distance < 1 << 31 else distance - (1 << 32))
