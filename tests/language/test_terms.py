"""Terms: interned, sorted, never truth values; built simpler than written, never with another meaning."""

import copy
import gc
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from language.well_sorted import BAG, COLOUR, FREE, SORTS, terms, valuations

from tcpmodel.language.operators import Op
from tcpmodel.language.reference import evaluate
from tcpmodel.language.sorts import BOOL, COUNT, SEQ, Enum
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
    implies,
    named,
    negation,
    one_of,
    rebuild,
    some,
    substitute,
    up,
    upto,
    variable,
    variables,
    walk,
    within,
)

P, Q, X, Y, C, D, E, F = FREE
RED, GREEN, BLUE = alternatives(COLOUR)
BITS = 3
any_term = st.sampled_from(SORTS).flatmap(terms)
booleans = terms(BOOL)
values = valuations(BITS)


def meaning(term: Term, where: dict) -> int:
    return evaluate(term, where, bits=BITS)


# Identity.


@given(any_term)
def test_a_term_built_again_of_the_same_parts_is_the_same_object(term: Term) -> None:
    assert rebuild(term, tuple(term.args)) is term
    assert pickle.loads(pickle.dumps(term)) is term


@given(any_term)
def test_a_copy_of_a_term_is_the_term(term: Term) -> None:
    assert copy.copy(term) is term
    assert copy.deepcopy(term) is term


def test_terms_built_alike_are_one_object() -> None:
    assert within(X + 1, Y, 2) is within(X + 1, Y, 2)
    assert variable("a", SEQ) is variable("a", SEQ)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (variable("a", SEQ), variable("a", COUNT)),
        (variable("a", SEQ), variable("b", SEQ)),
        (constant(1, SEQ), constant(1, COUNT)),
        (constant(1, BOOL), constant(1, COUNT)),
        (X + Y, Y + X),
        (X + Y, X - Y),
        (some("a", "each", P), some("b", "each", P)),
        (named("a", P), named("b", P)),
        (named("a", P), P),
        (equal(X, Y), equal(Y, X)),
    ],
    ids=str,
)
def test_terms_built_differently_are_different_objects(one: Term, other: Term) -> None:
    assert one is not other
    assert one != other


def test_an_unpickled_term_keeps_the_sorts_of_the_language() -> None:
    pickled = [pickle.dumps(v) for v in (variable("gone.seq", SEQ), variable("gone.count", COUNT))]
    gc.collect()  # no such variable exists any more: as in another process
    number, count = map(pickle.loads, pickled)
    assert number.sort == SEQ
    assert count.sort == COUNT
    assert (number + 1).op is Op.ADD


def test_terms_that_nothing_holds_are_forgotten() -> None:
    from tcpmodel.language import terms as module

    gc.collect()
    before_it = len(module._interned)
    term = variable("held.for.a.moment", SEQ) + 1
    assert len(module._interned) > before_it
    del term
    gc.collect()
    assert len(module._interned) == before_it


def test_a_term_can_be_a_dictionary_key() -> None:
    assert {X + 1: "found"}[X + 1] == "found"


# Truth and sorts.


@pytest.mark.parametrize("term", [TRUE, FALSE, P, equal(X, Y), X + 1], ids=str)
def test_a_term_is_not_a_truth_value_and_the_error_says_what_to_write(term: Term) -> None:
    with pytest.raises(TypeError, match=r"is a term, not a truth value: write equal\(x, y\), x & y, x \| y or ~x"):
        bool(term)


@pytest.mark.parametrize(
    "build",
    [
        lambda: ~X,
        lambda: P & X,
        lambda: P | C,
        lambda: both(E),
        lambda: X + C,
        lambda: X - P,
        lambda: C + 1,
        lambda: choose(X, Y, Y),
        lambda: choose(P, X, C),
        lambda: equal(X, C),
        lambda: equal(P, E),
        lambda: one_of(E, (RED, X)),
        lambda: within(X, Y, C),
        lambda: within(C, X, 1),
        lambda: upto(X, C, Y),
        lambda: before(X, C),
        lambda: up(X),
        lambda: down(P),
        lambda: at_least(X, 1),
        lambda: at_least(C, X),
        lambda: some("bag", "each", C),
        lambda: every("bag", "each", X),
        lambda: implies(P, X),
        lambda: equal(E, variable("other", Enum("Other", ("red", "green", "blue")))),
    ],
)
def test_a_term_of_another_sort_is_refused(build) -> None:
    with pytest.raises(TypeError, match=r"is a \w+: a \w+ belongs here"):
        build()


