"""Reference semantics of rules and rows: the steps of one state at a time, by interpretation.

`Reference(system).steps(state)` lists every step from a state in a fixed order.  It interprets the
rows as `systems.row` describes them, over the reference reading of their terms, and is meant to
be read rather than to be fast; other engines are compared with it, and `replay` judges by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from tcpmodel.language.reference import Records, expression
from tcpmodel.language.terms import Term, both, variable
from tcpmodel.systems.row import Emission, FirstMatch, Row
from tcpmodel.systems.system import Bag, Record, Rule, State, Sweep, TransitionSystem

LOST = "lost: "
"""How a bound is called that let the step happen but lost what it sent."""


class _Met(NamedTuple):
    """A bound that a step met, and whether it cuts the step."""

    name: str
    cuts: bool = True


def full_of(bag: Bag) -> str:
    """The bound that a step meets where there is no room for what it sends."""
    return f"{LOST * (bag.when_full == 'lose')}{bag.name} is full"


def nothing_for(row: str) -> str:
    """The bound that a step meets where no value is allowed of those that a row may pick."""
    return f"nothing to pick for: {row}"


def bounds_of(system: TransitionSystem) -> tuple[str, ...]:
    """Every bound that some step might meet."""
    rows = (row for rule in system.rules for block in rule.blocks for row in block.rows)
    picks = [nothing_for(row.name) for row in rows if row.pick and not row.refuses]
    return tuple(sorted({*map(full_of, system.bags), *(limit.name for limit in system.limits), *picks}))


Working = list[int]
Bags = list[list[Record]]
Meaning = Callable[..., int]


class Step(NamedTuple):
    """One firing: which rule (by its place), the record taken, the values picked, the rows that fired.

    Rows are given as (block, row) places within the rule.
    """

    rule: int
    taken: Record | None
    picked: tuple[int, ...]
    rows: tuple[tuple[int, int], ...]


class Outcome(NamedTuple):
    """A step and the state it leads to; `bound` names the bounds that changed or cut it.

    A step that a bound cuts has no state.
    """

    step: Step
    state: State | None
    bound: tuple[str, ...]


class _Row(NamedTuple):
    """A row whose terms have been read."""

    name: str
    when: Meaning
    pick: tuple[int, Meaning] | None
    set: tuple[tuple[int, Meaning], ...]
    send: tuple[int, tuple[Meaning, ...]] | None
    forget: tuple[tuple[int, int], ...]
    more: bool
    refuses: bool


@dataclass(frozen=True)
class _Block:
    """A block whose rows are read when it first applies."""

    control: int | None
    states: frozenset[int]
    read: Callable[[], tuple[_Row, ...]]

    @cached_property
    def rows(self) -> tuple[_Row, ...]:
        return self.read()


class _Sweep(NamedTuple):
    bag: int
    drop: Callable[[Working, Bags, Record], int]
    fields: tuple[Callable[[Working, Bags, Record], int], ...]


class _Rule(NamedTuple):
    when: Meaning
    set: tuple[tuple[int, Meaning], ...]
    sweeps: tuple[_Sweep, ...]
    blocks: tuple[_Block, ...]


class Reference:
    """The steps of a transition system, by interpretation."""

    def __init__(self, system: TransitionSystem) -> None:
        self.system = system
        self._width = len(system.variables)
        self._places = {v.name: f"w[{i}]" for i, v in enumerate(system.variables)}
        self._bags = {bag.name: Records(f"b[{i}]", _field_of(bag)) for i, bag in enumerate(system.bags)}
        self._rules = tuple(self._read_rule(rule) for rule in system.rules)
        self._limits = tuple((limit.name, self._read(limit.holds, {})) for limit in system.limits)

    def predicate(self, term: Term) -> Callable[[State], bool]:
        """A claim's predicate as a function of states."""
        meaning = self._read(term, {})
        return lambda state: bool(meaning(state.values, state.bags))

    def value(self, term: Term, state: State) -> int:
        """A term's value in a state."""
        return int(self._read(term, {})(state.values, state.bags))

    def steps(self, state: State, *, picks: tuple[int, ...] | None = None) -> Iterator[Outcome]:
        """Every step from the state, cut ones included, in the order of rules, records and picks.

        With `picks` no other numbers are tried: what a step that is known picked, where there are too many to try.
        """
        every = range(1 << self.system.bits)
        numbers = every if picks is None else [n for n in dict.fromkeys(picks) if n in every]
        for place, rule in enumerate(self.system.rules):
            yield from self._fire(place, rule, state, numbers)

    def _fire(self, place: int, rule: Rule, state: State, numbers: Sequence[int]) -> Iterator[Outcome]:
        read = self._rules[place]
        if not read.when(state.values, state.bags):
            return
        if rule.take is None:
            yield from self._run(place, read, list(state.values), [list(b) for b in state.bags], None, numbers)
            return
        where = self.system.bag_position[rule.take.bag]
        records = state.bags[where]
        heads = records[:1] if self.system.bags[where].ordered else tuple(dict.fromkeys(records))
        for record in heads:
            bags = [list(b) for b in state.bags]
            if not rule.take.keep:
                bags[where].remove(record)
            yield from self._run(place, read, [*state.values, *record], bags, record, numbers)

    def _run(
        self, place: int, rule: _Rule, working: Working, bags: Bags, taken: Record | None, numbers: Sequence[int]
    ) -> Iterator[Outcome]:
        before = list(working)
        for target, meaning in rule.set:
            working[target] = meaning(before, bags)
        self._sweep(rule, before, bags)
        for rows, picked, after, after_bags, bound in self._blocks(rule, 0, working, bags, numbers):
            step = Step(place, taken, picked, rows)
            bound += tuple(_Met(name) for name, holds in self._limits if not holds(after, after_bags))
            cut = any(met.cuts for met in bound)
            yield Outcome(step, None if cut else self._close(after, after_bags), tuple(met.name for met in bound))

    def _blocks(
        self, rule: _Rule, start: int, working: Working, bags: Bags, numbers: Sequence[int]
    ) -> Iterator[tuple[tuple[tuple[int, int], ...], tuple[int, ...], Working, Bags, tuple[_Met, ...]]]:
        """Run the blocks from `start`; one result for each way to pick values, none if nothing matches."""
        match = _first_match(rule, start, working, bags)
        if match is None or match[2].refuses:
            return
        b, r, row = match
        for picked, ready in self._picks(row, working, bags, numbers):
            if picked is None:
                yield ((b, r),), (), working, bags, (_Met(nothing_for(row.name)),)
                continue
            next_bags = [list(x) for x in bags]
            bound = self._act(row, ready, next_bags)
            rest = list(self._blocks(rule, b + 1, list(ready), next_bags, numbers)) if row.more else []
            if not rest:
                yield ((b, r),), picked, ready, next_bags, bound
            for rows, more_picked, after, after_bags, more_bound in rest:
                yield ((b, r), *rows), picked + more_picked, after, after_bags, bound + more_bound

    def _picks(
        self, row: _Row, working: Working, bags: Bags, numbers: Sequence[int]
    ) -> Iterator[tuple[tuple[int, ...] | None, Working]]:
        if row.pick is None:
            yield (), list(working)
            return
        place, allowed = row.pick
        found = False
        for value in numbers:
            ready = [*working, *([0] * (place + 1 - len(working)))]
            ready[place] = value
            if allowed(ready, bags):
                found = True
                yield (value,), ready
        if not found:
            yield None, working

    def _act(self, row: _Row, working: Working, bags: Bags) -> tuple[_Met, ...]:
        """Apply the row in place; the bounds it ran into."""
        new = [(target, meaning(working, bags)) for target, meaning in row.set]
        for target, value in new:
            working[target] = value
        bound: tuple[_Met, ...] = ()
        if row.send:
            where, fields = row.send
            bag = self.system.bags[where]
            if len(bags[where]) < bag.capacity:
                bags[where].append(tuple(int(f(working, bags)) for f in fields))
            else:
                bound = (_Met(full_of(bag), cuts=bag.when_full == "block"),)
        for target, value in row.forget:
            working[target] = value
        return bound

    def _sweep(self, rule: _Rule, working: Working, bags: Bags) -> None:
        swept = {}
        for where, drop, fields in rule.sweeps:
            kept = [r for r in bags[where] if not drop(working, bags, r)]
            swept[where] = [tuple(int(f(working, bags, r)) for f in fields) for r in kept]
        for where, records in swept.items():
            bags[where] = records

    def _close(self, working: Working, bags: Bags) -> State:
        ordered = [b.ordered for b in self.system.bags]
        return State(
            tuple(map(int, working[: self._width])),
            tuple(tuple(b) if o else tuple(sorted(b)) for b, o in zip(bags, ordered, strict=True)),
        )

    # Reading the terms, once per system.

    def _read(self, term: Term, places: Mapping[str, str], given: str = "w, b") -> Meaning:
        """The term as a function of the working values `w`, the bags `b` and what else is `given`."""
        text = expression(term, bits=self.system.bits, places={**self._places, **places}, bags=self._bags)
        meaning: Meaning = eval(f"lambda {given}: {text}")
        return meaning

    def _read_rule(self, rule: Rule) -> _Rule:
        places: dict[str, str] = {}
        local = self._width
        if rule.take:
            fields = self.system.bag(rule.take.bag).fields
            places = {f"{rule.take.element}.{f.name}": f"w[{local + k}]" for k, f in enumerate(fields)}
            local += len(fields)
        return _Rule(
            self._read(both(*rule.when), places),
            self._read_set(rule.set, places),
            tuple(self._read_sweep(sweep) for sweep in rule.sweeps),
            tuple(self._read_block(block, places, local) for block in rule.blocks),
        )

    def _read_set(self, updates: Mapping[Term, Term], places: Mapping[str, str]) -> tuple[tuple[int, Meaning], ...]:
        return tuple((self.system.position[k.name], self._read(t, places)) for k, t in updates.items())

    def _read_sweep(self, sweep: Sweep) -> _Sweep:
        """A sweep's terms are functions of the values, the bags and one record `r`."""
        fields = self.system.bag(sweep.bag).fields
        own = {f"{sweep.element}.{f.name}": f"r[{k}]" for k, f in enumerate(fields)}
        as_it_is = {f.name: variable(f"{sweep.element}.{f.name}", f.term.sort) for f in fields}
        terms = [sweep.set.get(f.name, as_it_is[f.name]) for f in fields]
        return _Sweep(
            self.system.bag_position[sweep.bag],
            self._read(sweep.drop, own, "w, b, r"),
            tuple(self._read(term, own, "w, b, r") for term in terms),
        )

    def _read_block(self, block: FirstMatch, places: Mapping[str, str], local: int) -> _Block:
        states = frozenset(s.payload for s in block.states if isinstance(s.payload, int))
        control = None if block.control is None else self.system.position[block.control.name]
        return _Block(control, states, lambda: tuple(self._read_row(block, row, places, local) for row in block.rows))

    def _read_row(self, block: FirstMatch, row: Row, places: Mapping[str, str], local: int) -> _Row:
        pick = None
        if row.pick:
            places = {**places, row.pick.variable.name: f"w[{local}]"}
            pick = (local, self._read(row.pick.among, places))
        updates = dict(row.set)
        if row.goto is not None and block.control is not None:
            updates[block.control] = row.goto
        initial = {v.name: v.initial for v in self.system.variables}
        return _Row(
            row.name,
            self._read(both(*row.when), places),
            pick,
            self._read_set(updates, places),
            None if row.send is None else self._read_send(row.send, places),
            tuple((self.system.position[v.name], initial[v.name]) for v in row.forget),
            row.more,
            row.refuses,
        )

    def _read_send(self, send: Emission, places: Mapping[str, str]) -> tuple[int, tuple[Meaning, ...]]:
        bag = self.system.bag(send.bag)
        return (
            self.system.bag_position[send.bag],
            tuple(self._read(send.fields[f.name], places) for f in bag.fields),
        )


@lru_cache(maxsize=4)
def reference_of(system: TransitionSystem) -> Reference:
    """The system's steps; reading its terms takes a while, so those of the last few systems are kept."""
    return Reference(system)


def _first_match(rule: _Rule, start: int, working: Working, bags: Bags) -> tuple[int, int, _Row] | None:
    """The first row that matches, in the first block from `start` that applies and has one."""
    for b in range(start, len(rule.blocks)):
        block = rule.blocks[b]
        if block.control is None or working[block.control] in block.states:
            for r, row in enumerate(block.rows):
                if row.when(working, bags):
                    return b, r, row
    return None


def _field_of(bag: Bag) -> Callable[[str], str]:
    """The text that picks a field out of one of the bag's records."""
    places = {f.name: f"[{k}]" for k, f in enumerate(bag.fields)}
    return places.__getitem__
