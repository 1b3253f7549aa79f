"""Mutation testing: the rules changed in one place each, to find out whether the claims would notice.

Each is a slip that a pen can make: in one row a condition forgotten, a state or a field taken for its
neighbour, an answer or an assignment left out; a row lost, or lost in one of its states; a variable kept
that should be forgotten; an ISS chosen otherwise; rows or checks in another order; a timer started over
too often or not at all.  What carries no behaviour (what the user is
told, how an ending is named, ghosts) is left alone, and so is a row that no segment or call would
miss: one that answers a wrong call and has no other behind it.

*Why.*  A claim that holds of every variant of the rules says nothing of these.  If the rules are changed by one slip
and some claim of some spec no longer comes out as expected, the mutant is killed; if all come out as before, either a
claim is missing or the mutant does nothing that could be seen (DeMillo, Lipton and Sayward 1978, who assume that
programs nearly right differ from right ones by small slips, and that tests that see those see most others).

*Equivalent mutants.*  Whether a change can be seen at all is undecidable in general.  Those that survive for a reason
stand in `equivalent` with that reason, as an argument about all runs.

*Cost.*  Each mutant asks for explorations of its own.  So it says on which rows it depends (`rows`, `only_in`): where
none of them fires under the rules themselves, mutant and rules do the same, and nothing needs to be explored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise
from typing import Any

from tcpmodel.language.prose import prose
from tcpmodel.language.terms import FALSE, TRUE, Term, constant, equal, substitute
from tcpmodel.systems.row import Emission, FirstMatch, Pick, Row
from tcpmodel.tcp.rfc9293.checks import START_2MSL
from tcpmodel.tcp.rfc9293.events import Event
from tcpmodel.tcp.rfc9293.rules import RFC_9293, Edit, Rules
from tcpmodel.tcp.rfc9293.segment import NO_TEXT
from tcpmodel.tcp.rfc9293.tcb import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    ESTABLISHED,
    EVERY_STATE,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LAST_ACK,
    LISTEN,
    STATE,
    SYN_RECEIVED,
    SYN_SENT,
    TIME_WAIT,
    in_state,
    isn,
    snd,
    state,
    time_wait_elapsed,
)

TAKEN_FOR: Mapping[Term, Term] = {
    CLOSED: LISTEN,
    LISTEN: CLOSED,
    SYN_SENT: SYN_RECEIVED,
    SYN_RECEIVED: ESTABLISHED,
    ESTABLISHED: SYN_RECEIVED,
    FIN_WAIT_1: CLOSING,
    FIN_WAIT_2: TIME_WAIT,
    CLOSE_WAIT: LAST_ACK,
    CLOSING: TIME_WAIT,
    LAST_ACK: CLOSING,
    TIME_WAIT: CLOSED,
}
"""For each connection state the one that a mutant puts in its place: its likeliest confusion."""

BITS = {"syn": "SYN", "rst": "RST", "fin": "FIN", "ackbit": "ACK"}
"""A segment's control bits: fields and what they are called."""


TIMERS: Mapping[str, Mapping[str, Any]] = {
    "an ACK of new data does not start the retransmission timer over": {"new_ack": False},
    "a retransmission does not start the retransmission timer over": {"retransmission": False},
    "whatever is sent starts the retransmission timer over": {"every_send": True},
    "the retransmission timer does not wait": {"waits": frozenset({Event.TIME_WAIT_TIMEOUT})},
    "the TIME-WAIT timer does not wait": {"waits": frozenset({Event.RETRANSMISSION_TIMEOUT})},
}
"""Changes of the timers."""


@dataclass(frozen=True)
class Mutant:
    """A change of the rules in one place: a row, a check, a timer; `name` is the place and what was changed.

    `rows` are those without which nothing changes: where none of them fires under the rules themselves, the mutant
    does what the rules do; None where that cannot be said.  `only_in` is the only state in which they count, where
    there is one.
    """

    place: str
    kind: str
    what: str
    change: Edit = field(repr=False)
    rows: frozenset[str] | None = field(default=None, repr=False)
    only_in: Term | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """The mutant's name, unique: its place and its change."""
        return f"{self.place}: {self.what}"

    def __call__(self, rules: Rules) -> Rules:
        """The rules changed; `DefinitionError` if they do not have the place."""
        return self.change(rules)


