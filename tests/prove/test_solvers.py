"""Terms as SMT-LIB text mean what the reference reading says, to every solver; and none of them guesses."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.util import find_spec
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from language.well_sorted import BAG, COLOUR, FIELDS, FREE, SORTS, terms, valuations

from tcpmodel.errors import BadConfiguration, UsageError
from tcpmodel.language.operators import Op, complete
from tcpmodel.language.reference import evaluate
from tcpmodel.language.sorts import BOOL, COUNT, SEQ, Enum, Sort
from tcpmodel.language.terms import (
    FALSE,
    TRUE,
    Term,
    alternatives,
    at_least,
    before,
    both,
    constant,
    down,
    equal,
    named,
    some,
    up,
    upto,
    variable,
    within,
)
from tcpmodel.prove.smtlib import COUNT_BITS, LOGIC, SMTLIB, Script, literal, outline, sort_text, width
from tcpmodel.prove.solving import SOLVERS, Solver, questions, solver
from tcpmodel.systems.moments import Contents, Moment, Place

P, Q, X, Y, C, D, E, F = FREE
BITS = (3, 32)


def mark(name: str) -> Any:
    """The solver's name; tests are skipped where its wheel, which has the same name, is not installed."""
    absent = pytest.mark.skipif(find_spec(name) is None, reason=f"{name} is not installed: tcpmodel[recheck] has it")
    return pytest.param(name, marks=absent)


@pytest.fixture(params=[mark(name) for name in SOLVERS])
def asked(request: pytest.FixtureRequest) -> Solver:
    return solver(request.param)


def text(*assumed: Term, bits: int = 3) -> str:
    script = Script(bits=bits)
    assume = script.assert_
    for term in assumed:
        assume(term)
    return script.text()


# The reading.


def unfolded(term: Term, values: Mapping[str, Any], bits: int) -> tuple[Term, dict[Term, int]]:
    """The term without quantifiers, and every variable's value; fields of records become variables."""
    known = {v: values[v.name] for v in FREE}
    places = []
    for k, record in enumerate(values[BAG]):
        fields = {f.name.partition(".")[2]: variable(f"{BAG}[{k}].{f.name}", f.sort) for f in FIELDS}
        known |= {v: record[name] for name, v in fields.items()}
        places.append(Place(TRUE, fields))
    return Moment(bits, {}, {BAG: Contents(tuple(places), ())}).read(term), known


@pytest.mark.parametrize("bits", BITS)
def test_every_solver_computes_the_value_that_the_reference_reading_gives(bits: int, asked: Solver) -> None:
    @given(st.data(), st.sampled_from(SORTS))
    def agree(data: st.DataObject, sort: Sort) -> None:
        term, values = data.draw(terms(sort)), data.draw(valuations(bits))
        plain, known = unfolded(term, values, bits)
        result = variable("the result", sort)
        facts = (equal(v, constant(x, v.sort)) for v, x in known.items())
        answer = asked.ask(text(*facts, equal(result, plain), bits=bits))
        assert answer.word == "sat", term
        assert answer.values[result.name] == evaluate(term, values, bits=bits), (term, values)

    agree()


@pytest.mark.parametrize("bits", BITS)
def test_solvers_agree_on_what_is_possible_and_what_they_find_is_true(bits: int) -> None:
    every = [solver(name) for name in SOLVERS if find_spec(name)]
    few = settings(max_examples=30)
    small = both(*(at_least(constant(3, COUNT), v) for v in FREE if v.sort == COUNT))

    @few
    @given(st.data())
    def agree(data: st.DataObject) -> None:
        term, _ = unfolded(data.draw(terms(BOOL)), {v.name: 0 for v in FREE} | {BAG: []}, bits)
        answers = [one.ask(text(small, term, bits=bits)) for one in every]
        assert len({answer.word for answer in answers}) == 1, term
        for answer in answers:
            if answer.word == "sat":
                values = {v.name: 0 for v in FREE} | answer.values
                assert evaluate(both(small, term), values, bits=bits), (term, values)

    agree()


