"""A conversation judged: each segment in captured order is explained by what its sender may be, or by nothing.

The two ends are judged apart, given the capture: of the end at which it was made the arrivals are known (`near`), of
the other they are not (`far`).  Where nobody knows where it was made, both are far.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from tcpmodel.captures.segments import ACK, FIN, RST, SYN, Captured
from tcpmodel.conform.assumptions import CRASH, MID_STREAM, Assumption, Kind
from tcpmodel.conform.contents import Contents
from tcpmodel.conform.endpoint import Fields, Tcb
from tcpmodel.conform.far import FarEnd
from tcpmodel.conform.hypotheses import Hypotheses, Hypothesis, Story
from tcpmodel.conform.near import MASK, NearEnd, Shown
from tcpmodel.conform.stack import (
    CLOSE_WAIT,
    CLOSING,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LAST_ACK,
    NO_CONNECTION,
    TIME_WAIT,
    Stack,
)
from tcpmodel.conform.windows import Window, scale_in
from tcpmodel.tcp.rfc9293.tcb import STATE

TWO_MSL = 240.0
"""Seconds that TIME-WAIT lasts (RFC 9293 3.4.2)."""
LATE = 0.005
"""Seconds by which the near end may process an arrival later than it was captured."""


class Conclusion(StrEnum):
    """What the judge says of a conversation."""

    EXPLAINABLE = "explainable"
    REJECTED = "rejected"
    INCONCLUSIVE = "inconclusive"


class States(NamedTuple):
    """The states in which each end may be after a frame, and whether its connection may be gone without a word."""

    frame: int
    states: tuple[tuple[str, ...], tuple[str, ...]]
    gone: tuple[bool, bool]


class Divergence(NamedTuple):
    """The first segment that nothing explains: who sent it, what the end might have been, what it contradicts."""

    captured: Captured
    fields: Fields
    before: Hypotheses
    conflicts_with: int | None = None


class Judge:
    """The judgement of one conversation, segment by segment; frames in `foreign` were sent by somebody else.

    The second end has the `other` stack, or the same.  Ends in `begun` have a connection from before the capture.
    """

    def __init__(
        self,
        stack: Stack,
        other: Stack | None = None,
        *,
        near: int | None,
        alone: bool = False,
        late: float = LATE,
        foreign: frozenset[int] = frozenset(),
        begun: frozenset[int] = frozenset(),
    ) -> None:
        self.near, self.alone, self.foreign, self.late = near, alone, foreign, late
        self.windows = (Window(), Window())
        self.ends: tuple[NearEnd | FarEnd, NearEnd | FarEnd] = (
            NearEnd(stack, self.windows[0], late=late) if near == 0 else FarEnd(stack),
            NearEnd(other or stack, self.windows[1], late=late) if near == 1 else FarEnd(other or stack),
        )
        self.contents = (Contents(), Contents())
        self.frames = 0
        self.divergence: Divergence | None = None
        self.doubt: str | None = None
        self.mid_stream = False
        self._unseen = [place in begun for place in (0, 1)]
        self._last: list[float | None] = [None, None]
        self._scales: list[int | None] = [None, None]

    @property
    def decided(self) -> bool:
        """Whether what follows changes nothing any more."""
        return self.divergence is not None or self.doubt is not None

    def see(self, captured: Captured) -> None:
        """Judge one more segment."""
        if self.decided:
            return
        missing = [words for name, words in _COLUMNS.items() if getattr(captured, name) is None]
        if missing:
            self.doubt = f"frame {captured.frame} does not show {' or '.join(missing)}"
            return
        shown = _shown(captured)
        self._judge(captured, shown)
        self.frames += 1

    def _judge(self, captured: Captured, shown: Shown) -> None:
        o, who = shown.fields, captured.sender
        if captured.frame in self.foreign:
            self.ends[who if self.alone else 1 - who].arrives(shown)
            return
        self._begin(o, who)
        end = self._after_rest(who, shown.time)
        conflict = self.content(captured, o)
        found = end.sends(shown) if conflict is None else Hypotheses()
        if not len(found):
            if end.dropped and conflict is None:
                self.doubt = f"at frame {captured.frame} there are more hypotheses than are looked at"
            else:
                self.divergence = Divergence(captured, o, end.now, conflict)
            return
        end.accept(found)
        if isinstance(end, FarEnd):
            end.note(shown)
        self.seen_last(who, shown.time)
        self._offer(captured, o)
        self.ends[who if self.alone else 1 - who].arrives(shown)

    def seen_last(self, who: int, time: float) -> None:
        """Take note of when an end's last segment was captured."""
        self._last[who] = time

    def _after_rest(self, who: int, time: float) -> NearEnd | FarEnd:
        """The end, knowing whether its TIME-WAIT may be over by now."""
        end, last = self.ends[who], self._last[who]
        end.rested = last is not None and time - last >= TWO_MSL
        return end

    def _begin(self, o: Fields, who: int) -> None:
        """Begin in mid-stream where the first segment of all is no SYN but has an ACK; the peer at its own first."""
        if self.frames == 0 and not o.syn and o.ackbit and MID_STREAM in self.ends[who].stack.allowed:
            self.mid_stream = True
            self._unseen = [True, True]
        if self._unseen[who]:
            self._unseen[who] = False
            if o.ackbit and not o.syn:
                self.ends[who].begin_mid_stream(mid_stream(o))

    def content(self, captured: Captured, o: Fields) -> int | None:
        """The frame that sent the same octets otherwise, if one did."""
        who = captured.sender
        if o.ackbit:
            self.contents[1 - who].acknowledged(o.ack)
        if o.syn:
            self.contents[who].begins(o.seq + 1)
            return None
        if captured.text is None or len(captured.text) < o.text:
            return None
        return self.contents[who].sent(captured.frame, o.seq, captured.text[: o.text])

    def _offer(self, captured: Captured, o: Fields) -> None:
        who = captured.sender
        if o.syn and captured.options:
            self._scales[who] = scale_in(captured.options) or 0
            has_option = scale_in(captured.options) is not None
            other = self._scales[1 - who]
            if not has_option:
                self.windows[0].scale = self.windows[1].scale = 0
            elif other is not None:
                self.windows[who].scale, self.windows[1 - who].scale = self._scales[who] or 0, other
        self.windows[who].offered(o, captured.window)

    # What is known.

    @property
    def is_unseen(self) -> bool:
        """Whether one end of a mid-stream start has sent nothing yet."""
        return any(self._unseen)

    def states(self, frame: int, time: float) -> States:
        """The states in which each end may be now."""
        both = [self._of_end(place, time) for place in (0, 1)]
        return States(frame, (both[0][0], both[1][0]), (both[0][1], both[1][1]))

    def _of_end(self, place: int, time: float) -> tuple[tuple[str, ...], bool]:
        if self._unseen[place]:
            return STATE.values[ESTABLISHED:], True
        end = self._after_rest(0 if self.alone else place, time)
        possible = [h for h, _ in end.possible(time)]
        gone = any(_may_be_gone(end, h) for h in possible)
        return tuple(STATE.values[s] for s in sorted({h.tcb.state for h in possible})), gone

    def histories(self, place: int, time: float) -> Iterator[tuple[Hypothesis, Story]]:
        """What an end may be at this time, and how it came about."""
        return self.end_of(place).possible(time)

    def end_of(self, place: int) -> NearEnd | FarEnd:
        """The hypotheses about an end; one that talks to itself has one set."""
        return self.ends[0 if self.alone else place]

    @property
    def conclusion(self) -> Conclusion:
        """The verdict so far."""
        if self.doubt is not None or not self.frames:
            return Conclusion.INCONCLUSIVE
        return Conclusion.EXPLAINABLE if self.divergence is None else Conclusion.REJECTED

    def assumptions(self) -> frozenset[Assumption]:
        """The smallest set of assumptions under which what was judged so far is explained."""
        found = self.ends[0].now.least() | self.ends[1].now.least()
        return found | ({MID_STREAM} if self.mid_stream else set())

    def needs(self) -> tuple[Assumption, ...]:
        """Those of the environment."""
        return tuple(sorted(a for a in self.assumptions() if a.kind is Kind.ENVIRONMENT))


