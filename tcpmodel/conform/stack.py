"""What one end may do: the rows with all that a profile allows beside them, each outcome with what it assumes.

A knob is a may-row here, not a switch: the same host ignores the text on one SYN and takes it on the next.  So an
arrival has the outcome of RFC 9293's rows and besides those of each allowed assumption that come out otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from tcpmodel.conform.assumptions import CRASH, EARLY_END, FIN_WAIT_2_ENDS, Assumption
from tcpmodel.conform.endpoint import NOTHING, Endpoint, Fields, Fired, Tcb
from tcpmodel.conform.hypotheses import Why
from tcpmodel.conform.may_rows import ARRIVALS
from tcpmodel.conform.shown import explanations, with_shown
from tcpmodel.language.operators import Op
from tcpmodel.language.sorts import SEQ
from tcpmodel.language.terms import FALSE, TRUE, Substitution, Term, both, constant, rebuild, walk
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.tcp.knobs.variants import vary
from tcpmodel.tcp.rfc9293.events import Event
from tcpmodel.tcp.rfc9293.rules import ARRIVAL, RFC_9293, Rules
from tcpmodel.tcp.rfc9293.segment import seg
from tcpmodel.tcp.rfc9293.tcb import EVERY_STATE, STATE, state

CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED = range(5)
FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT = range(5, len(STATE.values))
"""The places of the connection states in `STATE`."""
NO_CONNECTION = (CLOSED, LISTEN)


MOST_REMEMBERED = 1 << 14
"""So many outcomes of arrivals are remembered: the same segment is tried on the same TCB again and again."""


class Outcome(NamedTuple):
    """A firing, what it assumes, if anything, and its event."""

    fired: Fired
    assumes: Assumption | None = None
    event: str = ARRIVAL

    @property
    def why(self) -> Why:
        """By which event and row its segment was sent."""
        return self.drawn_by(None)

    def drawn_by(self, frame: int | None) -> Why:
        """By which event and row its segment was sent, in answer to this frame."""
        row = self.fired.rows[-1]
        return Why(self.event, row.name, row.rfc, frame)


class Arrival(NamedTuple):
    """What tells which rows an arrival may fire: the connection state, the control bits, whether there is text."""

    state: int
    syn: int
    ackbit: int
    rst: int
    fin: int
    text: bool


def arrival(tcb: Tcb, segment: Fields) -> Arrival:
    """What tells it of this segment."""
    return Arrival(tcb.state, segment.syn, segment.ackbit, segment.rst, segment.fin, segment.text > 0)


PLAIN = tuple(Arrival(ESTABLISHED, 0, 1, 0, 0, text) for text in (False, True))
"""Arrivals of text and of ACKs at an end that is ESTABLISHED."""


class _Variant(NamedTuple):
    assumes: Assumption
    endpoint: Endpoint


class _Rows(NamedTuple):
    """Of one kind of arrival: the variants that may do something else with it, and whether any row picks a number."""

    others: tuple[_Variant, ...]
    picks: bool


_FORGETS = "FIN-WAIT-2 timeout"
_SILENT: tuple[tuple[str, Assumption | None], ...] = (
    (Event.TIME_WAIT_TIMEOUT, EARLY_END),
    (Event.USER_TIMEOUT, None),
    (Event.CLOSE, None),
    (Event.ABORT, None),  # but in TIME-WAIT, where both ends' users are done
    (_FORGETS, FIN_WAIT_2_ENDS),
    (Event.CRASH, CRASH),
)
"""The events that may end a connection without a segment; a call that sends one is none of them."""


def _judged(rules: Rules) -> Rules:
    forgets = vary(RFC_9293, {"fin_wait_2": "forgets"})
    (event,) = forgets.events.keys() - RFC_9293.events.keys()
    listens = vary(rules, {"listener_timeout": "listens"})
    return with_shown(listens).extended(_FORGETS, *forgets.events[event])


class Stack:
    """An end's rows and what it is allowed beside them."""

    def __init__(self, allowed: Iterable[Assumption]) -> None:
        self.allowed = frozenset(allowed)
        self.endpoint = Endpoint(_judged(RFC_9293))
        self._by_kind: dict[Arrival, _Rows] = {}
        self._arrivals = lru_cache(MOST_REMEMBERED)(self._outcomes)

    @cached_property
    def _variants(self) -> tuple[_Variant, ...]:
        found = []
        for assumes, edit in ARRIVALS:
            if assumes in self.allowed:
                found.append(_Variant(assumes, Endpoint(edit(RFC_9293))))
        return tuple(found)

    def _rows(self, met: Arrival) -> _Rows:
        known = self._by_kind.get(met)
        if known is None:
            differs = _Differs(met)
            others = tuple(v for v in self._variants if differs(v.endpoint.rules))
            picks = any(differs.picks(rules) for rules in (RFC_9293, *(v.endpoint.rules for v in others)))
            known = self._by_kind[met] = _Rows(others, picks)
        return known

    def arrival_rules(self, kinds: Iterable[Arrival]) -> Iterator[Rules]:
        """RFC 9293's rules, and those of each allowed assumption that may change what arrivals of these kinds do."""
        yield self.endpoint.rules
        some = {id(v): v for met in kinds for v in self._rows(met).others}
        yield from (v.endpoint.rules for v in some.values())

    def arrives(self, tcb: Tcb, segment: Fields, *, window: int, explains: Fields) -> tuple[Outcome, ...]:
        """What the arrival of a segment may do: RFC 9293's outcome first, then others that are not the same."""
        met = arrival(tcb, segment)
        return self._arrivals(met, tcb, segment, window, explains if self._rows(met).picks else NOTHING)

    def _outcomes(self, met: Arrival, tcb: Tcb, segment: Fields, window: int, explains: Fields) -> tuple[Outcome, ...]:
        return tuple(self._each(self._rows(met).others, tcb, segment, window, explains))

    def _each(
        self, others: tuple[_Variant, ...], tcb: Tcb, segment: Fields, window: int, explains: Fields
    ) -> Iterator[Outcome]:
        met = set()
        for assumes, endpoint in ((None, self.endpoint), *others):
            fired = endpoint.fire(ARRIVAL, tcb, segment=segment, explains=explains, window=window)
            if fired is not None and fired[:2] not in met:
                met.add(fired[:2])
                yield Outcome(fired, assumes)

    def sends(self, tcb: Tcb, o: Fields) -> Iterator[Outcome]:
        """Every way to send exactly this segment now."""
        for fired, (event, assumes) in explanations(self.endpoint, tcb, o):
            if assumes is None or assumes in self.allowed:
                yield Outcome(fired, assumes, event)

    def closes(self, tcb: Tcb) -> Iterator[Tcb]:
        """The TCB after a CLOSE that nobody has seen: hosts change the state at the call, the rows with the FIN."""
        if tcb.state in (ESTABLISHED, CLOSE_WAIT):
            closed = self.endpoint.fire(Event.CLOSE, tcb)
            if closed is not None:
                yield closed.tcb

    def silently(self, tcb: Tcb, *, rested: bool) -> Iterator[Outcome]:
        """Every way for the connection to end now without a segment; `rested` says that 2MSL have gone by."""
        for event, usual in _SILENT:
            if event == Event.ABORT and tcb.state == TIME_WAIT:
                continue
            assumes = None if rested and event == Event.TIME_WAIT_TIMEOUT else usual
            if assumes is None or assumes in self.allowed:
                fired = self.endpoint.fire(event, tcb)
                if fired is not None and fired.sent is None and fired.tcb != tcb:
                    yield Outcome(fired, assumes, event)


