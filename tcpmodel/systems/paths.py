"""The ways through a rule: each run of its blocks as one guarded assignment, in terms of the state before it.

This is symbolic execution, path by path, in one place for all who ask what a rule may do; who judges them, the
reference (`systems.firing`) and the native code, reads the rows by itself.  A rule runs its blocks in order, the
first row that matches fires in each, and a row with `more` hands on to the next block.  A way is one such run of rows,
composed: where it can be taken, what it picks, what every variable is afterwards, what it sends.  Exactly one way of a
rule can be taken, for given picks, wherever the rule is enabled.  Terms of a way speak of variables, of fields of the
record taken, and of picks.  Where the moment before the step says in which places records lie, quantifiers are
unfolded and the bags at the end are given; otherwise quantifiers speak of the bags before the step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from tcpmodel.language.bare import bare, conjuncts_of
from tcpmodel.language.reference import evaluate
from tcpmodel.language.terms import (
    FALSE,
    TRUE,
    Term,
    alternatives,
    among,
    bags_in,
    both,
    constant,
    negation,
    substitute,
    variable,
    variables,
)
from tcpmodel.systems.domains import updates
from tcpmodel.systems.moments import UNKNOWN, Moment, Place
from tcpmodel.systems.row import Emission, FirstMatch, Row
from tcpmodel.systems.system import Rule, Sweep, TransitionSystem


@dataclass(frozen=True, eq=False)
class Way:
    """One run of rows: the rule, the rows' places, its guards, picks with what they are among, changes, sendings.

    `end` is the moment after it; `known` tells for each row how many of the guards led to it.
    """

    rule: Rule
    rows: tuple[tuple[int, int], ...]
    known: tuple[int, ...]
    guards: tuple[Term, ...]
    picks: tuple[tuple[Term, Term], ...]
    set: Mapping[Term, Term]
    sends: tuple[Emission, ...]
    end: Moment

    @property
    def fired(self) -> tuple[Row, ...]:
        """The rows that fire."""
        return tuple(self.rule.blocks[b].rows[r] for b, r in self.rows)

    @property
    def titles(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(row.name for row in self.fired)

    @property
    def name(self) -> str:
        """The rows, as one line."""
        return "; ".join(self.titles)


def ways(system: TransitionSystem, rule: Rule, before: Moment = UNKNOWN, taken: Moment | None = None) -> Iterator[Way]:
    """Every way through the rule that is not impossible on the face of it; `taken` is once it has taken its record."""
    own = {v.name: bare(v.term) for v in system.variables}
    start = _Sofar(system, conjuncts_of(before.read(both(*rule.when))), began(rule, taken or before))
    for end in () if FALSE in start.guards else _blocks(rule, 0, start):
        values = {own[n]: t for n, t in end.now.values.items() if n in own}
        changed = {k: t for k, t in values.items() if t is not before.values.get(k.name, k)}
        place = () if end.control is None else (among(end.control, end.allowed),)
        known = tuple(len(place) + k for k in end.known)
        yield Way(rule, end.rows, known, (*place, *end.guards), end.picks, changed, end.sends, end.now)


def took(rule: Rule, before: Moment, place: int) -> Moment:
    """Once the rule has taken the record at this place."""
    assert rule.take
    bag, element, keep = rule.take
    fields = before.bags[bag].places[place].fields
    left = before if keep else before.without(bag, place)
    return left.knowing({f"{element}.{f}": t for f, t in fields.items()})


def began(rule: Rule, taken: Moment) -> Moment:
    """Once the rule's own changes have been made and the bags swept."""
    begun = taken.knowing({target.name: taken.read(term) for target, term in rule.set.items()})
    for sweep in rule.sweeps:
        if sweep.bag in taken.bags:
            begun = begun.swept(sweep.bag, tuple(swept(sweep, p, taken) for p in taken.bags[sweep.bag].places))
    return begun


def swept(sweep: Sweep, place: Place, now: Moment) -> Place:
    """The place after a sweep."""
    inside = now.knowing({f"{sweep.element}.{f}": t for f, t in place.fields.items()})
    kept = both(place.present, negation(inside.read(sweep.drop)))
    return Place(kept, {f: inside.read(sweep.set[f]) if f in sweep.set else t for f, t in place.fields.items()})


