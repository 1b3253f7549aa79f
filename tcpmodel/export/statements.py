"""Statements of a step in Promela, inside a d_step, which runs them all as one.

Statements come one after the other where a row's updates happen all at once, so they are put in an
order in which nothing is overwritten before it is read, or an old value is kept aside.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, pairwise

from tcpmodel.export.layout import VectorLayout
from tcpmodel.export.options import Option, Options
from tcpmodel.export.reading import text, word
from tcpmodel.language.operators import Op
from tcpmodel.language.terms import FALSE, TRUE, Term, among, both, constant, equal, negation, variables
from tcpmodel.systems.domains import known_fields, matching, updates
from tcpmodel.systems.moments import Moment
from tcpmodel.systems.paths import swept
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.systems.system import Bag, Rule

Lines = list[str]
Updates = Sequence[tuple[str, Term]]


class Statements:
    """Writes the bodies of options."""

    def __init__(self, options: Options, layout: VectorLayout) -> None:
        self.options = options
        self.layout = layout
        self.system = options.system
        self._labels = count(1)
        rules = options.system.rules
        self._alive = {rules[n].blocks[b].rows[r] for n, b, r in options.domains.live}
        self.scratch: dict[str, None] = {}
        self.filled: dict[str, None] = {}
        self.ordered: dict[str, None] = {}

    def text(self, term: Term) -> str:
        """The term as Promela."""
        return text(term, bits=self.system.bits, places=self.layout.places)

    def body(self, option: Option) -> Iterator[str]:
        """The statements of an option."""
        rule = option.rule
        now = self._taken(rule)
        lines = [*self._begins(rule, now), *self._rows(option, now)]
        if rule.take and option.place is not None:
            bag = self.system.bag(rule.take.bag)
            if any("taken" in line for line in lines):
                yield f"{self._aside('taken')} = {self.layout.slots(bag)[option.place]};"
            if not rule.take.keep:
                yield from _closing_up(self.layout.slots(bag), option.place)
        yield from lines

    def _rows(self, option: Option, now: Moment) -> Lines:
        if option.rows is None:
            return self._blocks(option, now)
        lines: Lines = []
        for b, r, picked in option.rows:
            block = option.rule.blocks[b]
            row = block.rows[r]
            here = now if row.pick is None or picked is None else now.knowing({row.pick.variable.name: picked})
            lines += [comment(row.name), *self._effects(block, row, here)]
        return lines

    def _taken(self, rule: Rule) -> Moment:
        """The moment of the statements at hand: every place holds what it holds."""
        now = self.options.now()
        if rule.take is None:
            return now
        fields = known_fields(self.options.domains.values, self.system.bag(rule.take.bag), f"{rule.take.bag}[taken]")
        return now.knowing({f"{rule.take.element}.{f}": t for f, t in fields.items()})

    # The rule's own changes and sweeps, all at once.

    def _begins(self, rule: Rule, now: Moment) -> Iterator[str]:
        after: Lines = []
        for number, sweep in enumerate(rule.sweeps):
            bag = self.system.bag(sweep.bag)
            if bag not in self.layout.bags:
                continue
            places = [swept(sweep, p, now) for p in now.bags[bag.name].places]
            slots = self.layout.slots(bag)
            empties = all(p.present is FALSE for p in places)
            for k, (place, slot) in enumerate(zip(places, slots, strict=True)):
                if not empties:
                    packed = self.layout.packed(bag.name, place.fields, self.layout.places)
                    yield f"{self._aside(f'swept_{number}_{k}')} = ({self.text(place.present)} -> ({packed}) : 0);"
                after.append(f"{slot} = 0;" if empties else f"{slot} = swept_{number}_{k};")
            if not empties and bag.capacity > 1:
                self.ordered.setdefault(bag.name)
                self._aside("sent")
                after.append(f"{order(bag)}();")
        yield from self._at_once([(t.name, now.read(term)) for t, term in rule.set.items()])
        yield from after

    # Rows.

    def _blocks(self, option: Option, now: Moment) -> Lines:
        """The blocks in order; a row that ends the processing goes to the end."""
        blocks = [b for b in option.rule.blocks if self._may_apply(b, now)]
        rows = [(b, row) for b in blocks for row in self._live(b, now) if row.pick is None and not row.refuses]
        if len(rows) == 1:  # the guard has seen to it that this row fires
            return [comment(rows[0][1].name), *self._effects(*rows[0], now)]
        end = f"done_{next(self._labels)}"
        lines: Lines = []
        for block in blocks:
            inside = self._matching(block, now, end, last=block is blocks[-1])
            where = self._applies(block)
            if where is TRUE or not inside:
                lines += inside
            else:
                lines += ["if", f":: {self.text(where)} ->", *_indented(inside), ":: else", "fi;"]
        if any(f"goto {end};" in line for line in lines):
            lines.append(f"{end}:")
        return lines

    def _may_apply(self, block: FirstMatch, now: Moment) -> bool:
        return self._applies(block) is not FALSE and bool(self._live(block, now))

    def _live(self, block: FirstMatch, now: Moment) -> list[Row]:
        """The rows that may fire."""
        return [row for _, row in matching(block, now) if row in self._alive]

    def _applies(self, block: FirstMatch) -> Term:
        """The test of the control variable, written the shorter way round."""
        if block.control is None:
            return TRUE
        return self.states_are(block.control, block.states)

    def states_are(self, control: Term, states: tuple[Term, ...]) -> Term:
        """The control variable has one of the values, among those that it can have."""
        possible = self.options.domains.values[control.name]
        if possible is None:
            return among(control, states)
        here = [s for s in states if s.payload in possible]
        others = [constant(v, control.sort) for v in sorted(possible) if constant(v, control.sort) not in here]
        if len(others) < len(here):
            return both(*(negation(equal(control, other)) for other in others))
        return among(control, tuple(here))

    def _matching(self, block: FirstMatch, now: Moment, end: str, *, last: bool) -> Lines:
        """The rows of a block, of which the first that matches fires; those that pick have their own options."""
        rows = [(row, now.read(both(*row.when))) for row in self._live(block, now) if row.refuses or row.pick is None]
        branches: list[tuple[str, Lines]] = []
        for row, when in rows:
            lines = [] if row.refuses else list(self._effects(block, row, now))
            lines += [] if last or row.goes_on else [f"goto {end};"]
            branches.append(("else" if when is TRUE else self.text(when), [comment(row.name), *lines]))
        if len(branches) == 1 and branches[0][0] == "else":
            return branches[0][1]
        return _choice(branches) if branches else []

    def _effects(self, block: FirstMatch, row: Row, now: Moment) -> Iterator[str]:
        """A row's updates, all at once; then what it sends; then what it forgets."""
        forgotten = set(row.forget)
        new = {t: term for t, term in updates(block, row).items() if row.send or t not in forgotten}
        yield from self._at_once([(t.name, now.read(term)) for t, term in new.items()])
        if row.send:
            bag = self.system.bag(row.send.bag)
            fields = {f: now.read(term) for f, term in row.send.fields.items()}
            self.filled.setdefault(bag.name)
            yield f"{self._aside('sent')} = {self.layout.packed(bag.name, fields, self.layout.places)};"
            yield f"{put(bag)}();"
        initial = {v.name: v.initial for v in self.system.variables}
        yield from self._at_once([(v.name, constant(initial[v.name], v.sort)) for v in row.forget])

    def _at_once(self, wanted: Updates) -> Iterator[str]:
        """Assignments in an order in which each reads what was there before all of them."""
        left = {n: t for n, t in wanted if n in self.layout.places and not (t.op is Op.VARIABLE and t.name == n)}
        places = dict(self.layout.places)
        asides = (f"kept_{n}" for n in count())
        while left:
            free = [n for n in left if not any(n in _names(t) for other, t in left.items() if other != n)]
            name = free[0] if free else next(iter(left))
            if not free:
                places[name] = self._aside(next(asides))
                yield f"{places[name]} = {self.layout.places[name]};"
            term = left.pop(name)
            yield f"{self.layout.places[name]} = {text(term, bits=self.system.bits, places=places)};"

    def _aside(self, name: str) -> str:
        """The name of a scratch number, to be declared."""
        self.scratch.setdefault(name)
        return name


