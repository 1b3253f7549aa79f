"""A toy: a token passed through a bag that may keep and repeat anything; numbers come again, turns do not."""

from __future__ import annotations

from collections.abc import Sequence

from tcpmodel.language.sorts import BOOL, COUNT, SEQ
from tcpmodel.language.terms import FALSE, TRUE, Term, equal, every, implies, up, variable
from tcpmodel.systems.claims import Always
from tcpmodel.systems.proof import Proof
from tcpmodel.systems.row import Emission, FirstMatch, Pick, Row
from tcpmodel.systems.system import Bag, Rule, Take, TransitionSystem, Variable

expected, number = variable("expected", SEQ), variable("picked", SEQ)
waiting = variable("waiting", BOOL)
turn, came = variable("turn", COUNT), variable("came", COUNT)
FIELDS = (Variable(variable("number", SEQ)), Variable(variable("turn", COUNT)))


def field(element: str, name: str) -> Term:
    return variable(f"{element}.{name}", COUNT if name == "turn" else SEQ)


def one(name: str, row: Row, **more: Take) -> Rule:
    return Rule(name, "toy", name, (FirstMatch(name, None, (), (row,)),), **more)


UNUSED = every("post", "each", ~equal(field("each", "number"), number))


def tokens(*, among: Term = UNUSED) -> TransitionSystem:
    """Who waits for a token takes one with the number that was sent out last; numbers may come again, turns do not."""
    send = Row(
        "send",
        "toy",
        when=(~waiting,),
        pick=Pick(number, among),
        set={expected: number, waiting: TRUE, turn: up(turn)},
        send=Emission("post", {"number": expected, "turn": turn}),
    )
    receive = Row(
        "receive",
        "toy",
        when=(waiting, equal(field("it", "number"), expected)),
        set={waiting: FALSE, came: field("it", "turn")},
    )
    return TransitionSystem(
        "tokens",
        32,
        (Variable(expected), Variable(waiting), Variable(turn), Variable(came)),
        (Bag("post", FIELDS, 2),),
        (one("send", send), one("receive", receive, take=Take("post", "it"))),
    )


COMES = Always("the_one_just_sent_comes", waiting | equal(came, turn), needs=waiting)
ITS_TURN = Always(
    "its_number_is_its_turns",
    every("post", "s", implies(waiting & equal(field("s", "number"), expected), equal(field("s", "turn"), turn))),
)
SAME = Always(
    "a_turn_has_one_number",
    every(
        "post",
        "s",
        every(
            "post",
            "t",
            implies(
                equal(field("s", "turn"), field("t", "turn")),
                equal(field("s", "number"), field("t", "number")),
            ),
        ),
    ),
)


def of_tokens(*invariant: Always, claims: Sequence[Always] = (COMES,), among: Term = UNUSED, **more: object) -> Proof:
    return Proof(tokens(among=among), invariant, tuple(claims), **{"names": (turn,), **more})  # type: ignore[arg-type]
