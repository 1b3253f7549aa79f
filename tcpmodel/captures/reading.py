"""A capture read: from a container or a text dump, piece by piece, each piece the segments of one conversation."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import numpy as np

from tcpmodel.captures.containers import Damage, Frames, frames, kind, opened
from tcpmodel.captures.headers import Bulk, Noise, Reader, link_name
from tcpmodel.captures.segments import Address, Array, Columns, Conversation, Piece
from tcpmodel.captures.text import Dump
from tcpmodel.errors import UnreadableInput


class Reading:
    """One reading of a capture; what it found out about the file stands in it once the pieces are through.

    `cut` says where the file ends early; `filled` counts sequence numbers that a text dump does not print.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.noise = Noise()
        self.container = ""
        self.cut: str | None = None
        self.filled = 0

    def pieces(self) -> Iterator[Piece]:
        """The conversations' segments in captured order, in stretches; `UnreadableInput` says why there are none."""
        try:
            with opened(self.path) as file:
                begins = file.peek(4)[:4]
                if not begins:
                    raise UnreadableInput(f"{self.path} is empty: give a capture, for example of tcpdump -w")
                found = kind(begins)
                yield from self._container(frames(file), found) if found else self._text()
        except FileNotFoundError as wrong:
            raise UnreadableInput(f"there is no file {self.path}: give the path of a capture") from wrong
        except IsADirectoryError as wrong:
            raise UnreadableInput(f"{self.path} is a folder: give the path of a capture in it") from wrong
        except OSError as wrong:
            raise UnreadableInput(f"{self.path} cannot be read ({wrong.strerror or wrong}): give a capture") from wrong
        except (EOFError, zlib.error) as wrong:
            raise UnreadableInput(f"{self.path} is compressed, and damaged or cut: give the whole file") from wrong

    def _text(self) -> Iterator[Piece]:
        dump = Dump(self.path)
        yield from dump.pieces()
        self.noise, self.container, self.filled = dump.noise, dump.form, dump.filled

    def _container(self, found: Iterator[Frames], name: str) -> Iterator[Piece]:
        reader, conversations = Reader(), _Conversations()
        self.noise = reader.noise
        try:
            for block in found:
                self.container = f"{name}, {link_name(block.link)}"
                bulk = reader.bulk(block)
                if bulk is not None:
                    yield from conversations.pieces(bulk, reader.addresses)
        except Damage as wrong:
            self.cut = f"the capture is cut: {wrong}"
        self.container = self.container or name


class _Conversations:
    """The conversations met so far, by the numbers of their ends."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], tuple[Conversation, int]] = {}
        self._hosts: list[bytes] = []

    def pieces(self, bulk: Bulk, addresses: dict[bytes, int]) -> Iterator[Piece]:
        """The segments of a block, a piece for each conversation in it."""
        if len(addresses) != len(self._hosts):
            self._hosts = [*addresses]
        low, high = np.minimum(bulk.source, bulk.destination), np.maximum(bulk.source, bulk.destination)
        for which in _grouped(low, high):
            place = which[0]
            key = (int(low[place]), int(high[place]))
            known = self._known.get(key)
            if known is None:
                first = int(bulk.source[place])
                ends = self._address(first), self._address(int(bulk.destination[place]))
                known = self._known[key] = Conversation(ends), first
            conversation, first = known
            arrays = {name: values[which] for name, values in bulk.fields.items()}
            arrays["sender"] = (bulk.source[which] != first).astype(np.uint8)
            yield Piece(conversation, Columns(bulk.data, arrays))

    def _address(self, end: int) -> Address:
        host, port = end >> 16, end & 0xFFFF
        if host < 1 << 32:
            return Address(str(IPv4Address(host)), port)
        return Address(str(IPv6Address(self._hosts[host - (1 << 32)])), port)


def _grouped(low: Array, high: Array) -> Iterator[Array]:
    """The places of each pair of ends, in captured order; pairs in the order of their first segments."""
    if (low == low[0]).all() and (high == high[0]).all():
        yield np.arange(len(low))
        return
    order = np.lexsort((high, low))
    begins = np.flatnonzero((np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)) + 1
    groups = np.split(order, begins)
    yield from sorted((np.sort(group) for group in groups), key=lambda group: int(group[0]))
