"""Names only say who is meant: what holds one is found, and a system that does more with them is refused."""

from __future__ import annotations

from functools import cache

import pytest
from systems.small import bag, block, count, flag, n, row, rule, send, system

from tcpmodel.errors import DefinitionError
from tcpmodel.language.sorts import COUNT, SEQ
from tcpmodel.language.terms import FALSE, TRUE, Term, at_least, choose, constant, down, equal, every, up, variable
from tcpmodel.prove.names import Names, names_of
from tcpmodel.prove.smtlib import COUNT_BITS
from tcpmodel.systems.paths import Way, ways
from tcpmodel.systems.row import Emission, Pick, Row
from tcpmodel.systems.system import Bag, Rule, Take, TransitionSystem, Variable
from tcpmodel.tcp.observers.ghosts import inc
from tcpmodel.tcp.proofs.unbounded import unbounded
from tcpmodel.tcp.rfc9293.ends import at

other, third = variable("other", COUNT), variable("third", COUNT)
who, why = variable("it.who", COUNT), variable("it.why", COUNT)
COUNTS = (Variable(count), Variable(other), Variable(third), Variable(flag), Variable(n))
LETTERS = Bag("letters", (Variable(variable("who", COUNT)), Variable(variable("why", COUNT))), 2)
NEW = Row("new", "here", set={count: up(count)})


def letter(who: Term, why: Term) -> Emission:
    return Emission("letters", {"who": who, "why": why})


def of_rules(*rules: Rule) -> TransitionSystem:
    return TransitionSystem("names", 3, COUNTS, (LETTERS,), rules)


def of_rows(*rows: Row) -> TransitionSystem:
    """A rule for each row; each takes a letter."""
    takes = Take("letters", "it")
    return of_rules(*(rule(block(r), name=r.name, take=takes) for r in (NEW, *rows)))


def all_ways(s: TransitionSystem) -> list[Way]:
    return [way for rule_ in s.rules for way in ways(s, rule_)]


def found(*rows: Row) -> Names:
    s = of_rows(*rows)
    return names_of(s, count, all_ways(s))


# Who may hold a name.


def test_nobody_else_holds_a_name_that_is_never_copied() -> None:
    assert found(row("else", set={other: third})) == Names(count, frozenset({count}), frozenset())


def test_a_copy_is_found_wherever_it_goes() -> None:
    """From the counter into a letter, out of the letter into a variable, and on from there."""
    letters = row("send", send=letter(count, constant(0, COUNT)))
    takes, passes = row("takes", set={other: who}), row("passes", set={third: choose(flag, other, third)})
    assert found(letters) == Names(count, frozenset({count}), frozenset({("letters", "who")}))
    assert found(letters, takes).variables == {count, other}
    assert found(passes, takes, letters).variables == {count, other, third}


def test_a_copy_of_the_name_that_begins_is_one_too() -> None:
    """Sendings read what is set, so the term is one more than what the counter was."""
    begins = row("begins", set={count: up(count), other: up(count)}, send=letter(constant(0, COUNT), count))
    assert found(begins) == Names(count, frozenset({count, other}), frozenset({("letters", "why")}))


def test_a_comparison_makes_no_copy() -> None:
    assert found(row("compares", when=(equal(who, count),), set={other: third})).variables == {count}


# What a step that begins a new name may assume.


def assumed(names: Names, way: Way, *records: tuple[str, str]) -> set[Term]:
    return set(names.not_given_yet(way, records))


def test_a_new_name_is_nobodys_of_all_that_is_spoken_of() -> None:
    s = of_rows(row("send", send=letter(count, third)), row("takes", set={other: who}))
    names, new = names_of(s, count, all_ways(s)), up(count)
    begins = all_ways(s)[0]
    spoken = assumed(names, begins, ("letters", "s"))
    assert spoken == {~equal(new, h) for h in (constant(0, COUNT), other, variable("s.who", COUNT), who)}


def test_a_step_that_begins_no_name_assumes_nothing() -> None:
    s = of_rows(row("send", send=letter(count, third)))
    names = names_of(s, count, all_ways(s))
    assert assumed(names, all_ways(s)[1], ("letters", "s")) == set()


def test_a_question_that_speaks_of_too_many_names_is_refused() -> None:
    s = of_rows(row("send", send=letter(count, count)))
    names = names_of(s, count, all_ways(s))
    many = tuple(("letters", f"s{i}") for i in range((1 << COUNT_BITS) // 2))
    with pytest.raises(DefinitionError, match=f"more than {COUNT_BITS} bits tell apart"):
        assumed(names, all_ways(s)[0], *many)


# What is more than a name.

SENDS = row("send", send=letter(count, third))


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (row("jumps", set={count: up(up(count))}), "jumps sets count otherwise than one up"),
        (row("again", set={count: constant(0, COUNT)}), "again sets count otherwise than one up"),
        (row("back", set={count: down(count)}), "back sets count otherwise than one up"),
        (row("forgets", forget=(count,)), "forgets sets count otherwise than one up"),
        (row("orders", when=(at_least(who, count),), set={other: third}), "orders counts with count"),
        (row("many", when=(at_least(count, 3),)), "many counts with count"),
        (row("older", set={other: down(who)}), "older counts with count"),
        (row("younger", set={other: up(who)}), "younger counts with count"),
        (row("in letters", send=letter(up(who), third)), "in letters counts with count"),
        (row("picks", pick=Pick(variable("p", SEQ), at_least(who, 1))), "picks counts with count"),
    ],
    ids=lambda case: case.name if isinstance(case, Row) else "",
)
def test_what_does_more_with_a_name_than_copy_and_compare_it_is_refused(more: Row, says: str) -> None:
    with pytest.raises(DefinitionError) as wrong:
        found(SENDS, more)
    assert str(wrong.value) == f"{says}: its numbers are no names"


@pytest.mark.parametrize(
    "more",
    [
        row("compares", when=(equal(who, count) | ~equal(who, why),), set={flag: equal(who, 0)}),
        row("counts others", when=(at_least(why, 2),), set={third: up(third), other: down(why)}),
        row("looks", when=(every("letters", "each", ~equal(variable("each.who", COUNT), count)),)),
        row("forgets a copy", set={other: who}, forget=(other,)),
        row("never", when=(FALSE,), set={count: constant(0, COUNT)}),
    ],
    ids=lambda case: case.name,
)
def test_what_copies_and_compares_is_not_refused(more: Row) -> None:
    assert count in found(SENDS, more).variables


def test_a_number_that_is_never_counted_up_gives_no_names() -> None:
    s = system(rule(block(row(set={flag: TRUE}, send=send(n)))), bags=(bag(),))
    assert names_of(s, count, all_ways(s)) == Names(count, frozenset({count}), frozenset())


# The incarnations of two ends.


@cache
def of_incarnations(end: str) -> Names:
    s = unbounded()
    return names_of(s, at(end, inc), [way for rule_ in s.rules for way in ways(s, rule_)])


@pytest.mark.parametrize(("end", "them"), [("A", "B"), ("B", "A")])
def test_an_incarnation_is_known_to_its_end_to_its_peer_and_to_segments(end: str, them: str) -> None:
    """Of the peer's segments it is known to those that acknowledge it, and to resets that answer."""
    names = of_incarnations(end)
    assert {v.name for v in names.variables} == {f"{end}.inc", f"{them}.peer"}
    own, back = f"{end}_to_{them}", f"{them}_to_{end}"
    assert {field for bag_, field in names.fields if bag_ == own} == {"inc", "seq_of"}
    assert {field for bag_, field in names.fields if bag_ == back} == {"ack_of", "why"}
