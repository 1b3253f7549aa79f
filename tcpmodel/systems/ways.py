"""The ways through a rule: each run of its blocks as one guarded assignment, in terms of the state before it.

A rule runs its blocks in order, the first row that matches fires in each, and a row with `more` hands
on to the next block.  A way is one such run of rows, composed: when it can be taken, what it picks, what
every variable is afterwards, what it sends.  Exactly one way of a rule can be taken, for given picks,
wherever the rule is enabled.  Terms of a way speak of variables, fields of the record taken, and picks;
quantifiers speak of the bags after the record has been taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from tcpmodel.language.operators import Op
from tcpmodel.language.terms import FALSE, TRUE, Term, both, constant, either, negation, one_of, substitute, variable
from tcpmodel.systems.row import Emission, FirstMatch, Row
from tcpmodel.systems.system import Rule, TransitionSystem

NOTHING: Mapping[Term, Term] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Way:
    """One run of rows: its guard, its picks with what they are among, the new values, the records sent."""

    rule: Rule
    rows: tuple[tuple[int, int], ...]
    guard: Term
    picks: tuple[tuple[Term, Term], ...]
    set: Mapping[Term, Term]
    sends: tuple[Emission, ...]

    @property
    def titles(self) -> tuple[str, ...]:
        """The names of the rows that fire."""
        return tuple(self.rule.blocks[b].rows[r].name for b, r in self.rows)

    @property
    def name(self) -> str:
        """The rule and the rows, as one line."""
        return f"{self.rule.name}: {'; '.join(self.titles)}"


@dataclass(frozen=True)
class _Sofar:
    """What has been composed: the guard up to here, the values now, and what the rows did."""

    guard: Term
    values: Mapping[Term, Term]
    rows: tuple[tuple[int, int], ...] = ()
    picks: tuple[tuple[Term, Term], ...] = ()
    sends: tuple[Emission, ...] = ()

    def read(self, term: Term) -> Term:
        """A term of the present as one of the state before the step."""
        return substitute(term, self.values)

    def where(self, *conditions: Term) -> _Sofar:
        """The same where these conditions hold besides; nowhere, if one of them denies another."""
        guard = both(self.guard, *conditions)
        parts = frozenset(guard.args) if guard.op is Op.AND else frozenset()
        return replace(self, guard=FALSE if any(p.op is Op.NOT and p.args[0] in parts for p in parts) else guard)


def ways(system: TransitionSystem, rule: Rule, *, given: Mapping[Term, Term] = NOTHING) -> Iterator[Way]:
    """Every way through the rule whose guard is not false on the face of it, where variables have `given` values."""
    initial = {v.term: constant(v.initial, v.term.sort) for v in system.variables}
    start = _Sofar(substitute(both(*rule.when), given), {**given, **rule.set})
    for end in _blocks(rule, 0, start, initial):
        changed = {k: t for k, t in end.values.items() if k in initial and t is not k}
        yield Way(rule, end.rows, end.guard, end.picks, changed, end.sends)


def _blocks(rule: Rule, first: int, sofar: _Sofar, initial: Mapping[Term, Term]) -> Iterator[_Sofar]:
    """The ways that the blocks from `first` on give."""
    if sofar.guard is FALSE:
        return
    if first == len(rule.blocks):
        if sofar.rows:
            yield sofar
        return
    block = rule.blocks[first]
    here = TRUE if block.control is None else sofar.read(one_of(block.control, block.states))
    whens = [sofar.read(both(*row.when)) for row in block.rows]
    for r, row in enumerate(block.rows):
        at_row = sofar.where(here, *map(negation, whens[:r]), whens[r])
        if at_row.guard is FALSE or (row.refuses and not sofar.rows):
            continue
        if row.refuses:
            yield at_row
            continue
        after = _acted(block, row, (first, r), at_row, initial)
        yield from _blocks(rule, first + 1, after, initial) if row.more else (after,)
    yield from _blocks(rule, first + 1, sofar.where(negation(both(here, either(*whens)))), initial)


def _acted(block: FirstMatch, row: Row, place: tuple[int, int], sofar: _Sofar, initial: Mapping[Term, Term]) -> _Sofar:
    """What has been composed once the row has fired: `set` reads before it, `send` after, `forget` is last."""
    picks = sofar.picks
    if row.pick:
        picked = variable(f"picked.{len(picks)}", row.pick.variable.sort)
        sofar = replace(sofar, values={**sofar.values, row.pick.variable: picked})
        picks = (*picks, (picked, sofar.read(row.pick.among)))
    updates = {k: sofar.read(t) for k, t in row.set.items()}
    if row.goto is not None and block.control is not None:
        updates[block.control] = row.goto
    after = replace(sofar, values={**sofar.values, **updates})
    sends = sofar.sends
    if row.send:
        sends = (*sends, Emission(row.send.bag, {f: after.read(t) for f, t in row.send.fields.items()}))
    forgotten = {v: initial[v] for v in row.forget}
    return _Sofar(sofar.guard, {**after.values, **forgotten}, (*sofar.rows, place), picks, sends)
