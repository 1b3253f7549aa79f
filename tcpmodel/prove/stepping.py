"""One step of a transition system as terms: what may be chosen, and what every variable and place holds after it.

What the reference reading does one state at a time (`systems.firing`), this says of all states at once.  A bag is as
many places as it has room; a record is put into the first free one, and the records of an ordered bag move up when its
head is taken, so the first place is the head.  A step chooses a rule, a place to take a record from, and numbers to
pick.  The blocks of a rule are gone through once, in order, with what holds by then as terms about the state before;
nothing is enumerated, neither runs of rows nor numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tcpmodel.language.operators import Op
from tcpmodel.language.sorts import BOOL, SEQ, Enum
from tcpmodel.language.terms import (
    FALSE,
    TRUE,
    Term,
    among,
    both,
    choose,
    constant,
    either,
    equal,
    implies,
    named,
    variable,
)
from tcpmodel.systems.domains import field_name, known, updates
from tcpmodel.systems.moments import Contents, Moment, Place, Values
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.systems.system import Bag, Rule, Sweep, TransitionSystem

MOST_PLACES = 16
PLACE = variable("place taken from", Enum("Place", tuple(map(str, range(MOST_PLACES)))))
"""From which place of its bag the rule takes its record."""

Places = tuple[Place, ...]


def picked(number: int) -> Term:
    """The first, second, ... number that a step picks."""
    return variable(f"picked[{number}]", SEQ)


def place_name(bag: str, place: int | str) -> str:
    """The name of a place of a bag; as a variable it is true where a record is there."""
    return f"{bag}[{place}]"


class Layout:
    """The variables and places of a system as terms, constant where `possible` leaves one value."""

    def __init__(self, system: TransitionSystem, possible: Mapping[str, Values]) -> None:
        self.system = system
        self.values = {v.name: known(possible, v.name, v.term.sort) for v in system.variables}
        self.within: dict[str, Values] = {v.name: possible.get(v.name) for v in system.variables}
        self.places: dict[str, Places] = {}
        self.taken: dict[str, Mapping[str, Term]] = {}
        for bag in system.bags:
            filled = all(possible.get(field_name(bag.name, f.name)) != frozenset() for f in bag.fields)
            self.places[bag.name] = tuple(
                Place(variable(place_name(bag.name, k), BOOL), self._record(bag, k, possible))
                for k in range(bag.capacity if filled else 0)
            )
            self.taken[bag.name] = self._record(bag, "taken", possible)

    def _record(self, bag: Bag, place: int | str, possible: Mapping[str, Values]) -> dict[str, Term]:
        fields = {}
        for f in bag.fields:
            values = possible.get(field_name(bag.name, f.name))
            name = f"{place_name(bag.name, place)}.{f.name}"
            fields[f.name] = known({name: values}, name, f.term.sort)
            self.within[name] = values
        return fields

    @property
    def now(self) -> Moment:
        """The state before the step."""
        bags = {name: Contents(places, ()) for name, places in self.places.items()}
        return Moment(self.system.bits, self.values, bags, within=self.within)

    def unknown(self) -> dict[str, Term]:
        """Everything that a state may hold otherwise than another: variables, presence, fields; by name."""
        terms = [*self.values.values()]
        for places in self.places.values():
            for place in places:
                terms += [place.present, *place.fields.values()]
        return {t.name: t for t in terms if t.op is Op.VARIABLE}


class Sent(NamedTuple):
    """A record that is sent where the condition holds."""

    condition: Term
    fields: Mapping[str, Term]


class _Sending(NamedTuple):
    """A record sent by a row of a block; with `more` a later block may send another."""

    block: int
    more: bool
    sent: Sent


@dataclass(frozen=True, eq=False)
class Run:
    """A rule's firing: whether some row fires, whether it may pick what is picked, whether it picks; what it changes.

    The records sent into a bag are given in order; at most one of those that share a place in it is sent.
    """

    fires: Term
    allowed: Term
    picks: Term
    values: Mapping[str, Term]
    places: Mapping[str, Places]
    sent: Mapping[str, tuple[Sent, ...]]


def run(layout: Layout, rule: Rule) -> Run:
    """The firing of the rule from any state."""
    return _Running(layout, rule).run()


@dataclass(eq=False)
class _Running:
    """A rule being gone through: what holds by now, and whether processing has not ended yet."""

    layout: Layout
    rule: Rule
    allowed: Term = TRUE
    picks: Term = FALSE
    fired: Term = FALSE
    sending: dict[str, list[list[_Sending]]] = field(default_factory=dict)
    places: dict[str, Places] = field(default_factory=dict)
    changed: dict[str, Term] = field(default_factory=dict)
    picked: int = 0

    def run(self) -> Run:
        self.now = self.layout.now
        fires = self.now.read(both(*self.rule.when))
        fires = both(fires, self._take())
        if fires is not FALSE:
            self._begin()
            self.running: Term = TRUE
            for b, block in enumerate(self.rule.blocks):
                self._block(b, block)
        sent = {bag: tuple(_merged(entry) for entry in entries) for bag, entries in self.sending.items()}
        return Run(both(fires, self.fired), self.allowed, self.picks, self.changed, self.places, sent)

    def _take(self) -> Term:
        """Know the record taken, and let its place be empty; whether a record is there."""
        take = self.rule.take
        if take is None:
            return TRUE
        bag, places = self.layout.system.bag(take.bag), self.layout.places[take.bag]
        self.now = self.now.knowing({f"{take.element}.{f}": t for f, t in self.layout.taken[take.bag].items()})
        if not take.keep:
            self._place(take.bag, without(bag, places))
        return is_taken(bag, places)

    def _place(self, bag: str, places: Places) -> None:
        self.places[bag] = places
        self._look_again(bag)

    def _look_again(self, bag: str) -> None:
        """Let the bag be read with what has been sent into it."""
        places = self.places.get(bag, self.layout.places[bag])
        for entry in self.sending.get(bag, ()):
            places, _ = inserted(places, _merged(entry))
        self.now = self.now.changed(bags={**self.now.bags, bag: Contents(places, ())})

    def _begin(self) -> None:
        """The rule's own changes, and its sweeps, which read the state before those."""
        before = self.now
        for target, term in self.rule.set.items():
            self.changed[target.name] = before.read(term)
        self.now = self.now.knowing(self.changed)
        swept = {sweep.bag: self._swept(sweep, before) for sweep in self.rule.sweeps}
        for bag, places in swept.items():
            self._place(bag, places)

    def _swept(self, sweep: Sweep, before: Moment) -> Places:
        places = []
        for place in before.bags[sweep.bag].places:
            here = before.knowing({f"{sweep.element}.{f}": t for f, t in place.fields.items()})
            fields = {f: here.read(sweep.set[f]) if f in sweep.set else t for f, t in place.fields.items()}
            places.append(Place(both(place.present, ~here.read(sweep.drop)), fields))
        return compact(tuple(places)) if self.layout.system.bag(sweep.bag).ordered else tuple(places)

    def _block(self, b: int, block: FirstMatch) -> None:
        """The first row that matches, where processing comes here and the block applies."""
        here, open_ = self.now, both(self.running, self._applies(block))
        changes: dict[str, list[tuple[Term, Term]]] = {}
        sends: list[tuple[str, _Sending]] = []
        picks = False
        for r, row in enumerate(block.rows):
            when = here.read(both(*row.when)) if open_ is not FALSE else FALSE
            fires = self._called(both(open_, when), b, r, "fires")
            open_ = self._called(both(open_, ~when), b, r, "is passed over")
            if fires is FALSE:
                continue
            if row.refuses or not row.more:
                self.running = self._called(both(self.running, ~fires), b, r, "does not end it")
            if not row.refuses:
                picks |= row.pick is not None
                new, sent = self._row(b, block, row, fires, here)
                sends += sent
                for name, term in new.items():
                    changes.setdefault(name, []).append((fires, term))
        self._apply(changes, sends)
        self.picked += picks

    def _applies(self, block: FirstMatch) -> Term:
        if block.control is None:
            return TRUE
        return has(self.now.read(block.control), block.states, self.layout.within)

    def _called(self, condition: Term, b: int, r: int, what: str) -> Term:
        """The condition as one term that others do not swallow: conjunctions of conjunctions grow."""
        if condition.op not in (Op.AND, Op.OR):
            return condition
        return named(f"{self.rule.name}: row {r + 1} of block {b + 1} {what}", condition)

    def _row(
        self, b: int, block: FirstMatch, row: Row, fires: Term, here: Moment
    ) -> tuple[dict[str, Term], list[tuple[str, _Sending]]]:
        """What the row changes, and what it sends into which bag, where it fires."""
        self.fired = either(self.fired, fires)
        if row.pick:
            here = here.knowing({row.pick.variable.name: picked(self.picked)})
            self.allowed = both(self.allowed, implies(fires, here.read(row.pick.among)))
            self.picks = either(self.picks, fires)
        new = {target.name: here.read(term) for target, term in updates(block, row).items()}
        sends = []
        if row.send:
            after = here.knowing(new)
            fields = {f: after.read(term) for f, term in row.send.fields.items()}
            sends.append((row.send.bag, _Sending(b, row.more, Sent(fires, fields))))
        return {**new, **{v.name: constant(self._initial(v.name), v.sort) for v in row.forget}}, sends

    def _initial(self, name: str) -> int:
        system = self.layout.system
        return system.variables[system.position[name]].initial

    def _apply(self, changes: Mapping[str, list[tuple[Term, Term]]], sends: list[tuple[str, _Sending]]) -> None:
        for name, cases in changes.items():
            self.changed[name] = chosen(cases, self.now.values[name])
        self.now = self.now.knowing({name: self.changed[name] for name in changes})
        for bag, sending in sends:
            _queue(self.sending.setdefault(bag, []), sending)
        for bag in dict.fromkeys(bag for bag, _ in sends):
            self._look_again(bag)


