"""Unrolling of the transition relation: a run as terms over states 0, 1, 2, ... and the steps between them.

`x@3` is the variable x in state 3, `A_to_B[0]@3` whether a record is at the first place of that bag, `A_to_B[0].seq@3`
that record's field; `rule that fires@3` says which rule fires in state 3.  A variable that has one value wherever the
system can get is that value and no variable at all.  Every step that `systems.firing` lets lead to a state is a step
here and the other way round; a bag is the records at its places, in any order unless it is ordered.

    Unrolling(system)
    .initial()          state 0 is where the system starts
    .possible(i)        state i holds only values that the variables can have at all (for a state out of the blue)
    .step(i)            a rule fires and leads from state i to state i + 1, within the limits
    .at(i, term)        a predicate of the system, in state i
    .moves(i)           some rule's firing would change something in state i, be it cut by a bound or not
    .trace(values, n)   the run of n steps that a solver's values are, replayed
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import pairwise

from tcpmodel.errors import DefinitionError
from tcpmodel.language.operators import Op
from tcpmodel.language.sorts import BOOL, COUNT, Enum
from tcpmodel.language.terms import Term, among, both, constant, either, equal, rebuild, variable
from tcpmodel.prove.smtlib import COUNT_BITS
from tcpmodel.systems.firing import Step, reference_of
from tcpmodel.systems.moments import Place
from tcpmodel.systems.relation import Relation
from tcpmodel.systems.stepping import MOST_PLACES, Places, picked
from tcpmodel.systems.system import Record, State, TransitionSystem
from tcpmodel.systems.trace import ReplayError, Trace, replay


class Unrolling:
    """The steps of a system, one after the other, as terms over numbered states."""

    def __init__(self, system: TransitionSystem) -> None:
        _check_sizes(system)
        self.system = system
        self.relation = Relation(system)
        self._done: dict[int, dict[Term, Term]] = {}

    # Terms over numbered states.

    def numbered(self, i: int, term: Term) -> Term:
        """A term over the names of `relation`, of state i and of the step from it."""
        done = self._done.setdefault(i, {})
        for t in _missing(term, done):
            if t.op is Op.VARIABLE:
                done[t] = variable(f"{t.name}@{i}", t.sort)
            else:
                done[t] = rebuild(t, tuple(done[a] for a in t.args))
        return done[term]

    def at(self, i: int, term: Term) -> Term:
        """A predicate of the system, in state i."""
        return self.numbered(i, self.relation.layout.now.read(term))

    def places(self, i: int, bag: str) -> Places:
        """The places of a bag in state i."""
        return tuple(
            Place(self.numbered(i, p.present), {f: self.numbered(i, t) for f, t in p.fields.items()})
            for p in self.relation.layout.places[bag]
        )

    def initial(self) -> Term:
        """State 0 is where the system starts."""
        unknown = self.relation.layout.unknown()
        return self.numbered(0, both(*(equal(unknown[name], term) for name, term in self.relation.initial().items())))

    def possible(self, i: int) -> Term:
        """State i holds only values that the variables can have at all, and an ordered bag no gap."""
        layout, facts = self.relation.layout, []
        for name, term in layout.unknown().items():
            values = layout.within.get(name)
            if values is None and isinstance(term.sort, Enum):
                values = frozenset(range(len(term.sort.values)))
            if values is not None and term.sort != BOOL:
                facts.append(among(term, tuple(constant(v, term.sort) for v in sorted(values))))
        for bag in self.system.bags:
            if bag.ordered:
                places = layout.places[bag.name]
                facts += [either(p.present, ~q.present) for p, q in pairwise(places)]
        facts += [layout.now.read(limit.holds) for limit in self.system.limits]
        return self.numbered(i, both(*facts))

    def step(self, i: int) -> Term:
        """A rule fires and leads from state i to state i + 1, within the limits."""
        unknown = self.relation.layout.unknown()
        leads = [
            equal(self.numbered(i + 1, unknown[name]), self.numbered(i, term)) for name, term in self._next.items()
        ]
        limits = [self.at(i + 1, limit.holds) for limit in self.system.limits]
        return both(self.numbered(i, self.relation.happens), *leads, *limits)

    @cached_property
    def _next(self) -> Mapping[str, Term]:
        return self.relation.next()

    def moves(self, i: int) -> Term:
        """Some rule's firing would change something in state i, be it cut by a bound or not."""
        return self.numbered(i, self._moves)

    @cached_property
    def _moves(self) -> Term:
        return either(*(self.relation.moves(place) for place in self.relation.runs))

    # Back from a solver's values to a run.

    def state(self, values: Mapping[str, int], i: int) -> State:
        """State i, from a solver's values; what they leave open is zero."""

        def value(term: Term) -> int:
            return int(term.payload) if term.op is Op.VALUE else values.get(f"{term.name}@{i}", 0)  # type: ignore[arg-type]

        layout = self.relation.layout
        bags = []
        for bag in self.system.bags:
            places = [p for p in layout.places[bag.name] if value(p.present)]
            records: list[Record] = [tuple(value(t) for t in place.fields.values()) for place in places]
            bags.append(tuple(records if bag.ordered else sorted(records)))
        return State(tuple(value(t) for t in layout.values.values()), tuple(bags))

    def trace(self, values: Mapping[str, int], length: int, *, loop: int | None = None) -> Trace:
        """The run of this many steps that a solver's values are, replayed."""
        states = tuple(self.state(values, i) for i in range(length + 1))
        steps = tuple(self._fired(values, i, states[i], states[i + 1]) for i in range(length))
        return replay(Trace(self.system, states, steps, loop))

    def _fired(self, values: Mapping[str, int], i: int, before: State, after: State) -> Step:
        """The firing of the chosen rule, with the numbers picked, that leads from the one state to the other."""
        rule = values.get(f"{self.relation.rule.name}@{i}", 0)
        numbers = tuple(values.get(f"{picked(k).name}@{i}", 0) for k in range(len(self.system.rules[rule].blocks)))
        for outcome in reference_of(self.system).steps(before, picks=numbers):
            if outcome.step.rule == rule and outcome.state == after:
                return outcome.step
        raise ReplayError(f"the rule {self.system.rules[rule].name!r} does not lead from state {i} to state {i + 1}")


def _check_sizes(system: TransitionSystem) -> None:
    """Raise `DefinitionError` for what is too large to be read."""
    for bag in system.bags:
        if bag.capacity > MOST_PLACES:
            raise DefinitionError(f"{bag.name} has room for {bag.capacity} records: give it {MOST_PLACES} at most")
    most = (1 << COUNT_BITS) - 1
    for v in (*system.variables, *(f for bag in system.bags for f in bag.fields)):
        if v.term.sort == COUNT and max(v.initial, v.top or 0) > most:
            raise DefinitionError(f"{v.name} goes up to {max(v.initial, v.top or 0)}: give it {most} at most")


def _missing(term: Term, done: Mapping[Term, Term]) -> list[Term]:
    """The sub-terms that are not done yet, each behind its arguments."""
    order: list[Term] = []
    seen: set[Term] = set()
    todo = [(term, False)]
    while todo:
        t, ready = todo.pop()
        if ready:
            order.append(t)
        elif t not in done and t not in seen:
            seen.add(t)
            todo.append((t, True))
            todo += [(a, False) for a in t.args]
    return order
