"""Plain stretches: text in order and its ACKs between two established ends, judged for many segments at once.

A bulk transfer is mostly that, and each end is one hypothesis throughout.  So its TCBs are foretold, by running sums of
text and running maxima of ACKs; then the rows are fired on what was foretold, for all segments at once (`many`).  Where
a row does otherwise, or anything is not plain, the stretch ends, and the judge goes on one segment at a time.  After a
stretch the ends are as if each segment had been judged by itself.

Positions count octets of an end's text from its SND.NXT at the beginning of the stretch.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import NamedTuple

import numpy as np

from tcpmodel.captures.segments import ACK, FIN, RST, SYN, Array, Columns
from tcpmodel.conform.endpoint import Fields
from tcpmodel.conform.far import COPIES, EARLIER, RECENT, FarEnd
from tcpmodel.conform.foretold import Stream, Taken, agrees, signed
from tcpmodel.conform.hypotheses import Hypotheses, Hypothesis, Story
from tcpmodel.conform.judge import Judge, States
from tcpmodel.conform.near import MASK, NearEnd, Shown
from tcpmodel.conform.stack import ESTABLISHED
from tcpmodel.conform.windows import Window

SHORTEST, LONGEST = 48, 1 << 17
"""Segments of a stretch that is worth it, and of one that is looked at at a time."""
MOST_OCTETS = 1 << 28
"""So many octets a stretch may have, so that numbers do not go round."""


class Passed(NamedTuple):
    """A stretch that is judged: of each segment, which of these states the ends have after it."""

    which: Array
    states: dict[int, States]


def pass_plain(judge: Judge, columns: Columns) -> Passed | None:
    """Judge the plain segments at the beginning of these; None, and nothing done, where there are too few."""
    if len(columns) < SHORTEST or not is_settled(judge):
        return None
    columns = columns[:LONGEST]
    plain = (columns.flags & (SYN | FIN | RST | ACK)) == ACK
    in_time = np.diff(columns.time, prepend=columns.time[0]) >= 0
    count = leading(plain & in_time & (np.cumsum(columns.length) < MOST_OCTETS))
    if count < SHORTEST:
        return None
    stretch = _Stretch(judge, columns[:count])
    count = stretch.good()
    return stretch.accept(count) if count >= SHORTEST else None


def is_settled(judge: Judge) -> bool:
    """Whether each end has one hypothesis, which is ESTABLISHED with nothing owed or held."""
    if judge.alone or judge.is_unseen or judge.decided:
        return False
    for end in judge.ends:
        if len(end.now) != 1:
            return False
        ((h, _),) = end.now
        if h.tcb.state != ESTABLISHED or h.owed or h.held:
            return False
        if isinstance(end, FarEnd) and (not end.numberings or end.numbering(h.tcb) is not end.newest_numbering):
            return False
    return True


def leading(good: Array) -> int:
    """How many are true at the beginning."""
    return len(good) if good.all() else int(np.argmin(good))


class _Stretch:
    """A stretch: the segments of both sides, and what the near end has taken before each that it sends."""

    def __init__(self, judge: Judge, columns: Columns) -> None:
        self.judge, self.columns, self.size = judge, columns, len(columns)
        self.begun: list[tuple[Hypothesis, Story]] = [next(iter(end.now)) for end in judge.ends]
        tcbs = [h.tcb for h, _ in self.begun]
        self.sides = [Stream(columns, who, tcbs[who], tcbs[1 - who]) for who in (0, 1)]
        self.taken: list[Taken | None] = [None, None]
        for who, end in enumerate(judge.ends):
            if isinstance(end, NearEnd):
                pending = end.arrivals[self.begun[who][0].taken - end.first :]
                self.taken[who] = Taken(pending, self.sides[who], self.sides[1 - who], columns, judge.late)

    def good(self) -> int:
        """How many segments are as foretold."""
        bad = np.zeros(self.size, dtype=bool)
        for who, end in enumerate(self.judge.ends):
            side, taken = self.sides[who], self.taken[who]
            bad[side.at[~side.in_order]] = True
            if taken is not None:
                if not taken.is_plain:
                    return 0
                bad[side.at[taken.wrong]] = True
            elif isinstance(end, FarEnd):
                bad[side.at[side.acks_unsent(self._reach(who))]] = True
        count = leading(~bad)
        if count < SHORTEST:
            return 0
        for who, end in enumerate(self.judge.ends):
            window = self.judge.windows[who]
            edge = self._edge(who)
            agrees(end.stack, self.sides[who], self.sides[1 - who], self.taken[who], bad, edge=edge, scale=window.scale)
        return leading(~bad[:count])

    def _position(self, who: int, number: int) -> int:
        """The position of a number in an end's text."""
        return int(signed(np.array([number - self.sides[who].tcb.snd_nxt]))[0])

    def _reach(self, who: int) -> int:
        """The position up to which the peer of a far end was seen to send before the stretch."""
        end = self.judge.ends[who]
        assert isinstance(end, FarEnd)
        return self._position(1 - who, end.newest_numbering.reach)

    def _edge(self, who: int) -> int:
        """The position of the right edge that an end had offered before the stretch."""
        window = self.judge.windows[who]
        edge = window.edge if window.edge is not None else self.sides[who].tcb.rcv_nxt + window.on_syn
        return self._position(1 - who, edge)

    # What is so afterwards.

    def accept(self, count: int) -> Passed:
        """Let the judge be after so many segments, and say which states there were after each."""
        flags = [self._outstanding(who)[:count] for who in (0, 1)]
        which = flags[0] * 2 + flags[1]
        states = {}
        for code in np.unique(which).tolist():
            place = int(np.argmax(which == code))
            at = copy(self.judge)
            at.ends = (self._end(0, place + 1), self._end(1, place + 1))
            states[code] = at.states(int(self.columns.frame[place]), float(self.columns.time[place]))
        self._keep(count)
        return Passed(which, states)

    def _outstanding(self, who: int) -> Array:
        """After which segments there is text that an end may have received and has not been seen to acknowledge."""
        side, peer, taken = self.sides[who], self.sides[1 - who], self.taken[who]
        places = np.arange(self.size)
        if taken is not None:
            return taken.outstanding(places).astype(np.int64)
        sent = np.maximum(_upto(peer.before(places + 1), peer.ends, 0), self._reach(who))
        return (sent > _upto(side.before(places + 1), side.acks, side.received)).astype(np.int64)

    def _end(self, who: int, count: int) -> NearEnd | FarEnd:
        """An end after so many segments, as far as its states go."""
        end = copy(self.judge.ends[who])
        if isinstance(end, NearEnd):
            end.window = copy(end.window)
            self._open(end.window, who, count)
        self._go(end, who, count)
        return end

    def _open(self, window: Window, who: int, count: int) -> None:
        """Let an end's window be as after so many segments."""
        sent = int(self.sides[who].before(np.array([count]))[0])
        if sent:
            furthest = int(self.sides[who].edges(window.scale)[:sent].max())
            window.opened(self.number_at(1 - who, furthest))

    def _go(self, end: NearEnd | FarEnd, who: int, count: int) -> None:
        side, peer = self.sides[who], self.sides[1 - who]
        sent, heard = int(side.before(np.array([count]))[0]), int(peer.before(np.array([count]))[0])
        if isinstance(end, NearEnd):
            self._near(end, who, sent, heard)
        else:
            self._far(end, who, sent, heard)

    def _near(self, end: NearEnd, who: int, sent: int, heard: int) -> None:
        side, taken, (h, story) = self.sides[who], self.taken[who], self.begun[who]
        assert taken is not None
        number = int(taken.counts[sent - 1]) if sent else 0
        arrived = [*taken.pending, *self.shown(1 - who, max(number - len(taken.pending), 0), heard)]
        left = number if number < len(taken.pending) else len(taken.pending)
        tcb = side.tcb._replace(
            snd_una=(side.tcb.snd_nxt + taken.una(number)) & MASK,
            snd_nxt=(side.tcb.snd_nxt + (int(side.ends[sent - 1]) if sent else 0)) & MASK,
            rcv_nxt=(taken.base + taken.received(number)) & MASK,
        )
        story = story._replace(
            snd_nxt=side.last_text_frame(sent) or story.snd_nxt, rcv_nxt=taken.last_text_frame(number) or story.rcv_nxt
        )
        end.now = Hypotheses((h._replace(tcb=tcb, taken=h.taken + number), story))
        end.arrivals, end.first = arrived[left:], h.taken + number

    def _far(self, end: FarEnd, who: int, sent: int, heard: int) -> None:
        side, peer, (h, story) = self.sides[who], self.sides[1 - who], self.begun[who]
        end.now = Hypotheses((h._replace(tcb=side.far_tcb(sent)), side.far_story(story, sent)))
        numbering = copy(end.newest_numbering)
        end.numberings = end.numberings.copy()
        end.numberings[next(reversed(end.numberings))] = numbering
        if heard:
            ends = (peer.tcb.snd_nxt + int(peer.ends[heard - 1])) & MASK
            numbering.sent(Fields(ends, int(peer.ack[heard - 1]), ackbit=1))
            end.newest = int(self.columns.frame[peer.at[heard - 1]])

    def _keep(self, count: int) -> None:
        """Leave the judge as after so many segments, with all that its ends remember."""
        judge = self.judge
        for who, end in enumerate(judge.ends):
            side, peer = self.sides[who], self.sides[1 - who]
            sent, heard = int(side.before(np.array([count]))[0]), int(peer.before(np.array([count]))[0])
            if isinstance(end, FarEnd):
                for number in range(max(sent - EARLIER, 0), sent):
                    before = self.begun[who][0]._replace(tcb=side.far_tcb(number))
                    end.earlier.append(Hypotheses((before, side.far_story(self.begun[who][1], number))))
                for shown in self.shown(who, max(sent - COPIES, 0), sent):
                    end.note(shown)
                end.recent.extend(self.shown(1 - who, max(heard - RECENT, 0), heard))
            self._go(end, who, count)
            self._open(judge.windows[who], who, count)
            if sent:
                judge.seen_last(who, float(self.columns.time[side.at[sent - 1]]))
        judge.frames += count
        self._contents(count)

    def number_at(self, who: int, position: int) -> int:
        """The number at a position of an end's text."""
        return (self.sides[who].tcb.snd_nxt + position) & MASK

    def _contents(self, count: int) -> None:
        """Remember the text that is not acknowledged."""
        for who in (0, 1):
            side, peer = self.sides[who], self.sides[1 - who]
            sent, heard = int(side.before(np.array([count]))[0]), int(peer.before(np.array([count]))[0])
            acked = int(peer.acks[heard - 1]) if heard else peer.received
            if heard:
                self.judge.contents[who].acknowledged(int(peer.ack[heard - 1]))
            first = int(np.searchsorted(side.ends[:sent], acked, side="right"))
            for place in side.at[first:sent].tolist():
                (captured,) = self.columns[place : place + 1]
                if captured.text is not None and captured.seq is not None and len(captured.text) == captured.length:
                    self.judge.contents[who].sent(captured.frame, captured.seq, captured.text)

    def shown(self, who: int, begin: int, end: int) -> Iterator[Shown]:
        """Segments of one side, as a judge takes them."""
        side, columns = self.sides[who], self.columns
        at = side.at[begin:end]
        rows = (columns.frame[at], columns.time[at], columns.seq[at], columns.ack[at], columns.length[at])
        for frame, time, seq, ack, length in zip(*(values.tolist() for values in rows), strict=True):
            yield Shown(frame, time, Fields(seq, ack, ackbit=1, text=length))


def _upto(counts: Array, values: Array, start: int) -> Array:
    """The value after so many; `start` after none."""
    found: Array = np.concatenate(([start], values))[counts]
    return found
