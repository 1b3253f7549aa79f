"""What TCP brings about in the end: each promise of fairness is needed, and mutants of the rules break the claims."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from tcp.playing import explored, shown_by, spec, states_of

from tcpmodel import LeadsTo, Network, Time, Trace, User, connection, explore, strong, trace_of, weak
from tcpmodel.systems.claims import Fair
from tcpmodel.systems.trace import firing
from tcpmodel.systems.verdicts import Verdict
from tcpmodel.tcp import mutants, promises
from tcpmodel.tcp.claims.fairness import KINDS, arrive, time_wait_runs_out
from tcpmodel.tcp.rfc9293.rules import RFC_9293, Edit
from tcpmodel.tcp.rfc9293.tcb import TIME_WAIT
from tcpmodel.tcp.world.connection import sibling

SPECS = (
    "establishment",
    "termination",
    "close_wait_leak",
    "idle_half_open",
    "ack_loop",
    "early_close_unrepeated",
    "early_close_repeated",
)
PROGRESS = [(name, claim) for name in SPECS for claim in spec(name).claims if isinstance(claim, LeadsTo)]
KEPT = [(name, claim) for name, claim in PROGRESS if claim.expected == "holds"]
NEEDED = [(name, claim, entry) for name, claim in KEPT for entry in claim.fair]
LASSOS = {
    ("establishment", "establishment_if_some_arrive"): (8, 3),
    ("termination", "termination_if_some_arrive"): (10, 4),
    ("close_wait_leak", "leaves_close_wait"): (3, 3),
    ("close_wait_leak", "leaves_fin_wait_2"): (3, 3),
    ("idle_half_open", "half_open_is_found_out"): (2, 2),
    ("idle_half_open", "found_out_by_an_octet"): (5, 5),
    ("ack_loop", "falls_silent"): (9, 7),
    ("early_close_unrepeated", "leaves_fin_wait_1"): (7, 7),
}


def called(entry: Fair) -> str:
    return entry.rule if isinstance(entry.taking.payload, int) else f"{entry.rule}, {entry.taking.payload}"


@cache
def without(name: str, claim: str, entry: Fair) -> Verdict:
    """The verdict on a claim that is fair to all but one entry."""
    whole = spec(name).claim(claim)
    assert isinstance(whole, LeadsTo)
    less = replace(whole, fair=tuple(e for e in whole.fair if e != entry))
    return explore(spec(name).system, [less]).verdicts[claim]


@pytest.mark.parametrize(
    ("name", "claim", "entry"), NEEDED, ids=[f"{n}-{c.name}-without {called(e)}" for n, c, e in NEEDED]
)
def test_every_promise_of_fairness_is_needed(name: str, claim: LeadsTo, entry: Fair) -> None:
    verdict = without(name, claim.name, entry)
    assert verdict.word == "fails"
    trace = trace_of(verdict)
    assert trace is not None
    assert trace.loop is not None


def test_a_lossy_network_alone_can_prevent_everything_that_needs_a_segment() -> None:
    claim = spec("establishment").claim("establishment")
    assert isinstance(claim, LeadsTo)
    unfair = replace(claim, fair=tuple(e for e in claim.fair if not e.strong))
    assert explore(spec("establishment").system, [unfair]).verdicts[claim.name].word == "fails"


@pytest.mark.parametrize(("name", "claim"), LASSOS)
def test_the_lassos_are_as_long_as_known(name: str, claim: str) -> None:
    trace = shown_by(name, claim)
    assert (len(trace), trace.loop) == LASSOS[name, claim]


def test_every_claim_of_progress_holds_or_has_a_known_lasso() -> None:
    assert {(name, claim.name) for name, claim in PROGRESS if claim.expected == "fails"} == set(LASSOS)


# What the lassos show.


def titles(trace: Trace) -> list[str]:
    """The rows that fire in the part that repeats."""
    assert trace.loop is not None
    return [firing(trace.system, step).title for step in trace.steps[trace.loop :]]


@pytest.mark.parametrize(
    ("name", "claim", "ends"),
    [
        ("close_wait_leak", "leaves_close_wait", ("FIN-WAIT-2", "CLOSE-WAIT")),
        ("idle_half_open", "half_open_is_found_out", ("ESTABLISHED", "CLOSED")),
        ("idle_half_open", "found_out_by_an_octet", ("ESTABLISHED", "CLOSED")),
        ("early_close_unrepeated", "leaves_fin_wait_1", ("ESTABLISHED", "FIN-WAIT-1")),
    ],
)
def test_where_a_run_stops_for_ever(name: str, claim: str, ends: tuple[str, str]) -> None:
    assert states_of(shown_by(name, claim)) == ends
    assert titles(shown_by(name, claim)) == []


def test_the_loop_of_acknowledgments_has_an_ack_of_each_end() -> None:
    trace = shown_by("ack_loop", "falls_silent")
    assert states_of(trace) == ("ESTABLISHED", "ESTABLISHED")
    assert titles(trace) == [
        "an ACK of what was never sent is answered with an ACK",
        "an unacceptable segment is answered with an ACK",
    ]


def test_three_segments_keep_two_ends_from_disagreeing_and_so_from_the_loop() -> None:
    system = sibling(spec("ack_loop").system, handshake="three")
    verdicts = explore(system, spec("ack_loop").claims).verdicts
    assert (verdicts["sequence_agreement"].word, verdicts["falls_silent"].word) == ("holds", "holds")


def test_a_network_that_only_lets_some_segments_through_answers_repeated_syns_with_bare_acks() -> None:
    trace = shown_by("establishment", "establishment_if_some_arrive")
    assert "SYN-SENT drops what is neither SYN nor reset" in titles(trace)
    assert "the SYN is sent again" in titles(trace)


def test_order_is_enough_for_an_early_close() -> None:
    story = spec("early_close_unrepeated")
    ordered = sibling(story.system, network=Network(reorder=False, when_full="block"))
    assert explore(ordered, [story.claim("leaves_fin_wait_1")]).verdicts["leaves_fin_wait_1"].word == "holds"


# The bounds do not decide.


@pytest.mark.parametrize("name", [name for name in SPECS if name not in ("establishment", "early_close_repeated")])
def test_a_network_with_more_room_changes_no_verdict(name: str) -> None:
    story = spec(name)
    roomy = sibling(story.system, network=replace(story.system.origin["network"], capacity=4))
    claims = [claim for claim in story.claims if isinstance(claim, LeadsTo)]
    found = explore(roomy, claims)
    assert {c.name: found.verdicts[c.name].word for c in claims} == {c.name: c.expected for c in claims}


def test_a_network_that_loses_what_finds_no_room_is_not_fair_to_what_is_sent() -> None:
    """The ACKs of both ends may find the network full each time, so that none is ever in flight."""
    losing = sibling(spec("termination").system, network=Network(lose=None, when_full="lose"))
    kinds = (*arrive("A", *KINDS), *arrive("B", *KINDS), *time_wait_runs_out("A", "B"))
    claim = promises.termination(*kinds, *(strong(f"{end}: retransmission timeout") for end in "AB"))
    trace = trace_of(explore(losing, [claim]).verdicts[claim.name])
    assert trace is not None
    assert states_of(trace) == ("CLOSING", "CLOSING")
    assert set(titles(trace)) == {"the FIN is sent again", "an unacceptable segment is answered with an ACK"}


# Mutants.


@pytest.mark.parametrize(
    ("mutant", "name", "claim"),
    [
        (mutants.closed_is_silent, "establishment", "leaves_syn_received"),
        (mutants.closed_is_silent, "termination", "termination"),
        (mutants.closed_is_silent, "idle_half_open", "found_out_by_an_octet_that_nobody_took"),
        (mutants.unacceptable_is_dropped, "establishment", "establishment"),
        (mutants.unacceptable_is_dropped, "termination", "termination"),
        (mutants.nothing_is_repeated, "termination", "termination"),
        (mutants.nothing_is_repeated, "early_close_repeated", "leaves_fin_wait_1"),
        (mutants.nothing_is_repeated, "close_wait_leak", "leaves_fin_wait_2_if_closed"),
    ],
    ids=lambda x: x if isinstance(x, str) else x.__name__,
)
def test_a_mutant_is_killed_by_a_claim_of_progress(mutant: Edit, name: str, claim: str) -> None:
    story = spec(name)
    changed = sibling(story.system, rules=mutant(RFC_9293))
    assert explored(name).verdicts[claim].word == "holds"
    assert explore(changed, [story.claim(claim)]).verdicts[claim].word != "holds"


def test_a_fin_not_acknowledged_at_once_does_no_lasting_harm() -> None:
    """It is repeated, lies in front of the window then, and is answered with an ACK."""
    changed = sibling(spec("termination").system, rules=mutants.fin_is_not_acknowledged(RFC_9293))
    assert explore(changed, [spec("termination").claim("termination")]).verdicts["termination"].word == "holds"


# With a clock.


TIMED = connection(
    a=User(closes=1),
    b=User(closes=1),
    network=Network(when_full="block"),
    time=Time(msl=1, time_wait=2, rto=2),
    bits=4,
    established=True,
)
PROMISES = (
    weak("A: time-wait timeout"),
    weak("time: a tick"),
    *arrive("A", *KINDS),
    *arrive("B", *KINDS),
)


def test_time_wait_ends_where_time_passes() -> None:
    claim = promises.leaves("A", TIME_WAIT, *PROMISES)
    assert explore(TIMED, [claim]).verdicts[claim.name].word == "holds"


@pytest.mark.parametrize("entry", PROMISES[:2], ids=called)
def test_time_wait_lasts_where_time_or_its_timer_stands_still(entry: Fair) -> None:
    claim = promises.leaves("A", TIME_WAIT, *(e for e in PROMISES if e != entry))
    assert explore(TIMED, [claim]).verdicts[claim.name].word == "fails"
