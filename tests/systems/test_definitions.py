"""A system that is not well formed is refused when built, with a sentence that names what is wrong."""

import re
from collections.abc import Callable

import pytest
from systems.small import (
    BUSY,
    FIELDS,
    IDLE,
    VARIABLES,
    bag,
    block,
    count,
    each,
    each_ghost,
    flag,
    ghost,
    ghost_2,
    got,
    got_ghost,
    m,
    n,
    of_rows,
    only,
    outcomes,
    phase,
    pick,
    row,
    rule,
    send,
    start,
    system,
)

from tcpmodel.errors import DefinitionError, choices
from tcpmodel.language.sorts import BOOL, COUNT, SEQ
from tcpmodel.language.terms import FALSE, TRUE, constant, equal, named, some, variable
from tcpmodel.systems.proof import Assumption
from tcpmodel.systems.row import Emission, Pick
from tcpmodel.systems.system import Bag, Component, Limit, Sweep, Take, TransitionSystem, Variable, compose

small = variable("small", COUNT)
UNKNOWN = variable("nobody", SEQ)
IS_UNKNOWN = equal(UNKNOWN, 0)
TAKING = Take("post", "got")
SEES_GHOST = equal(ghost, 1)


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda: of_rows(row(), when=(IS_UNKNOWN,)), "a rule reads 'nobody', which small does not have"),
        (lambda: of_rows(row(), set={n: UNKNOWN}), "a rule reads 'nobody'"),
        (lambda: of_rows(row(when=(IS_UNKNOWN,))), "the row 'a row' of a rule reads 'nobody'"),
        (lambda: of_rows(row(set={n: UNKNOWN})), "the row 'a row' of a rule reads 'nobody'"),
        (lambda: of_rows(row(set={ghost: UNKNOWN})), "the row 'a row' of a rule reads 'nobody'"),
        (lambda: of_rows(row(send=send(UNKNOWN))), "the row 'a row' of a rule reads 'nobody'"),
        (lambda: of_rows(row(pick=Pick(pick, IS_UNKNOWN))), "the row 'a row' of a rule reads 'nobody'"),
        (lambda: of_rows(row(), sweeps=(Sweep("post", "each", IS_UNKNOWN, {}),)), "a rule reads 'nobody'"),
        (lambda: of_rows(row(set={UNKNOWN: n})), "sets 'nobody', which small does not declare"),
        (lambda: of_rows(row(), set={UNKNOWN: n}), "sets 'nobody', which small does not declare"),
        (lambda: of_rows(row(when=(equal(got, 1),))), "reads 'got.number', which small does not have"),
    ],
)
def test_an_unknown_variable_is_refused(build: Callable[[], object], says: str) -> None:
    with pytest.raises(DefinitionError, match=re.escape(says)):
        build()


@pytest.mark.parametrize(
    "build",
    [
        lambda: of_rows(row(), when=(SEES_GHOST,)),
        lambda: of_rows(row(when=(SEES_GHOST,))),
        lambda: of_rows(row(when=(named("looks innocent", flag & SEES_GHOST),))),
        lambda: of_rows(row(pick=Pick(pick, equal(pick, ghost)))),
        lambda: of_rows(row(when=(equal(got_ghost, 1),)), take=TAKING),
        lambda: of_rows(row(when=(some("post", "each", equal(each_ghost, 1)),))),
        lambda: of_rows(row(), sweeps=(Sweep("post", "each", equal(each_ghost, 1), {}),)),
    ],
)
def test_a_ghost_in_a_guard_is_refused(build: Callable[[], object]) -> None:
    with pytest.raises(DefinitionError, match=r"reads the ghost '\S+': only ghosts may depend on ghosts"):
        build()


@pytest.mark.parametrize(
    "build",
    [
        lambda: of_rows(row(set={n: ghost})),
        lambda: of_rows(row(), set={n: ghost}),
        lambda: of_rows(row(set={n: got_ghost}), take=TAKING),
        lambda: of_rows(row(send=send(ghost))),
        lambda: of_rows(row(send=send(got_ghost)), take=TAKING),
        lambda: of_rows(row(), sweeps=(Sweep("post", "each", FALSE, {"number": each_ghost}),)),
    ],
)
def test_a_ghost_in_a_real_variable_or_field_is_refused(build: Callable[[], object]) -> None:
    with pytest.raises(DefinitionError, match="only ghosts may depend on ghosts"):
        build()


