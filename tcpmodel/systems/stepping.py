"""One step of a transition system as terms: what may be chosen, and what every variable and place holds after it.

What the reference reading does one state at a time (`systems.firing`), this says of all states at once.  A bag is as
many places as it has room; a record is put into the first free one, and the records of an ordered bag move up when its
head is taken, so the first place is the head.  A step chooses a rule, a place to take a record from, and numbers to
pick.  What a rule does is a choice among the ways through it (`systems.paths`); numbers are not enumerated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tcpmodel.language.operators import Op
from tcpmodel.language.sorts import SEQ, Enum
from tcpmodel.language.terms import (
    FALSE,
    TRUE,
    Term,
    both,
    choose,
    constant,
    either,
    equal,
    implies,
    named,
    variable,
)
from tcpmodel.systems.domains import before_step, field_name, known_fields
from tcpmodel.systems.moments import Moment, Place, Values
from tcpmodel.systems.paths import Way, swept, ways
from tcpmodel.systems.system import Bag, Rule, TransitionSystem

MOST_PLACES = 16
PLACE = variable("place taken from", Enum("Place", tuple(map(str, range(MOST_PLACES)))))
"""From which place of its bag the rule takes its record."""

Places = tuple[Place, ...]


def picked(number: int) -> Term:
    """The first, second, ... number that a step picks."""
    return variable(f"picked.{number}", SEQ)


class StepLayout:
    """The variables and places of a system as terms, constant where `possible` leaves one value."""

    def __init__(self, system: TransitionSystem, possible: Mapping[str, Values]) -> None:
        self.system = system
        before = before_step(system, possible)
        self.values = before.values
        self.places = {name: contents.places for name, contents in before.bags.items()}
        self.taken = {bag.name: known_fields(possible, bag, f"{bag.name}[taken]") for bag in system.bags}
        self.within = {v.name: possible[v.name] for v in system.variables}
        for bag, places in self.places.items():
            fields = [*self.taken[bag].items(), *(item for place in places for item in place.fields.items())]
            self.within |= {t.name: possible[field_name(bag, f)] for f, t in fields if t.op is Op.VARIABLE}
        self.now = before.changed(within=self.within)
        for bag, places in self.places.items():  # which need not be the first ones
            self.now = self.now.swept(bag, places)

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


def run(layout: StepLayout, rule: Rule) -> Run:
    """The firing of the rule from any state."""
    here, taken, places = _taken(layout, rule)
    for sweep in rule.sweeps:
        there = places.get(sweep.bag, layout.places[sweep.bag])
        kept = tuple(swept(sweep, place, taken) for place in there)
        places[sweep.bag] = compact(kept) if layout.system.bag(sweep.bag).ordered else kept
    cases = [(_called(way), way) for way in ways(layout.system, rule, layout.now, taken)] if here is not FALSE else []
    values = {target.name: layout.values[target.name] for _, way in cases for target in way.set}
    return Run(
        both(here, either(*(fires for fires, _ in cases))),
        both(*(implies(fires, among) for fires, way in cases for _, among in way.picks)),
        either(*(fires for fires, way in cases if way.picks)),
        {name: chosen([(fires, way.end.values[name]) for fires, way in cases], term) for name, term in values.items()},
        places,
        {bag.name: tuple(_sent(bag.name, cases)) for bag in layout.system.bags},
    )


def _called(way: Way) -> Term:
    """Condition that the way can be taken, as one term that others do not swallow: nested conjunctions grow."""
    condition = both(*way.guards)
    return named(f"{way.rule.name}: {way.name}", condition) if condition.op in (Op.AND, Op.OR) else condition


def _taken(layout: StepLayout, rule: Rule) -> tuple[Term, Moment, dict[str, Places]]:
    """Whether there is a record to take, the moment once it is taken, and the places of its bag if it left one."""
    now, take = layout.now, rule.take
    if take is None:
        return TRUE, now, {}
    bag, places = layout.system.bag(take.bag), layout.places[take.bag]
    taken = now.knowing({f"{take.element}.{f}": t for f, t in layout.taken[take.bag].items()})
    left = {} if take.keep else {take.bag: without(bag, places)}
    for name, after in left.items():
        taken = taken.swept(name, after)
    return is_taken(bag, places), taken, left


def _sent(bag: str, cases: Sequence[tuple[Term, Way]]) -> Iterator[Sent]:
    """The first records sent into the bag as one, the second ones as one, and so on."""
    sends = [(fires, [send for send in way.sends if send.bag == bag]) for fires, way in cases]
    for k in range(max((len(sent) for _, sent in sends), default=0)):
        yield merged([Sent(fires, sent[k].fields) for fires, sent in sends if k < len(sent)])


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


# Places.


def is_taken(bag: Bag, places: Places) -> Term:
    """Whether a record is at the place taken from; of an ordered bag that is the first."""
    if bag.ordered:
        return both(equal(PLACE, _at(0)), places[0].present) if places else FALSE
    return either(*(both(equal(PLACE, _at(k)), place.present) for k, place in enumerate(places)))


def _at(place: int) -> Term:
    return constant(place, PLACE.sort)


def looked_up(places: Places, taken: Mapping[str, Term]) -> dict[Term, Term]:
    """The fields of the record taken, as those of the record at the place taken from."""
    if not places:
        return {}
    first, *others = places
    at_others = [(equal(PLACE, _at(k)), place.fields) for k, place in enumerate(others, 1)]
    return {
        t: chosen([(here, fields[f]) for here, fields in at_others], first.fields[f])
        for f, t in taken.items()
        if t.op is Op.VARIABLE
    }


def at_place(places: Places, place: int, taken: Mapping[str, Term]) -> dict[Term, Term]:
    """Substitution for the choice of a record, if it is the one at this place."""
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
