"""Claims drawn at random, about one end or both, the living or the dead: no reduction changes a verdict or a length."""

from __future__ import annotations

from random import Random

import pytest
from native.test_reduction import FEW, GONE, REDUCED, told

from tcpmodel import Network, User, connection
from tcpmodel.explore.native.search import explore
from tcpmodel.explore.reduction import reduction
from tcpmodel.language.sorts import COUNT
from tcpmodel.language.terms import TRUE, Term, alternatives, choose, equal, one_of, some, variable
from tcpmodel.systems.claims import Always, Claim, DeadlockFree, Witness
from tcpmodel.tcp.observers.ghosts import adopted, adopted_by, inc, peer
from tcpmodel.tcp.rfc9293.ends import at, bag_from, other_end
from tcpmodel.tcp.rfc9293.tcb import STATE, state

SYSTEMS = (
    connection(a=FEW, b=FEW, network=Network(capacity=1)),
    GONE,
    connection(
        a=User(active_opens=1, aborts=1), b=User(active_opens=1, aborts=1), established=True, network=Network(lose=1)
    ),
)


def atom(draw: Random) -> Term:
    end, i, j = draw.choice("AB"), draw.randint(1, 2), draw.randint(0, 2)
    its = at(end, adopted(i))
    sender = equal(variable("each.inc", COUNT), i)
    return draw.choice(
        (
            equal(its, j),
            equal(choose(at(end, equal(inc, draw.randint(1, 2))), its, j), 1),
            at(end, equal(inc, i)),
            at(end, equal(peer, j)),
            at(end, one_of(state, tuple(draw.sample(alternatives(STATE), 4)))),
            some(bag_from(end), "each", sender & equal(at(draw.choice("AB"), adopted(i)), j)),
            equal(adopted_by(at(end, peer), of=lambda t: at(other_end(end), t)), at(end, inc)),
        )
    )


def term(draw: Random, depth: int = 2) -> Term:
    if not depth:
        return atom(draw)
    one, other = term(draw, depth - 1), term(draw, depth - 1)
    return draw.choice((one & other, one | other, ~one, choose(one, other, ~other)))


def claim(draw: Random) -> Claim:
    about = term(draw)
    made = (Always("it", about), Always("it", TRUE, needs=about), Witness("it", about), DeadlockFree("it", about))
    return draw.choice(made)


@pytest.mark.parametrize("seed", [pytest.param(n, marks=[pytest.mark.long] * (n >= 2)) for n in range(24)])
def test_a_claim_is_judged_as_without_reductions(seed: int) -> None:
    draw = Random(seed)
    system, it = draw.choice(SYSTEMS), claim(draw)
    whole = told(explore(system, [it]))
    for names in REDUCED:
        if reduction(system, [it], names).any:
            assert told(explore(system, [it], reduce=names)) == whole, names
