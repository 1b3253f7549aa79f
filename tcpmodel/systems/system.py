"""A transition system: variables, bags of records, rules, and where it starts.

A rule is one family of steps.  It may take a record from a bag (one step per distinct record), may
need its own `when`, makes its own changes and sweeps its bags, and then runs its blocks of rows in
order; a block is passed over where its control variable has another value.  A rule none of whose
rows matches is not enabled.

Ghosts are variables and fields that observers keep: no guard, no pick, no real variable and no
real field may read one, and `TransitionSystem` refuses a system in which one does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Literal, NamedTuple

from tcpmodel.errors import DefinitionError, choices
from tcpmodel.language.operators import Op
from tcpmodel.language.reference import identifier
from tcpmodel.language.sorts import BOOL, COUNT, SEQ, Enum
from tcpmodel.language.terms import TRUE, Term, a_term, a_variable, bags_in, constant, truth, variables, walk
from tcpmodel.systems.claims import Claim, Fair
from tcpmodel.systems.row import FirstMatch, Row, a_tuple, updates

Record = tuple[int, ...]
WhenFull = Literal["lose", "block"]


class State(NamedTuple):
    """A value for every variable, and the records of every bag, in the system's order."""

    values: tuple[int, ...]
    bags: tuple[tuple[Record, ...], ...]


@dataclass(frozen=True)
class Variable:
    """A variable of the system: its term, its initial value, the top of a count, whether a ghost."""

    term: Term
    initial: int = 0
    top: int | None = None
    ghost: bool = False

    def __post_init__(self) -> None:
        a_variable(self.term, "what is declared as a Variable")
        whose, sort = f"the variable {self.name!r}", self.term.sort
        try:
            constant(self.initial, sort)
        except TypeError as wrong:
            raise DefinitionError(f"{whose} cannot start as it is told: {wrong}") from wrong
        if self.top is not None and (sort != COUNT or type(self.top) is not int):
            raise DefinitionError(f"{whose} has a top of {self.top!r}: write a whole number, for a count only")

    @property
    def name(self) -> str:
        """The dotted name."""
        return self.term.name


@dataclass(frozen=True)
class Bag:
    """A bounded bag of records; `ordered` makes it a queue of which only the head can be taken."""

    name: str
    fields: tuple[Variable, ...]
    capacity: int
    ordered: bool = False
    when_full: WhenFull = "lose"


class Take(NamedTuple):
    """A rule's record: from which bag, called what, and whether a copy stays behind."""

    bag: str
    element: str
    keep: bool = False


class Sweep(NamedTuple):
    """A change to every record of a bag: drop those that satisfy `drop`, set fields of the rest."""

    bag: str
    element: str
    drop: Term
    set: Mapping[str, Term]


class Limit(NamedTuple):
    """A bound of the exploration, not of the protocol: a step to where it fails is cut and counted."""

    name: str
    holds: Term


@dataclass(frozen=True, eq=False)
class Rule:
    """A family of steps: who acts, on what event, with what needed and changed besides the rows."""

    name: str
    agent: str
    event: str
    blocks: tuple[FirstMatch, ...]
    _: KW_ONLY
    when: tuple[Term, ...] = ()
    take: Take | None = None
    set: Mapping[Term, Term] = field(default_factory=dict)
    sweeps: tuple[Sweep, ...] = ()

    def __post_init__(self) -> None:
        for term in a_tuple(self.when, f"when of {self.name!r}"):
            truth(term, f"when of {self.name!r}")
        updates(self.set, self.name)
        for sweep in self.sweeps:
            truth(sweep.drop, f"what {self.name!r} drops")
            for name, term in sweep.set.items():
                a_term(term, f"the field {name!r} as {self.name!r} sweeps it")