_COLUMNS = {
    "seq": "sequence numbers",
    "ack": "acknowledgment numbers",
    "flags": "flags",
    "length": "lengths",
    "time": "times",
}


def _may_be_gone(end: NearEnd | FarEnd, h: Hypothesis) -> bool:
    """Whether it is no connection, or may have ended without a segment, by a call or a timer.

    A crash may always have been, so it counts for nothing here.  Nor does a user timeout while a user holds the
    connection and nothing waits for an ACK.
    """
    tcb = h.tcb
    if tcb.state in (ESTABLISHED, CLOSE_WAIT) and tcb.snd_una == tcb.snd_nxt:
        return False
    ended = end.stack.silently(tcb, rested=end.rested)
    return tcb.state in NO_CONNECTION or any(
        after.tcb.state in NO_CONNECTION and assumes is not CRASH for after, assumes, _ in ended
    )


def _shown(c: Captured) -> Shown:
    syn, ack, rst, fin = (int(bool((c.flags or 0) & bit)) for bit in (SYN, ACK, RST, FIN))
    return Shown(c.frame, c.time or 0.0, Fields(c.seq or 0, (c.ack or 0) * ack, syn, ack, rst, fin, c.length or 0))


def mid_stream(o: Fields) -> list[Tcb]:
    """The TCBs that may send this segment in the middle of a connection (RFC 9293 3.10.7.4)."""
    ends = (o.seq + o.text + o.fin) & MASK
    states = (
        (FIN_WAIT_1, CLOSING, LAST_ACK)
        if o.fin
        else (ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT)
    )
    begun = Tcb(0, iss=(o.seq - (1 << 28)) & MASK, irs=(o.ack - (1 << 28)) & MASK, rcv_nxt=o.ack)
    settled = (FIN_WAIT_2, TIME_WAIT)
    return [begun._replace(state=s, snd_una=ends if s in settled else o.seq, snd_nxt=ends) for s in states] + [
        begun._replace(state=s, snd_una=o.seq, snd_nxt=o.seq) for s in states if not o.text and o.fin
    ]


def judged(judge: Judge, segments: Iterable[Captured]) -> list[States]:
    """Judge all these segments; the states after each."""
    found = []
    for captured in segments:
        judge.see(captured)
        if judge.decided:
            break
        found.append(judge.states(captured.frame, captured.time or 0.0))
    return found
