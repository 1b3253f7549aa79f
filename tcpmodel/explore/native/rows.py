"""Rows as native code: one function for the blocks of all rules that are alike.

A function takes the words of the groups and bags that its blocks touch, whosever they are, and the
record taken; it writes a result for each way through the blocks.  Two rules whose functions come
out as the same text (the arrivals of two endpoints, with and without a copy left behind) share one.
Numbers that a picked value is compared with are arguments too, so that two ISN policies' ends do.

A register sums up the numbers of the choices made (`paths`), which name the rows that fired.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tcpmodel.explore.native.code import Code, Place, Value, all_of
from tcpmodel.explore.native.known import Values, group_of, local_name
from tcpmodel.explore.native.layout import Layout, most, top_of
from tcpmodel.explore.native.paths import Paths
from tcpmodel.explore.native.reading import Frame, conjunction
from tcpmodel.language.operators import Op
from tcpmodel.language.sorts import COUNT, SEQ, Enum
from tcpmodel.language.terms import Term, walk
from tcpmodel.systems.parts import row_parts
from tcpmodel.systems.parts import rows as rows_of
from tcpmodel.systems.row import Emission, FirstMatch, Row
from tcpmodel.systems.system import Bag, Rule, Variable

BEYOND = 1 << 63
"""The flag of a result in which a count went beyond its top."""
NOTHING_AT = 48
"""From which bit a result says which pick found nothing (the row's place among picking rows, plus one)."""
WAY = (1 << 32) - 1
"""The bits of a call's tag that say from which number its ways are counted."""
EMPTY_AT, EMPTY = 32, (1 << 31) - 1
"""Where, and in how many bits, a tag says from which bound its picks that find nothing are counted."""
FEW_ROWS = 12
"""Of how many rows at most it is asked before a call whether one may match."""
FULL_BITS = 8
"""How many bits count, per bag touched, what did not fit; they begin at bit 0."""


@dataclass(frozen=True)
class Touched:
    """The groups and bags that blocks touch, in the order in which they name them."""

    groups: tuple[str, ...]
    bags: tuple[str, ...]


def touched(layout: Layout, rule: Rule) -> Touched:
    """The variables that the rule's blocks read or change."""
    controls = [block.control for block in rule.blocks]
    in_rows = [t for part in row_parts(rule) for t in (part.variable, part.term)]
    forgotten = [v for row in rows_of(rule) for v in row.forget]
    named = [t for term in (*controls, *in_rows, *forgotten) if term is not None for t in walk(term)]
    groups = [group_of(t.name)[0] for t in named if t.op is Op.VARIABLE and t.name in layout.system.position]
    bags = [t.payload[0] for t in named if t.op is Op.SOME and isinstance(t.payload, tuple)]
    bags += [row.send.bag for row in rows_of(rule) if row.send]
    return Touched(tuple(dict.fromkeys(groups)), tuple(dict.fromkeys(bags)))


def _numbers(row: Row) -> Iterator[Term]:
    """The sequence numbers that the row's picked value is compared with."""
    assert row.pick is not None
    return (t for t in walk(row.pick.among) if t.op is Op.VALUE and t.sort == SEQ)


class Updates:
    """Changes of variables and bags, written into a frame; notes what goes beyond its top."""

    def __init__(self, frame: Frame, flags: Place) -> None:
        self._frame, self._flags = frame, flags
        self._variables = {v.name: v for v in frame.layout.system.variables}

    def set(self, updates: Mapping[Term, Term]) -> None:
        """All at once: every value is read before the first is written."""
        frame = self._frame
        new = [(target.name, term, frame.read(term)) for target, term in updates.items()]
        for name, term, value in new:
            values = frame.layout.known.variables[local_name(name)]
            self._note(self._variables[name], term, value, values)
            frame.write(name, value)
        frame.changed()

    def forget(self, variables: Sequence[Term]) -> None:
        """Back to the initial values."""
        for v in variables:
            self._frame.write(v.name, self._frame.code.constant(self._variables[v.name].initial))
        self._frame.changed()

    def record(self, bag: Bag, terms: Mapping[str, Term]) -> Value:
        """A record of the bag as a word."""
        frame = self._frame
        word = frame.code.constant(0)
        for f in bag.fields:
            value, field = frame.read(terms[f.name]), frame.layout.bags[bag.name].fields[f.name]
            self._note(f, terms[f.name], value, frame.layout.known.fields[f.name])
            if field.width:
                word = word | (value.to("i64") << field.shift)
        return word

    def _note(self, target: Variable, term: Term, value: Value, values: Values) -> None:
        """Set the flag if a count goes beyond its top, where that is not plain from the term."""
        if target.term.sort != COUNT:
            return
        system = self._frame.layout.system
        top = top_of(target, system.bits)
        may_be = most(system, term) if values is None else max(values, default=0)
        if may_be > top:
            beyond = value.below(top + 1).choose(self._frame.code.constant(0), BEYOND)
            self._flags.set(self._flags.get() | beyond)

    def put(self, bag: Bag, record: Value, full: int) -> None:
        """Put the record into the bag, or add `full` to the flags where there is no room."""
        code, slots = self._frame.code, self._frame.bags[bag.name]
        absent = self._frame.layout.absent(bag.name)
        if not slots:
            self._flags.add(full)
            return
        has_room = slots[-1].get().equals(absent)
        room, lost, after = code.label("room"), code.label("lost"), code.label("sent")
        code.branch(has_room, room, lost)
        code.place(lost)
        self._flags.add(full)
        code.jump(after)
        code.place(room)
        insert(slots, record, absent=absent, ordered=bag.ordered)
        code.place(after)
        self._frame.changed()


def insert(slots: Sequence[Place], record: Value, *, absent: int, ordered: bool) -> None:
    """Put a record into a bag that has room: where it belongs in order, or behind the last."""
    for slot in slots:
        there = slot.get()
        here = there.equals(absent) if ordered else record.below(there)
        slot.set(here.choose(record, there))
        record = here.choose(there, record)


class BlocksFunction:
    """The function of a rule's blocks, as text that does not say whose they are.

    It is called with a state's working words in its own order: those of the groups and bags that its
    blocks touch as they come to be named, then all others.  `finish` says what becomes of a result.
    """

    def __init__(self, layout: Layout, rule: Rule) -> None:
        self.layout, self.rule = layout, rule
        self.touched = touched(layout, rule)
        self.paths = Paths(rule.blocks)
        self.picking = picking(rule)
        live = (row for b, block in enumerate(rule.blocks) for r, row in enumerate(block.rows) if self._may_fire(b, r))
        self.numbers = tuple(dict.fromkeys(n for row in live if row in self.picking for n in _numbers(row)))
        self.groups = (*self.touched.groups, *(g for g in layout.groups if g not in self.touched.groups))
        bags = tuple(bag.name for bag in layout.system.bags)
        self.bags = (*self.touched.bags, *(b for b in bags if b not in self.touched.bags))
        parameters = {"ctx": "ptr", **dict.fromkeys(self._word_names(), "i64")}
        parameters |= {"record": "i64"} if rule.take else {}
        self.code = Code("NAME", {**parameters, "tag": "i64", "side": "i64"}, "i64")
        self._write()
        self.text = self.code.text()

    def _word_names(self) -> Iterator[str]:
        for i, group in enumerate(self.groups):
            yield from (f"g{i}w{j}" for j in range(len(self.layout.groups[group].used)))
        for i, bag in enumerate(self.bags):
            yield from (f"b{i}s{j}" for j in range(self.layout.system.bag(bag).capacity))

    def may_match(self, frame: Frame, rule: Rule) -> Value:
        """Whether some row may match here, where that is told sooner than by calling the function."""
        code = frame.code
        rows = [(block, b, r, row) for b, block in enumerate(rule.blocks) for r, row in enumerate(block.rows)]
        if len(rows) > FEW_ROWS:
            return code.constant(1, "i1")
        found = code.constant(0, "i1")
        for block, b, r, row in rows:
            if self._may_fire(b, r) and not row.refuses:
                here = [] if block.control is None else [_applies(frame, block)]
                found = found | all_of(code, [*here, *(frame.read(t) for t in row.when)])
        return found

    def order(self) -> list[int]:
        """For each word that the function is called with, in its order, its place among the working words."""
        places = self.layout.places()
        wanted = [f"group {g}" for g in self.groups] + [f"bag {b}" for b in self.bags]
        return [place for name in wanted for place in places[name]]

    def _write(self) -> None:
        code = self.code
        places = {p: code.variable(code.arguments[p]) for p in self._word_names()}
        self.words = list(places.values())
        rest = iter(self.words)
        groups = {g: [next(rest) for _ in self.layout.groups[g].used] for g in self.groups}
        bags = {b: [next(rest) for _ in range(self.layout.system.bag(b).capacity)] for b in self.bags}
        records = {}
        if self.rule.take:
            records[self.rule.take.element] = (self.rule.take.bag, code.arguments["record"])
        self._frame = Frame(code, self.layout, groups, bags, records)
        self.way, self.flags = code.variable(code.arguments["tag"] & WAY), code.variable(code.arguments["tag"] & BEYOND)
        self._fired, self._resume, self._moved = code.variable(0, "i1"), code.variable(0), code.variable(0)
        self._emit, self._stop, self._back = code.label("emit"), code.label("stop"), code.label("back")
        self._picks: dict[int, str] = {}
        starts = [code.label("block") for _ in self.rule.blocks] + [self._stop]
        for b, block in enumerate(self.rule.blocks):
            code.place(starts[b])
            self._block(b, block, starts[b + 1])
        code.place(self._stop)
        code.branch(self._fired.get(), self._emit, self._back)

    def _block(self, b: int, block: FirstMatch, after: str) -> None:
        code, frame = self.code, self._frame
        frame.changed()
        passed = code.label("passed")
        if block.control is not None:
            code.branch(_applies(frame, block), rows := code.label("rows"), passed)
            code.place(rows)
        for r, row in enumerate(block.rows):
            if not self._may_fire(b, r):
                continue
            fires, following = code.label("fires"), code.label("following")
            code.branch(conjunction(frame, row.when), fires, following)
            code.place(fires)
            self._row(b, r, row, after)
            code.place(following)
        code.place(passed)
        self.way.add(self.paths.offset(b, len(block.rows)))
        code.jump(after)

    def _may_fire(self, b: int, r: int) -> bool:
        return (self.rule.event, b, r) in self.layout.known.live

    def _row(self, b: int, r: int, row: Row, after: str) -> None:
        code = self.code
        if row.refuses:
            self.way.add(self.paths.offset(b, r))
            code.jump(self._stop)
            return
        frame = self._frame.inside()
        if row.pick:
            self._pick(row, frame)
        updates = dict(row.set)
        if row.goto is not None:
            control = self.rule.blocks[b].control
            assert control is not None
            updates[control] = row.goto
        self._act(Updates(frame, self.flags), frame, row, updates)
        self.way.add(self.paths.offset(b, r))
        self._fired.set(1)
        code.jump(after if self.paths.after(b, row) == b + 1 else self._emit)

    def _act(self, changes: Updates, frame: Frame, row: Row, updates: Mapping[Term, Term]) -> None:
        changes.set(updates)
        if row.send:
            self._send(changes, row.send)
        changes.forget(row.forget)

    def _send(self, changes: Updates, send: Emission) -> None:
        bag = self.layout.system.bag(send.bag)
        changes.put(bag, changes.record(bag, send.fields), 1 << (FULL_BITS * self.touched.bags.index(send.bag)))

    def _pick(self, row: Row, frame: Frame) -> None:
        """Go on for each value that may be picked, from the state as it is here each time."""
        assert row.pick is not None
        code = self.code
        kept = [(place, code.variable(place.get(), place.type)) for place in (*self.words, *self._state())]
        value, found, outer = code.variable(0), code.variable(0, "i1"), code.variable(self._resume.get())
        again, none_left, chosen = code.label("pick"), code.label("picked"), code.label("chosen")
        number = len(self._picks) + 1
        self._picks[number] = again
        code.place(again)
        for place, copy in kept:
            place.set(copy.get())
        picked = value.get()
        code.branch(picked.below(1 << self.layout.system.bits), on := code.label("on"), none_left)
        code.place(none_left)
        self._resume.set(outer.get())
        nothing = code.label("nothing")
        code.branch(found.get(), self._back, nothing)
        code.place(nothing)
        self.flags.add((self.picking.index(row) + 1) << NOTHING_AT)
        code.jump(self._emit)
        code.place(on)
        value.set(picked + 1)
        frame.changed()
        frame.picked[row.pick.variable.name] = picked
        given = {n: Value(code, f"%k{i}", "i64") for i, n in enumerate(self.numbers)}
        code.branch(replace(frame, known=given).read(row.pick.among), chosen, again)
        code.place(chosen)
        found.set(1)
        self._resume.set(number)

    def _state(self) -> tuple[Place, Place, Place]:
        return self.way, self.flags, self._fired

    def finish(self, collect: Callable[[BlocksFunction], Value]) -> None:
        """Write what becomes of a result; `collect` writes it and gives whether the state moved."""
        code = self.code
        code.place(self._emit)
        self._moved.set(self._moved.get() | collect(self))
        code.place(self._back)
        if self._picks:
            code.switch(self._resume.get(), done := code.label("done"), self._picks)
            code.place(done)
        code.give(self._moved.get())


def picking(rule: Rule) -> tuple[Row, ...]:
    """The rows of the rule that pick."""
    return tuple(row for row in rows_of(rule) if row.pick and not row.refuses)


def most_results(rule: Rule, bits: int) -> int:
    """A bound on the number of steps of one firing of the rule."""
    picks = sum(any(row.pick and not row.refuses for row in block.rows) for block in rule.blocks)
    return 1 << (bits * picks)


def _applies(frame: Frame, block: FirstMatch) -> Value:
    """Whether the control variable has one of the block's values."""
    assert block.control is not None
    values = [s.payload for s in block.states if isinstance(s.payload, int)]
    state = frame.read(block.control)
    sort = block.control.sort
    if not isinstance(sort, Enum) or len(sort.values) > 64:
        found = frame.code.constant(0, "i1")
        for value in values:
            found = found | state.to("i64").equals(value)
        return found
    mask = sum(1 << value for value in set(values))
    return (frame.code.constant(mask) >> state).to("i1")
