"""What is written by mistake where a term belongs is refused by a sentence that says what to write."""

import re
from collections.abc import Callable

import pytest
from language.well_sorted import COLOUR

from tcpmodel.errors import DefinitionError
from tcpmodel.language.sorts import BOOL, COUNT, SEQ
from tcpmodel.language.terms import (
    FALSE,
    TRUE,
    Term,
    alternatives,
    at_least,
    both,
    choose,
    constant,
    either,
    equal,
    every,
    implies,
    named,
    one_of,
    some,
    truth,
    variable,
    within,
)

P, X, Y, C = variable("p", BOOL), variable("x", SEQ), variable("y", SEQ), variable("c", COUNT)
E = variable("e", COLOUR)
RED, GREEN, BLUE = alternatives(COLOUR)


@pytest.mark.parametrize(
    "build",
    [
        lambda: P & (X == Y),
        lambda: (X == Y) & P,
        lambda: P | (X == Y),
        lambda: ~(X == Y),
        lambda: ~(E == RED),
        lambda: both(P, X == Y),
        lambda: either(X == Y),
        lambda: implies(P, X == Y),
        lambda: implies(X == Y, P),
        lambda: choose(X == Y, X, Y),
        lambda: choose(P, X == Y, Y),
        lambda: choose(P, P, X == Y),
        lambda: equal(P, X == Y),
        lambda: some("bag", "each", X == Y),
        lambda: every("bag", "each", X == Y),
        lambda: named("alike", X == Y),
        lambda: truth(X == Y, "it"),
    ],
)
def test_two_terms_compared_by_python_are_refused_wherever_a_term_belongs(build: Callable[[], object]) -> None:
    with pytest.raises((TypeError, DefinitionError), match=re.escape("did you write ==? write equal(x, y)")):
        build()


def test_a_difference_is_refused_in_its_own_words() -> None:
    with pytest.raises(TypeError, match=re.escape("did you write !=? write ~equal(x, y)")):
        P & (X != Y)


@pytest.mark.parametrize(
    ("compare", "says"),
    [
        (lambda: X == 0, "write equal(x, 0)"),
        (lambda: 0 == X, "write equal(x, 0)"),  # noqa: SIM300
        (lambda: X != 0, "write ~equal(x, 0)"),
        (lambda: P == True, "write equal(x, True)"),  # noqa: E712
        (lambda: X == 1.5, "write equal(x, 1.5)"),
        (lambda: E == "red", "write equal(x, 'red')"),
        (lambda: X in (0, 1), "write equal(x, 0)"),
        (lambda: X < Y, "a Seq is not compared by <: write before(x, y)"),
        (lambda: 3 < X, "a Seq is not compared by >: write before(x, y)"),  # noqa: SIM300
        (lambda: 0 <= X < 3, "a Seq is not compared by >=: write before(x, y)"),
        (lambda: C >= 1, "a Count is not compared by >=: write at_least(x, y)"),
        (lambda: E > RED, "a Colour is not compared by >: write one_of(x, values)"),
        (lambda: max(X, Y), "write before(x, y)"),
    ],
)
def test_a_comparison_that_python_would_make_says_what_to_write(compare: Callable[[], object], says: str) -> None:
    with pytest.raises(TypeError, match=re.escape(says)):
        compare()


@pytest.mark.parametrize(
    "build",
    [
        lambda: P & True,
        lambda: True & P,
        lambda: P | False,
        lambda: False | P,
        lambda: both(P, E in (RED, GREEN)),
        lambda: implies(P, X is Y),
        lambda: either(*(v is X for v in (X, Y))),
        lambda: choose(True, X, Y),
        lambda: choose(P, P, True),
        lambda: equal(P, True),
        lambda: equal(X, True),
        lambda: X + True,
        lambda: within(X, Y, True),
        lambda: at_least(C, True),
        lambda: some("bag", "each", True),
        lambda: named("so", True),
        lambda: truth(True, "it"),
    ],
)
def test_a_truth_value_of_python_is_no_term(build: Callable[[], object]) -> None:
    with pytest.raises(
        (TypeError, DefinitionError), match=r"(True|False) is Python's, not the model's: did you write =="
    ):
        build()


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda: equal(X, -1), "-1 is no value of a Seq: write 0 or more"),
        (lambda: at_least(C, -1), "-1 is no value of a Count: write 0 or more"),
        (lambda: equal(X, 1.5), "1.5 is no Seq: write a whole number"),
        (lambda: X + 1.5, "1.5 is no Seq: write a whole number"),
        (lambda: equal(P, 2), "2 is no value of a Bool: write a number from 0 to 1"),
        (lambda: choose(P, P, -1), "-1 is no value of a Bool: write a number from 0 to 1"),
        (lambda: equal(E, 99), "99 is no Colour: write the term of one of red, green, blue"),
        (lambda: equal(E, 1), "1 is no Colour: write the term of one of red, green, blue"),
        (lambda: equal(E, "red"), "'red' is no Colour: write the term of one of red, green, blue"),
        (lambda: constant(3, COLOUR), "3 is no value of a Colour: write a number from 0 to 2"),
        (lambda: constant(1.0, COUNT), "1.0 is no value of a Count: write a whole number"),
        (lambda: equal(0, X), "equal(x, y) begins with a term"),
        (lambda: choose(P, 0, X), "choose(condition, yes, no) begins with a term"),
        (lambda: both(P, 1), "1 is no term here"),
        (lambda: both((P, P)), "a tuple is no term: write both(x, y) or either(x, y)"),
        (lambda: ~both([P]), "a list is no term: write both(x, y) or either(x, y)"),
        (lambda: both(P, None), "None is no term"),
        (lambda: one_of(E, ()), "names no values"),
        (lambda: one_of(E, RED), "names no values"),
        (lambda: one_of(E, [RED]), "names no values"),
    ],
)
def test_a_value_that_is_none_of_the_sort_is_refused(build: Callable[[], object], says: str) -> None:
    with pytest.raises(TypeError, match=re.escape(says)):
        build()


# What Python's own containers and values compare still works.


def test_terms_are_found_in_tuples_lists_sets_and_mappings_by_identity() -> None:
    assert X in (Y, X)
    assert X + 1 not in [X, Y]
    assert [P, X].index(X) == 1
    assert {X: 1, Y: 2}[X] == 1
    assert {X, Y} == {Y, X}
    assert (X, P) == (X, P)
    assert (X, P) != (Y, P)
    assert (X == None) is False  # noqa: E711


def test_a_comparison_of_two_terms_is_true_where_python_asks_if_they_are_one_term() -> None:
    assert variable("x", SEQ) == X
    assert X != Y
    assert not X == Y  # noqa: SIM201
    assert TRUE != FALSE


def test_values_that_hold_terms_are_compared() -> None:
    from tcpmodel.systems.claims import Always

    assert Always("a", P) == Always("a", P)
    assert Always("a", P) != Always("a", ~P)
    assert Always("a", P) in [Always("a", ~P), Always("a", P)]


def test_the_hash_of_a_term_is_its_identity() -> None:
    assert hash(X) == object.__hash__(X)
    assert isinstance(hash(X), int)
    assert Term.__hash__ is object.__hash__