@dataclass(frozen=True)
class _Sofar:
    """A way under composition: its guards, the moment reached, and what the rows did.

    `allowed` gives the values of a control variable for which all this can have happened.
    """

    system: TransitionSystem
    guards: tuple[Term, ...]
    now: Moment
    control: Term | None = None
    allowed: tuple[Term, ...] = ()
    rows: tuple[tuple[int, int], ...] = ()
    known: tuple[int, ...] = ()
    picks: tuple[tuple[Term, Term], ...] = ()
    sends: tuple[Emission, ...] = ()

    def watching(self, control: Term | None) -> _Sofar:
        """The same, with this control variable watched from here on, unless one is."""
        if control is None or self.control is not None:
            return self
        possible = self.now.within.get(control.name)
        values = alternatives(control.sort)  # type: ignore[arg-type]
        allowed = tuple(v for v in values if possible is None or v.payload in possible)
        return replace(self, control=bare(control))._allowing(allowed)

    def _allowing(self, values: tuple[Term, ...]) -> _Sofar:
        assert self.control is not None
        within = {**self.now.within, self.control.name: frozenset(v.payload for v in values)}
        return replace(self, allowed=values, now=self.now.changed(within=within))

    def where(self, condition: Term) -> _Sofar | None:
        """The same where this condition of the present holds besides; None if it cannot."""
        guards, allowed = list(self.guards), self.allowed
        for part in conjuncts_of(self.now.read(condition)):
            if self.control is not None and _only_of(part, self.control):
                allowed = tuple(v for v in allowed if self._holds(part, v))
            elif part is FALSE or negation(part) in guards:
                return None
            elif part not in guards:
                guards.append(part)
        if self.control is not None and not allowed:
            return None
        there = replace(self, guards=tuple(guards))
        return there if allowed == self.allowed else there._allowing(allowed)

    def _holds(self, part: Term, value: Term) -> bool:
        """Whether a condition on the control variable holds for the value."""
        assert self.control is not None
        return bool(evaluate(substitute(part, {self.control: value}), {}, bits=self.system.bits))

    def fired(self, block: FirstMatch, row: Row, place: tuple[int, int]) -> _Sofar:
        """Once the row has fired: `set` reads before it, `send` after, `forget` is last."""
        now, picks, sends = self.now, self.picks, self.sends
        if row.pick:
            picked = variable(f"picked.{len(picks)}", row.pick.variable.sort)
            now = now.knowing({row.pick.variable.name: picked})
            picks = (*picks, (picked, now.read(row.pick.among)))
        now = now.knowing({target.name: now.read(term) for target, term in updates(block, row).items()})
        if row.send:
            sent = Emission(row.send.bag, {f: now.read(term) for f, term in row.send.fields.items()})
            sends = (*sends, sent)
            now = now.with_sent(self.system.bag(sent.bag), sent.fields) if sent.bag in now.bags else now
        initial = {v.name: v.initial for v in self.system.variables}
        now = now.knowing({v.name: constant(initial[v.name], v.sort) for v in row.forget if v.name in initial})
        known = (*self.known, len(self.guards))
        return replace(self, now=now, picks=picks, sends=sends, rows=(*self.rows, place), known=known)


def _blocks(rule: Rule, first: int, sofar: _Sofar) -> Iterator[_Sofar]:
    """The ways that the blocks from `first` on give."""
    if first == len(rule.blocks):
        if sofar.rows:
            yield sofar
        return
    block = rule.blocks[first]
    applies = TRUE if block.control is None else among(block.control, block.states)
    ready = sofar.watching(block.control)
    here, elsewhere = ready.where(applies), ready.where(negation(applies))
    if elsewhere is not None:
        yield from _blocks(rule, first + 1, elsewhere)
    for r, row in enumerate(block.rows):
        if here is None:
            return
        at_row, here = here.where(both(*row.when)), here.where(negation(both(*row.when)))
        if at_row is None or (row.refuses and not at_row.rows):
            continue
        after = at_row if row.refuses else at_row.fired(block, row, (first, r))
        yield from _blocks(rule, first + 1, after) if row.goes_on else (after,)
    if here is not None:
        yield from _blocks(rule, first + 1, here)


def _only_of(part: Term, control: Term) -> bool:
    """Whether the condition speaks of the control variable and of nothing else."""
    return variables(part) == {control} and not bags_in(part)
