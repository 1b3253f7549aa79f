"""The step relation of a transition system: all its rules as one step from a state to the next, as terms.

One rule fires at a time, so what a variable holds after the step is a choice by rule.  What keeps one value
(`systems.domains`) is that value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from tcpmodel.language.operators import Op
from tcpmodel.language.sorts import COUNT, Enum
from tcpmodel.language.terms import (
    FALSE,
    TRUE,
    Term,
    both,
    choose,
    constant,
    either,
    equal,
    substitute,
    up,
    variable,
)
from tcpmodel.systems.domains import domains
from tcpmodel.systems.moments import Contents, Moment, Place
from tcpmodel.systems.stepping import (
    Places,
    Run,
    Sent,
    StepLayout,
    at_place,
    chosen,
    inserted,
    looked_up,
    merged,
    run,
)
from tcpmodel.systems.system import Bag, TransitionSystem


class After(NamedTuple):
    """Symbolic state after a step, and the condition that a full bag does not let it happen."""

    values: Mapping[str, Term]
    places: Mapping[str, Places]
    blocked: Term


class Relation:
    """The steps of a system; `after` is what holds after the rule called `rule` has fired."""

    def __init__(self, system: TransitionSystem) -> None:
        self.system = system
        self.rule = variable("rule that fires", Enum("Rule", tuple(rule.name for rule in system.rules)))
        self.layout = StepLayout(system, domains(system).values)
        ran = {k: run(self.layout, rule) for k, rule in enumerate(system.rules)}
        self.runs = {k: one for k, one in ran.items() if one.fires is not FALSE}
        self.after = after(self.layout, [(self.fires(k), one) for k, one in self.runs.items()])
        self.happens = both(
            either(*(both(self.fires(k), one.fires, one.allowed) for k, one in self.runs.items())),
            *(equal(t, term) for bag in self._taken_from() for t, term in self.looked_up(bag).items()),
            ~self.after.blocked,
        )

    def looked_up(self, bag: str) -> dict[Term, Term]:
        """The fields of the record taken from the bag, as those of the record at the place taken from."""
        return looked_up(self.layout.places[bag], self.layout.taken[bag])

    def _taken_from(self) -> list[str]:
        return list(dict.fromkeys(r.take.bag for r in map(self.system.rules.__getitem__, self.runs) if r.take))

    def fires(self, place: int) -> Term:
        """Whether it is this rule that fires."""
        return equal(self.rule, constant(place, self.rule.sort))

    def initial(self) -> dict[str, Term]:
        """Initial value of every unknown of a state, by name; empty places may hold anything."""
        start, layout = self.system.initial, self.layout
        found = list(zip(layout.values.values(), start.values, strict=True))
        for bag, records in zip(self.system.bags, start.bags, strict=True):
            for k, place in enumerate(layout.places[bag.name]):
                found.append((place.present, k < len(records)))
                found += zip(place.fields.values(), records[k], strict=True) if k < len(records) else ()
        return {term.name: constant(value, term.sort) for term, value in found if term.op is Op.VARIABLE}

    def next(self) -> dict[str, Term]:
        """Value of every unknown of a state after the step, by name."""
        unknown = self.layout.unknown()
        found = {name: term for name, term in self.after.values.items() if name in unknown}
        for bag, places in self.after.places.items():
            for place, later in zip(self.layout.places[bag], places, strict=True):
                found[place.present.name] = later.present
                found |= {t.name: later.fields[f] for f, t in place.fields.items() if t.op is Op.VARIABLE}
        return found

    def moves(self, place: int, *, taking: Term = TRUE) -> Term:
        """Whether the rule's firing, on some record that satisfies `taking`, would change something.

        A firing that a bound cuts would have; one that picks a number is taken to be one.
        """
        if place not in self.runs:
            return FALSE
        rule, one = self.system.rules[place], self.runs[place]
        moved = both(one.fires, either(one.picks, self._changes(one)))
        if rule.take is None:
            return moved
        bag = rule.take.bag
        moved = both(moved, self.read_taken(place, taking))
        places = self.layout.places[bag]
        heads = range(min(len(places), 1) if self.system.bag(bag).ordered else len(places))
        return either(*(substitute(moved, at_place(places, k, self.layout.taken[bag])) for k in heads))

    def read_taken(self, place: int, condition: Term) -> Term:
        """A condition on the record that the rule takes."""
        take = self.system.rules[place].take
        record = {} if take is None else {f"{take.element}.{f}": t for f, t in self.layout.taken[take.bag].items()}
        return self.layout.now.knowing(record).read(condition)

    def _changes(self, one: Run) -> Term:
        later = after(self.layout, [(TRUE, one)])
        bags = {name: Contents(places, ()) for name, places in later.places.items()}
        then = Moment(self.system.bits, later.values, bags)
        cut = either(*(~then.read(limit.holds) for limit in self.system.limits))
        other = [~equal(self.layout.values[name], later.values[name]) for name in one.values]
        other += [
            ~same_records(self.system.bag(bag), self.layout.places[bag], later.places[bag])
            for bag in dict.fromkeys((*one.places, *one.sent))
        ]
        return either(later.blocked, cut, *other)


def after(layout: StepLayout, runs: list[tuple[Term, Run]]) -> After:
    """Symbolic state after the one of these runs whose condition is true."""
    values = {
        name: chosen([(fires, one.values[name]) for fires, one in runs if name in one.values], term)
        for name, term in layout.values.items()
    }
    bags, blocked = {}, FALSE
    for bag in layout.system.bags:
        moved = [(fires, one.places[bag.name]) for fires, one in runs if bag.name in one.places]
        places = _merged_places(layout.places[bag.name], moved)
        for sent in _merged_sent([(fires, one.sent[bag.name]) for fires, one in runs if bag.name in one.sent]):
            places, lost = inserted(places, sent)
            blocked = either(blocked, lost) if bag.when_full == "block" else blocked
        bags[bag.name] = places
    return After(values, bags, blocked)


def _merged_places(places: Places, cases: list[tuple[Term, Places]]) -> Places:
    return tuple(
        Place(
            chosen([(c, other[k].present) for c, other in cases], place.present),
            {f: chosen([(c, other[k].fields[f]) for c, other in cases], t) for f, t in place.fields.items()},
        )
        for k, place in enumerate(places)
    )


def _merged_sent(cases: list[tuple[Term, tuple[Sent, ...]]]) -> Iterator[Sent]:
    """The first records sent as one, the second ones as one, and so on."""
    for k in range(max((len(sent) for _, sent in cases), default=0)):
        yield merged([Sent(both(c, sent[k].condition), sent[k].fields) for c, sent in cases if k < len(sent)])


def same_records(bag: Bag, before: Places, later: Places) -> Term:
    """Whether both hold the same records, in the same order where that matters."""
    if bag.ordered:
        return both(
            *(equal(p.present, q.present) & (~p.present | _alike(p, q)) for p, q in zip(before, later, strict=True))
        )
    as_many = [~place.present | equal(_number_like(place, before), _number_like(place, later)) for place in before]
    return both(equal(_number(p.present for p in before), _number(p.present for p in later)), *as_many)


def _alike(one: Place, other: Place) -> Term:
    return both(*(equal(t, other.fields[f]) for f, t in one.fields.items()))


def _number_like(place: Place, places: Places) -> Term:
    return _number(both(other.present, _alike(place, other)) for other in places)


def _number(conditions: Iterable[Term]) -> Term:
    count = constant(0, COUNT)
    for condition in conditions:
        count = choose(condition, up(count), count)
    return count