def test_ghosts_may_depend_on_ghosts_and_on_what_is_real() -> None:
    s = of_rows(
        row(set={ghost: ghost_2 + n, ghost_2: got_ghost}, send=send(n, ghost)),
        take=TAKING,
        set={ghost_2: ghost},
        sweeps=(Sweep("post", "each", FALSE, {"mark": each_ghost + each}),),
    )
    assert only(s, start(s, {"post": ((1, 2),)}, n=3, ghost=4)).bags == (((3, 7),),)


@pytest.mark.parametrize(
    "fields", [{}, {"number": n}, {"number": n, "mark": n, "colour": n}, {"numbers": n, "mark": n}]
)
def test_a_row_must_send_exactly_the_fields_of_its_bag(fields: dict) -> None:
    with pytest.raises(DefinitionError, match="the row 'a row' of a rule must send exactly the fields number, mark"):
        of_rows(row(send=Emission("post", fields)))


@pytest.mark.parametrize(
    "build",
    [
        lambda: of_rows(row(), take=Take("pots", "got")),
        lambda: of_rows(row(send=send(to="pots"))),
        lambda: of_rows(row(when=(some("pots", "each", TRUE),))),
        lambda: of_rows(row(), sweeps=(Sweep("pots", "each", FALSE, {}),)),
    ],
    ids=["take", "send", "quantifier", "sweep"],
)
def test_an_unknown_bag_is_refused(build: Callable[[], object]) -> None:
    with pytest.raises(DefinitionError, match="'pots'"):
        build()


def test_a_sweep_of_an_unknown_field_is_refused() -> None:
    with pytest.raises(DefinitionError, match="'colour'"):
        of_rows(row(), sweeps=(Sweep("post", "each", FALSE, {"colour": each}),))


def test_a_row_that_forgets_an_unknown_variable_is_refused() -> None:
    with pytest.raises(DefinitionError, match="'nobody'"):
        of_rows(row(forget=(UNKNOWN,)))


def test_a_block_with_an_unknown_control_is_refused() -> None:
    other = variable("other.phase", phase.sort)
    with pytest.raises(DefinitionError, match=r"'other\.phase'"):
        system(rule(block(row(goto=BUSY), control=other, states=(IDLE,))))


def test_a_limit_on_an_unknown_variable_is_refused() -> None:
    with pytest.raises(DefinitionError, match="'nobody'"):
        system(rule(block(row())), limits=(Limit("a limit", IS_UNKNOWN),))


def test_a_goto_without_a_control_variable_is_refused() -> None:
    with pytest.raises(DefinitionError, match="a row"):
        of_rows(row(goto=BUSY))


def test_a_row_that_reads_another_rows_pick_is_refused() -> None:
    with pytest.raises(DefinitionError, match="reads 'picked'"):
        of_rows(row(when=(flag,), pick=Pick(pick, TRUE)), row(set={n: pick}))


def test_a_rules_own_condition_on_its_record_is_refused() -> None:
    with pytest.raises(DefinitionError, match=r"reads 'got\.number'"):
        of_rows(row(), take=TAKING, when=(equal(got, 1),))


def test_a_value_of_another_sort_is_refused() -> None:
    with pytest.raises(DefinitionError, match="Seq"):
        of_rows(row(set={n: count}))


def test_two_variables_of_one_name_are_refused() -> None:
    with pytest.raises(DefinitionError, match="'n'"):
        system(rule(block(row())), variables=(*VARIABLES, VARIABLES[0]))


def test_two_names_that_a_trace_would_write_alike_are_refused() -> None:
    alike = (Variable(variable("a.b", SEQ)), Variable(variable("a_b", SEQ)))
    with pytest.raises(DefinitionError, match="a_b"):
        system(rule(block(row())), variables=(*VARIABLES, *alike))


# Components.


