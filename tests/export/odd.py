"""Odd little systems, drawn at random: whatever rules and rows may do, in combinations that no protocol needs."""

from __future__ import annotations

from random import Random

from tcpmodel.language.sorts import BOOL, COUNT, SEQ, Enum
from tcpmodel.language.terms import (
    TRUE,
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
    some,
    up,
    upto,
    variable,
    within,
)
from tcpmodel.systems.row import Emission, FirstMatch, Pick, Row
from tcpmodel.systems.system import Bag, Limit, Rule, State, Sweep, Take, TransitionSystem, Variable

PHASE = Enum("Phase", ("idle", "do", "now"))
PHASES = alternatives(PHASE)
N, M, COUNTED, FLAG, PHASE_IS = (
    variable("n", SEQ),
    variable("if", SEQ),
    variable("count", COUNT),
    variable("a.flag", BOOL),
    variable("phase", PHASE),
)
PICKED = variable("picked", SEQ)
MOST = 3


def odd(seed: int) -> TransitionSystem:
    """A system; the same seed gives the same."""
    return _Drawing(Random(seed)).system(f"odd {seed}")


class _Drawing:
    def __init__(self, random: Random) -> None:
        self.random = random

    def chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def system(self, name: str) -> TransitionSystem:
        fields = (
            Variable(variable("number", SEQ)),
            Variable(variable("old", BOOL)),
            Variable(variable("age", COUNT), top=MOST),
        )
        bags = tuple(
            Bag(bag, fields, self.random.randint(1, 3), self.chance(40), self.random.choice(("lose", "block")))
            for bag in ("post", "taken")
        )
        start = State(
            (self.random.randrange(4), 0, 0, 0, self.random.randrange(3)),
            tuple(tuple((self.random.randrange(4), 1, 0) for _ in range(self.random.randint(0, 1))) for _ in bags),
        )
        rules = tuple(self.rule(f"rule {k}") for k in range(self.random.randint(2, 4)))
        variables = (Variable(N), Variable(M), Variable(COUNTED, top=MOST), Variable(FLAG), Variable(PHASE_IS))
        limits = tuple(Limit(f"limit {k}", self.limit()) for k in range(self.random.randint(0, 2)))
        return TransitionSystem(name, 2, variables, bags, rules, limits, start=start)

    def limit(self) -> Term:
        return either(self.condition([]), self.condition([]), ~equal(N, M), ~at_least(COUNTED, 2))

    def rule(self, name: str) -> Rule:
        take = Take(self.random.choice(("post", "taken")), "got", self.chance(25)) if self.chance(60) else None
        got = [] if take is None else ["got"]
        blocks = tuple(self.block(got) for _ in range(self.random.randint(1, 4)))
        when = (self.condition([]),) if self.chance(30) else ()
        sweeps = tuple(self.sweep(bag) for bag in ("post", "taken") if self.chance(20))
        return Rule(name, "toy", name, blocks, when=when, take=take, set=self.updates(got, 25), sweeps=sweeps)

    def sweep(self, bag: str) -> Sweep:
        drop = TRUE if self.chance(30) else self.condition(["each"])
        age = variable("each.age", COUNT)
        return Sweep(bag, "each", both(drop) if drop is TRUE else either(drop, at_least(age, MOST)), {"age": up(age)})

    def block(self, got: list[str]) -> FirstMatch:
        control = PHASE_IS if self.chance(70) else None
        states = tuple(p for p in PHASES if self.chance(60)) if control is not None else ()
        rows = tuple(self.row(f"row {k}", got, control, last=k == 2) for k in range(3))
        return FirstMatch("a block", control, states, rows)

    def row(self, name: str, got: list[str], control: Term | None, *, last: bool) -> Row:
        pick = Pick(PICKED, self.condition(got, PICKED)) if self.chance(15) else None
        numbers = [] if pick is None else [PICKED]
        send = None
        if self.chance(35):
            fields = {
                "number": self.number(got, *numbers),
                "old": self.condition(got),
                "age": constant(self.random.randrange(2), COUNT),
            }
            send = Emission(self.random.choice(("post", "taken")), fields)
        return Row(
            name,
            "toy",
            when=() if last and self.chance(60) else (self.condition(got),),
            pick=pick,
            set=self.updates(got, 35, *numbers),
            goto=self.random.choice(PHASES) if control is not None and self.chance(40) else None,
            send=send,
            forget=tuple(v for v in (N, M, FLAG) if self.chance(10)),
            more=self.chance(40),
            refuses=self.chance(10),
        )

    def updates(self, got: list[str], percent: int, *numbers: Term) -> dict[Term, Term]:
        again = choose(at_least(COUNTED, MOST), constant(0, COUNT), up(COUNTED))
        new = {
            N: self.number(got, *numbers),
            M: self.number(got, *numbers),
            COUNTED: again if self.chance(50) else down(COUNTED),
            FLAG: self.condition(got),
        }
        return {target: term for target, term in new.items() if self.chance(percent)}

    def number(self, got: list[str], *more: Term) -> Term:
        if self.chance(40):
            return self.random.choice((N, M)) + self.random.randrange(4)
        known = [N, M, constant(self.random.randrange(4), SEQ), *(variable(f"{g}.number", SEQ) for g in got), *more]
        term = self.random.choice(known)
        return choose(self.condition([]), term, self.random.choice(known)) if self.chance(15) else term

    def condition(self, got: list[str], *numbers: Term, deep: int = 2) -> Term:
        a, b = (self.number(got, *numbers) if deep else N for _ in range(2))
        kinds = [equal(a, b), before(a, b), within(a, b, 2), upto(N, a, b), FLAG, at_least(COUNTED, 1)]
        kinds += [variable(f"{g}.old", BOOL) for g in got] + [equal(PHASE_IS, self.random.choice(PHASES))]
        if deep:
            bag = self.random.choice(("post", "taken"))
            kinds += [some(bag, "one", self.condition([*got, "one"], deep=0))]
            kinds += [both(self.condition(got, *numbers, deep=0), self.condition(got, deep=0))]
        term = self.random.choice(kinds)
        return ~term if self.chance(40) else term
