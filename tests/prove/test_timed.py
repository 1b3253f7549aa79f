"""TIME-WAIT of the length that the sweep finds, proved for any number of segments in flight; a shorter one is not."""

from dataclasses import replace
from functools import cache

import pytest

from tcpmodel import Network, explore, load
from tcpmodel.errors import DefinitionError
from tcpmodel.judging.pins import SWEEPS
from tcpmodel.prove.breaking import bite
from tcpmodel.prove.making import Maker
from tcpmodel.prove.solving import EFFORT, solver
from tcpmodel.prove.unbounded import Asker, prove
from tcpmodel.tcp.proofs.outlasting import IDLE, any_incarnations, claims, closing, proven, whole
from tcpmodel.tcp.proofs.repairing import Case, invariant

pytestmark = pytest.mark.long

SPEC = "time_wait_outlasts"
BITES = {
    "a_tick_shorter": "closed_has_finished",
    "no_time_wait": "closed_has_finished",
    "no_reply": "repair_is_on_its_way",
    "by_the_letter": "sent_before_the_clock",
    "uncounted_losses": "repair_is_on_its_way",
}
TIMED = ("time: a tick", "A: retransmission timeout", "A: time-wait timeout", "network: loses a segment from B")


@cache
def proof():
    return load(SPEC).proof()


def of_rules(asked, *names):
    """What became of the questions about these rules."""
    maker = Maker(asked)
    asker = Asker(maker, solver("z3"), EFFORT)
    return [asker.of_way(way) for way in maker.ways if way.rule.name in names]


def test_the_lengths_are_those_that_the_sweep_finds():
    found = SWEEPS.read()["time_wait"]
    rows = [row for row in found if row["restart"] in ("ack_bearing", "fin")]
    assert len(rows) > 30
    for row in rows:
        case = Case(row["restart"], row["msl"], row["rto"], row["losses"])
        assert (case.own_gone, case.peers_gone, case.peer_finished) == (row["Q1"], row["Q2"], row["Q3"])


def test_every_obligation_is_met():
    found = prove(proof(), workers=1)
    assert [o.name for o in found.failed] == []
    assert not any(o.dead for o in found.obligations if o.about == "time: a tick")


@pytest.mark.parametrize("case", [Case("fin", 2, 2, 1), Case("ack_bearing", 1, 3, 2)], ids=str)
def test_the_rules_that_time_is_in_keep_every_clause_in_other_settings(case):
    """With MSL 2 and R 2 two copies of a FIN are in flight at once."""
    found = of_rules(proven(case), *TIMED)
    assert {o.about for o in found if not o.dead} == set(TIMED)
    assert not any(o.failed for o in found)


@pytest.mark.parametrize("case", [Case("fin", 2, 2, 1), Case("ack_bearing", 1, 3, 2)], ids=str)
def test_a_tick_less_is_not_enough_for_the_peer_in_other_settings(case):
    found = of_rules(proven(replace(case, time_wait=case.peer_finished - 1)), "A: time-wait timeout")
    assert any(p.question.name.startswith("closed_has_finished") for o in found for p in o.failed)


def test_the_rules_that_are_left_out_can_never_fire():
    maker = Maker(replace(proven(Case()), system=whole(Case())))
    asker = Asker(maker, solver("z3"), EFFORT)
    left_out = [way for way in maker.ways if way.rule.event in IDLE]
    assert {way.rule.event for way in left_out} == set(IDLE)
    assert all(asker.of_way(way).dead for way in left_out)


def test_promises_for_a_loss_less_do_not_follow():
    case = Case(losses=1)
    wrong = {"peers_segments_are_gone", "peer_has_finished"}
    maker, bold = Maker(proven(case)), claims(replace(case, losses=0, time_wait=case.lasts))
    asker = Asker(maker, solver("z3"), EFFORT)
    found = {c.name: asker.obligation("property", c.name, c.name, maker.consequence(c)) for c in bold}
    assert {name for name, o in found.items() if o.failed} == wrong


@pytest.mark.parametrize("name", BITES)
def test_what_breaks_the_proof_breaks_the_clause_that_it_should(name):
    tooth = next(t for t in proof().teeth if t.name == name)
    found = bite(proof(), tooth)
    assert found.breaking is not None
    assert found.clause.startswith(BITES[name])
    assert BITES[name] in [c.name for c in found.breaking.clauses]


@pytest.mark.parametrize("case", [Case("ack_bearing", 2, 2, 1), Case("fin", 1, 2, 1)], ids=str)
def test_every_clause_holds_in_every_state_of_a_small_system(case):
    network = Network(capacity=6, lose=case.losses, when_full="block")
    clauses = [*invariant(case), *claims(case)]
    found = explore(closing(case, bits=3, window=2, network=network), clauses)
    assert found.complete
    assert not found.bounds
    assert {v.word for v in found.verdicts.values()} == {"holds"}


def test_other_rules_for_starting_over_have_no_proof():
    with pytest.raises(DefinitionError, match="write 'ack_bearing' or 'fin'"):
        Case("literal")


def test_times_that_no_count_of_a_proof_can_hold_are_refused():
    with pytest.raises(DefinitionError, match="write fewer ticks or losses"):
        Case(rto=30, losses=8)


# Any number of incarnations.

SILENT_STARTS = {
    "an unacceptable segment is answered with an ACK",
    "a SYN in the window is challenged",
    "a reset that is not at RCV.NXT is challenged",
}
"""What TIME-WAIT answers without starting over, although a segment with an ACK starts it over."""


def last_rows(found):
    """The last rows of the ways that do not keep every clause."""
    return {o.way.titles[-1] for o in found if o.failed}


def test_what_an_end_sent_is_gone_after_msl_and_a_tick_whatever_else_happens():
    assert prove(any_incarnations(2), workers=1).failed == ()


def test_it_is_not_where_time_wait_answers_syns_and_challenges_resets():
    found = of_rules(any_incarnations(2, time_wait_syn="spec", throttled="nothing"), "A: segment arrives")
    assert last_rows(found) == SILENT_STARTS
    assert {p.question.name.partition(".")[0] for o in found for p in o.failed} == {"sent_before_the_clock"}
