"""Bulk transfers, made by a small simulation: segments as columns, with delay, loss and both directions as asked."""

from __future__ import annotations

import random
from collections.abc import Iterable

import numpy as np

from tcpmodel.captures.segments import ACK, SYN, Captured, Columns

A, B = 0, 1
OPTIONS = bytes((3, 3, 7))
MASK = (1 << 32) - 1
DELAY, AT_ONCE = 0.01, 0.0003
"""Seconds from one end to the other, and until an end answers."""


def columns(segments: Iterable[Captured]) -> Columns:
    """Segments as a block that was read."""
    rows, data = [*segments], bytearray()
    places = []
    for c in rows:
        places.append((len(data), len(c.text or b""), len(data) + len(c.text or b""), len(c.options)))
        data += (c.text or b"") + c.options
    text_at, text_size, options_at, options_size = np.array(places, dtype=np.int64).reshape(-1, 4).T

    def field(name: str, kind: type) -> np.ndarray:  # type: ignore[type-arg]
        return np.array([getattr(c, name) for c in rows], dtype=kind)

    return Columns(
        bytes(data),
        {
            **{name: field(name, np.int64) for name in ("frame", "seq", "ack", "flags", "length", "window", "sender")},
            "time": field("time", np.float64),
            "text_at": text_at,
            "text_size": text_size,
            "options_at": options_at,
            "options_size": options_size,
        },
    )


def transfer(
    seed: int, *, size: int, near: int | None, both_ways: bool = False, loss: float = 0.0, wrap: bool = True
) -> list[Captured]:
    """A transfer as captured at one end, or half way; lost segments are sent again in time."""
    return _Simulation(random.Random(seed), near=near, both_ways=both_ways, loss=loss, wrap=wrap).run(size)


class _Simulation:
    """Two ends with a delay between them; each acknowledges every other segment, and sends again what was lost."""

    def __init__(self, rng: random.Random, *, near: int | None, both_ways: bool, loss: float, wrap: bool) -> None:
        self.rng, self.near, self.loss = rng, near, loss
        self.senders = (A, B) if both_ways else (B,)
        self.iss = [MASK - rng.randrange(1, 200_000) if wrap else rng.randrange(1 << 31), rng.randrange(1 << 31)]
        self.nxt, self.got = [self.iss[0] + 1, self.iss[1] + 1], [self.iss[1] + 1, self.iss[0] + 1]
        self.seen: list[tuple[float, int, int, int, int, int]] = []
        self.time = 0.0

    def run(self, size: int) -> list[Captured]:
        """So many segments at the least."""
        self._see(A, SYN, self.iss[0], 0, 0)
        self.time += DELAY + AT_ONCE
        self._see(B, SYN | ACK, self.iss[1], self.iss[0] + 1, 0)
        self.time += DELAY + AT_ONCE
        self._see(A, ACK, self.nxt[0], self.got[0], 0)
        self.time += DELAY + AT_ONCE
        while len(self.seen) < size:
            self._flight()
        self.seen.sort(key=lambda row: row[0])
        return [self._captured(frame, row) for frame, row in enumerate(self.seen, 1)]

    def _flight(self) -> None:
        """A window of text from one end, its ACKs, and what was lost of it once more."""
        sender = self.rng.choice(self.senders)
        lost: list[tuple[int, int]] = []
        for number in range(self.rng.randrange(1, 12)):
            text = self.rng.choice((1448, 1448, 1448, 2896, 17))
            begins = self.nxt[sender]
            self.nxt[sender] += text
            self.time += 0.0001
            if self.rng.random() < self.loss:
                lost.append((begins, text))
                if self.near == sender:
                    self._see(sender, ACK, begins, self.got[sender], text)
                continue
            self._see(sender, ACK, begins, self.got[sender], text)
            if not lost:
                self.got[1 - sender] = begins + text
            if number % 2 or lost:
                self._answer(sender)
        self.time += 0.3 if lost else 0.02
        for begins, text in lost:
            self._see(sender, ACK, begins, self.got[sender], text)
        self.got[1 - sender] = self.nxt[sender]
        self._answer(sender)
        self.time += 0.05

    def _answer(self, sender: int) -> None:
        self._see(1 - sender, ACK, self.nxt[1 - sender], self.got[1 - sender], 0, after=DELAY + AT_ONCE)

    def _see(self, who: int, flags: int, seq: int, ack: int, text: int, *, after: float = 0.0) -> None:
        """Note a segment that is sent so long after now, at the time at which it passes where the capture is made."""
        travels = DELAY / 2 if self.near is None else 0.0 if self.near == who else DELAY
        self.seen.append((self.time + after + travels, who, flags, seq & MASK, ack & MASK, text))

    def _captured(self, frame: int, row: tuple[float, int, int, int, int, int]) -> Captured:
        time, who, flags, seq, ack, text = row
        octets = bytes((seq + place) & 0xFF for place in range(min(text, 40)))
        return Captured(frame, time, who, seq, ack, flags, text, octets[:text], 60_000, OPTIONS if flags & SYN else b"")