def _names(term: Term) -> frozenset[str]:
    return frozenset(v.name for v in variables(term))


def comment(name: str) -> str:
    """A name as a comment."""
    return f"/* {name.replace('*/', '* /')} */"


def _choice(branches: list[tuple[str, Lines]]) -> Lines:
    """An `if` of which the first true branch is run: in a d_step SPIN looks no further."""
    lines = ["if"]
    for guard, inside in branches:
        lines += [f":: {guard} ->", *_indented(inside)]
        lines += ["   skip"] if all(line.startswith("/*") for line in inside) else []
    return [*lines, *([] if branches[-1][0] == "else" else [":: else"]), "fi;"]


def _indented(lines: Lines) -> Lines:
    return [f"   {line}" for line in lines]


# Bags.


def put(bag: Bag) -> str:
    """The name of the inline by which `sent` comes into the bag."""
    return f"put_into_{word(bag.name)}"


def order(bag: Bag) -> str:
    """The name of the inline by which the bag is put in order after a sweep."""
    return f"order_{word(bag.name)}"


def _closing_up(slots: list[str], taken: int) -> Iterator[str]:
    """The record at a place leaves, and those behind it move up."""
    for this, following in pairwise([*slots[taken:], "0"]):
        yield f"{this} = {following};"


def inlines(statements: Statements) -> Iterator[str]:
    """Promela inlines that put a record into a bag (or lose it where the bag is full), and that put a bag in order."""
    for bag in statements.layout.bags:
        slots = statements.layout.slots(bag)
        if bag.name in statements.filled:
            ways = _queued(slots) if bag.ordered else _sorted_in(slots)
            yield from ("", f"inline {put(bag)}() {{", "   if", *ways, "   fi", "}")
        if bag.name in statements.ordered:
            yield from ("", f"inline {order(bag)}() {{", *_in_order(slots, queue=bag.ordered), "}")


def _in_order(slots: list[str], *, queue: bool) -> Iterator[str]:
    """Empty places move behind the records, and the records of a bag that is no queue are sorted."""
    for last in range(len(slots) - 1, 0, -1):
        for this, that in pairwise(slots[: last + 1]):
            if queue:
                yield f"   if :: {this} == 0 -> {this} = {that}; {that} = 0 :: else fi;"
            else:
                yield f"   if :: {this} < {that} -> sent = {this}; {this} = {that}; {that} = sent :: else fi;"
    yield "   skip"


def _queued(slots: list[str]) -> Iterator[str]:
    yield from (f"   :: {slot} == 0 -> {slot} = sent" for slot in slots)
    yield "   :: else /* full: lost */"


def _sorted_in(slots: list[str]) -> Iterator[str]:
    yield f"   :: {slots[-1]} != 0 /* full: lost */"
    for k, slot in enumerate(slots):
        moves = [f"{b} = {a}" for a, b in reversed(list(pairwise(slots[k:])))]
        guard = f"sent > {slot}" if k < len(slots) - 1 else "else"
        yield f"   :: {guard} -> {'; '.join([*moves, f'{slot} = sent'])}"
