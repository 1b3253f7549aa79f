"""A text dump read: its lines as segments, with numbers made absolute as far as the dump shows what they count from.

tcpdump prints the numbers of a conversation's first segment, and of SYNs, as they are, and then counts from these.
tshark counts all from its first; that is an offset only, so they stay as they are.  A pure ACK of tcpdump has no
sequence number: it has that of the next octet to be sent, and is filled in; so is the 0 of tshark's SYN where an export
dropped it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from socket import getservbyname

from tcpmodel.captures.headers import Noise
from tcpmodel.captures.lines import Line, begins_record, is_hex, read_line
from tcpmodel.captures.segments import ACK, FIN, RST, SYN, Address, Captured, Conversation, Piece
from tcpmodel.errors import UnreadableInput

BLOCK = 4096
"""So many segments are read at a time."""
LONGEST = 1 << 16
"""Letters of a line that are looked at."""
MODULUS = 1 << 32
DAY = 86_400


class Dump:
    """A text dump."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.noise = Noise()
        self.form = ""
        self.filled = 0
        self._known: dict[frozenset[Address], _Numbers] = {}

    def pieces(self) -> Iterator[Piece]:
        """The segments of each conversation; `UnreadableInput` where no line is one."""
        found = self._segments()
        any_at_all = False
        while block := [*islice(found, BLOCK)]:
            any_at_all = True
            by_conversation: dict[Conversation, list[Captured]] = {}
            for conversation, captured in block:
                by_conversation.setdefault(conversation, []).append(captured)
            yield from (Piece(conversation, segments) for conversation, segments in by_conversation.items())
        if not any_at_all:
            raise UnreadableInput(
                f"{self.path} is no capture that can be read: give a pcap, a pcapng, or text of tcpdump or tshark"
            )

    def _segments(self) -> Iterator[tuple[Conversation, Captured]]:
        frame, clock = 0, _Clock()
        for record in self._records():
            line = read_line(record)
            if line is None:
                self.noise.other += 1
                frame += 1
                continue
            self.form = self.form or line.form
            frame = line.number if line.number is not None else frame + 1
            self.noise.frames += 1
            yield self._segment(line._replace(time=clock.since_first(line.time)), frame)

    def _segment(self, line: Line, frame: int) -> tuple[Conversation, Captured]:
        source, destination = self._ends(line)
        key = frozenset({source, destination})
        numbers = self._known.get(key)
        if numbers is None:
            numbers = self._known[key] = _Numbers(Conversation((source, destination)))
        sender = int(source != numbers.conversation.ends[0])
        captured = numbers.captured(line, frame, sender)
        self.filled += line.seq is None and captured.seq is not None
        return numbers.conversation, captured

    def _ends(self, line: Line) -> tuple[Address, Address]:
        """The ends of a line; one without ports belongs to the only conversation of its hosts, if there is one."""
        source, destination = _address(line.source), _address(line.destination)
        if line.flags is None:
            hosts = {source.host, destination.host}
            known = [
                n.conversation.ends for n in self._known.values() if {e.host for e in n.conversation.ends} == hosts
            ]
            if len(known) == 1:
                here, there = known[0]
                return (here, there) if here.host == source.host else (there, here)
        return source, destination

    def _records(self) -> Iterator[str]:
        """Records of one or more lines."""
        with open(self.path, encoding="utf-8", errors="replace") as file:
            record = ""
            while line := file.readline(LONGEST):
                text = line.rstrip()
                if not text or is_hex(text):
                    continue
                if record and begins_record(text):
                    yield record
                    record = text
                else:
                    record = f"{record[:LONGEST]} {text.strip()}" if record else text
            if record:
                yield record


class _Clock:
    """Times since the first; where clocks show the time of day, midnight is passed."""

    def __init__(self) -> None:
        self._first: float | None = None
        self._last = 0.0
        self._days = 0

    def since_first(self, time: float | None) -> float | None:
        if time is None:
            return None
        if self._first is None:
            self._first = self._last = time
        if time < self._last - DAY / 2 and time < DAY:
            self._days += 1
        self._last = time
        return time + self._days * DAY - self._first


class _Numbers:
    """What a conversation's numbers count from, what comes next of each end, and how its windows are scaled."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self._base: list[int | None] = [None, None]
        self._next: list[int | None] = [None, None]
        self._scale: list[int | None] = [None, None]
        self._relative: bool | None = None

    def captured(self, line: Line, frame: int, sender: int) -> Captured:
        """The segment of a line."""
        flags, length = line.flags, line.length
        seq, ack = (line.seq, line.ack) if line.scaled else self._absolute(line, sender)
        if seq is None and flags is not None and not line.scaled and not flags & (SYN | FIN | RST):
            seq = self._next[sender]
        elif seq is None and line.scaled and (flags or 0) & (SYN | ACK) == SYN:
            seq, length = 0, length or 0
        if seq is not None and flags is not None and length is not None:
            self._sent(sender, seq + length + bool(flags & SYN) + bool(flags & FIN))
        options = b"" if line.scale is None else bytes((3, 3, line.scale))
        if flags is not None and flags & SYN:
            self._scale[sender] = line.scale
        window = self._unscaled(line, sender, flags or 0)
        shown = ack if flags is None or flags & ACK else 0
        return Captured(frame, line.time, sender, seq, shown, flags, length, None, window, options)

    def _sent(self, sender: int, ends: int) -> None:
        ends %= MODULUS
        before = self._next[sender]
        if before is None or 0 < (ends - before) % MODULUS < MODULUS // 2:
            self._next[sender] = ends

    def _unscaled(self, line: Line, sender: int, flags: int) -> int:
        """The window as it stood in the header; the largest where the dump does not print it."""
        if line.window is None:
            return 0xFFFF
        scales = self._scale
        if not line.scaled or flags & SYN or scales[0] is None or scales[1] is None:
            return line.window
        return line.window >> (scales[sender] or 0)

    def _absolute(self, line: Line, sender: int) -> tuple[int | None, int | None]:
        """The numbers of a tcpdump line as they stood in the header."""
        flags, seq, ack = line.flags or 0, line.seq, line.ack
        if flags & SYN or self._base == [None, None]:
            if seq is not None:
                self._base[sender] = seq
                self._next[sender] = seq if flags & SYN else self._next[sender]
            if ack is not None:
                self._base[1 - sender] = (ack - 1) % MODULUS
            return seq, ack
        if self._relative is None:
            self._relative = self._looks_relative(seq, self._base[sender]) or (
                seq is None and self._looks_relative(ack, self._base[1 - sender])
            )
        if not self._relative:
            return seq, ack
        return self._from(self._base[sender], seq), self._from(self._base[1 - sender], ack)

    @staticmethod
    def _from(base: int | None, number: int | None) -> int | None:
        return None if number is None else ((base or 0) + number) % MODULUS

    @staticmethod
    def _looks_relative(number: int | None, base: int | None) -> bool:
        if number is None or base is None:
            return False
        return _size(number) <= _size(number - base)


def _size(number: int) -> int:
    number %= MODULUS
    return min(number, MODULUS - number)


def _address(end: tuple[str, str]) -> Address:
    host, port = end
    if port.isdigit():
        return Address(host, int(port))
    try:
        return Address(host, getservbyname(port, "tcp"))
    except OSError:
        return Address(f"{host}.{port}", zlib.crc32(port.encode()) & 0xFFFF)
