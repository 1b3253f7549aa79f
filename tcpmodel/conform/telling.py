"""What happened in a conversation, as facts: who opened, closed and reset it and why, what was sent again.

A fact is a key and its values; the words are in catalogues, one for each language.  A reset's reason is the row that
the judge found to have sent it, not a guess from its bits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from tcpmodel.captures.segments import ACK, FIN, RST, SYN, Captured
from tcpmodel.conform.assumptions import CRASH, MID_STREAM, PROBES
from tcpmodel.conform.checking import Judged
from tcpmodel.conform.hypotheses import Why
from tcpmodel.conform.near import HALF, MASK
from tcpmodel.tcp.rfc9293.events import Event

FAST = 3
"""Duplicate ACKs after which text is sent again at once (RFC 5681 3.2)."""
ENDS = "AB"


class Fact(NamedTuple):
    """Something that happened: which phrase tells it, its values, and the `why` topic that explains it, if one does.

    A fact that may be `otherwise` stands for the one before it.
    """

    key: str
    values: Mapping[str, object]
    topic: str | None = None
    otherwise: bool = False


class _Seen:
    """What one end has been seen to do in the incarnation at hand."""

    def __init__(self) -> None:
        self.syns: list[int] = []
        self.iss: int | None = None
        self.reach: int | None = None
        self.acked: int | None = None
        self.same_acks = 0
        self.octets = 0
        self.probes: list[int] = []
        self.fin: int | None = None
        self.fins: list[int] = []
        self.again: list[tuple[int, bool]] = []
        self.synack: int | None = None


def facts(judged: Judged, segments: Sequence[Captured]) -> list[Fact]:
    """The facts of a conversation, in order."""
    return [*Teller(judged).told(segments)]


class Teller:
    """Goes through a conversation's segments once and says what is worth a sentence."""

    def __init__(self, judged: Judged) -> None:
        self.judged = judged
        self._a = judged.conversation.ends.index(judged.ends[0])
        self._begin()
        self.incarnations = 0

    def _begin(self) -> None:
        self.seen = (_Seen(), _Seen())
        self.reset = self.established = False

    def told(self, segments: Sequence[Captured]) -> Iterator[Fact]:
        """All facts."""
        if MID_STREAM in self.judged.needs:
            yield Fact("mid_stream", {"frame": self.judged.first})
        for c in segments:
            if c.flags is None or c.seq is None or c.length is None:
                yield Fact("not_shown", {"frame": c.frame, "reason": self.judged.doubt or ""})
                return
            yield from self._segment(c, c.sender ^ self._a, c.flags, c.seq, c.length)
        yield from self._incarnation_ends()
        yield from self._ending()

    # Segments.

    def _segment(self, c: Captured, who: int, flags: int, seq: int, length: int) -> Iterator[Fact]:
        here, there = self.seen[who], self.seen[1 - who]
        rejection = self.judged.rejection
        if rejection is not None and rejection.frame == c.frame:
            yield Fact("rejected", {"frame": c.frame, "who": ENDS[who], "why": rejection.reason, "rfc": rejection.rfc})
        if flags & RST:
            yield from self._why_reset(c, who, flags)
            self.reset = True
            return
        if flags & SYN:
            yield from self._syn(c, who, flags, seq)
        ends = (seq + length + bool(flags & SYN) + bool(flags & FIN)) & MASK
        if flags & ACK and c.ack is not None:
            yield from self._ack(c, who, flags, c.ack, length)
        if here.reach is None:
            here.reach = seq
        if flags & FIN:
            yield from self._fin(c, who, ends)
        is_new = 0 < (ends - here.reach) & MASK < HALF
        if length and not is_new and not flags & SYN:
            if length == 1 and (seq + 1 - here.reach) & MASK == 0:
                here.probes.append(c.frame)
            else:
                here.again.append((c.frame, there.same_acks >= FAST))
        elif not length and not flags & (SYN | FIN) and (seq + 1 - here.reach) & MASK == 0:
            here.probes.append(c.frame)
        if is_new:
            here.octets += min(length, (ends - here.reach) & MASK)
            here.reach = ends

    def _syn(self, c: Captured, who: int, flags: int, seq: int) -> Iterator[Fact]:
        here, there = self.seen[who], self.seen[1 - who]
        if flags & ACK:
            if here.synack is None:
                here.synack, here.reach = c.frame, seq
                if here.iss is None:
                    yield Fact("accepted", {"who": ENDS[who], "frame": c.frame})
                here.iss = seq
            else:
                here.again.append((c.frame, False))
            return
        if here.iss is not None and here.iss != seq:
            yield from self._incarnation_ends()
            again = "time-wait-reuse" if all(s.fin is not None for s in self.seen) else None
            self._begin()
            here, there = self.seen[who], self.seen[1 - who]
            yield Fact("called_again", {"who": ENDS[who], "frame": c.frame}, again)
        elif here.iss == seq:
            here.syns.append(c.frame)
            return
        elif there.syns and there.synack is None:
            yield Fact("crossed", {"who": ENDS[who], "frame": c.frame, "other": there.syns[0]}, "simultaneous-open")
        elif self.judged.ends[0] == self.judged.ends[1]:
            yield Fact("called_itself", {"frame": c.frame}, "self-connect")
        else:
            yield Fact("called", {"who": ENDS[who], "frame": c.frame})
        here.iss, here.reach = seq, seq
        here.syns.append(c.frame)

    def _ack(self, c: Captured, who: int, flags: int, ack: int, length: int) -> Iterator[Fact]:
        here, there = self.seen[who], self.seen[1 - who]
        answers = there.synack is not None and there.iss is not None and (ack - there.iss - 1) & MASK < HALF
        if not self.established and answers and not flags & SYN:
            self.established = True
            yield Fact("established", {"frame": c.frame, "who": ENDS[who]})
        here.same_acks = here.same_acks + 1 if ack == here.acked and not length and not flags & (SYN | FIN) else 0
        here.acked = ack

    def _fin(self, c: Captured, who: int, ends: int) -> Iterator[Fact]:
        here, there = self.seen[who], self.seen[1 - who]
        if here.fin is not None:
            here.fins.append(c.frame)
            return
        here.fin = ends
        here.fins.append(c.frame)
        if there.fin is None:
            yield Fact("closed_first", {"who": ENDS[who], "frame": c.frame})
        elif here.acked is not None and (here.acked - there.fin) & MASK < HALF:
            yield Fact("closed_too", {"who": ENDS[who], "frame": c.frame}, "four-segments")
        else:
            yield Fact("closed_at_once", {"who": ENDS[who], "frame": c.frame, "other": there.fins[0]})

    # Resets.

    def _why_reset(self, c: Captured, who: int, flags: int) -> Iterator[Fact]:
        """Why it was sent, each kind of reason once; stacks set ACK on ABORT, so a bare reset is likelier a reply."""
        values: dict[str, object] = {"who": ENDS[who], "other": ENDS[1 - who], "frame": c.frame}
        whys = self.judged.resets.get(c.frame, ())
        if not whys:
            yield Fact("reset_unexplained", values, "idle-reset")
        told: set[str] = set()
        for why in sorted(whys, key=lambda why: (why.caused is None) is not bool(flags & ACK)):
            key, topic = self._kind(why, who)
            if key not in told:
                more = {
                    "row": why.row,
                    "rfc": f"RFC 9293 {why.rfc}" if why.rfc[0].isdigit() else why.rfc,
                    "caused": why.caused or 0,
                }
                yield Fact(key, values | more, topic, otherwise=bool(told))
                told.add(key)

    def _kind(self, why: Why, who: int) -> tuple[str, str | None]:
        here, there = self.seen[who], self.seen[1 - who]
        if why.event == Event.ABORT or why.caused is None:
            if here.fin is None and there.octets and self.established:
                return "reset_abort", "reset-after-answer"
            return ("reset_abort", None) if self.established else ("reset_gave_up", None)
        if "text after CLOSE" in why.row:
            return "reset_half_duplex", "reset-after-answer"
        if "unacceptable ACK" in why.row:
            return "reset_bad_ack", "two-way"
        if here.synack is None and here.iss is None and not self.established:
            return "reset_refused", "rst-from-closed"
        if CRASH in self.judged.needs:
            return "reset_crash", "rst-from-closed"
        if here.fin is not None:
            return ("reset_after_close", "time-wait") if there.fin else ("reset_half_duplex", "reset-after-answer")
        return "reset_no_connection", "rst-from-closed"

    # Ends.

    def _incarnation_ends(self) -> Iterator[Fact]:
        for who, here in enumerate(self.seen):
            if len(here.syns) > 1:
                yield Fact("syn_again", {"who": ENDS[who], "frames": here.syns[1:]})
            for fast, key in ((False, "sent_again"), (True, "sent_again_fast")):
                frames = [frame for frame, was_fast in here.again if was_fast is fast]
                if frames:
                    yield Fact(key, {"who": ENDS[who], "frames": frames})
            if len(here.fins) > 1:
                yield Fact("fin_again", {"who": ENDS[who], "frames": here.fins[1:]}, "last-ack")
            if here.probes:
                is_probe = PROBES in self.judged.uses
                yield Fact("probed", {"who": ENDS[who], "frames": here.probes}, "keep-alive" if is_probe else None)
        a, b = self.seen
        if self.established:
            yield Fact("octets", {"a": a.octets, "b": b.octets})
        if not self.reset and not self.established and a.syns and b.synack is None and b.iss is None:
            yield Fact("no_answer", {"who": "A"})

    def _ending(self) -> Iterator[Fact]:
        last = self.judged.timeline.last
        if self.judged.rejection is not None or last is None:
            return
        for who, states in enumerate(last.states):
            topic = _TOPICS.get(states[0]) if len(states) == 1 else None
            words = {"who": ENDS[who], "states": states}
            yield Fact("left_or_gone" if last.gone[who] and not _GONE & {*states} else "left", words, topic)


_GONE = {"CLOSED", "LISTEN"}
_TOPICS = {
    "TIME-WAIT": "time-wait",
    "CLOSE-WAIT": "close-wait-leak",
    "FIN-WAIT-2": "fin-wait-2",
    "LAST-ACK": "last-ack",
}
