"""A conversation in two letters: Zeek's `conn_state`, for orientation only; no verdict rests on it.

Zeek's names are of an originator and a responder and of what each was seen to send; A is the originator here.
"""

from __future__ import annotations

from collections.abc import Mapping

from tcpmodel.captures.segments import ACK, FIN, RST, SYN

MEANINGS: Mapping[str, str] = {
    "S0": "a SYN without an answer",
    "S1": "established, not ended",
    "SF": "established, ended by both FINs",
    "REJ": "a SYN answered by a reset",
    "S2": "established, only A's FIN seen",
    "S3": "established, only B's FIN seen",
    "RSTO": "established, A sent a reset",
    "RSTR": "established, B sent a reset",
    "RSTOS0": "a SYN and then a reset of A's, no SYN,ACK",
    "RSTRH": "a SYN,ACK and then a reset of B's, no SYN",
    "SH": "a SYN and then a FIN of A's, no SYN,ACK",
    "SHR": "a SYN,ACK and then a FIN of B's, no SYN",
    "OTH": "no SYN seen",
}


class Tally:
    """What each end has been seen to send since the newest call of the conversation; end 0 is A."""

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._called, self._answered = False, False
        self._fins = [False, False]
        self._reset: int | None = None

    def see(self, sender: int, flags: int) -> None:
        """Take note of a segment's control bits."""
        if flags & RST:
            self._reset = sender if self._reset is None else self._reset
            return
        if flags & SYN:
            if not flags & ACK and (self._reset is not None or all(self._fins)):
                self._forget()
            self._called |= sender == 0 and not flags & ACK
            self._answered |= sender == 1
        if flags & FIN:
            self._fins[sender] = True

    @property
    def conn_state(self) -> str:
        """Zeek's name of what was seen."""
        by_a, by_b = self._reset == 0, self._reset == 1
        if not self._called:
            ended = "RSTRH" if by_b else "SHR" if self._fins[1] else "OTH"
            return ended if self._answered else "OTH"
        if not self._answered:
            return "RSTOS0" if by_a else "REJ" if by_b else "SH" if self._fins[0] else "S0"
        if self._reset is not None:
            return "RSTO" if by_a else "RSTR"
        a_closed, b_closed = self._fins
        return "SF" if a_closed and b_closed else "S2" if a_closed else "S3" if b_closed else "S1"
