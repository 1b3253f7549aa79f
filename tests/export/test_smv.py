"""An SMV model, read as its text says, has the states, steps and claims of the reference."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import pytest
from engines.toys import TOYS
from export.odd import odd
from export.smv_text import Model, Word
from native.random_systems import random_claims, random_system
from prove.test_unrolling import arranged, as_state, choices
from systems.path_steps import reached
from systems.small import count, flag, n, of_rows, row

from tcpmodel.errors import UsageError
from tcpmodel.export.smv import smv
from tcpmodel.judging.load import load
from tcpmodel.language.operators import Op
from tcpmodel.language.terms import Term, at_least, constant, equal, up
from tcpmodel.systems.claims import Always, DeadlockFree, Witness
from tcpmodel.systems.firing import Reference
from tcpmodel.systems.relation import Relation
from tcpmodel.systems.system import State, TransitionSystem
from tcpmodel.systems.trace import value_of

NEXT = re.compile(r"next\((\w+)\) = (.*)")


class Steps:
    """The steps of the exported text; states and inputs are laid out as those of the prover's relation."""

    def __init__(self, s: TransitionSystem, *claims: Any) -> None:
        self.system, self.relation = s, Relation(s)
        self.model = Model(smv(s, claims, spec="s"))
        limits, self.happens, *later = self.model.trans
        self.limits = limits.removeprefix("next(").removesuffix(")")
        self.later = dict(match.groups() for t in later if (match := NEXT.fullmatch(t)))
        declared = {re.sub(r"\W", "_", name): name for name in self.relation.layout.unknown()}
        assert [re.sub(r"_+$", "", v) for v in self.model.sections["VAR"]] == [re.sub(r"_+$", "", v) for v in declared]
        self.names = dict(zip(self.model.sections["VAR"], declared.values(), strict=True))

    def words(self, known: dict[str, Term]) -> dict[str, Any]:
        """Values as the model calls them."""
        words = {name: word for word, name in self.names.items()}
        inputs = (name for name in self.model.sections["IVAR"] if name.startswith("picked"))
        return {name: Word(0, self.system.bits) for name in inputs} | {
            words.get(name, re.sub(r"\W", "_", name)): self.model.value_of(term, self.system.bits)
            for name, term in known.items()
        }

    def zeros(self, state: State) -> dict[str, Term]:
        """What the fields of empty places are."""
        layout = self.relation.layout
        bags = zip(layout.places.values(), state.bags, strict=True)
        fields = [t for places, records in bags for p in places[len(records) :] for t in p.fields.values()]
        return {t.name: constant(min(layout.within[t.name] or {0}), t.sort) for t in fields if t.op is Op.VARIABLE}

    def steps(self, state: State) -> set[tuple[int, State]]:
        found = set()
        known = arranged(self.relation, state, at_the_end=False)
        for k, chosen in choices(self.relation, known):
            values = self.words(chosen)
            if self.model.value(self.happens, values):
                after = {word: self.model.value(text, values) for word, text in self.later.items()}
                if self.model.value(self.limits, values | after):
                    found.add((k, self.state(known, after)))
        return found

    def state(self, known: dict[str, Term], after: dict[str, Any]) -> State:
        unknown = self.relation.layout.unknown()
        numbers = {name: term.payload for name, term in known.items()}
        for word, name in self.names.items():
            sort = unknown[name].sort
            alternatives = [re.sub(r"\W", "_", f"{sort.name} {v}") for v in getattr(sort, "values", ())]
            numbers[name] = alternatives.index(after[word]) if alternatives else int(after[word])
        return as_state(self.relation, numbers)

    def agree(self, most: int) -> int:
        """Compare with the reference from the states nearest to the start; how many steps there were."""
        reference, compared = Reference(self.system), 0
        for state in reached(self.system, most):
            expected = {(o.step.rule, o.state) for o in reference.steps(state) if o.state is not None}
            assert self.steps(state) == expected, (self.system.name, state)
            compared += len(expected)
        return compared


@pytest.mark.parametrize("seeds", [range(i, 24, 4) for i in range(4)], ids=str)
def test_a_random_model_has_the_steps_of_the_reference(seeds: range) -> None:
    assert sum(Steps(random_system(Random(seed))).agree(4) for seed in seeds) > 30


def test_an_odd_model_has_the_steps_of_the_reference() -> None:
    assert sum(Steps(odd(seed)).agree(4) for seed in range(20)) > 30


@pytest.mark.parametrize("toy", TOYS.values(), ids=TOYS)
def test_a_toy_has_the_steps_of_the_reference(toy: Any) -> None:
    Steps(toy.system).agree(6)


@pytest.mark.parametrize("name", ["reset_meets_listener", "two_way_stale_syn"])
def test_a_spec_has_the_steps_of_the_reference(name: str) -> None:
    assert Steps(load(name).system).agree(5) > 5


def test_claims_and_the_start_are_what_they_are_of_states() -> None:
    for seed in range(12):
        random = Random(seed)
        s = random_system(random)
        claims = random_claims(random, s)
        steps = Steps(s, *claims)
        assert len(steps.model.claims) == 4
        for number, state in enumerate(reached(s, 4)):
            values = steps.words(arranged(steps.relation, state, at_the_end=False) | steps.zeros(state))
            assert bool(steps.model.value(steps.model.init, values)) == (number == 0)
            for claim in claims:
                if isinstance(claim, Always | Witness):
                    kind, holds = ("always", 1) if isinstance(claim, Always) else ("never", 0)
                    said = steps.model.value(steps.model.claims[f"{kind}_{claim.name}"], values)
                    assert bool(said) == (value_of(s, claim.predicate, state) == holds)


def test_the_text_of_a_small_system() -> None:
    s = of_rows(row(when=(flag,), set={n: n + 3}), row(set={flag: ~flag}))
    text = smv(s, [Always("small", ~equal(n, 7)), DeadlockFree("goes_on")], spec="small")
    assert "-- Claims exported:     small\n-- Claims not exported: goes_on (deadlock_free)\n" in text
    assert "  n : unsigned word[3];\n  flag : boolean;\n" in text
    assert "INVARSPEC NAME always_small := !(n = 0ud3_7);\n" in text
    assert "TRANS next(n) = " in text


def test_a_count_without_a_top_has_no_range() -> None:
    with pytest.raises(UsageError, match="count counts without a top, so SMV has no range for it"):
        smv(of_rows(row(when=(~at_least(count, 99),), set={count: up(count)})), [], spec="s")
