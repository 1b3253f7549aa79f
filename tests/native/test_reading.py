"""The native reading of a term agrees with the reference reading."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from language.well_sorted import BAG, FIELDS, FREE, SORTS, terms, valuations
from native.test_layout import unknowing
from tcp.test_readings_agree import TERMS
from tcp.test_readings_agree import free as free_in
from tcp.test_readings_agree import valuations as valuations_of

from tcpmodel.explore.native import build
from tcpmodel.explore.native.code import Code
from tcpmodel.explore.native.layout import WORD
from tcpmodel.explore.native.steps import frame_of, unpack
from tcpmodel.language.operators import Op
from tcpmodel.language.reference import evaluate
from tcpmodel.language.sorts import COUNT
from tcpmodel.language.terms import Term, at_least, constant, every, some, up, variable, variables, walk
from tcpmodel.systems.system import Bag, State, TransitionSystem, Variable

COUNTED = 40
"""The bits of a count that pushes what follows towards the end of a word."""


def system_of(
    free: Sequence[Term], bags: Mapping[str, Sequence[Term]], *, bits: int, capacity: int
) -> TransitionSystem:
    """A system in which the terms can be read; a wide count in every group makes fields end where words do."""
    owners = dict.fromkeys(v.name.partition(".")[0] for v in free if "." in v.name)
    wide = [Variable(variable(f"{owner}.wide", COUNT), top=(1 << COUNTED) - 1) for owner in owners]
    return TransitionSystem(
        "readable",
        bits,
        (*wide, *(Variable(v, top=1 << 20 if v.sort == COUNT else None) for v in free)),
        tuple(
            Bag(
                name,
                tuple(
                    Variable(variable(v.name.partition(".")[2], v.sort), top=9 if v.sort == COUNT else None)
                    for v in fields
                ),
                capacity,
            )
            for name, fields in bags.items()
        ),
        (),
    )


def state_of(system: TransitionSystem, values: Mapping[str, Any]) -> State:
    bags = []
    for bag in system.bags:
        records = values.get(bag.name, [])
        bags.append(tuple(sorted(tuple(r.get(f.name, 0) for f in bag.fields) for r in records)))
    return State(tuple(values.get(v.name, (1 << COUNTED) - 1) for v in system.variables), tuple(bags))


def native_values(system: TransitionSystem, asked: Sequence[Term], states: Sequence[State]) -> list[list[int]]:
    """For each state the value of each term, by compiled code."""
    layout = unknowing(system)
    code = Code("tell", {"states": "ptr", "count": "i64", "out": "ptr"}, public=True)
    with code.counting(0, code.arguments["count"]) as n:
        state = code.arguments["states"].at(n * layout.words).address
        frame = frame_of(layout, code, unpack(layout, [state.at(i).get() for i in range(layout.words)]))
        for i, term in enumerate(asked):
            code.arguments["out"].at(n * len(asked) + i).set(frame.read(term).to("i64"))
    code.give()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "FUNCTIONS", ("tell",))
        program = build.Program(build.compiled(code.text()))
    stored = b"".join(layout.pack(s).to_bytes(layout.words * WORD // 8, "little") for s in states)
    data, out = np.frombuffer(stored, np.uint64).copy(), np.zeros((len(states), len(asked)), np.uint64)
    program.function("tell", 3)(data.ctypes.data, len(states), out.ctypes.data)
    return [[int(x) for x in row] for row in out]


@st.composite
def questions(draw: Any, bits: int) -> tuple[list[Term], list[dict[str, Any]]]:
    asked = [draw(terms(sort)) for sort in SORTS for _ in range(2)]
    return asked, [draw(valuations(bits)) for _ in range(3)]


def assert_agreement(system: TransitionSystem, asked: Sequence[Term], values: Sequence[Mapping[str, Any]]) -> None:
    found = native_values(system, asked, [state_of(system, v) for v in values])
    for row, here in zip(found, values, strict=True):
        for term, number in zip(asked, row, strict=True):
            assert number == evaluate(term, here, bits=system.bits), (term, here)


@pytest.mark.parametrize("bits", [1, 2, 3, 4, 5, 6, 7, 8, 16, 32])
def test_random_terms_have_the_reference_meaning(bits: int) -> None:
    system = system_of(FREE, {BAG: FIELDS}, bits=bits, capacity=3)

    @given(questions(bits))
    @settings(max_examples=8)
    def agree(question) -> None:
        assert_agreement(system, *question)

    agree()


@pytest.mark.parametrize("bits", [3, 4])
def test_every_term_of_every_rule_and_knob_has_the_reference_meaning(bits: int) -> None:
    free = sorted({v for t in TERMS for v in free_in(t)}, key=lambda v: v.name)
    fields = sorted({v for t in TERMS for v in variables(t) if v.name.startswith("each.")}, key=lambda v: v.name)
    names = {t.payload[0] for term in TERMS for t in walk(term) if t.op is Op.SOME}
    system = system_of(free, dict.fromkeys(sorted(names), fields), bits=bits, capacity=2)
    nothing = {v.name: 0 for v in free}
    asked = [(term, {**nothing, **values}) for term in TERMS for values in list(valuations_of(term, bits))[:40]]
    found = native_values(system, TERMS, [state_of(system, values) for _, values in asked])
    place = {term: i for i, term in enumerate(TERMS)}
    for (term, values), row in zip(asked, found, strict=True):
        bags = {bag: [{**dict.fromkeys(f.name[5:] for f in fields), **r} for r in values.get(bag, [])] for bag in names}
        assert row[place[term]] == evaluate(term, {**values, **bags}, bits=bits), (term, values)


def test_a_quantifier_within_a_quantifier_reads_the_inner_record_under_its_own_name() -> None:
    k, each, other = variable("k", COUNT), variable("each.k", COUNT), variable("other.k", COUNT)
    system = TransitionSystem("nested", 2, (Variable(k),), (Bag("post", (Variable(k, top=9),), 3),), ())
    greater = some("post", "other", every("post", "each", at_least(other, each) & at_least(k, each)))
    shadowed = some("post", "each", at_least(each, 3) & some("post", "each", at_least(constant(1, COUNT), each)))
    for records in ([], [1], [3], [1, 3], [0, 4, 5]):
        for own in (0, 4, 9):
            values = {"k": own, "post": [{"k": r} for r in records]}
            assert_agreement(system, [greater, shadowed, up(up(k))], [values])