@dataclass(frozen=True, eq=False)
class TransitionSystem:
    """Variables, bags and rules over sequence numbers of `bits` bits; checked when built.

    `origin` is what the system was made from, for those who make its siblings.  `forgettable` gives for a
    variable `choose(asked, variable, put back)`: once nobody asks, nobody will ask again (`explore.forgetting`).
    """

    name: str
    bits: int
    variables: tuple[Variable, ...]
    bags: tuple[Bag, ...]
    rules: tuple[Rule, ...]
    limits: tuple[Limit, ...] = ()
    forgettable: Mapping[Term, Term] = field(default_factory=dict, repr=False)
    start: State | None = None
    origin: Mapping[str, Any] = field(default_factory=dict, repr=False)
    position: Mapping[str, int] = field(init=False, repr=False)
    bag_position: Mapping[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "position", {v.name: i for i, v in enumerate(self.variables)})
        object.__setattr__(self, "bag_position", {b.name: i for i, b in enumerate(self.bags)})
        _check_names(self)
        declared = {v.name: v.ghost for v in self.variables}
        for rule in self.rules:
            _check_rule(self, rule, declared)
        for limit in self.limits:
            self.check(limit.holds, f"the limit {limit.name!r}")
        for target, term in self.forgettable.items():
            _same_sort(f"what {self.name} may forget", target.name, _declared(self, target, self.name).term, term)

    def __repr__(self) -> str:
        sizes = f"{len(self.variables)} variables, {len(self.bags)} bags, {len(self.rules)} rules"
        return f"<TransitionSystem {self.name}: {self.bits} bits, {sizes}>"

    @property
    def initial(self) -> State:
        """Initial state: `start` if given, else the initial values and empty bags."""
        return self.start or State(tuple(v.initial for v in self.variables), tuple(() for _ in self.bags))

    def variable(self, name: str) -> Term:
        """The variable of this name; `DefinitionError` says which names there are."""
        if name not in self.position:
            raise DefinitionError(f"{self.name} has no variable {name!r}: {choices(name, self.position)}")
        return self.variables[self.position[name]].term

    def bag(self, name: str) -> Bag:
        """The bag of this name."""
        return self.bags[self.bag_position[name]]

    def check(self, term: Term, whose: str) -> Term:
        """Give the term back if it is true-or-false and all its names exist here."""
        truth(term, whose)
        elements = {
            f"{element}.{f.name}": f for bag, element in bags_in(term) for f in self.known_bag(bag, whose).fields
        }
        for v in variables(term):
            if v.name not in elements and v is not self._named(v.name, whose):
                raise DefinitionError(f"{whose} uses {v.name} at another sort than {self.name} gives it")
        tops = {v.name: v.top for v in self.variables} | {name: f.top for name, f in elements.items()}
        for t in walk(term):
            _check_range(t, tops, self.bits, whose)
        return term

    def check_claim(self, claim: Claim) -> None:
        """Raise `DefinitionError` if the claim names what this system does not have."""
        for part in ("predicate", "needs", "given"):
            self.check(getattr(claim, part, TRUE), f"the claim {claim.name!r}")
        for entry in getattr(claim, "fair", ()):
            self._check_fair(entry, f"the claim {claim.name!r}")

    def _check_fair(self, entry: Fair, whose: str) -> None:
        rules = {rule.name: rule for rule in self.rules}
        if entry.rule not in rules:
            raise DefinitionError(f"{whose} is fair to {entry.rule!r}: {choices(entry.rule, rules)}")
        take, known = rules[entry.rule].take, {}
        if take is not None:
            known = {f"{take.element}.{f.name}": f.term.sort for f in self.bag(take.bag).fields}
        whose = f"{whose}, fair to {entry.rule!r} taking a record,"
        for bag, _ in bags_in(entry.taking):
            raise DefinitionError(f"{whose} looks into {bag!r}: write a condition on the record alone")
        for v in variables(entry.taking):
            if v.name not in known:
                raise DefinitionError(f"{whose} names {v.name!r}: {choices(v.name, known)}")
            if v.sort != known[v.name]:
                raise DefinitionError(f"{whose} uses {v.name} at another sort than {self.name} gives it")

    def _named(self, name: str, whose: str) -> Term:
        if name not in self.position:
            raise DefinitionError(
                f"{whose} names {name!r}, which {self.name} does not have: {choices(name, self.position)}"
            )
        return self.variables[self.position[name]].term

    def known_bag(self, name: str, whose: str) -> Bag:
        """The bag of this name; `DefinitionError` says which there are and who asked."""
        if name not in self.bag_position:
            raise DefinitionError(
                f"{whose} looks into {name!r}, which {self.name} does not have: {choices(name, self.bag_position)}"
            )
        return self.bag(name)

    def value(self, state: State, name: str) -> int | str | bool:
        """A variable's value as a person reads it: a truth value, a named alternative or a number."""
        return shown(self.variables[self.position[name]], state.values[self.position[name]])

    def records(self, state: State, bag: str) -> list[dict[str, int | str | bool]]:
        """The records in flight, each as a mapping from field to value."""
        return [shown_record(self.bag(bag), r) for r in state.bags[self.bag_position[bag]]]