@pytest.mark.parametrize(
    ("build", "sort"),
    [
        (lambda: X + 1, SEQ),
        (lambda: X - Y, SEQ),
        (lambda: up(C), COUNT),
        (lambda: down(C), COUNT),
        (lambda: choose(P, E, F), COLOUR),
        (lambda: named("n", C), COUNT),
        (lambda: equal(E, F), BOOL),
        (lambda: within(X, Y, 1), BOOL),
        (lambda: some("bag", "each", P), BOOL),
    ],
)
def test_an_operator_gives_its_sort(build, sort) -> None:
    assert build().sort is sort


def test_an_integer_takes_the_sort_of_its_neighbour() -> None:
    assert (X + 1).args[1] is constant(1, SEQ)
    assert equal(C, 2).args[1] is constant(2, COUNT)
    assert choose(P, Q, 1).args[2] is TRUE


def test_the_representation_shows_operators_names_and_arguments() -> None:
    assert repr(X + 1) == "add(variable(('v.seq.1', '', '')), value(1))"
    assert repr(some("bag", "each", P)) == "some(('bag', 'each'), variable(('v.bool.1', '', '')))"


def test_variables_and_definitions_have_names() -> None:
    assert (X.name, named("a phrase", P).name) == ("v.seq.1", "a phrase")


# Simplification is sound.


@given(st.lists(booleans, max_size=4), values)
def test_both_is_true_where_all_are(parts: list[Term], where: dict) -> None:
    assert meaning(both(*parts), where) == all(meaning(p, where) for p in parts)


@given(st.lists(booleans, max_size=4), values)
def test_either_is_true_where_one_is(parts: list[Term], where: dict) -> None:
    assert meaning(either(*parts), where) == any(meaning(p, where) for p in parts)


@given(booleans, values)
def test_negation_is_true_where_the_term_is_false(term: Term, where: dict) -> None:
    assert meaning(~term, where) == (not meaning(term, where))


@given(booleans, booleans, values)
def test_implies_is_false_only_where_the_condition_holds_alone(p: Term, q: Term, where: dict) -> None:
    assert meaning(implies(p, q), where) == (not meaning(p, where) or bool(meaning(q, where)))


@given(st.sampled_from(SORTS).flatmap(lambda s: st.tuples(booleans, terms(s), terms(s))), values)
def test_choose_gives_the_chosen_one(parts: tuple[Term, Term, Term], where: dict) -> None:
    condition, yes, no = parts
    assert meaning(choose(condition, yes, no), where) == meaning(yes if meaning(condition, where) else no, where)


@given(st.sampled_from(SORTS).flatmap(lambda s: st.tuples(terms(s), terms(s))), values)
def test_equal_is_true_where_values_are_equal(pair: tuple[Term, Term], where: dict) -> None:
    assert meaning(equal(*pair), where) == (meaning(pair[0], where) == meaning(pair[1], where))


@given(
    st.sampled_from(SORTS).flatmap(lambda s: st.tuples(terms(s), st.lists(terms(s), min_size=1, max_size=3))), values
)
def test_one_of_is_true_where_a_value_is_met(choice: tuple[Term, list[Term]], where: dict) -> None:
    term, alternatives_ = choice
    met = meaning(term, where) in [meaning(a, where) for a in alternatives_]
    assert meaning(one_of(term, tuple(alternatives_)), where) == met


