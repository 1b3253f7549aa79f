"""Where a capture was made: at one of the ends, or somewhere that nobody knows.

It decides the verdict: what arrived at the near end, and in which order, is known, of the far end it is not.  So it is
given, or inferred from who answers at once: the two gaps of a handshake are the peer's round trip and the host's own
reply.  Only a clear difference counts; otherwise both ends are far, since a wrong vantage is worse than none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from tcpmodel.captures.segments import ACK, RST, SYN, Captured, Conversation


class Vantage(StrEnum):
    """What may be said of where a capture was made; an address says it as well."""

    CLIENT = "client"
    SERVER = "server"
    MIDDLE = "middle"
    UNKNOWN = "unknown"


class Near(NamedTuple):
    """The end at which a conversation was captured, 0 or 1, None for neither; and how that is known."""

    end: int | None
    because: str


AT_ONCE = 0.001
"""Seconds within which a host answers by itself."""
CLEARLY = 10
"""How often the round trip is longer than the host's own reply, where the difference counts."""
ENOUGH = 64
"""Segments of a conversation after which no handshake is waited for any more."""


def client(segments: Sequence[Captured], conversation: Conversation) -> int:
    """The client's place among the ends: who sent the first SYN, else who has the higher port."""
    for c in segments:
        if c.flags is not None and c.flags & (SYN | RST) == SYN:
            return 1 - c.sender if c.flags & ACK else c.sender
    return int(conversation.ends[1].port > conversation.ends[0].port)


def handshake(segments: Sequence[Captured]) -> tuple[int, float, float] | None:
    """The server's place, and the seconds from SYN to SYN,ACK and from there to the third ACK; None where not seen.

    Of a SYN that was sent again nobody knows which was answered.
    """
    syn: Captured | None = None
    answer: Captured | None = None
    for c in segments:
        if c.time is None or c.flags is None:
            return None
        kind = c.flags & (SYN | ACK | RST)
        if kind == SYN and answer is None:
            if syn is not None:
                return None
            syn = c
        elif kind == SYN | ACK and syn is not None and c.sender != syn.sender and answer is None:
            answer = c
        elif kind == ACK and answer is not None and syn is not None and c.sender == syn.sender:
            assert answer.time is not None
            assert syn.time is not None
            return answer.sender, answer.time - syn.time, c.time - answer.time
    return None


class Vantages:
    """The inference over all conversations of a capture: hosts that answer at once in one speak for others."""

    def __init__(self, given: str = "") -> None:
        self.given = given
        self._hosts: Counter[str] = Counter()

    def near(self, segments: Sequence[Captured], conversation: Conversation) -> Near:
        """Where this conversation was captured, by its first segments."""
        hosts = [end.host for end in conversation.ends]
        if self.given in (Vantage.MIDDLE, Vantage.UNKNOWN):
            return Near(None, "as given")
        if self.given in (Vantage.CLIENT, Vantage.SERVER):
            place = client(segments, conversation)
            return Near(place if self.given == Vantage.CLIENT else 1 - place, "as given")
        if self.given:
            return Near(hosts.index(self.given), "as given") if self.given in hosts else Near(None, "of neither end")
        return self._inferred(segments, hosts)

    def _inferred(self, segments: Sequence[Captured], hosts: Sequence[str]) -> Near:
        gaps = handshake(segments)
        if gaps is not None:
            server, answer, third = gaps
            if 0 <= answer <= AT_ONCE and third >= CLEARLY * answer:
                return self._found(server, hosts, answer, third)
            if 0 <= third <= AT_ONCE and answer >= CLEARLY * third:
                return self._found(1 - server, hosts, third, answer)
        for place in (0, 1):
            if self._hosts[hosts[place]] and not self._hosts[hosts[1 - place]]:
                return Near(place, "by the other conversations of the host")
        return Near(None, "no handshake shows which end answers at once")

    def _found(self, place: int, hosts: Sequence[str], at_once: float, round_trip: float) -> Near:
        self._hosts[hosts[place]] += 1
        return Near(place, f"it answers after {at_once * 1e6:.0f} µs, the other after {round_trip * 1e3:.1f} ms")
