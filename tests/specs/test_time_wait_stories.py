"""What the stories of TIME-WAIT do not say themselves: other lengths, other variants, the thresholds."""

from dataclasses import replace

import pytest
from tcp.playing import shown_by, spec, states_of

from tcpmodel import Network, Time, Trace, User, explore, trace_of
from tcpmodel.judging.pins import in_words
from tcpmodel.systems.trace import firing
from tcpmodel.tcp import promises
from tcpmodel.tcp.world.connection import sibling


def verdict(name: str, claim: str, **changes: object) -> str:
    asked = spec(name).claim(claim)
    return in_words(explore(sibling(spec(name).system, **changes), [asked]).verdicts[claim])


def ticks(trace: Trace) -> int:
    return sum(firing(trace.system, step).rule.agent == "time" for step in trace.steps)


REUSING = {"a": User(closes=1, active_opens=1), "b": User(sends=1, closes=1, passive_opens=1, retransmissions=1)}


def test_one_lifetime_lets_an_old_octet_in_by_14_steps_and_some_ticks() -> None:
    story = spec("short_time_wait_old_octet")
    shorter = sibling(story.system, time=Time(msl=1, rto=1, time_wait=1), isn="zero", **REUSING)
    trace = trace_of(explore(shorter, [story.claim("no_stale_data")]).verdicts["no_stale_data"])
    assert trace is not None
    assert len(trace) - ticks(trace) == 14


def test_of_the_18_steps_with_two_ticks_of_time_wait_16_are_not_ticks() -> None:
    trace = shown_by("short_time_wait_old_octet", "no_stale_data")
    assert (len(trace), ticks(trace)) == (18, 2)


@pytest.mark.parametrize(("length", "word"), [(1, "fails 13"), (2, "holds")])
def test_a_lifetime_and_a_tick_suffice_for_the_first_closers_own_octets(length: int, word: str) -> None:
    assert verdict("time_wait_zero_old_octet", "no_stale_data", time=Time(msl=1, time_wait=length)) == word


def test_the_way_to_the_old_fin_has_18_steps_3_of_them_ticks() -> None:
    trace = shown_by("last_ack_straggler", "no_stale_control")
    assert (len(trace), ticks(trace)) == (18, 3)


def test_by_the_letter_an_old_fin_needs_no_copy_of_itself() -> None:
    once = Network(capacity=3, lose=1, when_full="block")
    b = User(closes=1, passive_opens=1, retransmissions=1, isn="free")
    found = verdict("last_ack_straggler_monotone", "no_stale_fin", b=b, network=once, time_wait_restart="literal")
    assert found == "fails 17"


@pytest.mark.parametrize(("restart", "own", "peers"), [("ack_bearing", 2, 3), ("fin", 3, 4), ("literal", 4, 5)])
def test_old_segments_are_outlasted_by_so_many_ticks_and_not_by_one_less(restart: str, own: int, peers: int) -> None:
    longest = Time(msl=1, rto=1, time_wait=peers, measured=peers)
    system = sibling(spec("time_wait_literal_restart").system, time_wait_restart=restart, time=longest)
    lengths = {("A", own): "holds", ("A", own - 1): "fails", ("B", peers): "holds", ("B", peers - 1): "fails"}
    asked = {key: promises.time_wait_outlasts("A", key[0], ticks=key[1]) for key in lengths}
    claims = {key: replace(claim, name=f"{claim.name}_after_{key[1]}") for key, claim in asked.items()}
    found = explore(system, list(claims.values())).verdicts
    assert {key: found[claim.name].word for key, claim in claims.items()} == lengths


@pytest.mark.parametrize("on", ["on", "off"])
def test_assassination_takes_8_steps_with_and_without_rfc_5961(on: str) -> None:
    found = verdict("time_wait_assassination", "time_wait_integrity", rst_5961=on, syn_5961=on)
    assert found == "fails 8"


def test_where_resets_do_not_end_time_wait_the_old_octet_is_gone_when_the_pair_is_used_again() -> None:
    assert verdict("assassination_old_octet", "no_stale_data", time_wait_rst="ignore") == "holds"


def test_a_quick_caller_waits_where_resets_do_not_end_time_wait() -> None:
    assert verdict("time_wait_meets_new_syn", "time_wait_integrity", time_wait_rst="ignore") == "holds"


def test_a_quick_caller_needs_4_steps_from_time_wait_and_closed() -> None:
    trace = shown_by("time_wait_meets_new_syn", "time_wait_integrity")
    assert states_of(Trace(trace.system, trace.states[:7], trace.steps[:6])) == ("TIME-WAIT", "CLOSED")
    assert len(trace) == 6 + 4


@pytest.mark.parametrize("value", ["spec", "drop"])
def test_an_old_syn_that_is_higher_by_wrap_reopens_only_where_a_syn_may_reopen(value: str) -> None:
    assert verdict("time_wait_reopened_by_wrap", "no_false_established", time_wait_syn=value) == "holds"


def test_the_loop_has_two_steps() -> None:
    trace = shown_by("old_octet_ack_loop", "falls_silent_after_an_old_octet")
    assert trace.loop is not None
    assert len(trace) - trace.loop == 2
