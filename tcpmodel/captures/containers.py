"""Containers of captures: pcap in both byte orders and resolutions, pcapng, either of them compressed by gzip.

A container is read in blocks of whole records: the octets of some frames, where each lies, when it was captured, how
long it was on the wire, and its link type.  Only the records' own headers are looked at one by one.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from struct import Struct, unpack_from
from typing import NamedTuple

import numpy as np

from tcpmodel.captures.segments import Array

BLOCK = 1 << 23
"""About so many octets are read at a time."""
LONGEST = 1 << 24
"""No frame is longer: a record that says so is damaged."""
PCAP = {
    b"\xd4\xc3\xb2\xa1": ("<", 1_000_000),
    b"\xa1\xb2\xc3\xd4": (">", 1_000_000),
    b"\x4d\x3c\xb2\xa1": ("<", 1_000_000_000),
    b"\xa1\xb2\x3c\x4d": (">", 1_000_000_000),
}
"""The first octets of a pcap file: byte order and parts of a second."""
PCAPNG = b"\x0a\x0d\x0d\x0a"
GZIP = b"\x1f\x8b"
SECTION, INTERFACE, PACKET, SIMPLE, ENHANCED = 0x0A0D0D0A, 1, 2, 3, 6
IF_TSRESOL, IF_TSOFFSET = 9, 14


class Frames(NamedTuple):
    """Frames of one link type: where each lies in `data`, how long it is there and was, seconds since the first.

    Where the container does not say the time, it is 0.
    """

    data: bytes
    at: Array
    size: Array
    wire: Array
    time: Array
    link: int


class Damage(Exception):
    """The container ends or is damaged in the middle of a record; what came before is whole."""


def kind(begins: bytes) -> str | None:
    """The kind of container that these first octets are of; None where they are of none."""
    if begins[:4] in PCAP:
        return "pcap"
    return "pcapng" if begins[:4] == PCAPNG else None


@contextmanager
def opened(path: Path) -> Iterator[BufferedReader]:
    """The file, uncompressed."""
    with path.open("rb") as file:
        if file.peek(2)[:2] != GZIP:
            yield file
        else:
            with gzip.open(file, "rb") as inner:
                yield BufferedReader(inner)


def frames(file: BufferedReader) -> Iterator[Frames]:
    """The frames of a container, block by block; `Damage` says where it ends early."""
    source = _Source(file)
    begins = source.take(4)
    yield from _pcapng(source, begins) if begins == PCAPNG else _pcap(source, begins)


class _Source:
    """Octets of a file, of which some may be kept for the next block."""

    def __init__(self, file: BufferedReader) -> None:
        self.file = file
        self.passed = 0

    def take(self, size: int) -> bytes:
        """At most so many octets more; fewer at the end."""
        try:
            data = self.file.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile) as wrong:
            raise Damage(f"the compressed data is damaged or cut after byte {self.passed:,}") from wrong
        self.passed += len(data)
        return data


# pcap.


def _pcap(source: _Source, begins: bytes) -> Iterator[Frames]:
    order, parts = PCAP[begins]
    header = source.take(20)
    if len(header) < 20:
        raise Damage("the file ends in its own header")
    link = int(unpack_from(order + "I", header, 16)[0]) & 0xFFFF
    record = Struct(order + "IIII")
    left, began = b"", None
    while True:
        more = source.take(BLOCK)
        data = left + more
        places, used, wrong = _records(data, record)
        if places:
            began = places[0][:2] if began is None else began
            yield _block(data, places, link, parts, began)
        left = data[used:]
        if wrong is not None:
            raise Damage(f"the record at byte {source.passed - len(left):,} {wrong}")
        if not more:
            break
    if left:
        raise Damage(f"the file ends inside the record at byte {source.passed - len(left):,}")


Places = list[tuple[int, int, int, int, int]]
"""Of each record: seconds, parts of a second, octets captured and on the wire, and where they begin."""


def _records(data: bytes, record: Struct) -> tuple[Places, int, str | None]:
    found: Places = []
    at, end, unpack = 0, len(data), record.unpack_from
    while at + 16 <= end:
        seconds, parts, size, wire = unpack(data, at)
        if size > LONGEST:
            return found, at, f"says that it has {size:,} octets"
        if at + 16 + size > end:
            break
        found.append((seconds, parts, size, wire, at + 16))
        at += 16 + size
    return found, at, None


def _block(data: bytes, places: Places, link: int, parts: int, began: tuple[int, int]) -> Frames:
    seconds, fraction, size, wire, at = np.array(places, dtype=np.int64).T
    return Frames(data, at, size, wire, (seconds - began[0]) + (fraction - began[1]) / parts, link)


# pcapng.


class _Interface(NamedTuple):
    link: int
    parts: int
    offset: int
    snap: int


class _Pcapng:
    """The state of a pcapng file between blocks: byte order, interfaces, and frames not given yet."""

    def __init__(self) -> None:
        self.order = "<"
        self.interfaces: list[_Interface] = []
        self.waiting: list[tuple[int, int, int, float, int]] = []
        self._began: tuple[int, float] | None = None

    def read(self, number: int, body: memoryview, at: int) -> None:
        """Take note of a block; `at` is where its body begins."""
        if number == INTERFACE and len(body) >= 8:
            link, _, snap = unpack_from(f"{self.order}HHI", body)
            parts, offset = self._options(body[8:])
            self.interfaces.append(_Interface(link, parts, offset, snap))
        elif number == ENHANCED and len(body) >= 20:
            which, high, low, size, wire = unpack_from(f"{self.order}IIIII", body)
            self._frame(which, high << 32 | low, size, wire, at + 20, len(body) - 20)
        elif number == PACKET and len(body) >= 20:
            which, _, high, low, size, wire = unpack_from(f"{self.order}HHIIII", body)
            self._frame(which, high << 32 | low, size, wire, at + 20, len(body) - 20)
        elif number == SIMPLE and len(body) >= 4 and self.interfaces:
            wire = unpack_from(f"{self.order}I", body)[0]
            snap = self.interfaces[0].snap or wire
            self._frame(0, None, min(wire, snap, len(body) - 4), wire, at + 4, len(body) - 4)

    def _frame(self, which: int, ticks: int | None, size: int, wire: int, at: int, most: int) -> None:
        if which >= len(self.interfaces) or size > most:
            raise Damage("a packet block names an interface or a length that there is not")
        known = self.interfaces[which]
        self.waiting.append((at, size, wire, 0.0 if ticks is None else self._time(ticks, known), known.link))

    def _time(self, ticks: int, known: _Interface) -> float:
        seconds, fraction = divmod(ticks, known.parts)
        if self._began is None:
            self._began = known.offset + seconds, fraction / known.parts
        return known.offset + seconds - self._began[0] + (fraction / known.parts - self._began[1])

    def _options(self, body: memoryview) -> tuple[int, int]:
        parts, offset, at = 1_000_000, 0, 0
        while at + 4 <= len(body):
            code, size = unpack_from(f"{self.order}HH", body, at)
            value = body[at + 4 : at + 4 + size]
            if code == IF_TSRESOL and size == 1 and len(value) == 1:
                parts = 2 ** (value[0] & 0x7F) if value[0] & 0x80 else 10 ** value[0]
            elif code == IF_TSOFFSET and size == 8 and len(value) == 8:
                offset = unpack_from(f"{self.order}q", value)[0]
            elif code == 0:
                break
            at += 4 + (size + 3 & ~3)
        return parts, offset

    def given(self, data: bytes) -> Iterator[Frames]:
        """The frames that wait, those of one link type after another together."""
        begin = 0
        for end in range(1, len(self.waiting) + 1):
            if end == len(self.waiting) or self.waiting[end][4] != self.waiting[begin][4]:
                *places, time, link = zip(*self.waiting[begin:end], strict=True)
                at, size, wire = (np.array(values, dtype=np.int64) for values in places)
                yield Frames(data, at, size, wire, np.array(time, dtype=np.float64), link[0])
                begin = end
        self.waiting = []


def _pcapng(source: _Source, begins: bytes) -> Iterator[Frames]:
    state, left = _Pcapng(), begins
    while True:
        more = source.take(BLOCK)
        data = left + more
        try:
            used = _blocks(state, data)
        except Damage as wrong:
            yield from state.given(data)
            raise Damage(f"{wrong} (before byte {source.passed:,})") from wrong
        yield from state.given(data)
        left = data[used:]
        if not more:
            break
        if len(left) > 2 * LONGEST:
            raise Damage(f"the block at byte {source.passed - len(left):,} is too long")
    if left:
        raise Damage(f"the file ends inside the block at byte {source.passed - len(left):,}")


def _blocks(state: _Pcapng, data: bytes) -> int:
    """Read all whole blocks; how many octets they are."""
    at, view = 0, memoryview(data)
    while at + 12 <= len(data):
        number, size = unpack_from(f"{state.order}II", data, at)
        if number == SECTION:
            state.order = {b"\x1a\x2b\x3c\x4d": ">", b"\x4d\x3c\x2b\x1a": "<"}.get(data[at + 8 : at + 12], "")
            if not state.order:
                raise Damage("a section has no byte order")
            state.interfaces = []
            size = unpack_from(f"{state.order}I", data, at + 4)[0]
        if size < 12 or size % 4 or size > LONGEST:
            raise Damage(f"a block says that it has {size:,} octets")
        if at + size > len(data):
            break
        state.read(number, view[at + 8 : at + size - 4], at + 8)
        at += size
    return at
