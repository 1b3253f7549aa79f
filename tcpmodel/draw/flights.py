"""Flights: the course of every segment of a trace, from the step that sends it to its arrivals, loss or expiry.

Bags hold values, so which of two equal segments arrives is nobody's business; the one sent first is
said to.  A segment that was sent into a full direction never shows in any state; it is found by
taking the same step with more room.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal, NamedTuple

from tcpmodel.draw.segments import Value, ends_of, is_stale, written
from tcpmodel.language.reference import evaluate
from tcpmodel.language.terms import TRUE
from tcpmodel.systems.firing import Reference, Step
from tcpmodel.systems.system import Record, State, Sweep, TransitionSystem, shown_record
from tcpmodel.systems.trace import Firing, Trace, firing
from tcpmodel.tcp.rfc9293.events import LOSS

Ending = Literal["lost", "taken", "expired", "flushed", "no room"]
ENDINGS: dict[Ending, str] = {
    "lost": "lost",
    "taken": "taken on the way",
    "expired": "expired",
    "flushed": "flushed with its incarnation",
    "no room": "lost: no room",
}
"""Words for each ending."""


class Arrival(NamedTuple):
    """A delivery: at which step, and what is remarkable about it.

    `again`: a copy of it arrived before.  `delayed`: one sent later arrived before.  `forged`: it was not sent
    by the end that it seems to come from.
    """

    step: int
    stale: bool
    copy_stays: bool
    again: bool
    delayed: bool
    forged: bool = False

    @property
    def marks(self) -> tuple[str, ...]:
        """The remarkable things about the arrival, a word or phrase each."""
        said = (("forged", self.forged), ("stale", self.stale), ("duplicate", self.again), ("delayed", self.delayed))
        return tuple(word for word, holds in (*said, ("a copy stays", self.copy_stays)) if holds)


@dataclass(frozen=True)
class Flight:
    """A segment's way: steps count from 1; `emitted` is None where it is in flight at the start."""

    sender: str
    receiver: str
    fields: dict[str, Value]
    emitted: int | None
    arrivals: tuple[Arrival, ...]
    ending: Ending | None
    ended: int | None
    in_flight: bool

    @property
    def text(self) -> str:
        """The segment as the RFC writes it."""
        return written(self.fields)


@dataclass
class _Course:
    """A flight while it is followed; `record` ages with its bag."""

    bag: str
    record: Record
    fields: dict[str, Value]
    emitted: int | None
    arrivals: list[Arrival] = field(default_factory=list)
    ending: Ending | None = None
    ended: int | None = None
    live: bool = True
    forged: bool = False

    def end(self, ending: Ending, number: int) -> None:
        self.ending, self.ended, self.live = ending, number, False

    def flight(self) -> Flight:
        sender, receiver = ends_of(self.bag)
        fields = {name: value for name, value in self.fields.items() if name != "age"}
        return Flight(sender, receiver, fields, self.emitted, tuple(self.arrivals), self.ending, self.ended, self.live)


def flights(trace: Trace) -> tuple[Flight, ...]:
    """Every segment that is in flight at the start or sent in the trace, in the order of sending."""
    courses = [
        _course(trace.system, bag.name, record, None)
        for bag, records in zip(trace.system.bags, trace.states[0].bags, strict=True)
        for record in records
    ]
    for i, step in enumerate(trace.steps):
        before, after = trace.states[i], trace.states[i + 1]
        fired = firing(trace.system, step)
        _take(trace.system, courses, fired, step, before, i + 1)
        for sweep in fired.rule.sweeps:
            _sweep(trace.system, courses, sweep, before, i + 1)
        _emit(trace.system, courses, fired, step, (before, after), i + 1)
    return tuple(course.flight() for course in courses)


def _course(system: TransitionSystem, bag: str, record: Record, emitted: int | None) -> _Course:
    return _Course(bag, record, shown_record(system.bag(bag), record), emitted)


def _take(
    system: TransitionSystem, courses: list[_Course], fired: Firing, step: Step, before: State, number: int
) -> None:
    """The oldest segment equal to the one taken arrives, or is lost; a part in the path may take it, or look at it."""
    take = fired.rule.take
    if take is None:
        return
    place = next(i for i, c in enumerate(courses) if c.live and c.bag == take.bag and c.record == step.taken)
    course = courses[place]
    sender, receiver = ends_of(take.bag)
    if fired.rule.agent != receiver:
        if not take.keep:
            course.end("lost" if fired.rule.event == LOSS else "taken", number)
        return
    stale = is_stale(system, before, sender, course.fields)
    delayed = any(later.arrivals for later in courses[place + 1 :] if later.bag == take.bag)
    course.arrivals.append(Arrival(number, stale, take.keep, bool(course.arrivals), delayed, course.forged))
    course.live = take.keep


def _sweep(system: TransitionSystem, courses: list[_Course], sweep: Sweep, before: State, number: int) -> None:
    """Every segment of the bag grows older, or is dropped."""
    bag = system.bag(sweep.bag)
    known: dict[str, object] = {v.name: x for v, x in zip(system.variables, before.values, strict=True)}
    for course in courses:
        if not course.live or course.bag != sweep.bag:
            continue
        own = {f"{sweep.element}.{f.name}": x for f, x in zip(bag.fields, course.record, strict=True)}
        if evaluate(sweep.drop, known | own, bits=system.bits):
            course.end("flushed" if sweep.drop is TRUE else "expired", number)
        new = {name: int(evaluate(term, known | own, bits=system.bits)) for name, term in sweep.set.items()}
        course.record = tuple(new.get(f.name, x) for f, x in zip(bag.fields, course.record, strict=True))


def _emit(
    system: TransitionSystem,
    courses: list[_Course],
    fired: Firing,
    step: Step,
    states: tuple[State, State],
    number: int,
) -> None:
    """Add the segments that the rows sent: those in flight after the step, and those that found no room."""
    before, after = states
    sends = Counter(row.send.bag for row in fired.rows if row.send)
    for bag, many in sends.items():
        forged = fired.rule.agent != ends_of(bag)[0]
        where = system.bag_position[bag]
        rest = Counter(c.record for c in courses if c.live and c.bag == bag)
        new = list((Counter(after.bags[where]) - rest).elements())
        courses.extend(replace(_course(system, bag, record, number), forged=forged) for record in new)
        if len(new) < many:
            for record in _without_room(system, step, before, after, where):
                course = _course(system, bag, record, number)
                course.end("no room", number)
                courses.append(course)


@lru_cache(maxsize=4)
def _with_more_room(system: TransitionSystem) -> Reference:
    """The same system where every direction has room for all that one step can send."""
    most = max(len(rule.blocks) for rule in system.rules)
    return Reference(replace(system, bags=tuple(replace(bag, capacity=bag.capacity + most) for bag in system.bags)))


def _without_room(system: TransitionSystem, step: Step, before: State, after: State, where: int) -> Iterator[Record]:
    """The segments that would be in flight after the step if there were room for them."""
    outcomes = _with_more_room(system).steps(before)
    with_room = next(o.state for o in outcomes if o.step == step and o.state is not None)
    return (Counter(with_room.bags[where]) - Counter(after.bags[where])).elements()
