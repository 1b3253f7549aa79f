"""Random small transition systems that use everything a rule may have, and claims on them.

Two endpoints `x` and `y` with variables alike, plain names beside them, a bag and a queue.  A count
never goes beyond its top unless a limit cuts the step, which no later row can undo.  They are drawn
from seeded chance, not by Hypothesis, for which systems of this size are too large an example.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from tcpmodel.language.sorts import BOOL, COUNT, SEQ, Enum, Sort
from tcpmodel.language.terms import (
    TRUE,
    Substitution,
    Term,
    alternatives,
    at_least,
    before,
    both,
    choose,
    constant,
    down,
    either,
    equal,
    every,
    named,
    some,
    up,
    upto,
    variable,
    within,
)
from tcpmodel.systems.claims import Always, Claim, DeadlockFree, Fair, LeadsTo, Witness
from tcpmodel.systems.parts import mapped
from tcpmodel.systems.row import Emission, FirstMatch, Pick, Row
from tcpmodel.systems.system import Bag, Limit, Rule, Sweep, Take, TransitionSystem, Variable

MODE = Enum("Mode", ("idle", "open", "half", "shut", "gone"))
TOP = 2
WIDE = 1 << 40
PICKED = variable("picked", SEQ)
OWN = {"a": SEQ, "b": BOOL, "c": COUNT, "mode": MODE, "wide": COUNT}
PLAIN = {"n": SEQ, "flag": BOOL, "phase": MODE}
FIELDS = {"bag": {"k": SEQ, "z": BOOL, "c": COUNT}, "queue": {"z": BOOL, "k": SEQ, "m": MODE}}


def terms_called(owner: str, sorts: dict[str, Sort]) -> list[Term]:
    return [variable(f"{owner}.{name}" if owner else name, sort) for name, sort in sorts.items()]


SWAP = {
    old: new
    for one, other in (("x", "y"), ("y", "x"))
    for old, new in zip(terms_called(one, OWN), terms_called(other, OWN), strict=True)
}


def top(v: Term) -> int | None:
    return None if v.sort != COUNT else WIDE if v.name.endswith(".wide") else TOP


@dataclass
class Maker:
    """Draws the parts of one system; `known` are the terms that may be read where it is."""

    random: Random
    known: Sequence[Term]
    bags: Sequence[Bag]
    upped: set[str] = field(default_factory=set)
    numbers: int = 4

    def chance(self, one_in: int) -> bool:
        return self.random.randrange(one_in) == 0

    def among(self, things: Sequence[Any]) -> Any:
        return self.random.choice(list(things))

    def some_of(self, things: Sequence[Any], most: int) -> list[Any]:
        things = list(things)
        return self.random.sample(things, min(len(things), self.random.randint(0, most)))

    def knowing(self, *more: Term) -> Maker:
        return replace(self, known=[*self.known, *more])  # which shares `upped`

    def leaf(self, sort: Sort) -> Term:
        values = {BOOL: 2, SEQ: self.numbers, COUNT: TOP + 1}.get(sort) or len(MODE.values)
        known = [v for v in self.known if v.sort == sort and top(v) != WIDE]
        return self.among([*known, *known, constant(self.among(range(values)), sort)])

    def term(self, sort: Sort, depth: int = 2) -> Term:
        if depth == 0 or self.chance(3):
            return self.leaf(sort)
        if sort == BOOL:
            return self.truth(depth - 1)
        if sort == SEQ and self.chance(2):
            a, b = self.term(SEQ, depth - 1), self.term(SEQ, depth - 1)
            return a + b if self.chance(2) else a - b
        if sort == COUNT and self.chance(2):
            return down(self.term(COUNT, depth - 1))
        if sort == COUNT and self.chance(2):
            c = self.leaf(COUNT)
            return choose(at_least(c, TOP), c, up(c))
        return choose(self.term(BOOL, depth - 1), self.term(sort, depth - 1), self.term(sort, depth - 1))

    def truth(self, depth: int) -> Term:
        def sub(sort: Sort) -> Term:
            return self.term(sort, depth)

        return self.among(
            (
                lambda: ~sub(BOOL),
                lambda: both(sub(BOOL), sub(BOOL)),
                lambda: either(sub(BOOL), sub(BOOL)),
                lambda: equal(sub(SEQ), sub(SEQ)),
                lambda: equal(sub(MODE), self.leaf(MODE)),
                lambda: within(sub(SEQ), sub(SEQ), sub(SEQ)),
                lambda: upto(sub(SEQ), sub(SEQ), sub(SEQ)),
                lambda: before(sub(SEQ), sub(SEQ)),
                lambda: at_least(sub(COUNT), sub(COUNT)),
                lambda: named("so called", sub(BOOL)),
                lambda: self.quantified(depth),
            )
        )()

    def quantified(self, depth: int) -> Term:
        if not self.bags:
            return self.leaf(BOOL)
        bag = self.among(self.bags)
        inside = self.knowing(*terms_called("each", FIELDS[bag.name])).term(BOOL, depth)
        return (some if self.chance(2) else every)(bag.name, "each", inside)

    # Rules.

    def variables(self) -> list[Term]:
        return [v for v in self.known if v.name.partition(".")[0] in ("x", "y", *PLAIN)]

    def updates(self, most: int, *, may_count: bool = False) -> dict[Term, Term]:
        found = {}
        for v in self.some_of(self.variables(), most):
            if top(v) == WIDE:
                found[v] = choose(at_least(v, WIDE), v, up(v)) if self.chance(2) else down(v)
            elif v.sort == COUNT and may_count and self.chance(2):
                found[v] = up(v)
                self.upped.add(v.name)
            else:
                found[v] = self.term(v.sort)
        return found

    def emission(self) -> Emission:
        bag = self.among(self.bags)
        return Emission(bag.name, {f.name: self.term(f.term.sort, 1) for f in bag.fields})

    def row(self, name: str, block: FirstMatch, *, last: bool) -> Row:
        when = () if last and not self.chance(3) else tuple(self.term(BOOL, 1) for _ in range(self.among((0, 1, 1, 2))))
        if self.chance(7):
            return Row(name, "", when=when, refuses=True)
        pick, maker = None, self
        if self.chance(6):
            among = self.knowing(PICKED).term(BOOL, 1) if self.chance(2) else within(PICKED, self.leaf(SEQ), 2)
            pick, maker = Pick(PICKED, among), self.knowing(PICKED)
        more = self.chance(2)
        updates = maker.updates(3, may_count=not more)
        forget = [v for v in self.some_of(self.variables(), 1) if v.sort != COUNT and v not in updates]
        return Row(
            name,
            "",
            when=when,
            pick=pick,
            set={v: t for v, t in updates.items() if v is not block.control},
            goto=self.among(alternatives(MODE)) if block.control is not None and self.chance(2) else None,
            send=maker.emission() if self.bags and self.chance(3) else None,
            forget=tuple(forget) if self.chance(3) else (),
            more=more,
        )

    def block(self, name: str) -> FirstMatch:
        control = self.among([None, *(v for v in self.variables() if v.sort == MODE)])
        states = () if control is None else tuple(self.random.sample(alternatives(MODE), self.random.randint(2, 5)))
        block = FirstMatch(name, control, states, ())
        many = self.among((1, 2, 2, 3))
        rows = tuple(self.row(f"{name}.{r}", block, last=r == many - 1) for r in range(many))
        return replace(block, rows=rows)

    def sweep(self) -> Sweep:
        bag = self.among(self.bags)
        maker = self.knowing(*terms_called("each", FIELDS[bag.name]))
        changed = self.some_of(bag.fields, 1)
        return Sweep(bag.name, "each", maker.term(BOOL, 1), {f.name: maker.term(f.term.sort, 1) for f in changed})

    def rule(self, name: str) -> Rule:
        take, maker = None, self
        if self.bags and self.chance(2):
            bag = self.among(self.bags)
            take = Take(bag.name, "it", keep=self.chance(3))
            maker = self.knowing(*terms_called("it", FIELDS[bag.name]))
        return Rule(
            name,
            "",
            "",
            tuple(maker.block(f"{name}.{b}") for b in range(self.among((1, 1, 2, 3)))),
            when=tuple(self.term(BOOL, 1) for _ in range(self.among((0, 0, 1)))),
            take=take,
            set=maker.updates(1) if self.chance(3) else {},
            sweeps=(self.sweep(),) if self.bags and self.chance(6) else (),
        )


def twin(rule: Rule) -> Rule:
    """The same rule of the other endpoint."""
    return replace(mapped(rule, Substitution(SWAP)), name=f"{rule.name} of the other")


def filling(maker: Maker, bag: Bag) -> Rule:
    """A rule by which a record of any kind may come into the bag."""
    row = Row(f"fill {bag.name}", "", send=Emission(bag.name, {f.name: maker.leaf(f.term.sort) for f in bag.fields}))
    return Rule(row.name, "", row.name, (FirstMatch(row.name, None, (), (row,)),))


def random_system(random: Random, *, most_rules: int = 4) -> TransitionSystem:
    bits = random.choice((1, 2, 2, 3))
    known = [v for owner in ("x", "y") for v in terms_called(owner, OWN)] + terms_called("", PLAIN)
    if random.random() < 0.5:
        known = [v for v in known if top(v) != WIDE]
    order = random.sample(known, len(known)) if random.random() < 0.5 else known
    bags = tuple(
        Bag(
            name,
            tuple(Variable(variable(f, sort), top=TOP if sort == COUNT else None) for f, sort in FIELDS[name].items()),
            random.randint(1, 3),
            ordered=name == "queue",
            when_full=random.choice(("lose", "block")),
        )
        for name in random.choice(((), ("bag",), ("queue",), ("bag", "queue"), ("queue", "bag")))
    )
    maker = Maker(random, known, bags)
    rules = [maker.rule(f"r{i}") for i in range(random.randint(2, most_rules))]
    rules += [twin(rule) for rule in rules if random.random() < 0.5]
    rules += [filling(maker, bag) for bag in bags]
    maker.upped |= {SWAP[v].name for v in known if v.name in maker.upped and v in SWAP}
    limits = [Limit(f"{v.name} is spent", ~at_least(v, TOP + 1)) for v in known if v.name in maker.upped]
    if maker.chance(3):
        few = replace(maker, numbers=min(4, 1 << bits))
        limits.append(Limit("out of bounds", ~both(*(few.term(BOOL) for _ in range(3)))))
    return TransitionSystem(
        "random",
        bits,
        tuple(Variable(v, _start(random, v, bits), top(v)) for v in order),
        bags,
        tuple(rules),
        tuple(limits),
    )


def _start(random: Random, v: Term, bits: int) -> int:
    if top(v) == WIDE:
        return random.choice((0, 1, WIDE - 1, WIDE))
    return random.randint(0, {BOOL: 1, SEQ: (1 << bits) - 1, COUNT: TOP}.get(v.sort, len(MODE.values) - 1))


def random_claims(random: Random, system: TransitionSystem) -> list[Claim]:
    maker = Maker(random, [v.term for v in system.variables], system.bags, numbers=min(4, 1 << system.bits))
    fair = []
    for rule in maker.some_of(system.rules, 3):
        taking = TRUE
        if rule.take and maker.chance(2):
            own = Maker(random, terms_called(rule.take.element, FIELDS[rule.take.bag]), ())
            taking = own.term(BOOL, 1)
        fair.append(Fair(rule.name, strong=maker.chance(2), taking=taking))
    return [
        Always("always", maker.term(BOOL), needs=maker.term(BOOL)),
        Always("nearly_always", either(*(maker.term(BOOL) for _ in range(4)))),
        Witness("witness", both(maker.term(BOOL), maker.term(BOOL))),
        Witness("rare_witness", both(*(maker.term(BOOL, 1) for _ in range(4)))),
        DeadlockFree("deadlock_free", maker.term(BOOL)),
        LeadsTo("leads_to", maker.term(BOOL), maker.term(BOOL), tuple(fair)),
    ]
