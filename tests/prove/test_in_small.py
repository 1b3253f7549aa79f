"""What is proved without bounds, explored in its own construction with few numbers and little room: they agree."""

from dataclasses import replace
from functools import partial

import pytest

from tcpmodel import Network, User, explore, load
from tcpmodel.errors import DefinitionError
from tcpmodel.explore.exploration import Limits
from tcpmodel.judging.pins import read_digests
from tcpmodel.prove.making import Maker
from tcpmodel.tcp.knobs.isn import reach
from tcpmodel.tcp.proofs.clocked import Clocked, clocked
from tcpmodel.tcp.proofs.clocked import proven as proven_of_clocks
from tcpmodel.tcp.proofs.invariant import invariant
from tcpmodel.tcp.proofs.outlasting import any_incarnations, closing, proven
from tcpmodel.tcp.proofs.repairing import Case
from tcpmodel.tcp.proofs.repairing import invariant as repairing
from tcpmodel.tcp.world.connection import sibling

ENOUGH = Limits(states=20_000)
CASE, WINDOW, SPAN = Case(), 2, 2
FEW = {"bits": 4, "window": WINDOW, "span": SPAN, "ghosts": "both"}
"""As few bits as leave an ISS apart from another."""
CALLER = User(active_opens=2, crashes=1, retransmissions=1, first_isn=0)
CALLEE = User(passive_opens=1, closes=1, first_isn=9)


def of_unbounded():
    proof = load("unbounded").proof()
    clauses = invariant(span=SPAN, far=reach(units=SPAN, window=WINDOW))
    return sibling(proof.system, a=CALLER, b=CALLEE, **FEW), (*proof.claims, *clauses)


def of_any_incarnations():
    proof = any_incarnations(2)
    return sibling(proof.system, a=replace(CALLER, closes=1), b=CALLEE, **FEW), (*proof.claims, *proof.invariant)


def of_time_wait(**changes):
    proof = proven(CASE)
    return closing(CASE, bits=3, window=WINDOW, **changes), (*proof.claims, *repairing(CASE))


def of_isn_clock():
    host = Clocked(bits=5, window=WINDOW, span=SPAN)
    return clocked(host), (*proven_of_clocks(host).claims, *proven_of_clocks(host).invariant)


SMALL = {
    "unbounded": of_unbounded,
    "any_incarnations": of_any_incarnations,
    "time_wait_outlasts": of_time_wait,
    "isn_clock": of_isn_clock,
}


def explored(made, *, capacity):
    system, clauses = made
    small = replace(system, bags=tuple(replace(bag, capacity=capacity) for bag in system.bags))
    return explore(small, list(clauses), limits=ENOUGH)


def failing(found):
    return {name: len(v.trace) for name, v in found.verdicts.items() if v.word == "fails"}


def test_every_spec_that_is_proved_is_explored_in_small():
    assert set(read_digests()) <= set(SMALL)


@pytest.mark.parametrize("capacity", [1, 2])
@pytest.mark.parametrize("name", SMALL)
def test_nothing_that_is_proved_fails_where_there_is_little_room(name, capacity):
    found = explored(SMALL[name](), capacity=capacity)
    assert failing(found) == {}
    assert found.bounds
    assert found.complete or found.states >= ENOUGH.states


LOSING = partial(of_time_wait, network=Network(lose=CASE.losses, duplicate=None))


def test_where_a_full_network_loses_the_promises_of_time_wait_fail():
    found = failing(explored(LOSING(), capacity=1))
    assert (found["passive_closer_succeeds"], found["reopening_is_fresh"]) == (15, 13)


def test_a_proof_of_that_is_refused():
    system, _ = LOSING()
    with pytest.raises(DefinitionError, match="which loses what is sent when it is full: write when_full='block'"):
        Maker(replace(proven(CASE), system=system))