def mutants(rules: Rules = RFC_9293) -> tuple[Mutant, ...]:
    """Every mutant of the rules, in the order of the rows; then those of checks and timers."""
    of_rows = (mutant for event, block, row in rules.rows() for mutant in _of_row(rules, event, block, row))
    return (*of_rows, *_checks(rules), *_timers())


def _of_row(rules: Rules, event: str, block: FirstMatch, row: Row) -> Iterator[Mutant]:
    for kind, changes in ROW_CHANGES.items():
        for what, changed in changes(row):
            rows = None if kind == "condition" else frozenset({row.name})
            yield Mutant(row.name, kind, what, _replacing(row, changed), rows)
    if row.error and not _has_followers(rules, event, block, row):
        return
    if not row.error and _goes_on(rules, event, block, row):
        what = "ends the processing" if row.goes_on else "lets processing go on"
        yield _of(row, "ending", what, replace(row, more=not row.goes_on))
    yield _of(row, "row", "is missing")
    yield from _in_states(block, row)
    yield from _swapped(block, row)
    yield from _restarts(event, block, row)


def _of(row: Row, kind: str, what: str, *instead: Row, only_in: Term | None = None) -> Mutant:
    return Mutant(row.name, kind, what, _replacing(row, *instead), frozenset({row.name}), only_in)


def _replacing(row: Row, *instead: Row) -> Edit:
    return lambda rules: rules.replaced(row.name, *instead)


def _conditions(row: Row) -> Iterator[tuple[str, Row]]:
    """Each conjunct of the guard forgotten."""
    for condition in row.when:
        yield f"whether or not {prose(condition)}", replace(row, when=tuple(c for c in row.when if c is not condition))


def _targets(row: Row) -> Iterator[tuple[str, Row]]:
    """The connection state not entered, or another in its place."""
    if row.goto is not None:
        yield "no goto", replace(row, goto=None)
        other = TAKEN_FOR[row.goto]
        yield f"goto {_said(other)}", replace(row, goto=other)


def _assignments(row: Row) -> Iterator[tuple[str, Row]]:
    """Each variable not set, and the TCB not forgotten."""
    for target in row.set:
        yield f"{target.name.upper()} stays", replace(row, set={k: v for k, v in row.set.items() if k is not target})
    if row.forget:
        yield "forgets nothing", replace(row, forget=())


def _kept(row: Row) -> Iterator[tuple[str, Row]]:
    """Each variable kept when the others are forgotten."""
    for kept in row.forget:
        yield f"keeps {kept.name.upper()}", replace(row, forget=tuple(v for v in row.forget if v is not kept))


def _picks(row: Row) -> Iterator[tuple[str, Row]]:
    """Any ISS, or the same each time, whatever the policy says."""
    if row.pick is not None and row.pick.variable is isn:
        yield "picks any ISS", replace(row, pick=Pick(isn, TRUE))
        yield "picks 0 as its ISS", replace(row, pick=Pick(isn, equal(isn, 0)))


def _segments(row: Row) -> Iterator[tuple[str, Row]]:
    """No segment sent, or one with another number or without one of its flags."""
    if row.send is None:
        return
    yield "sends nothing", replace(row, send=None)
    for what, fields in _fields(row.send):
        yield f"sends {what}", replace(row, send=Emission(row.send.bag, {**row.send.fields, **fields}))


def _fields(send: Emission) -> Iterator[tuple[str, dict[str, Term]]]:
    seq, ack = send.fields["seq"], send.fields["ack"]
    yield "SEQ+1", {"seq": seq + 1}
    if seq is snd.nxt:
        yield "SEQ=SND.UNA", {"seq": snd.una}
    if seq is snd.una:
        yield "SEQ=SND.NXT", {"seq": snd.nxt}
    if send.fields["ackbit"] is TRUE:
        yield "ACK+1", {"ack": ack + 1}
        yield "ACK-1", {"ack": ack - 1}
    for name, shown in BITS.items():
        if send.fields[name] is TRUE:
            unset = {"ack": constant(0, ack.sort)} if name == "ackbit" else {}
            yield f"no {shown}", {name: FALSE, **unset}
    if send.fields["text"] is not NO_TEXT:
        yield "no text", {"text": NO_TEXT}


