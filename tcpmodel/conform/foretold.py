"""What a plain stretch foretells of one side, and whether the rows do what is foretold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tcpmodel.captures.segments import Array, Columns
from tcpmodel.conform.endpoint import ROOM, Tcb, shown
from tcpmodel.conform.far import FURTHEST, WINDOW, classed, span
from tcpmodel.conform.hypotheses import Story
from tcpmodel.conform.many import Many, Value, fields, fire
from tcpmodel.conform.near import HALF, MASK, Shown
from tcpmodel.conform.shown import ACK_SHOWN
from tcpmodel.conform.stack import ESTABLISHED, PLAIN, Stack
from tcpmodel.language.terms import Term
from tcpmodel.tcp.knobs.segmenting import octets
from tcpmodel.tcp.rfc9293.events import Event
from tcpmodel.tcp.rfc9293.rules import ARRIVAL
from tcpmodel.tcp.rfc9293.segment import seg
from tcpmodel.tcp.rfc9293.tcb import irs, iss, passive, rcv, snd

BITS = 32


def signed(number: Array) -> Array:
    """Differences of sequence numbers as integers on both sides of 0."""
    number = number & MASK
    return np.where(number < HALF, number, number - MASK - 1)


class Stream:
    """One sender's segments: where they stand, where its text ends after each, and what each acknowledges."""

    def __init__(self, columns: Columns, who: int, tcb: Tcb, peer: Tcb) -> None:
        self.tcb, self.columns = tcb, columns
        self.at = np.flatnonzero(columns.sender == who)
        self.length = columns.length[self.at].astype(np.int64)
        self.ends = np.cumsum(self.length)
        self.begins = self.ends - self.length
        self.seq = columns.seq[self.at].astype(np.int64)
        self.ack = columns.ack[self.at].astype(np.int64)
        self.in_order = (self.seq - tcb.snd_nxt - self.begins) & MASK == 0
        self.peer_begins = peer.snd_nxt
        self.acks = signed(self.ack - peer.snd_nxt)
        self.received = int(signed(np.array([tcb.rcv_nxt - peer.snd_nxt]))[0])
        self._peer_ends = np.cumsum(np.where(columns.sender == who, 0, columns.length.astype(np.int64)))

    def before(self, places: Array) -> Array:
        """How many of its segments stand before each place."""
        return np.searchsorted(self.at, places)

    def acks_unsent(self, reach: int) -> Array:
        """Which acknowledge what the peer was not seen to send, or less than the one before."""
        sent = np.maximum(self._peer_ends[self.at], reach)
        found: Array = (self.acks > sent) | (np.diff(self.acks, prepend=self.received) < 0)
        return found

    def edges(self, scale: int) -> Array:
        """The position of the right edge that each offers."""
        found: Array = self.acks + (self.columns.window[self.at].astype(np.int64) << scale)
        return found

    def last_text_frame(self, sent: int) -> int | None:
        """The frame of the last of so many segments that has text."""
        with_text = np.flatnonzero(self.length[:sent])
        return int(self.columns.frame[self.at[with_text[-1]]]) if len(with_text) else None

    def far_tcb(self, sent: int) -> Tcb:
        """The TCB of a far end after so many segments."""
        if not sent:
            return self.tcb
        nxt = (self.tcb.snd_nxt + int(self.ends[sent - 1])) & MASK
        return classed(self.tcb._replace(snd_nxt=nxt, rcv_nxt=int(self.ack[sent - 1])))

    def far_story(self, story: Story, sent: int) -> Story:
        """How that came about."""
        grows = np.flatnonzero(np.diff(self.acks[:sent], prepend=self.received))
        heard = int(self.columns.frame[self.at[grows[-1]]]) if len(grows) else story.rcv_nxt
        return story._replace(snd_nxt=self.last_text_frame(sent) or story.snd_nxt, rcv_nxt=heard)


