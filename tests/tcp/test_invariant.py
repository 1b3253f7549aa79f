"""The invariant of the unbounded proof holds in every state of small systems, and says why it fails in others."""

from __future__ import annotations

from functools import cache, partial

import pytest
from tcp.playing import spec

from tcpmodel import Exploration, Network, User, explore
from tcpmodel.language.reference import evaluate
from tcpmodel.language.sorts import SEQ
from tcpmodel.language.terms import substitute, variable
from tcpmodel.prove.obligations import parts
from tcpmodel.systems.trace import firing
from tcpmodel.systems.verdicts import trace_of
from tcpmodel.tcp import provable
from tcpmodel.tcp.knobs.isn import reach
from tcpmodel.tcp.proofs.invariant import Sizes, invariant, lemmas
from tcpmodel.tcp.proofs.unbounded import mirror, unbounded
from tcpmodel.tcp.world.connection import sibling

WINDOW, SPAN = 2, 4
CLAUSES = invariant(span=SPAN, far=reach(units=SPAN, window=WINDOW))
SMALL = spec("unbounded").system

CALLER = {"a": User(active_opens=2, aborts=1, first_isn=0), "b": User(passive_opens=1, first_isn=15)}
BOTH_FREE = {**CALLER, "a": User(active_opens=2, aborts=1), "b": User(passive_opens=1)}
SERVER = {"a": User(active_opens=1, first_isn=0), "b": User(passive_opens=2, aborts=1)}
DUPLICATING = {"network": Network(capacity=2, duplicate=1)}

HOLDS = {
    "a caller tries again": CALLER,
    "a listener listens again": {**SERVER, **DUPLICATING},
    "both call and close": {
        "a": User(active_opens=1, closes=1, first_isn=0),
        "b": User(active_opens=1, closes=1, first_isn=15),
    },
    "a caller sends and crashes": {
        "a": User(active_opens=2, sends=1, crashes=1, first_isn=0),
        "b": User(passive_opens=1, closes=1, retransmissions=1, first_isn=15),
    },
    "a listener calls": {
        "a": User(passive_opens=1, active_opens=2, first_isn=0),
        "b": User(active_opens=1, first_isn=15),
    },
}
FAILS = {
    "any number": {**CALLER, "isn": "free"},
    "apart on one side only": {**CALLER, "isn": "fresh"},
    "always zero": {**BOTH_FREE, "isn": "zero"},
    "behind all used before": {**CALLER, "isn": "monotone"},
    "always zero, the server's": {**SERVER, **DUPLICATING, "b": User(passive_opens=2, aborts=1, isn="zero")},
    "two segments": {**CALLER, "handshake": "two_blind"},
    "two segments, echoed": {**CALLER, "handshake": "two_echo"},
}
ANSWER = "LISTEN answers a SYN with SYN,ACK"
IDENTITIES = {
    "own_and_peer": (5, ANSWER),
    "own_and_sent": (3, "an active OPEN sends a SYN"),
    "own_and_acknowledged": (4, "CLOSED resets the sender of anything else"),
    "peer_and_sent": (5, ANSWER),
    "peer_and_acknowledged": (6, ANSWER),
    "sent_and_sent": (3, "an active OPEN sends a SYN"),
    "sent_and_acknowledged": (4, "CLOSED resets the sender of anything else"),
    "acknowledged_and_acknowledged": (5, "CLOSED resets the sender of anything else"),
}
CONFUSED = {
    **IDENTITIES,
    "acknowledged_is_told": (6, "SYN,ACK completes the caller's handshake"),
    "resets_are_the_peers": (11, "a reset ends the connection"),
}
BROKEN = {
    "any number": CONFUSED,
    "apart on one side only": IDENTITIES,
    "always zero": CONFUSED,
    "behind all used before": IDENTITIES,
    "always zero, the server's": {
        "own_and_sent": (6, ANSWER),
        "own_and_peer": (7, ANSWER),
        "own_and_acknowledged": (7, ANSWER),
        "peer_and_sent": (7, ANSWER),
        "sent_and_sent": (7, ANSWER),
        "sent_and_acknowledged": (7, ANSWER),
        "acknowledged_is_told": (8, "an ACK of our SYN establishes the connection"),
    },
    "two segments": {
        "past_the_handshake": (3, ANSWER),
        "acknowledged_is_told": (4, "any SYN,ACK is taken for the answer"),
    },
    "two segments, echoed": {"past_the_handshake": (3, ANSWER)},
}
"""Which clauses fail where, after how many steps at least, and in which row."""


@cache
def explored(name: str) -> Exploration:
    world = sibling(SMALL, **(HOLDS | FAILS)[name])
    return explore(world, [*CLAUSES, *(lemma.claim for lemma in lemmas(window=WINDOW)), provable.agreement()])


def broken(name: str) -> dict[str, tuple[int, str]]:
    """The claims that fail, with the length of the shortest trace and the row that ends it."""
    traces = {claim: trace_of(verdict) for claim, verdict in explored(name).verdicts.items()}
    return {
        claim: (len(trace), firing(trace.system, trace.steps[-1]).title) for claim, trace in traces.items() if trace
    }


@pytest.mark.parametrize("name", HOLDS)
def test_every_clause_and_lemma_holds_where_numbers_lie_apart(name: str) -> None:
    assert explored(name).complete
    assert {claim: verdict.word for claim, verdict in explored(name).verdicts.items() if verdict.word != "holds"} == {}


@pytest.mark.parametrize("name", FAILS)
def test_where_numbers_do_not_lie_apart_these_clauses_fail(name: str) -> None:
    names = {clause.name for clause in CLAUSES}
    assert {claim: how for claim, how in broken(name).items() if claim in names} == BROKEN[name]


HARMLESS = ("apart on one side only", "behind all used before")
"""Numbers that lie too near each other do no harm here."""


@pytest.mark.parametrize("name", FAILS)
def test_agreement_fails_no_sooner_than_a_clause(name: str) -> None:
    found = broken(name)
    assert ("agreement" in found) == (name not in HARMLESS)
    if "agreement" in found:
        assert min(length for length, _ in BROKEN[name].values()) <= found["agreement"][0]


# The text of the clauses.


def test_the_clauses_say_the_same_of_both_ends() -> None:
    exchanged = mirror(unbounded())
    bags = {"A_to_B": "B_to_A", "B_to_A": "A_to_B"}
    image = partial(substitute, values=exchanged)
    for clause in CLAUSES:
        found = parts(clause)
        said = {(tuple(part.records), part.term) for part in found}
        mirrored = {(tuple((bags[bag], e) for bag, e in part.records), image(part.term)) for part in found}
        assert said == mirrored, clause.name


def test_no_two_clauses_have_one_name() -> None:
    names = [clause.name for clause in (*CLAUSES, *(lemma.claim for lemma in lemmas(window=WINDOW)))]
    assert len(set(names)) == len(names)
    assert all(clause.says for clause in CLAUSES)


@pytest.mark.parametrize("far", [1, 3, 5])
def test_two_numbers_are_apart_if_neither_can_be_reached_from_the_other(far: int) -> None:
    left, right = variable("left", SEQ), variable("right", SEQ)
    term = Sizes(span=2, far=far).apart(left, right)
    for a in range(16):
        for b in range(16):
            distance = min((a - b) % 16, (b - a) % 16)
            assert evaluate(term, {"left": a, "right": b}, bits=4) == (distance >= far)