def test_the_lazy_way_of_asking_finds_the_same(asked: Solver) -> None:
    can, cannot = text(within(X, Y, 2), ~equal(X, Y), bits=32), text(within(X, Y, 1), ~equal(X, Y), bits=32)
    for lazily in (False, True):
        assert asked.ask(can, lazily=lazily).word == "sat"
        assert asked.ask(cannot, lazily=lazily).word == "unsat"


def test_in_outline_nothing_is_known_of_numbers_but_which_are_equal() -> None:
    """What is so whatever numbers are is found; what needs arithmetic is not; that 3 is not 4 is known."""
    cannot_be = pytest.importorskip("tcpmodel.prove.smt").cannot_be_in_outline
    assert cannot_be(text(equal(X, Y), within(X, 3, 2), ~within(Y, 3, 2), bits=32))
    assert cannot_be(text(equal(X, 3), equal(X, 4), bits=32))
    assert not cannot_be(text(equal(X + 1, X), bits=32))
    assert "BitVec 32" not in outline(text(within(X, 3, 2), upto(X, Y, 5), before(X, Y - 1), bits=32))


@given(st.data())
def test_what_cannot_be_in_outline_cannot_be(data: st.DataObject) -> None:
    smt = pytest.importorskip("tcpmodel.prove.smt")
    drawn = (unfolded(data.draw(terms(BOOL)), {v.name: 0 for v in FREE} | {BAG: []}, 3)[0] for _ in range(3))
    written = text(*drawn)
    assert not smt.cannot_be_in_outline(written) or smt.Z3().ask(written).word == "unsat"


def test_every_solver_gives_every_variable_a_value(asked: Solver) -> None:
    """Dots, brackets, hyphens and blanks in names included; of what the text only defines it says nothing."""
    odd = tuple(variable(name, SEQ) for name in ("A.snd.una", "post[0].seq", "fin-wait", "seg.ack of B@3"))
    answer = asked.ask(text(*(equal(v, i) for i, v in enumerate(odd)), P | Q, bits=32))
    assert {v.name: answer.values[v.name] for v in odd} == {v.name: i for i, v in enumerate(odd)}
    assert set(answer.values) == {v.name for v in (*odd, P, Q)}
    assert answer.values[P.name] or answer.values[Q.name]


def test_an_alternative_is_one_of_those_that_there_are(asked: Solver) -> None:
    """Three alternatives need two bits, and two bits have a fourth value."""
    assert asked.ask(text(*(~equal(E, colour) for colour in alternatives(COLOUR)))).word == "unsat"
    four = Enum("Four", ("a", "b", "c", "d"))
    assert "(assert (bvult" not in text(equal(variable("four", four), constant(3, four)))


def test_the_largest_count_is_the_last_that_its_bits_hold(asked: Solver) -> None:
    most = constant((1 << COUNT_BITS) - 1, COUNT)
    assert asked.ask(text(~at_least(most, C))).word == "unsat"
    assert asked.ask(text(equal(C, most), equal(D, down(C)), equal(up(D), C))).word == "sat"


# The text.


def test_a_table_that_forgets_an_operator_is_refused() -> None:
    for op in Op:
        with pytest.raises(TypeError, match=f"the SMT-LIB reading has no entry for {op.name}: add one each"):
            complete("SMT-LIB", {k: v for k, v in SMTLIB.items() if k is not op})


def test_a_quantifier_must_be_unfolded_first() -> None:
    with pytest.raises(TypeError, match="unfold it into the places of the bag first"):
        text(some("post", "each", TRUE))


def test_what_occurs_again_is_written_once() -> None:
    term = P
    for _ in range(40):  # as a tree this has 2^40 leaves
        term = equal(both(term, Q), both(term, ~Q))
    assert len(text(term)) < 10_000


def test_a_variable_is_declared_once_and_before_it_is_used() -> None:
    written = text(equal(X, Y), within(X, Y, 2)).splitlines()
    assert written[0] == LOGIC
    assert sum(line.startswith(f"(declare-const |{X.name}|") for line in written) == 1
    assert written.index(f"(declare-const |{X.name}| Number)") < written.index("(assert t1)")