ROW_CHANGES: Mapping[str, Callable[[Row], Iterator[tuple[str, Row]]]] = {
    "condition": _conditions,
    "target": _targets,
    "assignment": _assignments,
    "segment": _segments,
    "forget": _kept,
    "pick": _picks,
}
"""Kinds of changes that leave a row in its place."""


def _in_states(block: FirstMatch, row: Row) -> Iterator[Mutant]:
    """The row forgotten in each of the states in which it may fire, where there are several."""
    here = [s for s in block.states if _may_fire(block, row, s)]
    for s in here if len(here) > 1 else ():
        elsewhere = replace(row, when=(~in_state(s), *row.when))
        yield _of(row, "state", f"is missing in {_said(s)}", elsewhere, only_in=s)


def _may_fire(block: FirstMatch, row: Row, where: Term) -> bool:
    """Whether its own guard, and those of the rows before it, leave the row anything to do in a state."""
    return substitute(block.effective(row), {state: where}) is not FALSE


def _swapped(block: FirstMatch, row: Row) -> Iterator[Mutant]:
    """The row behind the one that follows it."""
    for first, second in pairwise(block.rows):
        if first is row:
            what = f"comes after '{second.name}'"
            yield Mutant(row.name, "order", what, _exchanging(first, second), frozenset({row.name}))


def _exchanging(first: Row, second: Row) -> Edit:
    images = {first.name: second.name, second.name: first.name}

    def exchanged(rules: Rules) -> Rules:
        rows = {name: rules.row(name) for name in images}
        return rules.map(lambda event, block, row: (rows[images.get(row.name, "")] if row.name in images else row,))

    return exchanged


def _restarts(event: str, block: FirstMatch, row: Row) -> Iterator[Mutant]:
    """2MSL started over where it goes on."""
    stays = row.goto is None and time_wait_elapsed not in row.set and TIME_WAIT in block.states
    if stays and not row.error and _may_fire(block, row, TIME_WAIT):
        over = replace(row, set={**row.set, **START_2MSL})
        yield _of(row, "clock", "starts 2MSL over", over, only_in=TIME_WAIT)


def _checks(rules: Rules) -> Iterator[Mutant]:
    """Two blocks of an event that share a state, each in the other's place."""
    for event, blocks in rules.events.items():
        for (i, first), (k, second) in combinations(enumerate(blocks), 2):
            if set(first.states) & set(second.states):
                what = f"changes places with '{_title(blocks, second)}'"
                yield Mutant(_title(blocks, first), "order", what, _places_exchanged(event, i, k))


def _title(blocks: tuple[FirstMatch, ...], block: FirstMatch) -> str:
    alone = [other.title for other in blocks].count(block.title) == 1
    return block.title if alone else f"{block.title} in {', '.join(map(_said, block.states))}"


def _places_exchanged(event: str, i: int, k: int) -> Edit:
    def exchanged(rules: Rules) -> Rules:
        blocks = list(rules.events[event])
        blocks[i], blocks[k] = blocks[k], blocks[i]
        return rules.extended(event, *blocks)

    return exchanged


def _timers() -> Iterator[Mutant]:
    for what, mistake in TIMERS.items():
        yield Mutant("the clock", "clock", what, _mistaken(mistake))


def _mistaken(mistake: Mapping[str, Any]) -> Edit:
    return lambda rules: replace(rules, timers=replace(rules.timers, **mistake))


def _said(s: Term) -> str:
    """A connection state's name."""
    return STATE.values[EVERY_STATE.index(s)]


def _goes_on(rules: Rules, event: str, block: FirstMatch, row: Row) -> bool:
    """Whether a row may fire after this one, in a later block that applies where it leads."""
    to = block.states if row.goto is None else (row.goto,)
    meets = [later for later in _later(rules, event, block) if set(to) & set(later.states)]
    return any(not later.error for block in meets for later in block.rows)


def _has_followers(rules: Rules, event: str, block: FirstMatch, row: Row) -> bool:
    """Whether another row may fire where this one does not: behind it, or in a later block."""
    behind = block.rows[-1] is not row
    return behind or any(set(block.states) & set(later.states) for later in _later(rules, event, block))


def _later(rules: Rules, event: str, block: FirstMatch) -> tuple[FirstMatch, ...]:
    blocks = rules.events[event]
    return blocks[blocks.index(block) + 1 :]
