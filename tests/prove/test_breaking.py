"""Why the proof fails where it must: each tooth breaks a clause in the row it names, and so does the story it names."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from tcp.playing import spec as loaded

from tcpmodel import explore, load
from tcpmodel.prove.breaking import Bite, bite, breaking
from tcpmodel.prove.making import Maker
from tcpmodel.prove.shape import Question
from tcpmodel.prove.solving import Answer
from tcpmodel.prove.unbounded import Posed
from tcpmodel.systems.claims import Always
from tcpmodel.systems.firing import reference_of
from tcpmodel.systems.proof import Proof, Tooth
from tcpmodel.systems.schedule import Followed, follow
from tcpmodel.systems.trace import ReplayError, Trace, firing, replay, value_of
from tcpmodel.systems.verdicts import trace_of
from tcpmodel.tcp.knobs.isn import reach
from tcpmodel.tcp.proofs.invariant import invariant
from tcpmodel.tcp.world.connection import sibling

pytestmark = pytest.mark.long


@cache
def proof() -> Proof:
    return load("unbounded").proof()


TEETH = {tooth.name: tooth for tooth in proof().teeth}


@cache
def bitten(name: str) -> Bite:
    return bite(proof(), TEETH[name])


# What the solver says.


@pytest.mark.parametrize("name", TEETH)
def test_a_tooth_breaks_a_clause_in_a_step_of_the_row_that_it_names(name: str) -> None:
    found = bitten(name)
    assert found.obligation is not None
    assert found.breaking is not None
    trace = found.breaking.trace
    assert replay(trace) is trace
    assert len(trace) == 1
    assert TEETH[name].breaks in [row.name for row in firing(trace.system, trace.steps[0]).rows]
    assert found.clause.partition(".")[0] in [clause.name for clause in found.breaking.clauses]


@pytest.mark.parametrize("name", TEETH)
def test_the_step_leads_from_a_state_where_all_is_true_to_one_where_the_named_clauses_are_false(name: str) -> None:
    found = bitten(name).breaking
    assert found is not None
    first, last = found.trace.states
    clauses = (*proof().invariant, *TEETH[name].also)
    assert all(value_of(found.trace.system, clause.predicate, first) for clause in clauses)
    assert found.clauses == tuple(c for c in clauses if not value_of(found.trace.system, c.predicate, last))


def test_a_row_that_keeps_every_clause_is_not_bitten() -> None:
    own = Tooth("none", "nothing is changed", proof().system, "a crash forgets everything", "", "")
    assert bite(proof(), own) == (own, None, None)


def refused(rows: str, **values: int) -> str:
    """Why these values, as if a solver had found them for the way, are not taken for a step."""
    way = next(way for way in Maker(proof()).ways if way.name == rows)
    found = {name.replace("__", "."): value for name, value in values.items()}
    with pytest.raises(ReplayError) as wrong:
        breaking(proof(), way, Posed(Question("a clause", "unsat"), Answer("sat", found), 0.0))
    return str(wrong.value)


def test_what_a_solver_says_is_not_believed() -> None:
    forgets, listens = "a crash forgets everything", "LISTEN drops anything else"
    assert refused(forgets, A__misdelivered=1) == "the solver's state does not satisfy octets_are_the_peers"
    assert refused(listens, A__state=1).startswith("the solver's state does not ")
    assert refused(forgets, A__state=0) == f"the solver's state does not let {forgets!r} fire"


# What the story says.


BITS, SPAN = 5, 4
"""At five bits there is room for ISSs that lie apart, so that not every second call breaks the invariant."""


@cache
def shortest(name: str) -> Trace:
    """The shortest counterexample of the story that the tooth names."""
    spec = loaded(TEETH[name].spec)
    claim = spec.claim(spec.hazards[TEETH[name].hazard])
    found = trace_of(explore(sibling(spec.system, bits=BITS), [claim]).verdicts[claim.name])
    assert found is not None
    return found


def followed(name: str, **changes: Any) -> Followed:
    """The same schedule where everything is noted that the clauses ask for."""
    story = shortest(name)
    return follow(story, sibling(story.system, ghosts="both", span=SPAN, **changes), settle="nothing")


retold = cache(followed)


def first_broken(trace: Trace, *also: Always) -> tuple[int, list[str]] | None:
    """After how many steps a clause, or what is claimed besides, is false for the first time, and which are."""
    window = int(trace.system.origin["window"])
    reference = reference_of(trace.system)
    kept = (*invariant(span=SPAN, far=reach(units=SPAN, window=window)), *also)
    clauses = {c.name: reference.predicate(c.predicate) for c in kept}
    for i, state in enumerate(trace.states):
        false = [name for name, holds in clauses.items() if not holds(state)]
        if false:
            return i, false
    return None


IDENTITY = ["own_and_sent", "sent_and_sent"]
EVERYWHERE = [
    "own_and_peer",
    "own_and_sent",
    "own_and_acknowledged",
    "peer_and_sent",
    "sent_and_sent",
    "sent_and_acknowledged",
]
STORIES = {
    "any_iss": (7, 4, IDENTITY),
    "fresh_on_one_side": (9, 3, IDENTITY),
    "iss_zero": (7, 3, IDENTITY),
    "server_repeats_its_iss": (8, 7, EVERYWHERE),
    "two_segments": (4, 4, ["past_the_handshake"]),
    "two_segments_echoed": (4, 4, ["past_the_handshake"]),
    "no_reset_ends_time_wait": (8, 8, ["time_wait_integrity"]),
    "no_new_syn_ends_time_wait": (10, 10, ["time_wait_integrity"]),
}
"""How long each story is, after how many of its steps a clause is false for the first time, and which are."""


def test_every_tooth_has_its_story() -> None:
    assert set(STORIES) == set(TEETH)


@pytest.mark.parametrize("name", STORIES)
def test_the_story_breaks_a_clause_first_in_the_row_that_its_tooth_names(name: str) -> None:
    story, (length, broken, clauses) = retold(name), STORIES[name]
    trace = story.trace
    assert (story.diverges, story.skipped, len(trace)) == (None, (), length)
    assert first_broken(trace, *TEETH[name].also) == (broken, clauses)
    assert TEETH[name].breaks in [row.name for row in firing(trace.system, trace.steps[broken - 1]).rows]


@pytest.mark.parametrize("name", STORIES)
def test_the_story_comes_to_what_its_claim_forbids_and_no_sooner_than_the_clause_is_false(name: str) -> None:
    """The invariant is the claim's reason: where the claim is false, so is a clause."""
    spec, trace = loaded(TEETH[name].spec), retold(name).trace
    claim = spec.claim(spec.hazards[TEETH[name].hazard])
    truths = [value_of(trace.system, claim.predicate, state) for state in trace.states]
    assert truths == [True] * len(trace) + [False]


@pytest.mark.parametrize("name", ["any_iss", "iss_zero", "server_repeats_its_iss", "two_segments"])
def test_the_same_schedule_breaks_nothing_where_numbers_lie_apart_and_three_segments_are_exchanged(name: str) -> None:
    origin = shortest(name).system.origin
    honest = {end: replace(origin[end], isn=None, first_isn=None) for end in ("a", "b")}
    story = followed(name, isn="apart", handshake="three", **honest)
    assert len(story.trace) > 2
    assert first_broken(story.trace) is None
