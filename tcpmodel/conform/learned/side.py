"""Our side of the walk: one endpoint with its sockets and the mapper, and what a letter of the alphabet makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tcpmodel.conform.assumptions import NO_PLACE, REOPENS, THIRD_ACK_IGNORED, Assumption
from tcpmodel.conform.endpoint import Fields, Fired, Tcb
from tcpmodel.conform.learned.application import Act, Application, Call, calls, settled
from tcpmodel.conform.learned.departures import (
    HIDDEN,
    QUEUE_FULL_RESETS,
    UNEXPLAINED,
    UNHEARD,
    Departure,
    departures,
    endpoint_of,
)
from tcpmodel.conform.learned.mapper import UNSET, Habits, Mapper
from tcpmodel.conform.learned.words import Reply, Stimulus, stimulus_of
from tcpmodel.conform.stack import CLOSED, LISTEN
from tcpmodel.systems.row import Row
from tcpmodel.tcp.rfc9293.events import Event
from tcpmodel.tcp.rfc9293.rules import RFC_9293, Rules

WINDOW = 8192
"""RCV.WND; the learner's new numbers lie outside it."""
SPACE = 1 << 20
"""How far a new number lies above all that are remembered."""


class Situation(NamedTuple):
    """Where our side is: the endpoint's TCB, its sockets, the mapper."""

    tcb: Tcb
    application: Application
    mapper: Mapper


class Move(NamedTuple):
    """What a letter did: the situation after it, what came out, the row of ours that did it, and what is assumed.

    The row of a move that assumes something is the one instead of which another fired.
    """

    situation: Situation
    reply: Reply | None
    row: str
    assumes: tuple[Assumption, ...] = ()


class Step(NamedTuple):
    """A letter on its way: where it came, the mapper when it had gone in, the number proposed, and the segment."""

    where: Situation
    mapper: Mapper | None = None
    proposed: int = UNSET
    segment: Fields | None = None


START = Situation(Tcb(CLOSED), Application(), Mapper())


class Side:
    """An endpoint's rules below sockets, seen through a mapper."""

    def __init__(
        self, *, serves: bool, habits: Habits, rules: Rules = RFC_9293, ways: tuple[Departure, ...] | None = None
    ) -> None:
        self.habits = habits
        self.endpoint = endpoint_of(rules)
        self.departures = departures() if ways is None else ways
        self._does = {row.name for _, _, row in self.endpoint.rules.rows() if _does_something(row)}
        self._calls: Mapping[str, Call] = calls(serves=serves)
        self._moves: dict[tuple[Situation, str], tuple[Move, ...]] = {}

    def moves(self, where: Situation, letter: str) -> tuple[Move, ...]:
        """What a letter may do: RFC 9293's moves first, then those that assume something and are not the same."""
        known = self._moves.get((where, letter))
        if known is None:
            moves = self._call(where, letter) if letter in self._calls else self._arrival(where, stimulus_of(letter))
            known = self._moves[where, letter] = tuple(moves)
        return known

    def unexplained(self, where: Situation, letter: str, reply: Reply | None) -> Iterator[Move]:
        """Ways to go on behind an answer that nothing explains: the state changes as by the rows, or stays, or ends."""
        step = Step(where)
        if letter not in self._calls:
            segment = where.mapper.concrete(stimulus_of(letter), _fresh(where))
            step = Step(where, *where.mapper.having_sent(segment), segment)
        mapper = step.mapper or where.mapper
        if reply is not None:
            sent = mapper.concrete_reply(reply, step.proposed, _fresh(where) + 2 * SPACE)
            mapper = self._having_got(mapper, step, sent)
        ours = next(move for move in self.moves(where, letter) if not move.assumes)
        for tcb in dict.fromkeys((ours.situation.tcb, where.tcb, Tcb(CLOSED))):
            app = settled(ours.situation.application, where.tcb, tcb)
            after = self._listening(Situation(tcb, app, mapper))
            yield Move(normal(after), reply, ours.row, (UNEXPLAINED,))

    def _call(self, where: Situation, letter: str) -> Iterator[Move]:
        row = ""
        for act in self._calls[letter](where.application, where.tcb):
            move = self._acted(where, act)
            row = row or move.row
            yield move._replace(row=row)

    def _acted(self, where: Situation, act: Act) -> Move:
        fired = None
        if act.event is not None:
            fired = self.endpoint.fire(act.event, where.tcb, explains=Fields(_fresh(where), text=1), window=WINDOW)
        if fired is None:
            return Move(normal(where._replace(application=act.application)), None, "", act.assumes)
        app = settled(act.application, where.tcb, fired.tcb) if fired.tcb.state != LISTEN else act.application
        return self._move(Step(where), fired, app)._replace(row=self._acting(fired.rows), assumes=act.assumes)

    def _arrival(self, where: Situation, stimulus: Stimulus) -> Iterator[Move]:
        segment = where.mapper.concrete(stimulus, _fresh(where))
        step = Step(where, *where.mapper.having_sent(segment), segment)
        met = set()
        plain: tuple[Row, ...] = ()
        for assumes, fired in self._fired(where, segment):
            plain = plain or fired.rows
            same = next(
                (k for k, (ours, row) in enumerate(zip(plain, fired.rows, strict=False)) if ours.name != row.name), 0
            )
            app = settled(where.application, where.tcb, fired.tcb, text=segment.text)
            for move in self._seen(step, fired, app):
                if move[:2] not in met:
                    met.add(move[:2])
                    yield move._replace(row=self._acting(plain[same:]), assumes=(*assumes, *move.assumes))

    def _fired(self, where: Situation, segment: Fields) -> Iterator[tuple[tuple[Assumption, ...], Fired]]:
        given = {"segment": segment, "explains": Fields(_fresh(where) + SPACE)}
        plain = self.endpoint.fire(Event.ARRIVAL, where.tcb, **given, window=WINDOW)
        if plain is not None:
            yield (), plain
        for assumes, endpoint in self.departures:
            if _is_possible(assumes, where.application):
                fired = endpoint.fire(Event.ARRIVAL, where.tcb, **given, window=WINDOW)
                if fired is not None:
                    yield (assumes,), fired

    def _seen(self, step: Step, fired: Fired, app: Application) -> Iterator[Move]:
        """What the learner sees of a firing; a SYN,ACK that it has seen before may count for nothing."""
        yield self._move(step, fired, app)
        again = fired.sent is not None and fired.sent.syn and fired.tcb == step.where.tcb
        if again:
            yield self._move(step, fired._replace(sent=None), app)._replace(assumes=(HIDDEN,))

    def _move(self, step: Step, fired: Fired, app: Application) -> Move:
        reply, mapper = None, step.mapper or step.where.mapper
        if fired.sent is not None:
            reply = mapper.abstract(fired.sent, step.proposed)
            mapper = self._having_got(mapper, step, fired.sent)
        after = self._listening(Situation(fired.tcb, app, mapper))
        return Move(normal(after), reply, "")

    def _having_got(self, mapper: Mapper, step: Step, sent: Fields) -> Mapper:
        asked = step.segment
        return mapper.having_got(
            sent,
            step.proposed,
            habits=self.habits,
            to_syn_ack=asked is not None and bool(asked.syn and asked.ackbit),
            fresh=_fresh(step.where) + 3 * SPACE,
        )

    def _acting(self, rows: tuple[Row, ...]) -> str:
        """The first of these rows that does something, or else the last."""
        return next((row.name for row in rows if row.name in self._does), rows[-1].name)

    def _listening(self, where: Situation) -> Situation:
        """A server's socket listens again as soon as no connection is there."""
        if where.tcb.state == CLOSED and where.application.listening:
            return where._replace(tcb=Tcb(LISTEN))
        return where if where.tcb.state != LISTEN or where.application.listening else where._replace(tcb=Tcb(CLOSED))


