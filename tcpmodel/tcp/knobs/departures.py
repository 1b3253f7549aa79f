"""Finds the rows that no longer do what RFC 9293 says where they cite it: a refinement check of each row.

A row may be changed by a knob, by a mistake made on purpose or by whoever writes `rules=`, and keep its name and
citation.  It departs from its source if it does something else than the row of that name in `RFC_9293`, or if
it may fire where that row does not: because its own condition was widened, or an earlier row dropped, moved or
narrowed.  A row that fires in fewer places, as where a user does not make a call, is what it was.

A departure is looked for in the rules as they have become, so no change can forget to tell of it.  A row that neither
RFC 9293 nor a knob has departs from what it cites of RFC 9293, unless a `reading` says how that is meant.  A row
that was given another citation says itself where it comes from.  What knobs remember in variables of their own is no
departure, and which ISS may be picked is no row's business: RFC 9293 3.4.1 says it, and so does the knob `isn`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from tcpmodel.language.operators import Op
from tcpmodel.language.terms import FALSE, TRUE, Term, both, negation, rebuild, substitute, walk
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.tcp.knobs.variants import KNOBS, vary
from tcpmodel.tcp.rfc9293.rules import RFC_9293, Rules
from tcpmodel.tcp.rfc9293.tcb import TCB, state


class _Written(NamedTuple):
    """A row of RFC 9293 with its event and block."""

    event: str
    block: FirstMatch
    row: Row


_OWN = frozenset(TCB).union(*(row.set for _, _, row in RFC_9293.rows()))
"""The variables of RFC 9293's rows; knobs have more."""
READINGS = ("second_fin", "queued_close")
"""The knobs whose values are all readings of RFC 9293, its letter among them: what they change departs from nothing."""


def marked(rules: Rules, chosen: Mapping[str, str | bool] = MappingProxyType({})) -> Rules:
    """The rules in which every row that departs from its source says so in place of citing it.

    `chosen` are the knobs; those of `READINGS` choose what the source says.
    """
    if rules is RFC_9293:
        return rules
    written = _written(frozenset((name, chosen[name]) for name in READINGS if name in chosen))
    return rules.map(lambda event, block, row: (_marked(event, block, row, written.get(row.name)),))


@cache
def _written(readings: frozenset[tuple[str, str | bool]]) -> Mapping[str, _Written]:
    rules = vary(RFC_9293, dict(readings))
    return {row.name: _Written(event, block, row) for event, block, row in rules.rows()}


def _marked(event: str, block: FirstMatch, row: Row, written: _Written | None) -> Row:
    if written is None:
        departs = row.rfc[:1].isdigit() and row.reading is None and row.name not in _of_knobs()
    else:
        departs = row.rfc == written.row.rfc and _departs(event, block, row, written)
    return replace(row, rfc=departing(row.rfc), departs=True) if departs else row


@cache
def _of_knobs() -> frozenset[str]:
    """The names of the rows that knobs bring."""
    changed = (change(RFC_9293) for knob in KNOBS for change in knob.values.values())
    return frozenset(row.name for rules in changed for _, _, row in rules.rows())


def departing(rfc: str) -> str:
    """The text in place of a row's citation, where the row departs from what it cites."""
    return f"departs from {'RFC 9293 ' if rfc[:1].isdigit() else ''}{rfc.replace('; ', ', ')}"


def _departs(event: str, block: FirstMatch, row: Row, written: _Written) -> bool:
    if event != written.event or _does(row) != _does(written.row):
        return True
    if _order(block) == _order(written.block):
        return False
    return any(_possible(both(here, negation(there))) for here, there in _fires(block, row, written))


def _does(row: Row) -> tuple[object, ...]:
    """The effects of a row where it fires, for comparison; which ISS it picks is left out."""
    sets = {k: v for k, v in row.set.items() if k in _OWN}
    sent = None if row.send is None else (row.send.bag, dict(row.send.fields))
    parts = (row.pick and row.pick.variable, sets, row.goto, sent, frozenset(row.forget) & _OWN)
    return (*parts, row.goes_on, row.tell, row.ends)


def _order(block: FirstMatch) -> list[object]:
    return [block.control, block.states, *((row.name, row.when) for row in block.rows)]


def _fires(block: FirstMatch, row: Row, written: _Written) -> Iterator[tuple[Term, Term]]:
    """Effective guards of the row and of its source, as a pair for each connection state of the block."""
    here, there = _bare(block.effective(row)), _bare(written.block.effective(written.row))
    for value in block.states or (None,):
        known = {} if value is None else {state: value}
        yield substitute(here, known), substitute(there, known)


def _bare(term: Term) -> Term:
    """The term with definitions in place of their names, so that what is constant shows."""
    done: dict[Term, Term] = {}
    for t in walk(term):
        args = tuple(done[a] for a in t.args)
        done[t] = args[0] if t.op is Op.NAMED else rebuild(t, args)
    return done[term]


def _possible(term: Term) -> bool:
    """Whether a term can be true, its atoms taken for independent of each other."""
    atom = next(_atoms(term), None)
    if atom is None:
        return term is TRUE
    return any(_possible(substitute(term, {atom: value})) for value in (TRUE, FALSE))


def _atoms(term: Term) -> Iterator[Term]:
    """The atoms of a condition: its parts that are no and, or, not or constant."""
    if term.op in (Op.AND, Op.OR, Op.NOT):
        for arg in term.args:
            yield from _atoms(arg)
    elif term is not TRUE and term is not FALSE:
        yield term
