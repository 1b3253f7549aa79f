"""Steps as guarded options: each with the exact condition, on the state before it, that it exists and is not cut.

A step of Promela's that has begun must end, so whatever may stop one has to be known beforehand.
One option stands for a rule, a place of the bag it takes from, and all ways through its rows that
pick nothing; a way on which a row picks a value is an option of its own for each value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tcpmodel.language.operators import Op
from tcpmodel.language.sorts import Enum
from tcpmodel.language.terms import (
    FALSE,
    TRUE,
    Term,
    among,
    both,
    choose,
    constant,
    either,
    negation,
    variables,
    walk,
)
from tcpmodel.systems.domains import Domains, before_step, filled, picks, updates
from tcpmodel.systems.firing import Reference
from tcpmodel.systems.moments import Moment
from tcpmodel.systems.paths import began, took
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.systems.system import Rule, TransitionSystem


class Chosen(NamedTuple):
    """A row that fires, and the value that it picks."""

    block: int
    row: int
    picked: Term | None


class Path(NamedTuple):
    """A way through a rule's rows: the rows, when it is gone, what its picks must satisfy, and how it ends.

    A path without `end` stops in front of a row that picks.
    """

    rows: tuple[Chosen, ...]
    when: Term
    among: Term
    end: Moment | None

    @property
    def picks(self) -> bool:
        """Whether a value is picked on the way."""
        return any(chosen.picked is not None for chosen in self.rows)


class Alternative(NamedTuple):
    """For some values of the control variable (None: for any), what must hold."""

    control: Term | None
    states: tuple[Term, ...]
    holds: Term


class Option(NamedTuple):
    """A rule with the place it takes from, the rows that fire (None: those that match), and its guard.

    The guard is that of the rule, and that one of the cases is met.
    """

    rule: Rule
    place: int | None
    rows: tuple[Chosen, ...] | None
    when: Term
    cases: tuple[Alternative, ...]


class Options:
    """The options of a system, in the order of its rules."""

    def __init__(self, system: TransitionSystem, domains: Domains) -> None:
        self.system = system
        self.domains = domains
        reference = Reference(system)
        self._bounded = any(not reference.predicate(limit.holds)(system.initial) for limit in system.limits)

    def now(self) -> Moment:
        """The state before a step."""
        return before_step(self.system, self.domains.values).changed(within=self.domains.values)

    def __iter__(self) -> Iterator[Option]:
        for number, rule in enumerate(self.system.rules):
            when = self.now().read(both(*rule.when))
            if when is not FALSE and any(number == r for r, _, _ in self.domains.live):
                for place in self._places(rule):
                    yield from self._of(number, rule, place, when)

    def _places(self, rule: Rule) -> list[int | None]:
        if rule.take is None:
            return [None]
        bag = self.system.bag(rule.take.bag)
        return list(range(1 if bag.ordered else bag.capacity)) if filled(self.domains.values, bag) else []

    def _of(self, number: int, rule: Rule, place: int | None, when: Term) -> Iterator[Option]:
        """One option for what picks nothing, one for each way on which something is picked."""
        control = self._control(rule)
        groups: dict[tuple[tuple[Chosen, ...] | None, Term], list[Term]] = {}
        for value in self._values(control):
            for rows, holds in self._cases(number, rule, place, {} if control is None else {control.name: value}):
                groups.setdefault((rows, holds), []).append(value)
        for wanted in dict.fromkeys(rows for rows, _ in groups):
            cases = tuple(
                Alternative(control, tuple(s), holds) for (rows, holds), s in groups.items() if rows == wanted
            )
            yield Option(rule, place, wanted, when, cases)

    def _control(self, rule: Rule) -> Term | None:
        """The control variable on which all blocks depend, if there is one and the rule itself leaves it alone."""
        controls = {block.control for block in rule.blocks}
        control = controls.pop() if len(controls) == 1 else None
        if control is None or not isinstance(control.sort, Enum) or control in rule.set:
            return None
        return control if self.domains.values[control.name] else None

    def _values(self, control: Term | None) -> Iterator[Term]:
        if control is None:
            yield TRUE
            return
        for value in sorted(self.domains.values[control.name] or ()):
            yield constant(value, control.sort)

    def _cases(
        self, number: int, rule: Rule, place: int | None, given: Mapping[str, Term]
    ) -> Iterator[tuple[tuple[Chosen, ...] | None, Term]]:
        """The ways through the rule from one control value, each with its condition; None is all that pick nothing."""
        before = self.now().knowing(given)
        begun = began(rule, before if place is None else took(rule, before, place))
        paths = list(self._paths(number, rule, 0, begun)) if self._may_stop(number, rule) else []
        rest = _enabled(rule, begun)
        for path in paths:
            if path.end is None:
                rest = both(rest, negation(path.when))
            elif not path.picks:
                rest = both(rest, negation(both(self._cut(path.end, before), path.when)))
            else:
                yield path.rows, both(path.when, path.among, negation(self._cut(path.end, before)))
        yield None, rest

    def _may_stop(self, number: int, rule: Rule) -> bool:
        """Whether a row of the rule may pick or a bound may cut it."""
        rows = [(rule.blocks[b], rule.blocks[b].rows[r]) for n, b, r in self.domains.live if n == number]
        if any(
            row.pick is not None or (row.send and self.system.bag(row.send.bag).when_full == "block") for _, row in rows
        ):
            return True
        changed = {t.name for t in rule.set} | {
            t.name for block, row in rows for t in (*updates(block, row), *row.forget)
        }
        limits = [limit.holds for limit in self.system.limits]
        names = {v.name for holds in limits for v in variables(holds)}
        return self._bounded or bool(names & changed) or any(t.op is Op.SOME for h in limits for t in walk(h))

    def _cut(self, end: Moment, before: Moment) -> Term:
        """Whether a bound cuts a step that ends so; a limit on what it does not change holds as it did."""
        after = [(end.read(limit.holds), before.read(limit.holds)) for limit in self.system.limits]
        return either(end.cut, *(negation(now) for now, then in after if now is not then or self._bounded))

    def _paths(self, number: int, rule: Rule, start: int, now: Moment) -> Iterator[Path]:
        """Every way through the blocks from `start`; one without rows where nothing matches or a row refuses."""
        passed = TRUE
        for b in range(start, len(rule.blocks)):
            block = rule.blocks[b]
            free = both(passed, now.read(applies(block)))
            for r, row in enumerate(block.rows):
                when = now.read(both(*row.when))
                here = both(free, when)
                if here is not FALSE and (number, b, r) in self.domains.live:
                    yield from self._through(number, rule, b, r, here, now)
                free = both(free, negation(when))
            passed = either(both(passed, negation(now.read(applies(block)))), free)
            if passed is FALSE:
                return
        yield Path((), passed, TRUE, now)

    def _through(self, number: int, rule: Rule, b: int, r: int, here: Term, now: Moment) -> Iterator[Path]:
        """Every way that begins with this row, which matches."""
        block, row = rule.blocks[b], rule.blocks[b].rows[r]
        if row.refuses:
            yield Path((), here, TRUE, now)
            return
        if row.pick:
            yield Path((), here, TRUE, None)
        for picked in [{}] if row.pick is None else picks(row.pick, now):
            ready = now.knowing(picked)
            among = TRUE if row.pick is None else ready.read(row.pick.among)
            chosen = Chosen(b, r, next(iter(picked.values()), None))
            after = self._after(block, row, ready, now)
            for path in self._paths(number, rule, b + 1, after) if row.goes_on else (Path((), TRUE, TRUE, after),):
                yield Path((chosen, *path.rows), both(here, path.when), both(among, path.among), path.end)

    def _after(self, block: FirstMatch, row: Row, ready: Moment, now: Moment) -> Moment:
        """After the row's changes, what it sends, and what it forgets."""
        after = ready.knowing({target.name: ready.read(term) for target, term in updates(block, row).items()})
        if row.send:
            after = after.with_sent(
                self.system.bag(row.send.bag), {f: after.read(term) for f, term in row.send.fields.items()}
            )
        initial = {v.name: self.system.variables[self.system.position[v.name]].initial for v in row.forget}
        return after.knowing({v.name: constant(initial[v.name], v.sort) for v in row.forget})


def applies(block: FirstMatch) -> Term:
    """The block's control variable has one of its values."""
    return TRUE if block.control is None else among(block.control, block.states)


def _enabled(rule: Rule, now: Moment) -> Term:
    """Some row matches, and the first that does is none that refuses."""
    found = FALSE
    for block in reversed(rule.blocks):
        inside = found
        for row in reversed(block.rows):
            when = now.read(both(*row.when))
            inside = both(negation(when), inside) if row.refuses else either(when, inside)
        found = choose(now.read(applies(block)), inside, found)
    return found
