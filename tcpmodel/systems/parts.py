"""The terms of a rule, visited: each with what it is for, the rule with all of them changed, what it does as a key.

Who asks something of all terms of a rule asks here, and need not know how a rule is made of blocks, rows and sweeps.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal, NamedTuple

from tcpmodel.language.terms import Substitution, Term, bags_in, variables
from tcpmodel.systems.domains import updates
from tcpmodel.systems.row import FirstMatch, Row, renamed
from tcpmodel.systems.system import Rule

Use = Literal["when", "pick", "set", "send", "drop", "sweep"]


class Part(NamedTuple):
    """A term of a rule: whose (a row's, or the rule's own), for what, and what takes its value, if anything does.

    That is a variable, or a field of the records of a bag, as (bag, field).
    """

    row: Row | None
    use: Use
    term: Term
    variable: Term | None = None
    field: tuple[str, str] | None = None


def parts(rule: Rule) -> Iterator[Part]:
    """Every term of the rule, in the order in which it is read; a `goto` sets the control variable."""
    yield from (Part(None, "when", term) for term in rule.when)
    yield from (Part(None, "set", term, variable=v) for v, term in rule.set.items())
    for sweep in rule.sweeps:
        yield Part(None, "drop", sweep.drop)
        yield from (Part(None, "sweep", term, field=(sweep.bag, f)) for f, term in sweep.set.items())
    yield from row_parts(rule)


def row_parts(rule: Rule) -> Iterator[Part]:
    """Those of its rows alone."""
    for block in rule.blocks:
        for row in block.rows:
            yield from (Part(row, "when", term) for term in row.when)
            yield from [Part(row, "pick", row.pick.among)] if row.pick else ()
            yield from (Part(row, "set", term, variable=v) for v, term in updates(block, row).items())
            if row.send:
                yield from (Part(row, "send", term, field=(row.send.bag, f)) for f, term in row.send.fields.items())


def rows(rule: Rule) -> Iterator[Row]:
    """Every row of the rule."""
    return (row for block in rule.blocks for row in block.rows)


def changed_by_rows(rule: Rule) -> set[Term]:
    """Every variable that a row of the rule may set or forget."""
    forgotten = {v for row in rows(rule) for v in row.forget}
    return forgotten | {part.variable for part in row_parts(rule) if part.variable is not None}


def named_by(rule: Rule) -> tuple[set[str], set[str]]:
    """The names of every variable that the rule reads or changes, and of every bag that it touches."""
    controls = [block.control for block in rule.blocks if block.control is not None]
    terms = [*(part.term for part in parts(rule)), *controls, *rule.set, *changed_by_rows(rule)]
    bags = {part.field[0] for part in parts(rule) if part.field} | {sweep.bag for sweep in rule.sweeps}
    bags |= {bag for term in terms for bag, _ in bags_in(term)} | ({rule.take.bag} if rule.take else set())
    return {v.name for term in terms for v in variables(term)}, bags


def mapped(rule: Rule, new: Substitution) -> Rule:
    """The rule with variables and bags replaced throughout."""

    def bag(name: str) -> str:
        return new.bags.get(name, name)

    return replace(
        rule,
        blocks=tuple(renamed(block, new) for block in rule.blocks),
        when=tuple(map(new, rule.when)),
        take=rule.take and rule.take._replace(bag=bag(rule.take.bag)),
        set={new(v): new(term) for v, term in rule.set.items()},
        sweeps=tuple(
            s._replace(bag=bag(s.bag), drop=new(s.drop), set={f: new(term) for f, term in s.set.items()})
            for s in rule.sweeps
        ),
    )


def key(rule: Rule, of: Callable[[Term], Hashable]) -> tuple[Any, ...]:
    """Key of a rule by what it does, whatever it and its rows are called; `of` tells terms apart."""

    def pairs(given: Mapping[Any, Term]) -> list[tuple[Any, Hashable]]:
        return sorted((k if isinstance(k, str) else k.name, of(term)) for k, term in given.items())

    def of_row(row: Row) -> tuple[Any, ...]:
        send = row.send and (row.send.bag, pairs(row.send.fields))
        goto = None if row.goto is None else row.goto.payload
        forget = sorted(v.name for v in row.forget)
        pick = row.pick and tuple(map(of, row.pick))
        return tuple(map(of, row.when)), pick, pairs(row.set), goto, send, forget, row.goes_on, row.refuses

    def of_block(block: FirstMatch) -> tuple[Any, ...]:
        control = None if block.control is None else block.control.name
        return control, tuple(map(of, block.states)), tuple(map(of_row, block.rows))

    sweeps = sorted((s.bag, s.element, of(s.drop), pairs(s.set)) for s in rule.sweeps)
    return rule.event, rule.take, tuple(map(of, rule.when)), pairs(rule.set), sweeps, tuple(map(of_block, rule.blocks))
