"""The reference reading: exact on every operator, and the same as Z3's."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from language import z3_reading
from language.well_sorted import BAG, COLOUR, FREE, SORTS, domain, terms, valuations

from tcpmodel.language.operators import Op, complete
from tcpmodel.language.prose import PROSE
from tcpmodel.language.reference import REFERENCE, Records, evaluate, expression, identifier
from tcpmodel.language.sorts import BOOL, COUNT, SEQ
from tcpmodel.language.terms import (
    FALSE,
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
    every,
    named,
    some,
    up,
    upto,
    variable,
    variables,
    within,
)

P, Q, X, Y, C, D, E, F = FREE
RED, GREEN, BLUE = alternatives(COLOUR)
Z = variable("v.seq.3", SEQ)
FIELD = variable("each.seq", SEQ)
NAMES = {X: "x", Y: "y", Z: "z"}


def at(term: Term, *, bits: int = 3, **values: object) -> int:
    names = {"p": P, "q": Q, "x": X, "y": Y, "z": Z, "c": C, "d": D, "e": E, "f": F}
    return evaluate(term, {names[k].name if k in names else k: v for k, v in values.items()}, bits=bits)


# Tables.


@pytest.mark.parametrize("op", Op)
@pytest.mark.parametrize("table", [REFERENCE, PROSE, z3_reading.Z3], ids=["reference", "prose", "Z3"])
def test_a_table_that_forgets_an_operator_is_refused(table, op: Op) -> None:
    with pytest.raises(TypeError, match=f"the toy reading has no entry for {op.name}: add one each"):
        complete("toy", {k: v for k, v in table.items() if k is not op})


def test_a_complete_table_is_given_back() -> None:
    table = dict.fromkeys(Op, str)
    assert complete("toy", table) is table


def test_a_table_that_knows_an_operator_too_many_is_refused() -> None:
    with pytest.raises(TypeError):
        complete("toy", dict.fromkeys(Op, str) | {"another": str})


# Every operator.


@pytest.mark.parametrize(
    ("term", "values", "expected"),
    [
        (TRUE, {}, 1),
        (FALSE, {}, 0),
        (constant(5, SEQ), {}, 5),
        (BLUE, {}, 2),
        (X, {"x": 6}, 6),
        (named("the number", X), {"x": 6}, 6),
        (~P, {"p": 0}, 1),
        (~P, {"p": True}, 0),
        (P & Q, {"p": 1, "q": 0}, 0),
        (P & Q, {"p": 1, "q": 1}, 1),
        (P | Q, {"p": 0, "q": 1}, 1),
        (P | Q, {"p": 0, "q": 0}, 0),
        (choose(P, X, Y), {"p": 1, "x": 3, "y": 4}, 3),
        (choose(P, X, Y), {"p": 0, "x": 3, "y": 4}, 4),
        (equal(E, RED), {"e": 0}, 1),
        (equal(E, F), {"e": 0, "f": 1}, 0),
        (equal(P, Q), {"p": True, "q": 1}, 1),
        (X + Y, {"x": 7, "y": 2}, 1),
        (X - Y, {"x": 1, "y": 3}, 6),
        (within(X, Y, 3), {"x": 0, "y": 6}, 1),
        (within(X, Y, 3), {"x": 1, "y": 6}, 0),
        (within(X, Y, 0), {"x": 6, "y": 6}, 0),
        (upto(X, Y, Z), {"x": 6, "y": 6, "z": 1}, 0),
        (upto(X, Y, Z), {"x": 6, "y": 1, "z": 1}, 1),
        (upto(X, Y, Z), {"x": 6, "y": 3, "z": 6}, 0),
        (before(X, Y), {"x": 6, "y": 1}, 1),
        (before(X, Y), {"x": 6, "y": 2}, 0),
        (before(X, Y), {"x": 6, "y": 6}, 0),
        (up(C), {"c": 9}, 10),
        (down(C), {"c": 9}, 8),
        (down(C), {"c": 0}, 0),
        (at_least(C, D), {"c": 2, "d": 2}, 1),
        (at_least(C, D), {"c": 2, "d": 3}, 0),
        (some("post", "each", equal(FIELD, X)), {"x": 1, "post": [{"seq": 0}, {"seq": 1}]}, 1),
        (some("post", "each", equal(FIELD, X)), {"x": 1, "post": [{"seq": 0}]}, 0),
        (some("post", "each", TRUE), {"post": []}, 0),
        (every("post", "each", equal(FIELD, X)), {"x": 1, "post": []}, 1),
        (every("post", "each", equal(FIELD, X)), {"x": 1, "post": [{"seq": 1}, {"seq": 0}]}, 0),
    ],
    ids=str,
)
def test_an_operator_means_what_its_comment_says(term: Term, values: dict, expected: int) -> None:
    assert at(term, **values) == expected


@pytest.mark.parametrize("bits", [2, 3])
def test_within_is_its_definition_everywhere(bits: int) -> None:
    m = 1 << bits
    for x, low, size in itertools.product(range(m), repeat=3):
        interval = [(low + k) % m for k in range(size)]
        assert at(within(X, Y, Z), bits=bits, x=x, y=low, z=size) == (x in interval)


@pytest.mark.parametrize("bits", [2, 3])
def test_upto_is_its_definition_everywhere(bits: int) -> None:
    m = 1 << bits
    for low, x, high in itertools.product(range(m), repeat=3):
        interval = [(low + k) % m for k in range(1, (high - low) % m + 1)]
        assert at(upto(X, Y, Z), bits=bits, x=low, y=x, z=high) == (x in interval)


@pytest.mark.parametrize("bits", [2, 3])
def test_before_is_its_definition_everywhere(bits: int) -> None:
    m = 1 << bits
    for left, right in itertools.product(range(m), repeat=2):
        half = [(left + k) % m for k in range(1, m // 2)]
        assert at(before(X, Y), bits=bits, x=left, y=right) == (right in half)


def test_the_same_term_is_read_at_every_width() -> None:
    assert [at(X + 1, bits=n, x=(1 << n) - 1) for n in (2, 3, 16, 32)] == [0, 0, 0, 0]
    assert [at(before(X, Y), bits=n, x=0, y=4) for n in (2, 3, 4, 32)] == [0, 0, 1, 1]


def test_a_sequence_constant_is_read_as_a_residue() -> None:
    assert at(equal(X, 9), bits=3, x=1) == 1
    assert at(constant(9, SEQ), bits=3) == 1


def test_a_missing_variable_is_named() -> None:
    with pytest.raises(KeyError, match=r"v\.seq\.2"):
        at(X + Y, x=1)


def test_a_missing_bag_is_named() -> None:
    with pytest.raises(KeyError, match="post"):
        at(some("post", "each", TRUE & P), p=1)


def test_a_value_is_an_integer_not_a_truth_value() -> None:
    assert type(at(P & Q, p=True, q=True)) is int


def test_a_quantifier_may_stand_within_another() -> None:
    outer, inner = variable("one.seq", SEQ), variable("two.seq", SEQ)
    twice = some("a", "one", some("b", "two", equal(outer, inner)))
    assert at(twice, a=[{"seq": 1}, {"seq": 2}], b=[{"seq": 2}]) == 1
    assert at(twice, a=[{"seq": 1}], b=[{"seq": 2}]) == 0


def test_an_expression_reads_a_variable_at_its_place() -> None:
    assert expression(X + 1, bits=3, places={X.name: "w[4]"}, bags={}) == "((w[4] + 1) % 8)"


def test_an_expression_reads_a_field_of_the_record_in_scope() -> None:
    number = variable("letter.number", SEQ)
    bags = {"post": Records("b[0]", lambda field: f"[{field!r}]")}
    text = expression(some("post", "letter", equal(number, 1)), bits=3, places={}, bags=bags)
    assert text == "any((letter['number'] == 1) for letter in b[0])"


@pytest.mark.parametrize("name", ["A.snd.una", "A.left.active OPEN", "time-wait"])
def test_an_identifier_is_one(name: str) -> None:
    assert identifier(name).isidentifier()


# Agreement with Z3.


@pytest.mark.parametrize("bits", [2, 3, 5])
@given(term=st.sampled_from(SORTS).flatmap(terms), data=st.data())
def test_the_readings_agree_on_random_terms(bits: int, term: Term, data) -> None:
    values = data.draw(valuations(bits))
    free = [v for v in variables(term) if v in FREE]
    assert evaluate(term, values, bits=bits) == z3_reading.value(term, values, bits=bits, variables=free)


OPERATORS = (
    ~P,
    both(P, Q),
    either(P, Q),
    choose(P, X, Y),
    choose(P, E, F),
    equal(X, Y),
    equal(C, D),
    equal(P, Q),
    X + Y,
    X - Y,
    within(X, Y, Z),
    upto(X, Y, Z),
    before(X, Y),
    up(C),
    down(C),
    at_least(C, D),
    named("again", X + 1),
    both(equal(E, RED), upto(X, Y + 1, X + 2)),
)


@pytest.mark.parametrize("bits", [2, 3])
@pytest.mark.parametrize("term", OPERATORS, ids=str)
def test_the_readings_agree_everywhere_on_small_terms(term: Term, bits: int) -> None:
    free = sorted(variables(term), key=lambda v: v.name)
    for row in itertools.product(*(domain(v.sort, bits) for v in free)):
        values = {v.name: x for v, x in zip(free, row, strict=True)}
        assert evaluate(term, values, bits=bits) == z3_reading.value(term, values, bits=bits, variables=free), values


def test_the_readings_agree_on_quantifiers_over_every_small_bag() -> None:
    term = some(BAG, "each", within(FIELD, X, 2))
    for x, *numbers in itertools.product(range(4), repeat=3):
        for k in range(3):
            values = {X.name: x, BAG: [{"seq": n} for n in numbers[:k]]}
            assert evaluate(term, values, bits=2) == z3_reading.value(term, values, bits=2, variables=[X])


def test_the_sorts_are_four() -> None:
    assert {s.name for s in SORTS} == {"Bool", "Seq", "Count", "Colour"}
    assert BOOL is not COUNT
