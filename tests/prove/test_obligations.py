"""What is assumed and what is shown where clauses say that there is some record, and where rules sweep."""

from dataclasses import replace

import pytest
from prove.tokens import COMES, ITS_TURN, SAME, expected, field, of_tokens, turn, waiting

from tcpmodel.errors import DefinitionError
from tcpmodel.language.sorts import BOOL, COUNT
from tcpmodel.language.terms import FALSE, TRUE, at_least, constant, equal, every, implies, some, up, variable
from tcpmodel.prove.breaking import breaking
from tcpmodel.prove.unbounded import prove
from tcpmodel.systems.claims import Always
from tcpmodel.systems.proof import Proof
from tcpmodel.systems.row import Emission, FirstMatch, Row
from tcpmodel.systems.system import Bag, Rule, State, Sweep, Take, TransitionSystem, Variable
from tcpmodel.systems.trace import value_of

held, seen = variable("held", BOOL), variable("seen", COUNT)
age, red = variable("age", COUNT), variable("red", BOOL)
OLDEST = 2


def flies(element):
    """A red ball is in the air."""
    return some("air", element, variable(f"{element}.red", BOOL))


def rule(name, row, **fields):
    return Rule(name, "player", name, (FirstMatch(name, None, (), (row,)),), **fields)


THROW = rule(
    "throw",
    Row("throw", "-", when=(held,), set={held: FALSE}, send=Emission("air", {"age": constant(0, COUNT), "red": TRUE})),
)
CATCH = rule("catch", Row("catch", "-", when=(variable("b.red", BOOL),), set={held: TRUE}), take=Take("air", "b"))
LOSE = rule("lose", Row("lose", "-"), take=Take("air", "b"))
BLUE = rule("blue", Row("blue", "-", send=Emission("air", {"age": constant(0, COUNT), "red": FALSE})))
OLD = at_least(variable("x.age", COUNT), OLDEST)
GROWS = {"age": up(variable("x.age", COUNT))}
TICK = rule("tick", Row("tick", "-"), sweeps=(Sweep("air", "x", OLD, GROWS),))
PROMPT = replace(TICK, when=(every("air", "x", ~OLD),))
SOMEWHERE = Always("somewhere", held | flies("x"))
YOUNG = Always("young", every("air", "x", at_least(constant(OLDEST, COUNT), variable("x.age", COUNT))))


def game(*rules, start=None, when_full="block"):
    air = Bag("air", (Variable(age, top=OLDEST), Variable(red)), capacity=4, when_full=when_full)
    return TransitionSystem("game", 3, (Variable(held, initial=1), Variable(seen, top=3)), (air,), rules, start=start)


def proved(*rules, clauses=(SOMEWHERE,), claims=()):
    return prove(Proof(game(*rules), tuple(clauses), tuple(claims)), workers=1)


def broken(*rules, clauses=(SOMEWHERE,)):
    return [o.name for o in proved(*rules, clauses=clauses).failed]


def test_what_is_sent_is_there_afterwards():
    assert broken(THROW, CATCH) == []


def test_a_record_that_nobody_takes_stays():
    assert broken(THROW, CATCH, BLUE) == []


def test_the_record_that_is_said_to_be_there_may_be_the_one_that_is_taken():
    found = proved(THROW, CATCH, LOSE)
    assert [o.name for o in found.failed] == ["lose: lose"]
    ball = breaking(found.proof, found.failed[0].way, found.failed[0].failed[0])
    assert ball.clauses == (SOMEWHERE,)
    assert not value_of(ball.trace.system, SOMEWHERE.predicate, ball.trace.last)


def test_a_sweep_may_drop_the_record_that_is_said_to_be_there():
    assert broken(THROW, CATCH, TICK) == ["tick: tick"]


def test_it_does_not_where_the_rule_waits_until_nothing_would_be_dropped():
    assert broken(THROW, CATCH, PROMPT) == []


def test_a_sweep_changes_what_is_said_of_some_record():
    fresh = Always("fresh", held | some("air", "x", equal(variable("x.age", COUNT), constant(0, COUNT))))
    assert broken(THROW, PROMPT, clauses=[fresh]) == ["tick: tick"]


def test_of_what_a_sweep_drops_nothing_need_be_shown():
    assert broken(THROW, CATCH, TICK, clauses=[YOUNG]) == []