def _queue(entries: list[list[_Sending]], sending: _Sending) -> None:
    """Put it beside what is never sent with it: by the same block, or by a row that ended the processing."""
    k = len(entries)
    while k and all(s.block == sending.block or not s.more for s in entries[k - 1]):
        k -= 1
    if k == len(entries):
        entries.append([])
    entries[k].append(sending)


def _merged(entry: Iterable[_Sending]) -> Sent:
    return merged([s.sent for s in entry])


def merged(sent: list[Sent]) -> Sent:
    """The one of these records that is sent, if one is: never two of them are."""
    fields = {f: chosen([(s.condition, s.fields[f]) for s in sent[:-1]], t) for f, t in sent[-1].fields.items()}
    condition = either(*(s.condition for s in sent))
    return Sent(named("is sent", condition) if condition.op is Op.OR else condition, fields)


def chosen(cases: Iterable[tuple[Term, Term]], default: Term) -> Term:
    """The term whose condition holds, or the default; no two conditions hold at once."""
    by_term: dict[Term, list[Term]] = {}
    for condition, term in cases:
        by_term.setdefault(term, []).append(condition)
    result = default
    for term, conditions in by_term.items():
        result = choose(either(*conditions), term, result)
    return result


def has(term: Term, values: tuple[Term, ...], within: Mapping[str, Values]) -> Term:
    """Whether the term has one of the values, read off the branches of a choice."""
    if term.op is Op.CHOOSE:
        yes, no = has(term.args[1], values, within), has(term.args[2], values, within)
        return yes if yes is no else either(both(term.args[0], yes), both(~term.args[0], no))
    if term.op is Op.VALUE:
        return TRUE if term in values else FALSE
    possible = within.get(term.name) if term.op is Op.VARIABLE else None
    if possible is not None and possible <= {v.payload for v in values}:
        return TRUE
    return among(term, tuple(v for v in values if possible is None or v.payload in possible))