def shown(variable: Variable, value: int) -> int | str | bool:
    """The value of a variable or field as a person reads it."""
    sort = variable.term.sort
    if isinstance(sort, Enum):
        return sort.values[value]
    return bool(value) if sort == BOOL else value


def shown_record(bag: Bag, record: Record) -> dict[str, int | str | bool]:
    """A record as a mapping from field to what a person reads."""
    return {f.name: shown(f, v) for f, v in zip(bag.fields, record, strict=True)}


@dataclass(frozen=True, eq=False)
class Component:
    """A part of a system: what it declares, and the rules by which it acts on that and on its neighbours'."""

    variables: tuple[Variable, ...] = ()
    bags: tuple[Bag, ...] = ()
    rules: tuple[Rule, ...] = ()
    limits: tuple[Limit, ...] = ()


def compose(name: str, *components: Component, bits: int, **more: Any) -> TransitionSystem:
    """The system of all the components' variables, bags and rules, interleaved: one rule fires at a time."""
    names = [v.name for c in components for v in c.variables]
    names += [b.name for c in components for b in c.bags] + [r.name for c in components for r in c.rules]
    for twice in sorted({n for n in names if names.count(n) > 1}):
        raise DefinitionError(f"two components of {name} define {twice!r}: give each its own name")
    return TransitionSystem(
        name,
        bits,
        variables=tuple(v for c in components for v in c.variables),
        bags=tuple(b for c in components for b in c.bags),
        rules=tuple(r for c in components for r in c.rules),
        limits=tuple(limit for c in components for limit in c.limits),
        **more,
    )


# Checks.


def _check_range(t: Term, tops: Mapping[str, int | None], bits: int, whose: str) -> None:
    """Raise `DefinitionError` at a number that no number of this width is, or a count that goes not so far."""
    if t.op is Op.VALUE and t.sort == SEQ and isinstance(t.payload, int) and t.payload >> bits:
        raise DefinitionError(f"{whose} names the number {t.payload}: write one from 0 to {(1 << bits) - 1}")
    if t.op is not Op.EQUAL or t.args[0].sort != COUNT:
        return
    for one, other in (t.args, t.args[::-1]):
        top = tops.get(one.name) if one.op is Op.VARIABLE else None
        if top is not None and isinstance(other.payload, int) and other.payload > top:
            raise DefinitionError(f"{whose} asks whether {one.name} is {other.payload}: write a number from 0 to {top}")


class _Read(NamedTuple):
    """A term that `where` reads, the names that only it can read, and whether it is read for a ghost."""

    where: str
    term: Term
    for_ghost: bool
    local: Mapping[str, bool]


def _check_names(system: TransitionSystem) -> None:
    """Raise `DefinitionError` if two names are one, or would be one in a trace."""
    written = [identifier(v.name) for v in system.variables] + [b.name for b in system.bags]
    for twice in sorted({n for n in written if written.count(n) > 1}):
        raise DefinitionError(f"{system.name} has two variables that a trace would write {twice!r}: rename one")