def test_a_sweep_that_drops_nothing_makes_records_too_old():
    endless = replace(TICK, sweeps=(Sweep("air", "x", FALSE, GROWS),))
    assert broken(THROW, CATCH, endless, clauses=[YOUNG]) == ["tick: tick"]


def test_what_is_known_of_every_record_is_known_of_the_one_that_is_said_to_be_there():
    """The ball that flies is young, so a clause about some young one follows."""
    young = Always("young_one", held | some("air", "y", implies(TRUE, at_least(constant(OLDEST, COUNT), Y_AGE))))
    assert broken(THROW, CATCH, clauses=[SOMEWHERE, YOUNG, young]) == []
    assert broken(THROW, CATCH, PROMPT, clauses=[SOMEWHERE, YOUNG, young]) == []


Y_AGE = variable("y.age", COUNT)


def test_every_record_may_be_spoken_of_beside_some():
    """As long as a red ball flies, or is held, blue ones may be anything."""
    beside = Always("beside", every("air", "x", held | flies("y")))
    assert broken(THROW, CATCH, BLUE, clauses=[beside, SOMEWHERE]) == []


def test_at_the_start_there_is_no_record():
    flying = Always("flying", flies("x"))
    assert "init" in broken(THROW, clauses=[flying])


@pytest.mark.parametrize(
    "predicate",
    [
        implies(flies("x"), held),
        every("air", "x", some("air", "y", equal(variable("x.age", COUNT), Y_AGE))),
    ],
    ids=["that there is none", "of one record that there is another like it"],
)
def test_a_clause_that_says_more_is_refused_in_one_sentence(predicate):
    with pytest.raises(DefinitionError, match=r"some\(\.\.\.\) under nothing but & and \|"):
        proved(THROW, clauses=[Always("more", predicate)])


def test_a_claim_cannot_say_that_there_is_some_record():
    with pytest.raises(DefinitionError, match=r"cannot be a claim of any network"):
        proved(THROW, CATCH, claims=[SOMEWHERE])


def test_a_rule_that_sweeps_may_look_into_bags_only_before_it_does():
    looking = rule("tick", Row("tick", "-", when=(flies("x"),)), sweeps=TICK.sweeps)
    with pytest.raises(DefinitionError, match=r"let it look in its `when` alone"):
        proved(looking)


def test_a_system_that_starts_with_records_is_refused():
    system = game(THROW, start=State((1, 0), (((0, 1),),)))
    with pytest.raises(DefinitionError, match="let it start without"):
        prove(Proof(system, (SOMEWHERE,), ()), workers=1)


# What a claim needs.


def of_this_turn(element):
    return equal(field(element, "turn"), turn)


def failed(needs):
    claim = replace(COMES, needs=needs)
    return [
        p.question.name
        for o in prove(of_tokens(COMES, ITS_TURN, SAME, claims=(claim,)), workers=1).failed
        for p in o.failed
    ]


def test_a_claim_may_need_a_record() -> None:
    assert failed(some("post", "s", of_this_turn("s") & ~waiting)) == []
    assert failed(waiting & (some("post", "s", of_this_turn("s")) | FALSE)) == []


def test_a_record_that_the_invariant_forbids_cannot_be_needed() -> None:
    its_number = equal(field("s", "number"), expected)
    assert failed(waiting & some("post", "s", its_number & ~of_this_turn("s"))) == ["what it needs is possible"]


def test_a_claim_may_need_that_all_records_are_so() -> None:
    assert failed(every("post", "s", of_this_turn("s")) & some("post", "t", of_this_turn("t"))) == []
    assert failed(every("post", "s", FALSE) & some("post", "t", of_this_turn("t"))) == ["what it needs is possible"]


# Room.


def test_a_clause_that_there_is_some_record_is_refused_where_a_full_bag_loses_what_is_sent():
    losing = game(THROW, CATCH, when_full="lose")
    with pytest.raises(DefinitionError, match="somewhere says that there is some record in air, which loses"):
        prove(Proof(losing, (SOMEWHERE,), ()), workers=1)
    assert prove(Proof(losing, (YOUNG,), ()), workers=1).failed == ()


def test_that_there_is_room_is_assumed_where_a_clause_needs_it_and_nowhere_else():
    (room,) = proved(THROW, CATCH).assumed
    assert room.name == "room"
    assert "there is always room in air" in room.says
    assert "somewhere need it" in room.says
    assert proved(THROW, CATCH, clauses=[YOUNG]).assumed == ()
