"""What the stories of half-open connections do not say themselves: the other variant, and what each promise is for."""

from dataclasses import replace

import pytest
from tcp.playing import spec, unneeded

from tcpmodel import LeadsTo, Network, User, explore, weak
from tcpmodel.judging.pins import in_words
from tcpmodel.systems.claims import Claim
from tcpmodel.systems.verdicts import Holds, Vacuous, Verdict, trace_of
from tcpmodel.tcp import mutants, promises
from tcpmodel.tcp.claims.fairness import BARE_ACKS, RESETS, arrive
from tcpmodel.tcp.rfc9293.rules import RFC_9293
from tcpmodel.tcp.world.connection import sibling

HOLDING = (
    ("keep_alive_cures", "found_out_by_a_probe"),
    ("restart_without_loss", "is_found_out"),
    ("restart_without_loss", "falls_silent"),
    ("restart_elsewhere", "is_found_out"),
    ("restart_elsewhere", "leaves_syn_sent"),
    ("challenge_answered", "reset_takes_effect"),
)


def verdict(name: str, claim: str | Claim, **changes: object) -> str:
    """The verdict on a claim, one of the spec's or another, in the spec's world with some of it changed."""
    asked = spec(name).claim(claim) if isinstance(claim, str) else claim
    return in_words(explore(sibling(spec(name).system, **changes), [asked]).verdicts[asked.name])


@pytest.mark.parametrize(("name", "claim"), HOLDING)
def test_each_promise_of_fairness_is_needed(name, claim):
    assert unneeded(spec(name), claim) == []


# A bad ACK that is answered with the SYN (picoTCP issue 114).


def judged(name: str, claim: str, **changes: object) -> Verdict:
    asked = spec(name).claim(claim)
    return explore(sibling(spec(name).system, **changes), [asked]).verdicts[claim]


BAD = mutants.bad_ack_draws_the_syn(RFC_9293)
ROOMS = (2, 4)


@pytest.mark.parametrize("capacity", ROOMS)
@pytest.mark.parametrize("claim", ["is_found_out", "leaves_syn_sent"])
def test_a_livelock_that_fills_a_network_without_loss_leaves_a_claim_vacuous_and_not_true(claim, capacity):
    network = Network(when_full="block", capacity=capacity)
    found = judged("restart_elsewhere", claim, network=network, rules=BAD)
    assert isinstance(found, Vacuous)
    assert found.within == ("A_to_B is full", "B_to_A is full")
    assert found.why.startswith("within the bounds no run is fair to it from where this is so: A: the state = SYN-SENT")


@pytest.mark.parametrize("capacity", ROOMS)
def test_what_holds_in_a_network_that_repetitions_can_fill_warns_of_the_runs_that_the_bounds_hide(capacity):
    found = judged("restart_elsewhere", "leaves_syn_sent", network=Network(when_full="block", capacity=capacity))
    assert isinstance(found, Holds)
    assert "every run that is fair to it leaves the bounds" in found.why


def test_the_livelock_is_seen_where_segments_are_lost_and_where_none_is_repeated():
    assert verdict("restart_elsewhere", "leaves_syn_sent", rules=BAD) == "fails 6"
    trace = trace_of(judged("restart_without_loss", "falls_silent", rules=BAD))
    assert trace is not None
    assert (len(trace), trace.loop) == (4, 2)


def test_under_rfc_793_the_first_reset_already_overtakes_the_octet():
    assert verdict("reset_overtakes_text", "nothing_unread_is_left_behind", rst_5961="off") == "fails 3"


def test_in_a_network_that_keeps_order_no_reset_overtakes_an_octet():
    in_order = Network(capacity=3, reorder=False)
    assert verdict("reset_overtakes_text", "nothing_unread_is_left_behind", network=in_order) == "holds"


def test_with_the_handshake_a_restart_at_rcv_nxt_takes_five_steps_more():
    calling = {"a": User(active_opens=2, crashes=1, retransmissions=None, first_isn=0), "established": False}
    listening = User(passive_opens=1, first_isn=4)
    assert verdict("restart_at_rcv_nxt", "is_found_out", **calling, b=listening) == "fails 10"


@pytest.mark.parametrize("rules", [RFC_9293, mutants.closed_is_silent(RFC_9293)], ids=["resets", "silence"])
def test_an_end_that_gives_up_is_cured_although_everything_is_lost(rules):
    gives_up = (weak("A: keep-alive"), weak("A: keep-alive gives up"))
    network = Network(lose=None, when_full="block")
    arrivals = (*arrive("A", BARE_ACKS, RESETS), *arrive("B", BARE_ACKS))
    cured = promises.half_open_is_found_out("A", *gives_up, *arrivals)
    assert verdict("keep_alive_cures", cured, network=network, rules=rules) == "holds"


def test_without_giving_up_an_end_that_gets_no_answer_is_not_cured():
    cured = promises.half_open_is_found_out("A", weak("A: keep-alive"), *arrive("B", BARE_ACKS))
    silent = mutants.closed_is_silent(RFC_9293)
    assert verdict("keep_alive_cures", cured, rules=silent).startswith("fails")


def test_one_probe_is_not_enough_for_any_length_of_outage():
    lost = Network(lose=2, when_full="block")
    assert verdict("keep_alive_outage", "nobody_gives_up_a_healthy_peer", keep_alive="one", network=lost) == "fails 3"


def test_an_idle_server_behind_a_forgetful_nat_is_found_out_by_its_own_keep_alive():
    silent_b = spec("nat_rebinding").claim("half_open_is_found_out")
    assert isinstance(silent_b, LeadsTo)
    probes = (weak("B: keep-alive"), weak("B: keep-alive gives up"), weak("B: a stranger's segment arrives"))
    probing = replace(silent_b, fair=(*silent_b.fair, *probes))
    assert verdict("nat_rebinding", probing, keep_alive="two") == "holds"
