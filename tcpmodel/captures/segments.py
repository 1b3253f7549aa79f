"""Segments as a capture shows them, and the conversations that they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
"""Control bits in a TCP header (RFC 9293 3.1)."""


class Address(NamedTuple):
    """An end of a conversation: its host's address and its port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Conversation(NamedTuple):
    """The two ends of a conversation; the first is the sender of its first captured segment."""

    ends: tuple[Address, Address]


class Captured(NamedTuple):
    """A segment as captured; None where the source does not show it."""

    frame: int
    time: float | None
    sender: int
    seq: int | None
    ack: int | None
    flags: int | None
    length: int | None
    text: bytes | None
    window: int
    options: bytes


class Columns:
    """Segments of one conversation as arrays, one entry for each; iterating makes `Captured` of them.

    `data` holds the frames; the text of segment i is `data[text_at[i]:][:text_size[i]]`, its options likewise.
    """

    __slots__ = (
        "ack",
        "data",
        "flags",
        "frame",
        "length",
        "options_at",
        "options_size",
        "sender",
        "seq",
        "text_at",
        "text_size",
        "time",
        "window",
    )

    frame: Array
    time: Array
    sender: Array
    seq: Array
    ack: Array
    flags: Array
    length: Array
    window: Array
    text_at: Array
    text_size: Array
    options_at: Array
    options_size: Array

    def __init__(self, data: bytes, arrays: Mapping[str, Array]) -> None:
        self.data = data
        for name, values in arrays.items():
            setattr(self, name, values)

    def __len__(self) -> int:
        return len(self.frame)

    def __getitem__(self, which: slice) -> Columns:
        arrays = {name: getattr(self, name)[which] for name in self.__slots__ if name != "data"}
        return Columns(self.data, arrays)

    def __iter__(self) -> Iterator[Captured]:
        data = self.data
        fields = (self.frame, self.time, self.sender, self.seq, self.ack, self.flags, self.length, self.window)
        places = (self.text_at, self.text_size, self.options_at, self.options_size)
        rows = zip(*(values.tolist() for values in (*fields, *places)), strict=True)
        for frame, time, sender, seq, ack, flags, length, window, text, size, options, wide in rows:
            shown, more = data[text : text + size], data[options : options + wide]
            yield Captured(frame, time, sender, seq, ack, flags, length, shown, window, more)


class Piece(NamedTuple):
    """A stretch of one conversation's segments, in captured order."""

    conversation: Conversation
    segments: Columns | list[Captured]