class Taken:
    """The arrivals at a near end, those that wait included, and how many it has taken before each that it sends.

    It takes as few as its ACK demands, but all that are `late`.
    """

    def __init__(self, pending: Sequence[Shown], side: Stream, peer: Stream, columns: Columns, late: float) -> None:
        self.pending, self._side, self._peer, self._late = pending, side, peer, late
        self.base = peer.tcb.snd_nxt
        before = [s.fields for s in pending]
        begins = signed(np.array([f.seq - self.base for f in before], dtype=np.int64))
        text = np.array([f.text for f in before], dtype=np.int64)
        acks = signed(np.array([f.ack - side.tcb.snd_nxt for f in before], dtype=np.int64))
        follows = np.concatenate(([side.received], begins + text)) == np.concatenate((begins, [0]))
        self.is_plain = bool(follows.all()) and all(f.ackbit and not (f.syn or f.rst or f.fin) for f in before)
        self.ends, self.text = np.concatenate((begins + text, peer.ends)), np.concatenate((text, peer.length))
        self.acks = np.concatenate((acks, peer.acks))
        self._times = np.concatenate((np.array([s.time for s in pending], dtype=np.float64), columns.time[peer.at]))
        self.is_plain &= bool((np.diff(self._times) >= 0).all())
        self._frames = np.concatenate((np.array([s.frame for s in pending], dtype=np.int64), columns.frame[peer.at]))
        start = int(signed(np.array([side.tcb.snd_una - side.tcb.snd_nxt]))[0])
        self._una = np.maximum.accumulate(np.concatenate(([start], self.acks)))
        self._ends = np.concatenate(([side.received], self.ends))
        self._time = columns.time
        self._count()

    def _count(self) -> None:
        side = self._side
        least = np.searchsorted(self.ends, side.acks, side="left") + 1
        least = np.where(side.acks == side.received, 0, least)
        there = len(self.pending) + self._peer.before(side.at)
        wanted = np.maximum(least, np.minimum(self._forced(side.at), there))
        self.counts = np.maximum.accumulate(np.minimum(wanted, there))
        self.wrong = (wanted > there) | (self._ends[self.counts] != side.acks)

    def _forced(self, places: Array) -> Array:
        """How many arrivals are too old, at the time of each place, to be still not taken."""
        return np.searchsorted(self._times, self._time[places] - self._late, side="left")

    def outstanding(self, places: Array) -> Array:
        """After which places some text has arrived and is not taken yet."""
        there = len(self.pending) + self._peer.before(places + 1)
        sent = self._side.before(places + 1)
        counts = np.concatenate(([0], self.counts))[sent]
        forced = np.maximum(counts, np.minimum(self._forced(places), there))
        found: Array = self._ends[there] > self._ends[forced]
        return found

    def una(self, number: int) -> int:
        """The position of SND.UNA after so many arrivals."""
        return int(self._una[number])

    def received(self, number: int) -> int:
        """The position of RCV.NXT after so many arrivals."""
        return int(self._ends[number])

    def last_text_frame(self, number: int) -> int | None:
        """The frame of the last of so many arrivals that brought text."""
        with_text = np.flatnonzero(self.text[:number])
        return int(self._frames[with_text[-1]]) if len(with_text) else None

    def before_each(self, edge: int, edges: Array) -> tuple[Array, Array, Array, Array, Array]:
        """For each arrival: RCV.NXT and SND.UNA before it, SND.NXT then, the window, and where it shows.

        It shows at the segment before which it is taken; where nothing was sent after it, at its own place.
        """
        side, number = self._side, len(self.ends)
        taker = np.searchsorted(self.counts, np.arange(number), side="right")
        offered = np.maximum.accumulate(np.concatenate(([edge], edges)))
        own = np.concatenate((np.zeros(len(self.pending), dtype=np.int64), self._peer.at))
        window = np.clip(offered[side.before(own)] - self._ends[:number], 0, HALF - 1)
        at = np.where(taker < len(side.at), np.concatenate((side.at, [0]))[taker], own)
        begins = np.concatenate((side.begins, side.ends[-1:] if len(side.ends) else [0]))
        return self._ends[:number], self._una[:number], begins[taker], window, at


# The rows, fired on what is foretold.


def agrees(stack: Stack, side: Stream, peer: Stream, taken: Taken | None, bad: Array, *, edge: int, scale: int) -> None:
    """Mark the segments at which a row does otherwise than foretold."""
    if taken is not None:
        _arrivals(stack, side, taken, bad, edge=edge, scale=scale)
        una = side.tcb.snd_nxt + taken._una[taken.counts]
    else:
        _made_to_measure(stack, side, bad)
        una = side.tcb.snd_nxt + side.begins - _spans(side)
    _sent(stack, side, una & MASK, bad)


def _spans(side: Stream) -> Array:
    """How far SND.UNA's class lies behind SND.NXT, before each segment."""
    first = span(side.tcb.iss, side.tcb.snd_nxt)
    found: Array = np.minimum(first + side.begins, FURTHEST)
    return found


