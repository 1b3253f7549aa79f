"""The end at which the capture was made: what arrives there is known, and in which order.

Arrivals are processed in captured order, each once, and no later than `late` seconds after they were captured.  They
are processed lazily: only as far as the next segment sent demands, so that an end may send first what was captured
second.  A reset that an arrival has drawn is owed for as long.  The ISS of a listener is never guessed: its SYN waits
until the SYN,ACK shows the number.  A segment ahead of RCV.NXT that is held (SHLD-31) is one that arrives again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tcpmodel.conform.assumptions import HELD, MID_STREAM, NO_PLACE, RESET_SWALLOWED
from tcpmodel.conform.endpoint import NOTHING, Fields, Tcb
from tcpmodel.conform.hypotheses import Hypotheses, Hypothesis, Owed, Story
from tcpmodel.conform.stack import CLOSED, LISTEN, NO_CONNECTION, SYN_SENT, Outcome, Stack
from tcpmodel.conform.windows import Window
from tcpmodel.tcp.rfc9293.events import Event

HALF, MASK = 1 << 31, (1 << 32) - 1
MOST_HYPOTHESES = 512
"""So many are kept, those that assume least; where others were dropped, what nothing explains is inconclusive."""
MOST_MET = 16 * MOST_HYPOTHESES
"""So many are looked at for one segment."""
MOST_OWED = 8


class Shown(NamedTuple):
    """A segment as the judge takes it: the frame, its time, its fields, and the window it offers, in octets."""

    frame: int
    time: float
    fields: Fields


GUESSED = Fields(1 << 32, syn=1, ackbit=1)
"""Stands for the SYN,ACK of a listener where only its state is asked for: its ISS is no number of 32 bits."""


class NearEnd:
    """The hypotheses about the end whose arrivals the capture shows."""

    def __init__(self, stack: Stack, window: Window, *, late: float) -> None:
        self.stack, self.window, self.late = stack, window, late
        self.rested = False  # whether 2MSL have gone by since the end's last segment
        self.arrivals: list[Shown] = []
        self.dropped = False  # whether hypotheses were not looked at, since they were too many
        self.first = 0  # the place of arrivals[0] among all arrivals
        self.now = Hypotheses(*((Hypothesis(Tcb(state)), Story()) for state in NO_CONNECTION))

    def begin_mid_stream(self, tcbs: list[Tcb]) -> None:
        """Begin in the middle of a connection, as the end's first segment shows it."""
        story = Story(frozenset({MID_STREAM}))
        self.now = Hypotheses(
            *((Hypothesis(tcb, taken=self.end, called=True), story) for tcb in tcbs),
        )

    @property
    def end(self) -> int:
        """The number of arrivals so far."""
        return self.first + len(self.arrivals)

    def arrives(self, shown: Shown) -> None:
        """Note a segment that has arrived; it is processed when something depends on it."""
        self.arrivals.append(shown)
        if len(self.arrivals) > 1024 and shown.time - self.arrivals[0].time > self.late:
            self._settle(shown.time)

    def sends(self, shown: Shown) -> Hypotheses:
        """The hypotheses under which the end sent this; none where nothing explains it (and `now` stays)."""
        ready = self._forced(shown.time, shown.fields)
        unusual = bool(shown.fields.syn or shown.fields.rst)
        found = self._explained(ready, shown, silent=unusual)
        if not len(found) and not unusual:
            found = self._explained(ready, shown, silent=True)
        return found

    def accept(self, found: Hypotheses) -> None:
        """Go on from these hypotheses; arrivals that all of them have processed are forgotten."""
        if len(found) > MOST_HYPOTHESES:
            self.dropped, found = True, found.only_cheapest(MOST_HYPOTHESES)
        self.now = found
        least = min(min((h.taken, *h.held)) for h, _ in found)
        del self.arrivals[: least - self.first]
        self.first = max(least, self.first)

    def possible(self, time: float) -> Iterator[tuple[Hypothesis, Story]]:
        """Every hypothesis that may be so at this time: each with none, some or all of what has arrived processed."""
        frontier, met = [*self._forced(time, NOTHING)], set()
        while frontier:
            h, story = frontier.pop()
            if h not in met:
                met.add(h)
                yield h, story
                frontier += self._processed(h, story, GUESSED)
                frontier += [(h._replace(tcb=tcb), story) for tcb in self.stack.closes(h.tcb)]

    def replies(self, h: Hypothesis, o: Fields) -> Iterator[tuple[Fields, int]]:
        """What it sends in reply to the next arrival, and that arrival's frame; an ISS is taken from the one shown."""
        if h.taken < self.end:
            shown = self.arrivals[h.taken - self.first]
            window = self.window.size(h.tcb.rcv_nxt)
            for fired, *_ in self.stack.arrives(h.tcb, shown.fields, window=window, explains=o):
                if fired.sent is not None:
                    yield fired.sent, shown.frame

    # Arrivals.

    def _settle(self, time: float) -> None:
        found = self._forced(time, NOTHING)
        if len(found):
            self.accept(found)

    def _forced(self, time: float, o: Fields) -> Hypotheses:
        """The hypotheses with every arrival processed that is too old to be still unprocessed."""
        found, met, frontier = Hypotheses(), Hypotheses(), [*self.now]
        while frontier:
            h, story = frontier.pop()
            if not met.add(h, story):
                continue
            if len(met) > MOST_MET:
                self.dropped = True
                break
            if h.taken < self.end and time - self.arrivals[h.taken - self.first].time > self.late:
                frontier += reversed([*self._processed(h, story, o)])
            else:
                for still, told in self._overdue(h, story, time):
                    found.add(still, told)
        return found

    def _overdue(self, h: Hypothesis, story: Story, time: float) -> Iterator[tuple[Hypothesis, Story]]:
        """The hypothesis; where a reset that it owes has not been seen in time, something swallowed it."""
        owed = tuple(owed for owed in h.owed if time - owed.since <= self.late)
        if owed == h.owed:
            yield h, story
        elif RESET_SWALLOWED in self.stack.allowed:
            yield h._replace(owed=owed), story.assuming(frozenset({RESET_SWALLOWED}))

    def _processed(self, h: Hypothesis, story: Story, o: Fields) -> Iterator[tuple[Hypothesis, Story]]:
        """The hypothesis with one more arrival processed, in each way that its rows and assumptions allow."""
        if h.taken >= self.end:
            return
        shown = self.arrivals[h.taken - self.first]
        yield from self._arrives(h, story, shown, o)
        if o.rst or (shown.fields.syn and not shown.fields.ackbit):
            for gone, told in self._silently(h, story, shown.frame):
                yield from self._arrives(gone, told, shown, o)

    def _arrives(self, h: Hypothesis, story: Story, shown: Shown, o: Fields) -> Iterator[tuple[Hypothesis, Story]]:
        segment, tcb = shown.fields, h.tcb
        next_ = h._replace(taken=h.taken + 1)
        if tcb.state == LISTEN and segment.syn and not segment.rst and not segment.ackbit:
            if NO_PLACE in self.stack.allowed:
                yield next_, story.after(tcb, tcb, shown.frame, NO_PLACE)
            answers = o.syn and o.ackbit and (o.ack - segment.seq) & MASK <= segment.text + 1
            if not answers and o is not GUESSED:
                return
        for outcome in self.stack.arrives(tcb, segment, window=self.window.size(tcb.rcv_nxt), explains=o):
            told = story.after(tcb, outcome.fired.tcb, shown.frame, outcome.assumes)
            yield from self._with_held(self._answered(next_, outcome, shown), told, tcb, segment, shown)

    def _answered(self, h: Hypothesis, outcome: Outcome, shown: Shown) -> Hypothesis:
        tcb, sent, _ = outcome.fired
        if sent is None or not sent.rst:
            return h._replace(tcb=tcb)
        owed = Owed(sent, shown.time, outcome.drawn_by(shown.frame))
        return h._replace(tcb=tcb, owed=(*h.owed, owed)[-MOST_OWED:])

    def _with_held(
        self, h: Hypothesis, story: Story, before: Tcb, segment: Fields, shown: Shown
    ) -> Iterator[tuple[Hypothesis, Story]]:
        """The hypothesis, and where held segments are in order now, the one with them delivered."""
        tcb = h.tcb
        if tcb.state in NO_CONNECTION or HELD not in self.stack.allowed:
            yield h._replace(held=()), story
            return
        ahead = (segment.text or segment.fin) and 0 < (segment.seq - tcb.rcv_nxt) & MASK < HALF
        held = (*h.held, h.taken - 1) if ahead and not segment.syn else h.held
        yield h._replace(held=held), story
        if held and tcb.rcv_nxt != before.rcv_nxt:
            delivered = self._deliver(h._replace(held=held), story, shown.frame)
            if delivered is not None:
                yield delivered

    def _deliver(self, h: Hypothesis, story: Story, frame: int) -> tuple[Hypothesis, Story] | None:
        """Every held segment that is in order delivered, the lowest first; None where none is."""
        taken: set[int] = set()
        tcb = h.tcb
        segments = {place: self.arrivals[place - self.first].fields for place in h.held}
        for place in sorted(segments, key=lambda p: (segments[p].seq - h.tcb.rcv_nxt + HALF) & MASK):
            segment = segments[place]
            for fired, *_ in self.stack.arrives(tcb, segment, window=self.window.size(tcb.rcv_nxt), explains=NOTHING):
                if fired.tcb.rcv_nxt != tcb.rcv_nxt:
                    tcb = fired.tcb
                    taken.add(place)
                break
        if not taken:
            return None
        passed = {p for p in h.held if (self._end_of(p) - tcb.rcv_nxt - 1) & MASK >= HALF}
        left = tuple(p for p in h.held if p not in taken | passed)
        return h._replace(tcb=tcb, held=left), story.after(h.tcb, tcb, frame, HELD)

    def _end_of(self, place: int) -> int:
        segment = self.arrivals[place - self.first].fields
        return segment.seq + segment.text + segment.fin

    # Segments sent.

    def _explained(self, ready: Hypotheses, shown: Shown, *, silent: bool) -> Hypotheses:
        """Where the segment is explained: along each way to process what has arrived, at the first place that does."""
        found, met, frontier = Hypotheses(), Hypotheses(), [*ready]
        o = shown.fields
        while frontier:
            h, story = frontier.pop()
            if not met.add(h, story):
                continue
            if len(met) > MOST_MET:
                self.dropped = True
                break
            here = [*self._sent(h, story, shown)]
            if silent:
                for gone, told in self._silently(h, story, shown.frame):
                    here += self._sent(gone, told, shown)
            for explained, told in here:
                found.sent(explained, told)
            if (not here or o.rst or o.syn) and not self._passed(h.tcb, o):
                frontier += reversed([*self._processed(h, story, o)])
        return found

    def _passed(self, tcb: Tcb, o: Fields) -> bool:
        """Whether RCV.NXT is already further than the segment acknowledges, so that processing more cannot help."""
        return bool(o.ackbit and not o.rst and tcb.state > SYN_SENT and 0 < (tcb.rcv_nxt - o.ack) & MASK < HALF)

    def _sent(self, h: Hypothesis, story: Story, shown: Shown) -> Iterator[tuple[Hypothesis, Story]]:
        o = shown.fields
        for place, owed in enumerate(h.owed):
            if owed.segment == o:
                yield h._replace(owed=h.owed[:place] + h.owed[place + 1 :]), story.sent(owed.why)
                break
        for outcome in self.stack.sends(h.tcb, o):
            fired, assumes, _ = outcome
            called = h.called or bool(o.syn and not o.ackbit)
            held = h.held if fired.tcb.state not in NO_CONNECTION else ()
            yield (
                h._replace(tcb=fired.tcb, called=called, held=held),
                story.after(h.tcb, fired.tcb, shown.frame, assumes).sent(outcome.why),
            )

    def _silently(self, h: Hypothesis, story: Story, frame: int) -> Iterator[tuple[Hypothesis, Story]]:
        """The hypothesis once the connection has ended, or an end that never called has begun to listen."""
        gone = [(h, story)] if h.tcb.state in NO_CONNECTION else []
        for fired, assumes, _ in self.stack.silently(h.tcb, rested=self.rested):
            gone.append((h._replace(tcb=fired.tcb, held=()), story.after(h.tcb, fired.tcb, frame, assumes)))
        for ended, told in gone:
            if ended is not h:
                yield ended, told
            if ended.tcb.state == CLOSED and not h.called:
                opened = self.stack.endpoint.fire(Event.PASSIVE_OPEN, ended.tcb)
                if opened is not None:
                    yield ended._replace(tcb=opened.tcb), told
