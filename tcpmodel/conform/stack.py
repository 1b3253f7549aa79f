"""What one end may do: the rows with all that a profile allows beside them, each outcome with what it assumes.

A knob is a may-row here, not a switch: the same host ignores the text on one SYN and takes it on the next.  So an
arrival has the outcome of RFC 9293's rows and besides those of each allowed assumption that come out otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from tcpmodel.conform.assumptions import CRASH, EARLY_END, FIN_WAIT_2_ENDS, Assumption
from tcpmodel.conform.endpoint import Endpoint, Fields, Fired, Tcb
from tcpmodel.conform.hypotheses import Why
from tcpmodel.conform.may_rows import ARRIVALS
from tcpmodel.conform.shown import explanations, with_shown
from tcpmodel.language.operators import Op
from tcpmodel.language.terms import FALSE, Term, both, rebuild, substitute, walk
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.tcp.knobs.variants import vary
from tcpmodel.tcp.rfc9293.events import Event
from tcpmodel.tcp.rfc9293.rules import ARRIVAL, RFC_9293, Rules
from tcpmodel.tcp.rfc9293.tcb import STATE, state

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


class _Variant(NamedTuple):
    assumes: Assumption
    endpoint: Endpoint
    states: frozenset[int]


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
        self._arrivals = lru_cache(MOST_REMEMBERED)(self._outcomes)

    @cached_property
    def _variants(self) -> tuple[_Variant, ...]:
        found = []
        for assumes, edit in ARRIVALS:
            if assumes in self.allowed:
                rules = edit(RFC_9293)
                found.append(_Variant(assumes, Endpoint(rules), _touched(rules)))
        return tuple(found)

    def arrival_rules(self, state: int) -> Iterator[Rules]:
        """RFC 9293's rules, and those of each allowed assumption that changes what a segment does in this state."""
        yield self.endpoint.rules
        for variant in self._variants:
            if state in variant.states:
                yield variant.endpoint.rules

    def arrives(self, tcb: Tcb, segment: Fields, *, window: int, explains: Fields) -> tuple[Outcome, ...]:
        """What the arrival of a segment may do: RFC 9293's outcome first, then others that are not the same."""
        return self._arrivals(tcb, segment, window, explains)

    def _outcomes(self, tcb: Tcb, segment: Fields, window: int, explains: Fields) -> tuple[Outcome, ...]:
        return tuple(self._each_outcome(tcb, segment, window, explains))

    def _each_outcome(self, tcb: Tcb, segment: Fields, window: int, explains: Fields) -> Iterator[Outcome]:
        first = self.endpoint.fire(ARRIVAL, tcb, segment=segment, explains=explains, window=window)
        met = set()
        if first is not None:
            met.add(first[:2])
            yield Outcome(first)
        for assumes, endpoint, states in self._variants:
            if tcb.state in states:
                other = endpoint.fire(ARRIVAL, tcb, segment=segment, explains=explains, window=window)
                if other is not None and other[:2] not in met:
                    met.add(other[:2])
                    yield Outcome(other, assumes)

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


def _touched(rules: Rules) -> frozenset[int]:
    """The connection states in which some block of arrivals is not RFC 9293's."""
    before, after = RFC_9293.events[ARRIVAL], rules.events[ARRIVAL]
    if len(before) != len(after):
        return frozenset(range(len(STATE.values)))
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old.rows != new.rows]
    touched = {s for old, new in changed for s in new.states if _in_state(old, s) != _in_state(new, s)}
    return frozenset(s.payload for s in touched if isinstance(s.payload, int))


def _in_state(block: FirstMatch, where: Term) -> list[tuple[Term, Row]]:
    """The rows of a block that may fire in a connection state, each with what is left of its condition there."""
    rows = ((substitute(_bare(both(*row.when)), {state: where}), row) for row in block.rows)
    return [(when, row) for when, row in rows if when is not FALSE]


def _bare(term: Term) -> Term:
    """The term with definitions in place of their names, so that what is constant shows."""
    done: dict[Term, Term] = {}
    for t in walk(term):
        args = tuple(done[a] for a in t.args)
        done[t] = args[0] if t.op is Op.NAMED else rebuild(t, args)
    return done[term]
