"""The end behind the network: of what the other end has sent, anything may have arrived, in any order, however often.

So arrivals are made to measure.  Before each segment that the end is seen to send it may have taken one stretch of text
up to the number that it acknowledges (one segment leaves the TCB that its pieces leave, `tests/tcp/test_lengths.py`),
any SYN or reset, and any ACK.  What it sent and the capture does not show was lost: SND.NXT may be further than seen.
What it sent earlier may be seen later: a segment is also tried from earlier sets, and an exact copy passes.

SND.UNA is kept in three classes: the SYN is not acknowledged, it is, everything is.  Exact, the sets would grow
without end, since every ACK may have arrived or not.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator

from tcpmodel.conform.assumptions import MID_STREAM, Assumption, price
from tcpmodel.conform.endpoint import NOTHING, Fields, Tcb
from tcpmodel.conform.hypotheses import Hypotheses, Hypothesis, Story
from tcpmodel.conform.near import GUESSED, HALF, MASK, MOST_HYPOTHESES, MOST_MET, Shown
from tcpmodel.conform.stack import (
    CLOSE_WAIT,
    CLOSED,
    ESTABLISHED,
    FIN_WAIT_2,
    LISTEN,
    NO_CONNECTION,
    SYN_RECEIVED,
    SYN_SENT,
    TIME_WAIT,
    Stack,
)
from tcpmodel.tcp.rfc9293.events import Event

WINDOW = 1 << 30
"""RCV.WND of an end whose arrivals are made to measure: they fit."""
FURTHEST = 1 << 29
"""SND.UNA of an end that has sent much is taken to be no further behind SND.NXT, so that numbers do not go round."""
EARLIER, RECENT, COPIES, NUMBERINGS = 64, 64, 4096, 4
"""How many earlier sets, recent segments of the peer, own segments and numberings of the peer are remembered."""


class Numbering:
    """What the peer has sent under one ISS: how far its text goes, where its FIN is, the highest ACK."""

    def __init__(self, begins: int) -> None:
        self.reach = begins & MASK
        self.fin: int | None = None
        self.acked: int | None = None

    def sent(self, o: Fields) -> None:
        """Take note of a segment."""
        text_ends = (o.seq + o.syn + o.text) & MASK
        if 0 < (text_ends - self.reach) & MASK < HALF:
            self.reach = text_ends
        if o.fin:
            self.fin = text_ends
        if o.ackbit and (self.acked is None or 0 < (o.ack - self.acked) & MASK < HALF):
            self.acked = o.ack


class FarEnd:
    """The hypotheses about an end whose arrivals the capture does not show."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.rested = False  # whether 2MSL have gone by since the end's last segment
        self.now = Hypotheses(*((Hypothesis(Tcb(state)), Story()) for state in NO_CONNECTION))
        self.earlier: deque[Hypotheses] = deque(maxlen=EARLIER)
        self.copies: OrderedDict[Fields, None] = OrderedDict()
        self.numberings: OrderedDict[int | None, Numbering] = OrderedDict()
        self.syns: deque[Fields] = deque(maxlen=NUMBERINGS)
        self.resets: deque[Fields] = deque(maxlen=NUMBERINGS)
        self.recent: deque[Shown] = deque(maxlen=RECENT)
        self.dropped = False  # whether hypotheses were not looked at, since they were too many
        self.newest = 0  # the frame of the peer's newest segment

    def begin_mid_stream(self, tcbs: list[Tcb]) -> None:
        """Begin in the middle of a connection, as the end's first segment shows it."""
        story = Story(frozenset({MID_STREAM}))
        self.now = Hypotheses(*((Hypothesis(classed(tcb), called=True), story) for tcb in tcbs))

    # What the peer sends.

    def arrives(self, shown: Shown) -> None:
        """Note a segment that the peer has sent: from now on it may have arrived."""
        o = shown.fields
        self.recent.append(shown)
        self.newest = shown.frame
        if o.rst:
            self.resets.append(o)
            return
        if o.syn:
            if o.seq not in self.numberings:
                self.numberings[o.seq] = Numbering(o.seq + 1)
                while len(self.numberings) > NUMBERINGS:
                    self.numberings.popitem(last=False)
            if o not in self.syns:
                self.syns.append(o)
        elif not self.numberings:
            self.numberings[None] = Numbering(o.seq)
        self._numbered(o).sent(o)

    def _numbered(self, o: Fields) -> Numbering:
        """The numbering to which a segment of the peer belongs: the network may deliver it behind a newer SYN."""
        if o.syn:
            return self.numberings[o.seq]
        return min(
            reversed(self.numberings.values()), key=lambda n: min((o.seq - n.reach) & MASK, (n.reach - o.seq) & MASK)
        )

    @property
    def newest_numbering(self) -> Numbering:
        """What the peer has sent under its newest ISS; `KeyError` before it has sent anything."""
        return self.numberings[next(reversed(self.numberings), None)]

    def numbering(self, tcb: Tcb) -> Numbering | None:
        """What the peer has sent under the ISS that this TCB has taken."""
        return self.numberings.get(tcb.irs) or self.numberings.get(None)

    # What the end sends.

    def sends(self, shown: Shown) -> Hypotheses:
        """The hypotheses under which the end sent this; none where nothing explains it (and `now` stays)."""
        o = shown.fields
        unusual = bool(o.syn or o.rst)
        found = self._explained(self.now, shown, silent=unusual)
        if not len(found) and not unusual:
            found = self._explained(self.now, shown, silent=True)
        if not len(found) or price(found.least()) > price(self.now.least()):
            assumed = self._late(shown)
            if assumed is not None and not assumed and not len(found):
                return self.now
            if assumed is not None:
                for h, story in self.now:
                    found.add(h, story.assuming(assumed))
        return found

    def accept(self, found: Hypotheses) -> None:
        """Go on from these hypotheses."""
        if len(found) > MOST_HYPOTHESES:
            self.dropped, found = True, found.only_cheapest(MOST_HYPOTHESES)
        if found is not self.now:
            self.earlier.append(self.now)
        self.now = found

    def note(self, shown: Shown) -> None:
        """Remember a segment that was explained, so that a copy of it passes."""
        self.copies[shown.fields] = None
        if len(self.copies) > COPIES:
            self.copies.popitem(last=False)

    def replies(self, h: Hypothesis, o: Fields) -> Iterator[tuple[Fields, int]]:
        """What it sends in reply to a SYN of its peer, and the frame of the newest segment that may have arrived."""
        for syn in self.syns:
            for fired, *_ in self.stack.arrives(h.tcb, syn, window=WINDOW, explains=o):
                if fired.sent is not None:
                    yield fired.sent, self.newest

    def _late(self, shown: Shown) -> frozenset[Assumption] | None:
        """The least that has to be assumed for this to have been sent earlier; None where it was not."""
        if shown.fields in self.copies:
            return frozenset()
        found = (self._explained(earlier, shown, silent=False) for earlier in reversed(self.earlier))
        return min((explained.least() for explained in found if len(explained)), key=price, default=None)

    def possible(self, time: float) -> Iterator[tuple[Hypothesis, Story]]:
        """Every hypothesis that may be so now, with anything that the peer has sent arrived or not."""
        met = set()
        frontier = [*self.now]
        while frontier:
            h, story = frontier.pop()
            if h in met:
                continue
            met.add(h)
            yield h, story
            if len(met) > MOST_HYPOTHESES:
                return
            frontier += self._arrivals(h, story, GUESSED, self.newest, targets=self._targets(h.tcb))
            frontier += [(h._replace(tcb=classed(tcb)), story) for tcb in self.stack.closes(h.tcb)]

    def _targets(self, tcb: Tcb) -> tuple[int, ...]:
        numbering = self.numbering(tcb)
        if numbering is None:
            return ()
        return (numbering.reach,) if numbering.fin is None else (numbering.reach, (numbering.fin + 1) & MASK)

    def _explained(self, sets: Hypotheses, shown: Shown, *, silent: bool) -> Hypotheses:
        found, met, o = Hypotheses(), Hypotheses(), shown.fields
        frontier = [(h, story, 0) for h, story in sets]
        while frontier:
            h, story, depth = frontier.pop()
            if not met.add(h, story):
                continue
            if len(met) > MOST_MET:
                self.dropped = True
                break
            for explained, told in self._sent(h, story, shown):
                found.sent(explained, told)
            if depth < 4:
                after = [*self._arrivals(h, story, o, shown.frame, targets=(o.ack,) if o.ackbit else ())]
                if silent and depth < 2:
                    after += self._silently(h, story, shown.frame)
                frontier += [(next_, told, depth + 1) for next_, told in after]
        return found

    def _arrivals(
        self, h: Hypothesis, story: Story, o: Fields, frame: int, *, targets: tuple[int, ...]
    ) -> Iterator[tuple[Hypothesis, Story]]:
        """The hypothesis after each arrival that may matter: SYNs, resets, text up to a number, an ACK.

        A listener whose SYN,ACK was lost on the way shows its ISS with the next segment.
        """
        iss = o if o.syn else Fields((o.seq - 1) & MASK)
        for segment in self._made(h.tcb, o, targets):
            for fired, assumes, _ in self.stack.arrives(h.tcb, segment, window=WINDOW, explains=iss):
                after = classed(fired.tcb)
                if after != h.tcb:
                    yield h._replace(tcb=after), story.after(h.tcb, after, frame, assumes)

    def _made(self, tcb: Tcb, o: Fields, targets: tuple[int, ...]) -> Iterator[Fields]:
        if tcb.state in (LISTEN, SYN_SENT, SYN_RECEIVED, TIME_WAIT):
            for syn in self.syns:
                if tcb.state == LISTEN or (tcb.state == TIME_WAIT and not syn.ackbit) or tcb.state != TIME_WAIT:
                    if tcb.state in (LISTEN, TIME_WAIT) and (not o.ackbit or o.rst):
                        continue
                    yield syn
        if tcb.state not in NO_CONNECTION:
            yield from self.resets
        numbering = self.numbering(tcb)
        if tcb.state <= SYN_SENT or numbering is None:
            return
        for target in {*targets, tcb.rcv_nxt}:
            yield from self._stretch(tcb, numbering, target)

    def _stretch(self, tcb: Tcb, numbering: Numbering, target: int) -> Iterator[Fields]:
        """One segment from RCV.NXT up to a number, if the peer has sent what lies between, with old and new ACK."""
        length = (target - tcb.rcv_nxt) & MASK
        reached = (numbering.reach - tcb.rcv_nxt) & MASK
        fin = 0
        if numbering.fin is not None and target == (numbering.fin + 1) & MASK and 0 < length < HALF:
            fin, length = 1, length - 1
        if length >= HALF or (reached >= HALF and length) or length > reached:
            return
        acks = set() if tcb.snd_una == tcb.iss else {tcb.snd_una}
        acked = numbering.acked
        if acked is not None and (acked - tcb.snd_una) & MASK < HALF:
            acks.add(acked if (tcb.snd_nxt - acked) & MASK < HALF else tcb.snd_nxt)
        for ack in acks:
            yield Fields(tcb.rcv_nxt, ack, ackbit=1, fin=fin, text=length)

    def _sent(self, h: Hypothesis, story: Story, shown: Shown) -> Iterator[tuple[Hypothesis, Story]]:
        o = shown.fields
        for tcb in self._with_lost(h.tcb, o):
            for outcome in self.stack.sends(tcb, o):
                after = classed(outcome.fired.tcb)
                called = h.called or bool(o.syn and not o.ackbit)
                told = story.after(h.tcb, after, shown.frame, outcome.assumes).sent(outcome.why)
                yield h._replace(tcb=after, called=called), told
        if o.rst:
            yield from self._replied(h, story, shown)

    def _with_lost(self, tcb: Tcb, o: Fields) -> Iterator[Tcb]:
        """The TCB as it is, and with what it may have sent besides that was lost before the capture."""
        yield tcb
        ahead = (o.seq - tcb.snd_nxt) & MASK
        if not 0 < ahead < WINDOW or o.syn:
            return
        texts = [ahead] if tcb.state in (ESTABLISHED, CLOSE_WAIT) else []
        for octets in texts:
            sent = self.stack.endpoint.fire(Event.SEND, tcb, explains=Fields(0, text=octets))
            if sent is not None:
                yield sent.tcb
        before = tcb
        if ahead > 1 and texts:
            sent = self.stack.endpoint.fire(Event.SEND, tcb, explains=Fields(0, text=ahead - 1))
            before = sent.tcb if sent is not None else tcb
        if (o.seq - before.snd_nxt) & MASK == 1:
            closed = self.stack.endpoint.fire(Event.CLOSE, before)
            if closed is not None and closed.sent is not None:
                yield closed.tcb

    def _replied(self, h: Hypothesis, story: Story, shown: Shown) -> Iterator[tuple[Hypothesis, Story]]:
        """The hypothesis where the reset shown answers a segment that the peer has sent."""
        for drew in self.recent:
            if drew.fields.rst:
                continue
            for outcome in self.stack.arrives(h.tcb, drew.fields, window=WINDOW, explains=NOTHING):
                if outcome.fired.sent == shown.fields:
                    after = classed(outcome.fired.tcb)
                    told = story.after(h.tcb, after, shown.frame, outcome.assumes)
                    yield h._replace(tcb=after), told.sent(outcome.drawn_by(drew.frame))

    def _silently(self, h: Hypothesis, story: Story, frame: int) -> Iterator[tuple[Hypothesis, Story]]:
        for fired, assumes, _ in self.stack.silently(h.tcb, rested=self.rested):
            yield h._replace(tcb=fired.tcb), story.after(h.tcb, fired.tcb, frame, assumes)
        if h.tcb.state not in NO_CONNECTION:  # a reset may have been sent and lost
            aborted = self.stack.endpoint.fire(Event.ABORT, h.tcb)
            if aborted is not None and aborted.sent is not None:
                yield h._replace(tcb=aborted.tcb), story.after(h.tcb, aborted.tcb, frame, None)
        if h.tcb.state == CLOSED and not h.called:
            opened = self.stack.endpoint.fire(Event.PASSIVE_OPEN, h.tcb)
            if opened is not None:
                yield h._replace(tcb=opened.tcb), story


def classed(tcb: Tcb) -> Tcb:
    """The TCB with SND.UNA in its class; that of some text acknowledged is never far behind SND.NXT."""
    if tcb.state <= SYN_SENT or tcb.snd_una == tcb.iss:
        return tcb
    everything = tcb.state in (FIN_WAIT_2, TIME_WAIT)
    return tcb._replace(snd_una=tcb.snd_nxt if everything else (tcb.snd_nxt - span(tcb.iss, tcb.snd_nxt)) & MASK)


def span(iss: int, snd_nxt: int) -> int:
    """How far behind SND.NXT the class of some text acknowledged lies: at the first octet, as long as that is near."""
    return min((snd_nxt - iss - 1) & MASK, FURTHEST)
