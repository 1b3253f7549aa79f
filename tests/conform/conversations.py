"""Conversations written by hand: a short script a line a segment, and the segments as a capture shows them.

    A SYN
    B SYN,ACK
    A ACK text=10
    +1.5 B RST seq=1

Numbers count from each end's ISS, the SYN's being 0; `@` in front of one says that it is meant as it stands; `-` is no
control bit at all.  What is left out goes without saying: SEG.SEQ goes on where the sender left off, SEG.ACK
acknowledges all that the peer has sent, the near end answers at once (0.2 ms) and everybody else after 20 ms; `+1.5`
waits for so many seconds.  A `late` segment does not count for what goes without saying.  What an octet says depends
on its number alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tcpmodel.captures.segments import ACK, FIN, RST, SYN, Captured
from tcpmodel.conform.assumptions import Assumption
from tcpmodel.conform.judge import Judge, judged
from tcpmodel.conform.stack import stack_of

A, B = 0, 1
ISS = (1_000_000, 4_294_967_000)
"""Where the numbers of each end begin; those of B wrap in longer conversations."""
SOON, LATER = 0.0002, 0.02
WINDOW = 64_240
MSS = bytes((2, 4, 5, 180))
"""The options of a SYN: no window scale."""
BITS = {"SYN": SYN, "ACK": ACK, "RST": RST, "FIN": FIN}
MASK = (1 << 32) - 1


class Line(NamedTuple):
    """A line of a script, read: who sends which bits how long after the line before, and what it says besides."""

    sender: int
    bits: int
    wait: float | None
    given: dict[str, str]


def line_of(text: str) -> Line:
    """The line, read."""
    words = text.split()
    wait = float(words.pop(0)) if words[0].startswith("+") else None
    sender, bits, *rest = words
    given = dict(word.partition("=")[::2] for word in rest)
    return Line("AB".index(sender), sum(BITS[bit] for bit in bits.split(",") if bit != "-"), wait, given)


def segments(script: str, *, near: int | None = None) -> tuple[Captured, ...]:
    """The segments of a script, captured at this end or in between."""
    return tuple(_captured([line_of(line) for line in script.strip().splitlines()], near))


def _captured(lines: list[Line], near: int | None) -> Iterator[Captured]:
    goes_on, time = [0, 0], 0.0
    for frame, (sender, bits, wait, given) in enumerate(lines, 1):
        if frame > 1:
            time += wait if wait is not None else SOON if sender == near else LATER
        text = int(given.get("text", 0))
        seq = _number(given.get("seq", "0" if bits & SYN else str(goes_on[sender])), sender)
        ack = _number(given.get("ack", str(goes_on[1 - sender])), 1 - sender) if bits & ACK else 0
        if "late" not in given and not bits & RST:
            goes_on[sender] = seq - ISS[sender] + text + bool(bits & SYN) + bool(bits & FIN)
        octets = bytes((seq + place) % 251 for place in range(text))
        yield Captured(
            frame, time, sender, seq & MASK, ack & MASK, bits, text, octets, WINDOW, MSS if bits & SYN else b""
        )


def _number(text: str, whose: int) -> int:
    return int(text[1:]) if text.startswith("@") else ISS[whose] + int(text)


class Conversation(NamedTuple):
    """A conversation that needs certain assumptions, and at which frame it cannot go on without the first of them.

    `beside` are others without which nobody would say what is said; `instead` is what explains it at a higher price
    where the first is taken away, such as a crash.  `why` says why these are not to be avoided.
    """

    needs: Assumption
    script: str
    near: int | None
    rejected_at: int
    beside: tuple[Assumption, ...] = ()
    instead: tuple[Assumption, ...] = ()
    why: str = ""


def judge_of(script: str, allowed: frozenset[Assumption], *, near: int | None) -> Judge:
    """The judge of a script's conversation, once he has seen all of it."""
    judge = Judge(stack_of(allowed), near=near)
    judged(judge, segments(script, near=near))
    return judge