def _check_rule(system: TransitionSystem, rule: Rule, declared: Mapping[str, bool]) -> None:
    """Raise `DefinitionError` if a name is unknown, a sort is wrong, or something real reads a ghost."""
    for where, term, for_ghost, local in _reads(system, rule):
        inside = {f"{e}.{f.name}": f.ghost for bag, e in bags_in(term) for f in system.known_bag(bag, where).fields}
        for v in variables(term):
            ghost = inside.get(v.name, local.get(v.name, declared.get(v.name)))
            if ghost is None:
                raise DefinitionError(f"{where} reads {v.name!r}, which {system.name} does not have there")
            if ghost and not for_ghost:
                raise DefinitionError(f"{where} reads the ghost {v.name!r}: only ghosts may depend on ghosts")


def _reads(system: TransitionSystem, rule: Rule) -> Iterator[_Read]:
    where, taken = rule.name, _taken(system, rule)
    yield from (_Read(where, t, False, {}) for t in rule.when)
    yield from _set_reads(system, where, rule.set, taken)
    for sweep in rule.sweeps:
        fields = system.known_bag(sweep.bag, where).fields
        record = {f"{sweep.element}.{f.name}": f.ghost for f in fields}
        yield _Read(where, sweep.drop, False, record)
        yield from _field_reads(where, fields, sweep.set, record)
    for block in rule.blocks:
        for row in block.rows:
            yield from _row_reads(system, f"the row {row.name!r} of {where}", block, row, taken)


def _taken(system: TransitionSystem, rule: Rule) -> dict[str, bool]:
    """The names of the fields of the record that the rule takes, and whether they are ghosts."""
    if rule.take is None:
        return {}
    fields = system.known_bag(rule.take.bag, rule.name).fields
    return {f"{rule.take.element}.{f.name}": f.ghost for f in fields}


def _row_reads(
    system: TransitionSystem, where: str, block: FirstMatch, row: Row, local: Mapping[str, bool]
) -> Iterator[_Read]:
    yield from (_Read(where, t, False, local) for t in row.when)
    if row.pick:
        local = {**local, row.pick.variable.name: False}
        yield _Read(where, row.pick.among, False, local)
    yield from _set_reads(system, where, {**row.set, **_goto(block, row, where)}, local)
    for v in row.forget:
        _declared(system, v, where)
    if row.send:
        fields = system.known_bag(row.send.bag, where).fields
        if {f.name for f in fields} != set(row.send.fields):
            raise DefinitionError(f"{where} must send exactly the fields {', '.join(f.name for f in fields)}")
        yield from _field_reads(where, fields, row.send.fields, local)


def _goto(block: FirstMatch, row: Row, where: str) -> dict[Term, Term]:
    """Assignment that `goto` stands for."""
    if row.goto is None:
        return {} if block.control is None else {block.control: block.control}
    if block.control is None:
        raise DefinitionError(f"{where} goes to a state, but its block has no control variable")
    return {block.control: row.goto}


def _set_reads(
    system: TransitionSystem, where: str, updates: Mapping[Term, Term], local: Mapping[str, bool]
) -> Iterator[_Read]:
    for target, term in updates.items():
        declared = _declared(system, target, where)
        _same_sort(where, target.name, declared.term, term)
        yield _Read(where, term, declared.ghost, local)


def _field_reads(
    where: str, fields: tuple[Variable, ...], terms: Mapping[str, Term], local: Mapping[str, bool]
) -> Iterator[_Read]:
    by_name = {f.name: f for f in fields}
    for name, term in terms.items():
        if name not in by_name:
            raise DefinitionError(f"{where} sets the field {name!r}: {choices(name, by_name)}")
        _same_sort(where, name, by_name[name].term, term)
        yield _Read(where, term, by_name[name].ghost, local)


def _same_sort(where: str, name: str, target: Term, term: Term) -> None:
    if target.sort != term.sort:
        raise DefinitionError(f"{where} gives {name!r}, a {target.sort.name}, the value of a {term.sort.name}")


def _declared(system: TransitionSystem, term: Term, where: str) -> Variable:
    if term.name not in system.position:
        raise DefinitionError(f"{where} sets {term.name!r}, which {system.name} does not declare")
    return system.variables[system.position[term.name]]