def test_components_are_put_together_in_order() -> None:
    one = Component(VARIABLES[:1], (bag(),), (rule(block(row(set={n: n + 1})), name="1"),))
    limit = Limit("n is small", ~equal(n, 2))
    two = Component(VARIABLES[1:2], rules=(rule(block(row(set={m: n})), name="2"),), limits=(limit,))
    s = compose("both", one, two, bits=3, origin={"made": "here"})
    assert (s.name, s.bits, s.origin) == ("both", 3, {"made": "here"})
    assert [v.name for v in s.variables] == ["n", "m"]
    assert [b.name for b in s.bags] == ["post"]
    assert [r.name for r in s.rules] == ["1", "2"]
    assert s.limits == (limit,)
    assert [o.step.rule for o in outcomes(s)] == [0, 1]


@pytest.mark.parametrize(
    ("component", "name"),
    [
        (Component(variables=VARIABLES[:1]), "n"),
        (Component(bags=(bag(),)), "post"),
        (Component(rules=(rule(block(row())),)), "a rule"),
    ],
    ids=["variable", "bag", "rule"],
)
def test_two_components_that_define_one_name_are_refused(component: Component, name: str) -> None:
    with pytest.raises(DefinitionError, match=f"two components of twins define '{name}': give each its own name"):
        compose("twins", component, component, bits=3)


# Names asked for later.


def test_a_variable_is_found_by_name() -> None:
    s = of_rows(row())
    assert s.variable("n") is n


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(DefinitionError, match="small has no variable 'cuont': did you mean 'count'"):
        of_rows(row()).variable("cuont")


def test_a_name_like_no_other_is_answered_with_all() -> None:
    assert choices("zzz", ["b", "a"]) == "write one of a, b"
    assert choices("zzz", []) == "there is none to choose from"


def test_a_checked_term_is_given_back() -> None:
    term = some("post", "each", equal(each, n)) & flag
    assert of_rows(row()).check(term, "it") is term


@pytest.mark.parametrize(
    ("term", "says"),
    [
        (n, "it must be a term that is true or false, not a Seq: compare it with a value"),
        (equal(variable("cuont", COUNT), 1), "it names 'cuont', which small does not have: did you mean 'count'?"),
        (some("pots", "each", TRUE), "it looks into 'pots', which small does not have: did you mean 'post'?"),
        (variable("n", BOOL), "it uses n at another sort than small gives it"),
        (some("post", "each", equal(variable("each.colour", SEQ), 1)), "it names 'each.colour'"),
    ],
    ids=str,
)
def test_a_term_that_does_not_fit_the_system_is_refused(term, says: str) -> None:
    with pytest.raises(DefinitionError, match=re.escape(says)):
        of_rows(row()).check(term, "it")


@pytest.mark.parametrize(
    ("term", "says"),
    [
        (equal(n, 8), "it names the number 8: write one from 0 to 7"),
        (~equal(n + 9, m), "it names the number 9: write one from 0 to 7"),
        (equal(small, 3), "it asks whether small is 3: write a number from 0 to 2"),
        (~equal(small, 3), "it asks whether small is 3: write a number from 0 to 2"),
        (equal(constant(3, COUNT), small), "it asks whether small is 3: write a number from 0 to 2"),
    ],
    ids=str,
)
def test_a_number_that_nothing_here_can_have_is_refused(term, says: str) -> None:
    s = TransitionSystem("few", 3, (Variable(n), Variable(m), Variable(small, top=2)), (), (rule(block(row())),))
    with pytest.raises(DefinitionError, match=re.escape(says)):
        s.check(term, "it")


def test_a_record_s_count_is_held_to_its_top() -> None:
    few = Bag("post", (Variable(variable("age", COUNT), top=1),), capacity=1)
    s = TransitionSystem("aging", 3, (Variable(n),), (few,), (rule(block(row())),))
    s.check(some("post", "each", equal(variable("each.age", COUNT), 1)), "it")
    with pytest.raises(DefinitionError, match=r"it asks whether each\.age is 2: write a number from 0 to 1"):
        s.check(some("post", "each", equal(variable("each.age", COUNT), 2)), "it")


PYTHONS_ANSWER = n == m
TEACHES = r"did you write ==\? write equal\(x, y\)"


