"""The native reading: a term as instructions over a state's working words.

One entry per operator.  Sequence numbers are kept below 2^n, so differences are cut to n bits;
truth is one bit.  A `Frame` is where a rule finds what it names: groups' words, bags' slots, records
and picked values, each a variable of the function being written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tcpmodel.explore.native.code import Code, Place, Value, all_of
from tcpmodel.explore.native.known import group_of
from tcpmodel.explore.native.layout import Field, Layout
from tcpmodel.language.operators import Op, complete
from tcpmodel.language.sorts import BOOL, SEQ, Sort
from tcpmodel.language.terms import Term


@dataclass
class Frame:
    """Frame of a function: the places of the variables, fields and bags that its terms name."""

    code: Code
    layout: Layout
    groups: dict[str, list[Place]]
    bags: dict[str, list[Place]]
    records: dict[str, tuple[str, Value]] = field(default_factory=dict)
    picked: dict[str, Value] = field(default_factory=dict)
    known: dict[Term, Value] = field(default_factory=dict)

    def inside(self) -> Frame:
        """The frame of a branch: what is known here is known there, not the other way round."""
        return replace(self, known=dict(self.known), picked=dict(self.picked), records=dict(self.records))

    def changed(self) -> None:
        """The state has changed: nothing is known any more."""
        self.known.clear()

    def read(self, term: Term) -> Value:
        """The term's value here: `i1` for what is true or false, else `i64`."""
        found = self.known.get(term)
        if found is None:
            found = self._variable(term) if term.op is Op.VARIABLE else NATIVE[term.op](self, term)
            self.known[term] = found
        return found

    def _variable(self, term: Term) -> Value:
        name = term.name
        if name in self.picked:
            return self.picked[name]
        owner, local = group_of(name)
        if owner in self.records:
            bag, record = self.records[owner]
            return extract(record, self.layout.bags[bag].fields[local], term.sort)
        field_ = self.layout.groups[owner].fields[local]
        return extract(self.groups[owner][field_.word].get(), field_, term.sort)

    def write(self, name: str, value: Value) -> None:
        """Put a value into a variable."""
        owner, local = group_of(name)
        field_ = self.layout.groups[owner].fields[local]
        if not field_.width:
            return
        place = self.groups[owner][field_.word]
        kept = place.get() & ~(field_.mask << field_.shift)
        place.set(kept | (value.to("i64") << field_.shift))


def extract(word: Value, field_: Field, sort: Sort) -> Value:
    """A field of a word."""
    if not field_.width:
        return word.code.constant(field_.constant, "i1" if sort == BOOL else "i64")
    bits = word >> field_.shift
    return bits.to("i1") if sort == BOOL else bits & field_.mask


def _binary(write: Callable[[Value, Value], Value]) -> Callable[[Frame, Term], Value]:
    return lambda frame, term: write(frame.read(term.args[0]), frame.read(term.args[1]))


def _residue(frame: Frame, value: Value) -> Value:
    return value & ((1 << frame.layout.system.bits) - 1)


def _value(frame: Frame, term: Term) -> Value:
    assert isinstance(term.payload, int)
    number = term.payload % (1 << frame.layout.system.bits) if term.sort == SEQ else term.payload
    return frame.code.constant(number, "i1" if term.sort == BOOL else "i64")


def _or(frame: Frame, term: Term) -> Value:
    first, *rest = (frame.read(a) for a in term.args)
    for other in rest:
        first = first | other
    return first


def _choose(frame: Frame, term: Term) -> Value:
    condition, yes, no = (frame.read(a) for a in term.args)
    return condition.choose(yes, no)


def _within(frame: Frame, term: Term) -> Value:
    x, low, size = (frame.read(a) for a in term.args)
    return _residue(frame, x - low).below(size)


def _upto(frame: Frame, term: Term) -> Value:
    low, x, high = (frame.read(a) for a in term.args)
    return _residue(frame, x - low - 1).below(_residue(frame, high - low))


def _before(frame: Frame, term: Term) -> Value:
    left, right = (frame.read(a) for a in term.args)
    half = 1 << (frame.layout.system.bits - 1)
    return (_residue(frame, right - left) - 1).below(half - 1)


def _down(frame: Frame, term: Term) -> Value:
    count = frame.read(term.args[0])
    return count - count.differs(0).to("i64")


def _some(frame: Frame, term: Term) -> Value:
    assert isinstance(term.payload, tuple)
    bag, element = term.payload
    found = frame.code.constant(0, "i1")
    constants = {t: value for t, value in frame.known.items() if t.op is Op.VALUE}
    for place in frame.bags[bag]:
        slot = place.get()
        inside = replace(frame, records={**frame.records, element: (bag, slot)}, known=dict(constants))
        found = found | (slot.differs(frame.layout.absent(bag)) & inside.read(term.args[0]))
    return found


_ENTRIES: Mapping[Op, Callable[[Frame, Term], Value]] = {
    Op.VALUE: _value,
    Op.VARIABLE: Frame._variable,
    Op.NAMED: lambda frame, term: frame.read(term.args[0]),
    Op.NOT: lambda frame, term: ~frame.read(term.args[0]),
    Op.AND: lambda frame, term: all_of(frame.code, [frame.read(a) for a in term.args]),
    Op.OR: _or,
    Op.CHOOSE: _choose,
    Op.EQUAL: _binary(Value.equals),
    Op.ADD: lambda frame, term: _residue(frame, frame.read(term.args[0]) + frame.read(term.args[1])),
    Op.SUBTRACT: lambda frame, term: _residue(frame, frame.read(term.args[0]) - frame.read(term.args[1])),
    Op.WITHIN: _within,
    Op.UPTO: _upto,
    Op.BEFORE: _before,
    Op.UP: lambda frame, term: frame.read(term.args[0]) + 1,
    Op.DOWN: _down,
    Op.AT_LEAST: lambda frame, term: ~frame.read(term.args[0]).below(frame.read(term.args[1])),
    Op.SOME: _some,
}
NATIVE = complete("native", _ENTRIES)


def conjunction(frame: Frame, terms: Sequence[Term]) -> Value:
    """True where all the terms are."""
    return all_of(frame.code, [frame.read(t) for t in terms])