@cache
def stack_of(allowed: frozenset[Assumption]) -> Stack:
    """The stack with these assumptions, compiled once."""
    return Stack(allowed)


class _Differs:
    """Whether rules have rows for an arrival of one kind that RFC 9293's have not."""

    def __init__(self, met: Arrival) -> None:
        bits = zip((seg.ctl.syn, seg.ctl.ack, seg.ctl.rst, seg.ctl.fin), met[1:5], strict=True)
        known = {bit: TRUE if on else FALSE for bit, on in bits}
        self._known = known if met.text else {**known, seg.text: constant(0, SEQ)}
        self._in: dict[Term, Substitution] = {}
        self._found: dict[tuple[tuple[Row, ...], Term], list[tuple[Term, Row]]] = {}
        self._begins = EVERY_STATE[met.state]

    def __call__(self, rules: Rules) -> bool:
        before, after = RFC_9293.events[ARRIVAL], rules.events[ARRIVAL]
        if len(before) != len(after):
            return True
        changed = [(old, new) for old, new in zip(before, after, strict=True) if old.rows != new.rows]
        states = self._passed(rules) | self._passed(RFC_9293)
        return any(self._may_fire(old, s) != self._may_fire(new, s) for old, new in changed for s in states)

    def picks(self, rules: Rules) -> bool:
        """Whether a row that the arrival may fire picks a number."""
        states, blocks = self._passed(rules), rules.events[ARRIVAL]
        return any(row.pick is not None for b in blocks for s in states for _, row in self._may_fire(b, s))

    def _passed(self, rules: Rules) -> frozenset[Term]:
        """The states in which the arrival may meet a block: one may leave the end in another and hand on."""
        passed, frontier = {self._begins}, [self._begins]
        while frontier:
            where = frontier.pop()
            rows = [row for block in rules.events[ARRIVAL] for _, row in self._may_fire(block, where)]
            after = {row.goto for row in rows if row.more and row.goto is not None} - passed
            passed |= after
            frontier += after
        return frozenset(passed)

    def _may_fire(self, block: FirstMatch, where: Term) -> list[tuple[Term, Row]]:
        """The rows of a block that may fire in a connection state, each with what is left of its condition."""
        if block.control is not None and where not in block.states:
            return []
        found = self._found.get((block.rows, where))
        if found is None:
            known = self._in.setdefault(where, Substitution({**self._known, state: where}))
            rows = [(known(_condition(row)), row) for row in block.rows]
            last = next((place for place, (when, _) in enumerate(rows) if when is TRUE), len(rows))
            found = [(when, row) for when, row in rows[: last + 1] if when is not FALSE]
            self._found[block.rows, where] = found
        return found


@cache
def _condition(row: Row) -> Term:
    """The condition of a row with definitions in place of their names, so that what is constant shows."""
    done: dict[Term, Term] = {}
    term = both(*row.when)
    for t in walk(term):
        args = tuple(done[a] for a in t.args)
        done[t] = args[0] if t.op is Op.NAMED else rebuild(t, args)
    return done[term]