# Places.


def is_taken(bag: Bag, places: Places) -> Term:
    """Whether a record is at the place taken from; of an ordered bag that is the first."""
    if bag.ordered:
        return both(equal(PLACE, _at(0)), places[0].present) if places else FALSE
    return either(*(both(equal(PLACE, _at(k)), place.present) for k, place in enumerate(places)))


def _at(place: int) -> Term:
    return constant(place, PLACE.sort)


def taken_is(places: Places, taken: Mapping[str, Term]) -> Term:
    """That the record taken is the one at the place taken from."""
    if not places:
        return TRUE
    first, *others = places
    at_others = [(equal(PLACE, _at(k)), place.fields) for k, place in enumerate(others, 1)]
    return both(
        *(
            equal(t, chosen([(here, fields[f]) for here, fields in at_others], first.fields[f]))
            for f, t in taken.items()
            if t.op is Op.VARIABLE
        )
    )


def at_place(places: Places, place: int, taken: Mapping[str, Term]) -> dict[Term, Term]:
    """What to put for the choice of a record, if it is the one at this place."""
    fields = {t: places[place].fields[f] for f, t in taken.items() if t.op is Op.VARIABLE}
    return {PLACE: _at(place), **fields}


def without(bag: Bag, places: Places) -> Places:
    """The places after the record has been taken; those behind the head of an ordered bag move up."""
    if not bag.ordered:
        return tuple(Place(both(p.present, ~equal(PLACE, _at(k))), p.fields) for k, p in enumerate(places))
    return (*places[1:], Place(FALSE, places[-1].fields)) if places else ()


def inserted(places: Places, sent: Sent) -> tuple[Places, Term]:
    """The places after the record has gone into the first free one, and whether there was none."""
    after, still = [], sent.condition
    for place in places:
        put = both(still, ~place.present)
        fields = {f: choose(put, sent.fields[f], t) for f, t in place.fields.items()}
        after.append(Place(either(place.present, put), fields))
        still = both(still, place.present)
    return tuple(after), still


def compact(places: Places) -> Places:
    """The same records with no free place before one."""
    after: Places = tuple(Place(FALSE, place.fields) for place in places)
    for place in places:
        after, _ = inserted(after, Sent(place.present, place.fields))
    return after