@pytest.mark.parametrize(
    "build",
    [
        lambda: row(when=(PYTHONS_ANSWER,)),
        lambda: row(set={flag: PYTHONS_ANSWER}),
        lambda: row(pick=Pick(pick, PYTHONS_ANSWER)),
        lambda: Emission("post", {"number": PYTHONS_ANSWER}),
        lambda: row(goto=PYTHONS_ANSWER),
        lambda: row(forget=(PYTHONS_ANSWER,)),
        lambda: rule(block(row()), when=(PYTHONS_ANSWER,)),
        lambda: rule(block(row()), set={flag: PYTHONS_ANSWER}),
        lambda: rule(block(row()), sweeps=(Sweep("post", "each", PYTHONS_ANSWER, {}),)),
        lambda: rule(block(row()), sweeps=(Sweep("post", "each", TRUE, {"number": PYTHONS_ANSWER}),)),
        lambda: system(rule(block(row())), limits=(Limit("few", PYTHONS_ANSWER),)),
        lambda: Variable(PYTHONS_ANSWER),
        lambda: Assumption("apart", "so", PYTHONS_ANSWER),
        lambda: of_rows(row()).check(PYTHONS_ANSWER, "it"),
    ],
)
def test_what_python_says_of_two_terms_is_refused_wherever_a_system_takes_a_term(build: Callable[[], object]) -> None:
    with pytest.raises(DefinitionError, match=TEACHES):
        build()


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda: row(when=equal(n, 0)), "when of the row 'a row' must be a tuple"),
        (lambda: row(when=(n,)), "when of the row 'a row' must be a term that is true or false, not a Seq"),
        (lambda: row(forget=n), "what the row 'a row' forgets must be a tuple"),
        (lambda: row(forget=(n + 1,)), "what the row 'a row' forgets must be a variable"),
        (lambda: row(set={n: 0}), "what the row 'a row' sets n to must be a term: 0 is no term here"),
        (lambda: row(set={n + 1: n}), "what the row 'a row' sets must be a variable"),
        (lambda: row(set=(n, m)), "what the row 'a row' sets must be a mapping"),
        (lambda: row(goto="done"), "goto of the row 'a row' must be a term: 'done' is no term"),
        (lambda: row(send={"number": n}), "what the row 'a row' sends is no Emission"),
        (lambda: Emission("post", {"number": 1}), "the field 'number' of what is sent into 'post' must be a term"),
        (lambda: Emission("post", (n,)), "what is sent into 'post' must be a mapping"),
        (lambda: rule(block(row()), when=equal(n, 0)), "when of 'a rule' must be a tuple"),
        (lambda: Variable(n + 1), "what is declared as a Variable must be a variable"),
        (lambda: Variable(n, initial=-1), "the variable 'n' cannot start as it is told: -1 is no value of a Seq"),
        (lambda: Variable(flag, initial=2), "the variable 'flag' cannot start as it is told: 2 is no value of a Bool"),
        (
            lambda: Variable(phase, initial=3),
            "the variable 'phase' cannot start as it is told: 3 is no value of a Phase",
        ),
        (lambda: Variable(count, top=2.0), "the variable 'count' has a top of 2.0: write a whole number"),
        (lambda: Variable(n, top=2), "the variable 'n' has a top of 2: write a whole number, for a count only"),
    ],
)
def test_what_is_no_term_no_tuple_or_no_value_is_refused(build: Callable[[], object], says: str) -> None:
    with pytest.raises(DefinitionError, match=re.escape(says)):
        build()


# Seen by a person.


def test_the_system_starts_at_its_initial_values_with_empty_bags() -> None:
    s = of_rows(row())
    assert s.initial == ((0,) * len(s.variables), ((),))


def test_a_start_that_is_given_is_where_the_system_starts() -> None:
    s = of_rows(row())
    elsewhere = start(s, {"post": ((1, 2),)}, n=3)
    assert of_rows_from(elsewhere).initial == elsewhere


def of_rows_from(elsewhere):
    return system(rule(block(row())), start=elsewhere)


def test_values_and_records_are_shown_as_a_person_reads_them() -> None:
    s = of_rows(row())
    state = start(s, {"post": ((1, 2),)}, n=3, flag=1, phase=2)
    assert [s.value(state, name) for name in ("n", "flag", "phase", "count")] == [3, True, "done", 0]
    assert s.records(state, "post") == [{"number": 1, "mark": 2}]


def test_names_are_those_of_the_terms() -> None:
    assert [v.name for v in FIELDS] == ["number", "mark"]
    assert bag().name == "post"
    assert m.name == "m"
    assert constant(1, SEQ).op.name == "VALUE"
