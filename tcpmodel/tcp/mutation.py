"""Mutants: the rules with one row changed in one place, to find out whether the claims would notice.

Each is a slip that a pen can make in one row: a condition forgotten, a state or a field taken for its
neighbour, an answer or an assignment left out, a row lost.  What carries no behaviour (what the user is
told, how an ending is named, ghosts) is left alone, and so is a row that no segment or call would
miss: one that answers a wrong call and has no other behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from tcpmodel.language.prose import prose
from tcpmodel.language.terms import FALSE, TRUE, Term, constant
from tcpmodel.systems.row import Emission, FirstMatch, Row
from tcpmodel.tcp.rules import RFC_9293, Rules, is_wrong_call
from tcpmodel.tcp.tcb import (
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
    snd,
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

BITS = {"syn": "SYN", "rst": "RST", "fin": "FIN", "ackbit": "ACK", "text": "text"}
"""A segment's flags: fields and what they are called."""


@dataclass(frozen=True)
class Mutant:
    """A change of one row, which it replaces by others; `name` is the row's name and what was changed."""

    row: str
    kind: str
    what: str
    instead: tuple[Row, ...] = field(repr=False)

    @property
    def name(self) -> str:
        """What tells this mutant from all others."""
        return f"{self.row}: {self.what}"

    def __call__(self, rules: Rules) -> Rules:
        """The rules with the row changed."""
        return rules.replaced(self.row, *self.instead)


def mutants(rules: Rules = RFC_9293) -> tuple[Mutant, ...]:
    """Every mutant of the rules, in the order of the rows."""
    return tuple(mutant for event, block, row in rules.rows() for mutant in _of_row(rules, event, block, row))


def _of_row(rules: Rules, event: str, block: FirstMatch, row: Row) -> Iterator[Mutant]:
    for what, changed in _conditions(row):
        yield Mutant(row.name, "condition", what, (changed,))
    for what, changed in _targets(row):
        yield Mutant(row.name, "target", what, (changed,))
    for what, changed in _assignments(row):
        yield Mutant(row.name, "assignment", what, (changed,))
    for what, changed in _segments(row):
        yield Mutant(row.name, "segment", what, (changed,))
    if not is_wrong_call(event, row) and _goes_on(rules, event, block, row):
        what = "ends the processing" if row.more else "lets processing go on"
        yield Mutant(row.name, "order", what, (replace(row, more=not row.more),))
    if not is_wrong_call(event, row) or _has_followers(rules, event, block, row):
        yield Mutant(row.name, "row", "is missing", ())


def _conditions(row: Row) -> Iterator[tuple[str, Row]]:
    """Each conjunct of the guard forgotten."""
    for condition in row.when:
        yield f"whether or not {prose(condition)}", replace(row, when=tuple(c for c in row.when if c is not condition))


def _targets(row: Row) -> Iterator[tuple[str, Row]]:
    """The connection state not entered, or another in its place."""
    if row.goto is not None:
        yield "no goto", replace(row, goto=None)
        other = TAKEN_FOR[row.goto]
        yield f"goto {STATE.values[EVERY_STATE.index(other)]}", replace(row, goto=other)


def _assignments(row: Row) -> Iterator[tuple[str, Row]]:
    """Each variable not set, and the TCB not forgotten."""
    for target in row.set:
        yield f"{target.name.upper()} stays", replace(row, set={k: v for k, v in row.set.items() if k is not target})
    if row.forget:
        yield "forgets nothing", replace(row, forget=())


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


def _goes_on(rules: Rules, event: str, block: FirstMatch, row: Row) -> bool:
    """Whether a row may fire after this one, in a later block that applies where it leads."""
    to = block.states if row.goto is None else (row.goto,)
    meets = [later for later in _later(rules, event, block) if set(to) & set(later.states)]
    return any(not is_wrong_call(event, later) for block in meets for later in block.rows)


def _has_followers(rules: Rules, event: str, block: FirstMatch, row: Row) -> bool:
    """Whether another row may fire where this one does not: behind it, or in a later block."""
    behind = block.rows[-1] is not row
    return behind or any(set(block.states) & set(later.states) for later in _later(rules, event, block))


def _later(rules: Rules, event: str, block: FirstMatch) -> tuple[FirstMatch, ...]:
    blocks = rules.events[event]
    return blocks[blocks.index(block) + 1 :]
