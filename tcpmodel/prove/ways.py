"""The ways through a rule: each run of its blocks as one guarded assignment, in terms of the state before it.

A rule runs its blocks in order, the first row that matches fires in each, and a row with `more` hands on to the next
block.  A way is one such run of rows, composed: where it can be taken, what it picks, what every variable is
afterwards, what it sends.  Exactly one way of a rule can be taken, for given picks, wherever the rule is enabled.
Terms of a way speak of variables, of fields of the record taken, and of picks; its quantifiers speak of the bags
before the step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from tcpmodel.language.operators import Op
from tcpmodel.language.terms import (
    FALSE,
    TRUE,
    Term,
    among,
    both,
    constant,
    equal,
    negation,
    rebuild,
    substitute,
    variable,
    variables,
    walk,
)
from tcpmodel.systems.row import Emission, FirstMatch, Row
from tcpmodel.systems.system import Rule, TransitionSystem


@dataclass(frozen=True, eq=False)
class Way:
    """One run of rows: the rule, the rows' places, its guards, picks with what they are among, changes, sendings."""

    rule: Rule
    rows: tuple[tuple[int, int], ...]
    guards: tuple[Term, ...]
    picks: tuple[tuple[Term, Term], ...]
    set: Mapping[Term, Term]
    sends: tuple[Emission, ...]

    @property
    def titles(self) -> tuple[str, ...]:
        """The names of the rows that fire."""
        return tuple(self.rule.blocks[b].rows[r].name for b, r in self.rows)

    @property
    def name(self) -> str:
        """The rows, as one line."""
        return "; ".join(self.titles)


def ways(system: TransitionSystem, rule: Rule) -> Iterator[Way]:
    """Every way through the rule that is not impossible on the face of it."""
    initial = {bare(v.term): constant(v.initial, v.term.sort) for v in system.variables}
    start = _Sofar(guards=conjuncts_of(bare(both(*rule.when))), values={bare(k): bare(t) for k, t in rule.set.items()})
    for end in _blocks(rule, 0, start, initial):
        changed = {k: t for k, t in end.values.items() if k in initial and t is not k}
        yield Way(rule, end.rows, end.all_guards(), end.picks, changed, end.sends)


def bare(term: Term) -> Term:
    """The term without phrases: definitions in place of their names, variables as their names alone."""
    done: dict[Term, Term] = {}
    for t in walk(term):
        args = tuple(done[a] for a in t.args)
        done[t] = args[0] if t.op is Op.NAMED else variable(t.name, t.sort) if t.op is Op.VARIABLE else rebuild(t, args)
    return done[term]


@dataclass(frozen=True)
class _Sofar:
    """What has been composed: guards, values now, and what the rows did.

    `allowed` gives the values of a control variable for which all this can have happened.
    """

    guards: tuple[Term, ...] = ()
    values: Mapping[Term, Term] = field(default_factory=dict)
    control: Term | None = None
    allowed: tuple[Term, ...] = ()
    rows: tuple[tuple[int, int], ...] = ()
    picks: tuple[tuple[Term, Term], ...] = ()
    sends: tuple[Emission, ...] = ()

    def read(self, term: Term) -> Term:
        """A term of the present as one of the state before the step."""
        return substitute(bare(term), {**self.values, **self._known()})

    def _known(self) -> dict[Term, Term]:
        """What is known of comparisons with the control variable."""
        if self.control is None or self.control in self.values:
            return {}
        only = len(self.allowed) == 1
        return {
            equal(self.control, value): FALSE if value not in self.allowed else TRUE
            for value in (constant(i, self.control.sort) for i in range(len(self.control.sort.values)))  # type: ignore[attr-defined]
            if value not in self.allowed or only
        }

    def where(self, condition: Term) -> _Sofar | None:
        """The same where this condition of the present holds besides; None if it cannot."""
        guards, allowed = list(self.guards), self.allowed
        for part in conjuncts_of(self.read(condition)):
            if self.control is not None and variables(part) == {self.control}:
                allowed = tuple(v for v in allowed if substitute(part, {self.control: v}) is TRUE)
            elif part is FALSE or negation(part) in guards:
                return None
            elif part not in guards:
                guards.append(part)
        if self.control is not None and not allowed:
            return None
        return replace(self, guards=tuple(guards), allowed=allowed)

    def all_guards(self) -> tuple[Term, ...]:
        """The guards, and that the control variable has a value with which this happens."""
        return self.guards if self.control is None else (among(self.control, self.allowed), *self.guards)


def conjuncts_of(term: Term) -> tuple[Term, ...]:
    """What must all be true for the term to be; nothing, for one that always is."""
    return () if term is TRUE else term.args if term.op is Op.AND else (term,)


def _blocks(rule: Rule, first: int, sofar: _Sofar, initial: Mapping[Term, Term]) -> Iterator[_Sofar]:
    """The ways that the blocks from `first` on give."""
    if first == len(rule.blocks):
        if sofar.rows:
            yield sofar
        return
    block = rule.blocks[first]
    ready = _controlled(block, sofar)
    there = None if block.control is None else ready.where(negation(among(block.control, block.states)))
    if there is not None:
        yield from _blocks(rule, first + 1, there, initial)
    here = ready if block.control is None else ready.where(among(block.control, block.states))
    for r, row in enumerate(block.rows):
        if here is None:
            return
        at_row, here = here.where(both(*row.when)), here.where(negation(both(*row.when)))
        if at_row is None or (row.refuses and not at_row.rows):
            continue
        if row.refuses:
            yield at_row
            continue
        after = _acted(block, row, (first, r), at_row, initial)
        yield from _blocks(rule, first + 1, after, initial) if row.more else (after,)
    if here is not None:
        yield from _blocks(rule, first + 1, here, initial)


def _controlled(block: FirstMatch, sofar: _Sofar) -> _Sofar:
    """The same, with the block's control variable watched from here on."""
    if block.control is None or sofar.control is not None:
        return sofar
    values = tuple(constant(i, block.control.sort) for i in range(len(block.control.sort.values)))  # type: ignore[attr-defined]
    return replace(sofar, control=bare(block.control), allowed=values)


def _acted(block: FirstMatch, row: Row, place: tuple[int, int], sofar: _Sofar, initial: Mapping[Term, Term]) -> _Sofar:
    """What has been composed once the row has fired: `set` reads before it, `send` after, `forget` is last."""
    picks = sofar.picks
    if row.pick:
        picked = variable(f"picked.{len(picks)}", row.pick.variable.sort)
        sofar = replace(sofar, values={**sofar.values, bare(row.pick.variable): picked})
        picks = (*picks, (picked, sofar.read(row.pick.among)))
    updates = {bare(k): sofar.read(t) for k, t in row.set.items()}
    if row.goto is not None and block.control is not None:
        updates[bare(block.control)] = row.goto
    after = replace(sofar, values={**sofar.values, **updates})
    sends = sofar.sends
    if row.send:
        sends = (*sends, Emission(row.send.bag, {f: after.read(t) for f, t in row.send.fields.items()}))
    forgotten = {bare(v): initial[bare(v)] for v in row.forget}
    return replace(after, values={**after.values, **forgotten}, rows=(*sofar.rows, place), picks=picks, sends=sends)
