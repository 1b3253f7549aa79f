"""The ways of a rule leave nothing out, and whoever leaves one out is found."""

from dataclasses import replace

import pytest
from prove.tokens import COMES, ITS_TURN, SAME, expected, field, of_tokens, one, tokens, waiting

from tcpmodel.language.terms import FALSE, TRUE, Term, both, equal
from tcpmodel.prove.covering import enabled
from tcpmodel.prove.making import COVERED, Maker
from tcpmodel.prove.solving import EFFORT, questions, solver
from tcpmodel.prove.unbounded import Asker, Proved, prove
from tcpmodel.systems.proof import Proof
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.systems.system import Rule, Take

ITS = equal(field("it", "number"), expected)


def gate(*rows: Row) -> Rule:
    """What else may become of a token that arrives."""
    return replace(one("gate", rows[0], take=Take("post", "it")), blocks=(FirstMatch("gate", None, (), rows),))


def with_gate(*rows: Row) -> Proof:
    plain = of_tokens(COMES, ITS_TURN, SAME)
    system = tokens()
    return replace(plain, system=replace(system, rules=(*system.rules, gate(*rows))))


PASSES = Row("passes", "-", when=(waiting, ITS))
TURNED = Row("turned away", "-", when=(waiting,))
REFUSED = Row("refused", "-", refuses=True)


def of_gate(proof: Proof) -> Rule:
    return proof.system.rules[-1]


def asked(maker: Maker) -> str:
    (posed,) = Asker(maker, solver("z3"), EFFORT).obligation("ways", "gate", "", maker.covered(maker.rules[-1])).posed
    assert posed.question == (COVERED, "unsat")
    return posed.answer.word


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        ((PASSES, TURNED), waiting),
        ((PASSES, REFUSED, TURNED), both(waiting, ITS)),
        ((Row("always", "-"),), TRUE),
        ((REFUSED,), FALSE),
    ],
)
def test_a_rule_can_fire_where_the_first_row_that_matches_does_not_refuse(rows: tuple[Row, ...], where: Term) -> None:
    """Shown both ways round, by a solver."""
    script = Maker(with_gate(Row("always", "-"))).start()
    where_it_can = enabled(gate(*rows))
    script.ask("no more", (where_it_can,), where)
    script.ask("no less", (where,), where_it_can)
    *_, more, less = questions(script.script.text())
    assert (solver("z3").ask(more).word, solver("z3").ask(less).word) == ("unsat", "unsat")


@pytest.mark.parametrize("rows", [(PASSES, TURNED), (PASSES, REFUSED, TURNED), (Row("always", "-"),)])
def test_the_ways_of_a_rule_leave_nothing_out(rows: tuple[Row, ...]) -> None:
    assert asked(Maker(with_gate(*rows))) == "unsat"


@pytest.mark.parametrize("left_out", [0, 1])
def test_a_way_that_is_left_out_is_missed(left_out: int) -> None:
    maker = Maker(with_gate(PASSES, TURNED))
    own = [way for way in maker.ways if way.rule.name == "gate"]
    maker.ways = tuple(way for way in maker.ways if way is not own[left_out])
    assert asked(maker) == "sat"


def test_a_way_that_is_weakened_is_missed() -> None:
    maker = Maker(with_gate(PASSES, TURNED))
    maker.ways = tuple(
        replace(way, guards=(*way.guards, ITS)) if way.titles == ("turned away",) else way for way in maker.ways
    )
    assert asked(maker) == "sat"


def test_every_rule_of_a_proof_is_asked_whether_its_ways_leave_something_out() -> None:
    found: Proved = prove(with_gate(PASSES, TURNED), workers=1)
    assert [o.about for o in found.obligations if o.kind == "ways"] == ["send", "receive", "gate"]
    assert found.failed == ()
