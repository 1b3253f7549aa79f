"""Bounded search finds shortest runs, says that it does not know the rest, and works with real 32-bit numbers."""

from dataclasses import replace
from random import Random

import pytest
from engines.oracles import shows_a_bad_run
from engines.toys import EVENTUAL, TOYS, counter
from native.random_systems import random_claims, random_system
from systems.small import n, of_rows, pick, row

from tcpmodel.errors import DefinitionError
from tcpmodel.explore.exploration import Limits
from tcpmodel.explore.search import explore
from tcpmodel.judging.load import load
from tcpmodel.language.sorts import SEQ
from tcpmodel.language.terms import FALSE, both, constant, equal, within
from tcpmodel.prove import solving
from tcpmodel.prove.bounded import search
from tcpmodel.prove.unrolling import Unrolling
from tcpmodel.systems.claims import Claim, DeadlockFree, LeadsTo, Witness
from tcpmodel.systems.row import Pick, Row
from tcpmodel.systems.system import TransitionSystem
from tcpmodel.systems.trace import replay
from tcpmodel.systems.verdicts import Unknown, Verdict, trace_of
from tcpmodel.tcp import promises
from tcpmodel.tcp.world.connection import sibling

BITWUZLA = solving.solver("bitwuzla")
SOLVERS = {name: solving.solver(name) for name in ("z3", "bitwuzla")}


def shown(verdict: Verdict) -> tuple[str, int | None]:
    trace = trace_of(verdict)
    return verdict.word, None if trace is None else len(replay(trace))


@pytest.mark.parametrize("by", SOLVERS.values(), ids=SOLVERS)
@pytest.mark.parametrize("toy", TOYS.values(), ids=TOYS)
def test_a_toy_is_judged_by_shortest_runs(toy, by) -> None:
    run = Unrolling(toy.system)
    for judged in toy.judged:
        found = search(run, judged.claim, depth=min(toy.depth + 1, 8) if judged.length is None else 40, by=by)
        assert shown(found) == (("unknown", None) if judged.length is None else (judged.word, judged.length)), judged


@pytest.mark.parametrize("name", EVENTUAL)
def test_what_need_not_happen_is_shown_by_a_shortest_lasso(name) -> None:
    toy, asked = EVENTUAL[name]
    run = Unrolling(toy)
    for one in asked:
        found = search(run, one.claim, depth=6 if one.length is None else one.length, by=BITWUZLA)
        assert shown(found) == (("unknown", None) if one.length is None else ("fails", one.length)), one.claim.name
        assert one.length is None or shows_a_bad_run(trace_of(found), one.claim), one.claim.name


def drawn(seed: int) -> tuple[TransitionSystem, list[Claim]] | None:
    """A random system with claims on it, if its counts are small."""
    random = Random(seed)
    one = random_system(random)
    claims = random_claims(random, one)
    if any(v.top is not None and v.top > 255 for v in one.variables):
        return None
    picks = any(r.pick for a_rule in one.rules for b in a_rule.blocks for r in b.rows)
    return one, [c for c in claims if not (picks and isinstance(c, DeadlockFree | LeadsTo))]


def test_random_systems_are_judged_as_by_exploration() -> None:
    for seed, (one, claims) in ((seed, found) for seed in range(40) if (found := drawn(seed))):
        explored, run = explore(one, claims, limits=Limits(states=300)), Unrolling(one)
        for claim in claims:
            word, length = shown(explored.verdicts[claim.name])
            if length is not None and length <= 4:
                assert shown(search(run, claim, depth=4, by=BITWUZLA)) == (word, length), (seed, claim.name)
            elif word != "unknown":
                assert search(run, claim, depth=2, by=BITWUZLA).word == "unknown", (seed, claim.name)


# TCP at 32 bits.

LENGTHS = [
    ("two_way_stale_syn", "no_false_established", 4),
    ("stale_refusal", "refused_unheard", 6),
]


@pytest.mark.parametrize(("name", "claim", "length"), LENGTHS)
def test_real_numbers_break_a_claim_as_soon_as_few_do(name, claim, length) -> None:
    """Pinned by exploration at 3 bits; here numbers have 32."""
    spec = load(name)
    assert shown(search(sibling(spec.system, bits=32), spec.claim(claim), depth=length)) == ("fails", length)


def starting_between(system: TransitionSystem, low: int, size: int) -> TransitionSystem:
    """The system in which every number that is picked is one of these."""

    def narrowed(r: Row) -> Row:
        if r.pick is None:
            return r
        near = within(r.pick.variable, constant(low, SEQ), size)
        return replace(r, pick=Pick(r.pick.variable, both(r.pick.among, near)))

    rules = (
        replace(a_rule, blocks=tuple(replace(b, rows=tuple(map(narrowed, b.rows))) for b in a_rule.blocks))
        for a_rule in system.rules
    )
    return replace(system, rules=tuple(rules))


def test_initial_numbers_just_below_2_to_the_32_make_the_handshake_wrap() -> None:
    last = (1 << 32) - 1
    wrapping = starting_between(sibling(load("any_iss").system, bits=32), last, 1)
    trace = trace_of(search(wrapping, promises.both_established(), depth=5))
    assert trace is not None
    assert len(trace) == 5
    assert [n for step in trace.steps for n in step.picked] == [last, last]
    assert [wrapping.value(trace.last, f"{end}.snd.una") for end in "AB"] == [0, 0]


# What is not known.


class GivesUp:
    """A solver that never knows."""

    name = "a tired solver"
    version = "1"

    def ask(self, text: str, *, effort: int = 0, lazily: bool = False) -> solving.Answer:
        return solving.Answer("unknown", why="enough")


def test_what_is_not_found_is_unknown_and_never_holds() -> None:
    assert search(counter().system, counter().judged[3].claim, depth=3) == Unknown(
        "z3 sought runs of up to 3 steps", "no longer run was sought"
    )


def test_a_solver_that_gives_up_says_nothing() -> None:
    found = search(counter().system, Witness("never", FALSE), depth=3, by=GivesUp())
    assert found == Unknown("a tired solver sought nothing", "a tired solver gave up on runs of 0 steps: enough")


def test_a_solver_of_little_effort_is_unknown() -> None:
    spec = load("old_crossing_syn")
    found = search(sibling(spec.system, bits=32), spec.claim("agreement_on_entry"), depth=8, effort=2_000)
    assert isinstance(found, Unknown)
    assert "z3 gave up" in found.why


def test_a_claim_about_another_system_is_refused() -> None:
    with pytest.raises(DefinitionError, match="counter does not have"):
        search(counter().system, Witness("elsewhere", equal(n, 1)), depth=1)


def test_a_state_from_which_a_number_may_be_picked_is_none_where_the_system_stops() -> None:
    s = of_rows(row(pick=Pick(pick, equal(pick, 0)), set={n: pick}))
    assert search(s, DeadlockFree(), depth=2).word == "unknown"
    assert search(of_rows(row(set={n: n})), DeadlockFree(), depth=2).word == "fails"
