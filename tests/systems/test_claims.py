"""Claims are checked when written, and verdicts say what they rest on."""

import pytest
from systems.small import count, flag, n, of_rows, row

from tcpmodel.errors import DefinitionError
from tcpmodel.language.terms import FALSE, TRUE
from tcpmodel.systems.claims import WORDS, Always, AlwaysEventually, DeadlockFree, Fair, LeadsTo, Witness, strong, weak
from tcpmodel.systems.trace import Trace
from tcpmodel.systems.verdicts import Fails, Holds, Unknown, Unreached, Vacuous, Witnessed, trace_of

SYSTEM = of_rows(row())
TRACE = Trace(SYSTEM, (SYSTEM.initial,), ())
MAKERS = (
    lambda name, predicate, **more: Always(name, predicate, **more),
    lambda name, predicate, **more: Witness(name, predicate, **more),
    lambda name, predicate, **more: LeadsTo(name, TRUE, predicate, **more),
    lambda name, predicate, **more: DeadlockFree(name, predicate, **more),
)
KINDS = ("always", "witness", "leads_to", "deadlock_free")
each_kind = pytest.mark.parametrize("make", MAKERS, ids=KINDS)


@each_kind
@pytest.mark.parametrize("name", ["", "two words", "1st", "a-b", "a.b"])
def test_a_name_that_is_no_identifier_is_refused(make, name: str) -> None:
    with pytest.raises(DefinitionError, match="is not an identifier: write letters, digits and underscores"):
        make(name, TRUE)


@each_kind
@pytest.mark.parametrize("predicate", [n, "n = 1", None, True, n + 1, count], ids=repr)
def test_a_claim_must_be_about_what_is_true_or_false(make, predicate) -> None:
    with pytest.raises(DefinitionError, match="of it_is must be a term that is true or false"):
        make("it_is", predicate)


@pytest.mark.parametrize(
    "make",
    [
        *MAKERS,
        lambda name, term: Always(name, TRUE, needs=term),
        lambda name, term: LeadsTo(name, term, TRUE),
        lambda name, term: weak(name, taking=term),
        lambda name, term: strong(name, taking=term),
    ],
)
@pytest.mark.parametrize("comparison", [n == n + 1, n != n + 1, flag == flag], ids=repr)
def test_what_python_says_of_two_terms_is_no_claim(make, comparison) -> None:
    with pytest.raises(DefinitionError, match=r"did you write (==\? write equal|!=\? write ~equal)\(x, y\)"):
        make("it_is", comparison)


def test_fairness_is_a_tuple_of_entries_to_rules_by_name() -> None:
    with pytest.raises(DefinitionError, match=r"it_is is fair to what is no tuple: write fair=\(weak"):
        LeadsTo("it_is", TRUE, flag, weak("a rule"))  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match="fairness is to a rule's name"):
        weak(flag)  # type: ignore[arg-type]


@each_kind
def test_an_expectation_is_one_of_the_words(make) -> None:
    with pytest.raises(DefinitionError, match="it_is expects 'passes': write one of holds, fails, witnessed"):
        make("it_is", TRUE, expected="passes")


@each_kind
@pytest.mark.parametrize("word", WORDS)
def test_every_word_can_be_expected(make, word) -> None:
    assert make("it_is", flag, expected=word).expected == word


def test_a_claim_knows_its_kind() -> None:
    assert tuple(make("it_is", flag).kind for make in MAKERS) == KINDS


@pytest.mark.parametrize(
    "make",
    [lambda needs: Always("it_is", TRUE, needs), lambda given: LeadsTo("it_is", given, TRUE)],
    ids=["needs", "given"],
)
def test_what_is_given_or_needed_must_be_true_or_false(make) -> None:
    with pytest.raises(DefinitionError, match="true or false"):
        make(n)


@pytest.mark.parametrize("entry", ["a rule", None, flag], ids=repr)
def test_fairness_is_weak_or_strong_to_a_rule(entry) -> None:
    with pytest.raises(DefinitionError, match=r"it_is is fair to .*: write weak\(.*\) or strong\("):
        LeadsTo("it_is", TRUE, TRUE, (entry,))


@pytest.mark.parametrize("taking", [n, None, True], ids=repr)
def test_what_a_fair_rule_takes_must_be_true_or_false(taking) -> None:
    with pytest.raises(DefinitionError, match="fairness to 'a rule' takes must be a term that is true or false"):
        strong("a rule", taking=taking)


def test_a_fairness_is_weak_or_strong_and_of_all_records_unless_told() -> None:
    assert weak("a rule") == Fair("a rule") == Fair("a rule", strong=False, taking=TRUE)
    assert strong("a rule", taking=flag) == Fair("a rule", strong=True, taking=flag)


def test_always_eventually_is_to_follow_from_anything() -> None:
    fair = (weak("a rule"),)
    claim = AlwaysEventually("it_is", flag, fair, says="so", expected="fails")
    assert claim == LeadsTo("it_is", TRUE, flag, fair, "so", "fails")


def test_a_system_may_stop_nowhere_unless_told() -> None:
    assert DeadlockFree().predicate is FALSE


def test_only_what_a_trace_shows_carries_one() -> None:
    assert trace_of(Fails(TRACE)) is TRACE
    assert trace_of(Witnessed(TRACE)) is TRACE
    assert [trace_of(v) for v in (Holds(""), Unreached(""), Unknown("", ""), Vacuous(""))] == [None] * 4
