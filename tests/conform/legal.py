"""Conversations that rows make by themselves: two ends that draw lots what to do next, and a network that loses some.

The capture is made at the first end.  Left out is what a judge holds to be impossible or does not look for: an end
that has called and listens later, an ABORT in TIME-WAIT, and segments of which nothing shows the ISS: so no SYN of
the second end is lost, and none comes behind what was sent later.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from random import Random

from conform.conversations import ISS, MASK, MSS, WINDOW

from tcpmodel.captures.segments import ACK, FIN, RST, SYN, Captured
from tcpmodel.conform.endpoint import Endpoint, Fields, Fired, Tcb
from tcpmodel.conform.shown import with_shown
from tcpmodel.conform.stack import SYN_RECEIVED, SYN_SENT, TIME_WAIT
from tcpmodel.tcp.knobs.stacks import knobs_of_profile
from tcpmodel.tcp.knobs.variants import vary
from tcpmodel.tcp.rfc9293.events import Event
from tcpmodel.tcp.rfc9293.rules import ARRIVAL, RFC_9293

OFTEN = (Event.ACTIVE_OPEN, Event.PASSIVE_OPEN, Event.SEND, Event.CLOSE, Event.RETRANSMISSION_TIMEOUT)
EVENTS = (*OFTEN, *OFTEN, Event.SEND, Event.ABORT, Event.USER_TIMEOUT, Event.TIME_WAIT_TIMEOUT)
STEPS, TWO_MSL = 40, 250.0


@cache
def _endpoint(profile: str | None) -> Endpoint:
    rules = vary(RFC_9293, {"listener_timeout": "listens", **knobs_of_profile(profile)})
    return Endpoint(with_shown(rules))


@dataclass
class Run:
    """A run of two ends with the rows of a profile, or RFC 9293's own."""

    lots: Random
    endpoint: Endpoint
    time: float = 0.0
    captured: list[Captured] = field(default_factory=list)
    tcbs: list[Tcb] = field(default_factory=lambda: [Tcb(0), Tcb(0)])
    called: list[bool] = field(default_factory=lambda: [False, False])
    in_flight: tuple[list[Fields], list[Fields]] = field(default_factory=lambda: ([], []))
    isn: int = ISS[0]

    def step(self) -> None:
        """One end does something, or something arrives at it."""
        self.time += self.lots.choice((0.01, 0.05, 1.0))
        self.isn = (self.isn + self.lots.randrange(1_000, 100_000)) & MASK
        end = self.lots.randrange(2)
        fired = self._arrival(end) if self.in_flight[end] and self.lots.random() < 0.6 else self._event(end)
        if fired is None:
            return
        self.tcbs[end] = fired.tcb
        if fired.sent is not None:
            self._send(end, fired.sent)

    def _arrival(self, end: int) -> Fired | None:
        waiting = self.in_flight[end]
        in_order = bool(waiting[0].syn) or self.lots.random() < 0.7
        segment = waiting.pop(0 if in_order else self.lots.randrange(len(waiting)))
        if end == 0:
            self._capture(1, segment)
            self.time += 0.0002
        return self.endpoint.fire(ARRIVAL, self.tcbs[end], segment=segment, explains=Fields(self.isn), window=WINDOW)

    def _event(self, end: int) -> Fired | None:
        event, state = self.lots.choice(EVENTS), self.tcbs[end].state
        if event == Event.PASSIVE_OPEN and self.called[end]:
            return None
        if event == Event.ABORT and state in (SYN_SENT, SYN_RECEIVED, TIME_WAIT):
            return None
        if event == Event.TIME_WAIT_TIMEOUT and state == TIME_WAIT:
            self.time += TWO_MSL
        octets = self.lots.choice((1, 10, 1000))
        return self.endpoint.fire(event, self.tcbs[end], explains=Fields(self.isn, text=octets))

    def _send(self, end: int, segment: Fields) -> None:
        self.called[end] |= bool(segment.syn and not segment.ackbit)
        if end == 0:
            self._capture(0, segment)
        if segment.syn and end == 1:
            others = sum(bool(waiting.syn) for waiting in self.in_flight[0])
            self.in_flight[0].insert(others, segment)
        else:
            self.in_flight[1 - end].extend([segment] * self.lots.choices((0, 1, 2), (15, 78, 7))[0])

    def _capture(self, sender: int, o: Fields) -> None:
        bits = SYN * o.syn | ACK * o.ackbit | RST * o.rst | FIN * o.fin
        octets = bytes((o.seq + o.syn + place) % 251 for place in range(o.text))
        frame, options = len(self.captured) + 1, MSS if o.syn else b""
        self.captured.append(Captured(frame, self.time, sender, o.seq, o.ack, bits, o.text, octets, WINDOW, options))


def run(seed: int, profile: str | None = None) -> list[Captured]:
    """What is captured of one run."""
    made = Run(Random(seed), _endpoint(profile))
    for _ in range(STEPS):
        made.step()
    return made.captured