def _arrivals(stack: Stack, side: Stream, taken: Taken, bad: Array, *, edge: int, scale: int) -> None:
    received, una, nxt, window, at = taken.before_each(edge, side.edges(scale))
    number = len(received)
    if not number:
        return
    tcb = _tcb(side.tcb, una=side.tcb.snd_nxt + una, nxt=side.tcb.snd_nxt + nxt, received=taken.base + received)
    begins, acks, text = taken.ends[:number] - taken.text[:number], taken.acks[:number], taken.text[:number]
    segment = fields(seg, seq=(taken.base + begins) & MASK, ack=(side.tcb.snd_nxt + acks) & MASK, text=text)
    after_una = side.tcb.snd_nxt + np.maximum(una, acks)
    expected = _tcb(side.tcb, una=after_una, nxt=side.tcb.snd_nxt + nxt, received=taken.base + taken.ends[:number])
    bad[at[_otherwise(stack, {**tcb, **segment, rcv.wnd: window}, expected)]] = True


def _made_to_measure(stack: Stack, side: Stream, bad: Array) -> None:
    before = np.concatenate(([side.received], side.acks))[:-1]
    text = side.acks - before
    which = np.flatnonzero(text > 0)
    if not len(which):
        return
    nxt = side.tcb.snd_nxt + side.begins[which]
    una = nxt - _spans(side)[which]
    tcb = _tcb(side.tcb, una=una, nxt=nxt, received=side.peer_begins + before[which])
    segment = fields(seg, seq=tcb[rcv.nxt], ack=tcb[snd.una], text=text[which])
    expected = _tcb(side.tcb, una=una, nxt=nxt, received=side.peer_begins + side.acks[which])
    bad[side.at[which[_otherwise(stack, {**tcb, **segment, rcv.wnd: WINDOW}, expected)]]] = True


def _tcb(tcb: Tcb, *, una: Array, nxt: Array, received: Array) -> dict[Term, Value]:
    una, nxt = una & MASK, nxt & MASK
    return {
        iss: tcb.iss,
        irs: tcb.irs,
        passive: bool(tcb.passive),
        snd.una: una,
        snd.nxt: nxt,
        snd.wnd: (nxt - una + ROOM) & MASK,
        rcv.nxt: received & MASK,
    }


def _otherwise(stack: Stack, values: Mapping[Term, Value], expected: Mapping[Term, Value]) -> Array:
    """Where the arrival of a segment does not come out as expected, by RFC 9293's rows or by any that are allowed."""
    size = len(values[snd.nxt])
    wrong: Array = np.zeros(size, dtype=bool)
    for rules in stack.arrival_rules(PLAIN):
        found = fire(rules.events[ARRIVAL], ESTABLISHED, values, bits=BITS)
        wrong |= found.odd
        wrong |= found.sent.get("rst", 0) != 0
        for variable in (snd.una, snd.nxt, rcv.nxt):
            wrong |= found.after[variable] != expected[variable]
    return wrong


def _sent(stack: Stack, side: Stream, una: Array, bad: Array) -> None:
    """Mark the segments that no row sends."""
    for event, which in ((ACK_SHOWN, side.length == 0), (Event.SEND, side.length > 0)):
        if which.any():
            nxt, received = side.tcb.snd_nxt + side.begins[which], side.ack[which]
            text = side.length[which]
            tcb = _tcb(side.tcb, una=una[which], nxt=nxt, received=received)
            segment = fields(shown, seq=side.seq[which], ack=side.ack[which], text=text)
            rules = stack.endpoint.rules
            found = fire(rules.events[event], ESTABLISHED, {**tcb, **segment, octets: text}, bits=BITS)
            wrong = _unlike(found, side, which, nxt + text)
            bad[side.at[which][wrong]] = True


def _unlike(found: Many, side: Stream, which: Array, nxt: Array) -> Array:
    wrong: Array = np.zeros(int(which.sum()), dtype=bool) | found.odd
    as_seen = {"seq": side.seq[which], "ack": side.ack[which], "text": side.length[which]}
    for name, value in {**as_seen, "syn": 0, "rst": 0, "fin": 0, "ackbit": 1}.items():
        wrong |= found.sent.get(name, -1) != value
    wrong |= found.after[snd.nxt] != nxt & MASK
    return wrong