def _does_something(row: Row) -> bool:
    return bool(row.set) or row.goto is not None or row.send is not None


def _is_possible(assumes: Assumption, app: Application) -> bool:
    if assumes in (QUEUE_FULL_RESETS, NO_PLACE, THIRD_ACK_IGNORED):
        return app.gone > 0
    if assumes in (REOPENS, UNHEARD):
        return app.listening == (assumes is REOPENS)
    return True


# Numbers.


def _numbers(where: Situation) -> tuple[int, ...]:
    tcb, mapper = where.tcb, where.mapper
    return (tcb.iss, tcb.irs, tcb.snd_una, tcb.snd_nxt, tcb.rcv_nxt, mapper.peer, mapper.sut)


def _fresh(where: Situation) -> int:
    return (max(_numbers(where)) // SPACE + 1) * SPACE


def normal(where: Situation) -> Situation:
    """The situation with the smallest numbers that stand to each other as its own do.

    Numbers near each other keep their distance, others only their order; long distances within one direction are cut
    down, since only valid numbers ever arrive: how much is not acknowledged makes no difference beyond a few octets.
    """
    where = where._replace(tcb=_cut(where.tcb))
    moved, base, last = {0: 0}, 0, 0
    for number in sorted(set(_numbers(where)) - {0}):
        if number - last >= SPACE // 2 or not base:
            base, first = base + SPACE, number
        moved[number], last = base + number - first, number
    iss, irs, una, nxt, rcv_nxt, peer, sut = (moved[number] for number in _numbers(where))
    tcb = where.tcb._replace(iss=iss, irs=irs, snd_una=una, snd_nxt=nxt, rcv_nxt=rcv_nxt)
    return where._replace(tcb=tcb, mapper=Mapper(peer, sut))


_FAR = 1


def _cut(tcb: Tcb) -> Tcb:
    if not tcb.snd_nxt:
        return tcb
    una = max(tcb.snd_una, tcb.snd_nxt - _FAR)
    iss = una if tcb.iss == tcb.snd_una else max(tcb.iss, una - _FAR)
    return tcb._replace(snd_una=una, iss=iss, irs=max(tcb.irs, tcb.rcv_nxt - _FAR))