def test_a_phrase_leaves_no_trace() -> None:
    assert text(named("so called", P)) == text(P)


@pytest.mark.parametrize(
    ("sort", "value", "size", "name", "written"),
    [
        (BOOL, 1, None, "Bool", "true"),
        (BOOL, 0, None, "Bool", "false"),
        (SEQ, 33, 5, "Number", "(_ bv1 5)"),
        (COUNT, 9, 8, "(_ BitVec 8)", "(_ bv9 8)"),
        (COLOUR, 2, 2, "(_ BitVec 2)", "(_ bv2 2)"),
        (Enum("One", ("only",)), 0, 1, "(_ BitVec 1)", "(_ bv0 1)"),
    ],
)
def test_a_sort_has_as_many_bits_as_it_needs(sort: Sort, value: int, size: int | None, name: str, written: str) -> None:
    assert (width(sort, bits=5), sort_text(sort, bits=5), literal(value, sort, bits=5)) == (size, name, written)


def test_what_a_scope_declares_and_defines_is_gone_behind_it(asked: Solver) -> None:
    script = Script(bits=3)
    assume = script.assert_
    assume(equal(X, 3))
    for value in (3, 4):
        with script.scope():
            assume(equal(Y, value))
            assume(equal(X, Y))
            script.lines.append("(check-sat)")
    first, second = questions(script.text())
    assert [asked.ask(question).word for question in (first, second)] == ["sat", "unsat"]
    assert "(_ bv3 3)" in second  # what stands outside of scopes is in every question
    assert first.count("declare-const") == second.count("declare-const") == 2


def test_a_text_without_a_question_asks_none() -> None:
    assert list(questions(text(P))) == []


# No guessing.


def pigeons(number: int) -> str:
    """So many numbers among one fewer, all different: impossible, and hard to see bit by bit."""
    numbers = [variable(f"n{i}", SEQ) for i in range(number)]
    low = variable("low", SEQ)
    facts = [within(n, low, number - 1) for n in numbers] + [~equal(a, b) for a, b in combinations(numbers, 2)]
    return text(*facts, bits=32)


def test_a_few_pigeons_do_not_fit(asked: Solver) -> None:
    assert asked.ask(pigeons(4)).word == "unsat"


def test_a_solver_that_may_not_try_hard_does_not_know(asked: Solver) -> None:
    answer = asked.ask(pigeons(14), effort=20_000)
    assert answer.word == "unknown"
    assert answer.why
    assert not answer.values


def test_a_text_that_asserts_nothing_is_satisfiable(asked: Solver) -> None:
    assert asked.ask(text()).word == "sat"
    assert asked.ask(text(FALSE)).word == "unsat"
    assert asked.ask(text(~upto(X, Y, X))).word == "sat"


def test_a_solver_that_does_not_exist_is_told_in_one_sentence() -> None:
    with pytest.raises(UsageError, match=r"^there is no solver 'bitwzula': did you mean 'bitwuzla'\?$"):
        solver("bitwzula")
    with pytest.raises(UsageError, match=r"^there is no solver 'qqq': write one of bitwuzla, cvc5, z3$"):
        solver("qqq")


@pytest.mark.parametrize(("name", "install"), [("z3", "z3-solver"), ("cvc5", "cvc5"), ("bitwuzla", "bitwuzla")])
def test_a_solver_that_is_not_installed_says_how_to_install_it(
    name: str, install: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, f"tcpmodel.prove.{SOLVERS[name]}", raising=False)
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(BadConfiguration) as missing:
        solver(name)
    line = f"{sys.executable} -m pip install {install}"
    assert str(missing.value) == f"{name} is not installed here: run `{line}` ({name} is missing)"


def test_every_solver_tells_its_name_and_version(asked: Solver) -> None:
    assert asked.name in SOLVERS
    assert asked.version[0].isdigit()
