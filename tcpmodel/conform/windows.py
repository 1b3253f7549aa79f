"""Receive windows as a capture shows them: the furthest right edge that an end has offered.

RFC 9293 3.8.6; the scale of RFC 7323, where the handshake was captured.
"""

from __future__ import annotations

from tcpmodel.conform.endpoint import Fields

MASK, HALF = (1 << 32) - 1, 1 << 31
LARGEST_SCALE = 14
WINDOW_SCALE = 3
"""The option's kind (RFC 7323 2.2)."""


class Window:
    """The window that one end offers; where its scale is not known, the largest there is."""

    def __init__(self) -> None:
        self.scale = LARGEST_SCALE
        self.edge: int | None = None
        self.on_syn = 65535

    def offered(self, sent: Fields, window: int) -> None:
        """Take note of a segment that the end has sent, with the window in its header."""
        if sent.syn:
            self.on_syn = window
            self.edge = None
        if sent.ackbit and not sent.rst:
            self.opened((sent.ack + (window if sent.syn else window << self.scale)) & MASK)

    def opened(self, edge: int) -> None:
        """Take note of the furthest edge of several segments."""
        if self.edge is None or (edge - self.edge) & MASK < HALF:
            self.edge = edge

    def size(self, rcv_nxt: int) -> int:
        """RCV.WND where RCV.NXT is this."""
        if self.edge is None:
            return self.on_syn
        size = (self.edge - rcv_nxt) & MASK
        return size if size < HALF else 0


def scale_in(options: bytes) -> int | None:
    """The window scale that a SYN's options carry; None where they have none."""
    place = 0
    while place < len(options) and options[place] != 0:
        if options[place] == 1:
            place += 1
            continue
        if place + 1 >= len(options) or options[place + 1] < 2:
            return None
        if options[place] == WINDOW_SCALE and place + 2 < len(options):
            return min(options[place + 2], LARGEST_SCALE)
        place += options[place + 1]
    return None
