"""Contents of a stream: an octet that is sent again is the octet that was sent first (RFC 9293 3.8.1).

Only what is not acknowledged yet can be sent again, so only that is kept.  A probe of one octet may hold anything.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from tcpmodel.conform.near import HALF, MASK


class _Kept(NamedTuple):
    seq: int
    text: bytes
    frame: int


class Contents:
    """The octets that one end has sent and the peer has not acknowledged."""

    def __init__(self) -> None:
        self._kept: deque[_Kept] = deque()
        self._reach: int | None = None

    def begins(self, reach: int) -> None:
        """A new numbering begins: what was sent under the old one is forgotten."""
        self._kept.clear()
        self._reach = reach & MASK

    def sent(self, frame: int, seq: int, text: bytes) -> int | None:
        """Take note of text; the frame that sent an octet of it otherwise, if one did."""
        if not text:
            return None
        ends = (seq + len(text)) & MASK
        is_new = self._reach is None or 0 < (ends - self._reach) & MASK < HALF
        if not is_new:
            return None if len(text) == 1 else self._differs(seq, text)
        conflict = None if self._reach == seq else self._differs(seq, text)
        self._kept.append(_Kept(seq, text, frame))
        self._reach = ends
        return conflict

    def acknowledged(self, ack: int) -> None:
        """Forget what the peer has acknowledged."""
        while self._kept and (ack - self._kept[0].seq - len(self._kept[0].text)) & MASK < HALF:
            self._kept.popleft()

    def _differs(self, seq: int, text: bytes) -> int | None:
        for kept in self._kept:
            offset = (seq - kept.seq) & MASK
            offset = offset - (1 << 32) if offset >= HALF else offset
            begin, end = max(offset, 0), min(offset + len(text), len(kept.text))
            if begin < end and kept.text[begin:end] != text[begin - offset : end - offset]:
                return kept.frame
        return None
