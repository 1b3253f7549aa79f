"""Rows fired for many segments at once: a reading of terms over arrays, one entry of each for each segment.

It is for stretches of a conversation in which the connection state stays what it is, so the state is one and the rest
are arrays.  What leads out of such a stretch, another state or a deleted TCB, is said to be odd and left to the reading
of one segment at a time.  Whatever is the same for all segments is a plain number or truth, and costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from tcpmodel.captures.segments import Array
from tcpmodel.language.operators import Op, complete
from tcpmodel.language.sorts import BOOL, SEQ
from tcpmodel.language.terms import Term
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.tcp.rfc9293.segment import Segment

Value = Any
"""An array with an entry for each segment, or a number or truth that all have."""
Read = Callable[[Term], Value]


def _value(term: Term, read: Read, m: int) -> Value:
    assert isinstance(term.payload, int)
    if term.sort == BOOL:
        return bool(term.payload)
    return term.payload % m if term.sort == SEQ else term.payload


def _not(term: Term, read: Read, m: int) -> Value:
    inner = read(term.args[0])
    return not inner if isinstance(inner, bool) else ~inner


def _and(term: Term, read: Read, m: int) -> Value:
    return conjunction(read(arg) for arg in term.args)


def conjunction(values: Iterable[Value]) -> Value:
    """Where all are true; what comes behind a plain False is not looked at."""
    found: Value = True
    for value in values:
        if value is False:
            return False
        found = value if found is True else found if value is True else found & value
    return found


def _or(term: Term, read: Read, m: int) -> Value:
    found: Value = False
    for arg in term.args:
        value = read(arg)
        if value is True:
            return True
        found = value if found is False else found if value is False else found | value
    return found


def where(condition: Value, yes: Value, no: Value) -> Value:
    """The one where the condition is true, else the other."""
    if isinstance(condition, bool):
        return yes if condition else no
    return np.where(condition, yes, no)


def _truth(value: Value) -> Value:
    return value if isinstance(value, np.ndarray) else bool(value)


def _some(term: Term, read: Read, m: int) -> Value:
    raise NotImplementedError("one endpoint has no bags")


Entry = Callable[[Term, Read, int], Value]
_ENTRIES: Mapping[Op, Entry] = {
    Op.VALUE: _value,
    Op.VARIABLE: lambda term, read, m: read(term),
    Op.NAMED: lambda term, read, m: read(term.args[0]),
    Op.NOT: _not,
    Op.AND: _and,
    Op.OR: _or,
    Op.CHOOSE: lambda t, read, m: where(read(t.args[0]), read(t.args[1]), read(t.args[2])),
    Op.EQUAL: lambda t, read, m: _truth(read(t.args[0]) == read(t.args[1])),
    Op.ADD: lambda t, read, m: (read(t.args[0]) + read(t.args[1])) % m,
    Op.SUBTRACT: lambda t, read, m: (read(t.args[0]) - read(t.args[1])) % m,
    Op.WITHIN: lambda t, read, m: _truth((read(t.args[0]) - read(t.args[1])) % m < read(t.args[2])),
    Op.UPTO: lambda t, read, m: _truth(
        (read(t.args[1]) - read(t.args[0]) - 1) % m < (read(t.args[2]) - read(t.args[0])) % m
    ),
    Op.BEFORE: lambda t, read, m: _before((read(t.args[1]) - read(t.args[0])) % m, m),
    Op.UP: lambda t, read, m: read(t.args[0]) + 1,
    Op.DOWN: lambda t, read, m: np.maximum(read(t.args[0]) - 1, 0),
    Op.AT_LEAST: lambda t, read, m: _truth(read(t.args[0]) >= read(t.args[1])),
    Op.SOME: _some,
}
ARRAYS = complete("array", _ENTRIES)


def _before(distance: Value, m: int) -> Value:
    if isinstance(distance, np.ndarray):
        return (distance > 0) & (distance < m // 2)
    return bool(0 < distance < m // 2)


class Many(NamedTuple):
    """What firing an event for many segments did: variables after it, fields sent, and where something odd happened."""

    after: Mapping[Term, Value]
    sent: Mapping[str, Value]
    odd: Value


def fire(blocks: Iterable[FirstMatch], state: int, values: Mapping[Term, Value], *, bits: int) -> Many:
    """Fire an event's blocks in this connection state, for all segments at once; a missing variable is 0.

    Odd is where no row matches, a row refuses, the state changes, variables are forgotten, or more than one row sends.
    """
    firing = _Firing(dict(values), bits)
    for block in blocks:
        if block.control is None or state in [s.payload for s in block.states]:
            firing.block(block)
    return Many(firing.values, firing.sent, _either(firing.odd, firing.left))


class _Firing:
    """Firing under way: variables, where processing has not ended yet, what was sent."""

    def __init__(self, values: dict[Term, Value], bits: int) -> None:
        self.values, self.modulus = values, 1 << bits
        self.left: Value = True
        self.odd: Value = False
        self.sent: dict[str, Value] = {}
        self._known: dict[Term, Value] = {}

    def read(self, term: Term) -> Value:
        if term.op is Op.VARIABLE:
            return self.values.get(term, False if term.sort == BOOL else 0)
        if term not in self._known:
            self._known[term] = ARRAYS[term.op](term, self.read, self.modulus)
        return self._known[term]

    def block(self, block: FirstMatch) -> None:
        unmatched = self.left
        for row in block.rows:
            here = conjunction((unmatched, *(self.read(term) for term in row.when)))
            if _nowhere(here):
                continue
            unmatched = _minus(unmatched, here)
            self._row(row, here)
            if _nowhere(unmatched):
                break
        self.odd = _either(self.odd, unmatched)
        self.left = _minus(self.left, unmatched)

    def _row(self, row: Row, here: Value) -> None:
        leads_out = row.refuses or row.goto is not None or row.forget
        if leads_out:
            self.odd = _either(self.odd, here)
        if row.pick is not None:
            self.odd = _either(self.odd, _minus(here, self.read(row.pick.among)))
        new = {v: self.read(term) for v, term in row.set.items()}
        for variable, value in new.items():
            self.values[variable] = where(here, value, self.read(variable))
        if new:
            self._known = {}
        if row.send is not None:
            fields = {name: self.read(term) for name, term in row.send.fields.items()}
            self.sent = {name: where(here, value, self.sent.get(name, 0)) for name, value in fields.items()}
        if not row.more:
            self.left = _minus(self.left, here)


def _nowhere(condition: Value) -> bool:
    return condition is False or (isinstance(condition, np.ndarray) and not condition.any())


def _either(a: Value, b: Value) -> Value:
    return b if a is False else a if b is False else True if a is True or b is True else a | b


def _minus(a: Value, b: Value) -> Value:
    """Where the first is true and the second is not."""
    if isinstance(b, bool):
        return False if b else a
    return ~b if a is True else False if a is False else a & ~b


def fields(segment: Segment, **given: Array | int) -> dict[Term, Value]:
    """The variables of a plain segment: its ACK bit is set and no other; `seq`, `ack` and `text` as given."""
    return {
        segment.seq: given["seq"],
        segment.ack: given["ack"],
        segment.text: given["text"],
        segment.ctl.ack: True,
        segment.ctl.syn: False,
        segment.ctl.rst: False,
        segment.ctl.fin: False,
    }