@given(terms(BOOL, inside=True), values)
def test_every_is_true_where_no_record_fails(body: Term, where: dict) -> None:
    one_by_one = [meaning(some(BAG, "each", body), where | {BAG: [r]}) for r in where[BAG]]
    assert meaning(every(BAG, "each", body), where) == all(one_by_one)
    assert meaning(some(BAG, "each", body), where) == any(one_by_one)


@given(any_term, st.data())
def test_substitution_gives_the_value_where_variables_have_their_replacements_values(term: Term, data) -> None:
    where = data.draw(values)
    replacing = {v: data.draw(terms(v.sort, 1)) for v in FREE}
    elsewhere = where | {v.name: meaning(r, where) for v, r in replacing.items()}
    assert meaning(substitute(term, replacing), where) == meaning(term, elsewhere)


@given(booleans)
def test_an_and_holds_no_and_nor_a_constant_nor_twins(term: Term) -> None:
    for t in walk(term):
        if t.op in (Op.AND, Op.OR):
            assert len(set(t.args)) == len(t.args) > 1
            assert all(a.op is not t.op and a not in (TRUE, FALSE) for a in t.args)


def test_junctions_are_simplified() -> None:
    assert both() is TRUE
    assert either() is FALSE
    assert both(P, TRUE, P) is P
    assert either(P, FALSE, P) is P
    assert (P & FALSE) is FALSE
    assert (P | TRUE) is TRUE
    assert both(P & Q, C_IS_2).args == (P, Q, C_IS_2)


C_IS_2 = equal(C, 2)


def test_negations_choices_and_equalities_are_simplified() -> None:
    assert ~TRUE is FALSE
    assert ~FALSE is TRUE
    assert ~~P is P
    assert choose(TRUE, X, Y) is X
    assert choose(FALSE, X, Y) is Y
    assert choose(P, X, X) is X
    assert equal(X, X) is TRUE
    assert equal(RED, BLUE) is FALSE
    assert equal(constant(1, COUNT), 2) is FALSE


def test_unequal_sequence_constants_may_be_equal_modulo_the_number_space() -> None:
    assert equal(constant(0, SEQ), 8).op is Op.EQUAL


def test_a_definition_is_not_simplified_away() -> None:
    assert named("so it is", TRUE) is not TRUE


# Walking, renaming.


def test_walk_gives_every_subterm_once_and_the_term_last() -> None:
    term = equal(X + 1, X + 1 - Y)
    walked = list(walk(term))
    assert walked[-1] is term
    assert len(walked) == len(set(walked)) == 6


def test_variables_are_found_inside_quantifiers_too() -> None:
    inner = variable("each.seq", SEQ)
    assert variables(some("bag", "each", equal(inner, X)) & P) == {inner, X, P}


def test_substitute_renames_variables_and_bags() -> None:
    term = some("out", "each", equal(variable("each.seq", SEQ), X)) & P
    renamed = substitute(term, {X: Y}, bags={"out": "A_to_B"})
    assert renamed is some("A_to_B", "each", equal(variable("each.seq", SEQ), Y)) & P


def test_substitute_leaves_other_bags_alone() -> None:
    assert substitute(some("in", "each", P), {}, bags={"out": "A_to_B"}) is some("in", "each", P)


def test_substitute_swaps_variables_at_once() -> None:
    assert substitute(X - Y, {X: Y, Y: X}) is Y - X


def test_substitute_labels_every_definition() -> None:
    term = named("outer", named("inner", P) & Q)
    assert substitute(term, {P: Q}, label="A: ") is named("A: outer", named("A: inner", Q) & Q)


def test_substitute_without_changes_gives_the_same_term() -> None:
    term = named("outer", choose(P, X + 1, Y))
    assert substitute(term, {}) is term


def test_a_rebuilt_term_is_simplified_as_by_its_builder() -> None:
    assert substitute(equal(X, Y), {X: Y}) is TRUE
    assert substitute(P & Q, {P: FALSE}) is FALSE
    assert substitute(choose(P, X, Y), {P: TRUE}) is X
    assert substitute(negation(P), {P: TRUE}) is FALSE
    assert rebuild(X + 1, (Y, constant(1, SEQ))) is Y + 1
