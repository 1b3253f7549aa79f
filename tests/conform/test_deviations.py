"""Every assumption is needed by a conversation, and no conversation of it is explained without."""

from __future__ import annotations

import pytest
from conform.conversations import ISS, Conversation, judge_of, segments
from conform.deviations import CONVERSATIONS, OPENED
from conform.plain import BLAMED_ON_SENDER, NOT_TRIED, OF_KNOBS, OF_PROFILES, Plain

from tcpmodel.captures.segments import ACK, SYN
from tcpmodel.conform import assumptions as may
from tcpmodel.conform.assumptions import Assumption, Kind, price
from tcpmodel.conform.judge import Conclusion
from tcpmodel.conform.profiles import ALL, ANY, BY_KNOB, RFC, STRICT, allowed, of_stack
from tcpmodel.tcp.knobs.stacks import profile, profiles

OF_REJECTIONS = {may.THIRD_PARTY, may.UNSEEN, may.OLD_DUPLICATE, may.TRANSCRIBED, may.INCOMPLETE}
"""What is put forward where a conversation is rejected; nothing is explained by them."""
BY_NAME = {c.needs.name: c for c in CONVERSATIONS}
each = pytest.mark.parametrize("name", BY_NAME)


def without(c: Conversation, profile: str, *more: Assumption) -> frozenset[Assumption]:
    return allowed(profile) - {c.needs, *c.instead, *more}


def test_every_assumption_has_one_conversation() -> None:
    assert {c.needs for c in CONVERSATIONS} == set(ALL) - OF_REJECTIONS
    assert len(BY_NAME) == len(CONVERSATIONS)


@each
def test_a_conversation_needs_exactly_its_assumption(name: str) -> None:
    c = BY_NAME[name]
    judge = judge_of(c.script, allowed(ANY), near=c.near)
    assert judge.conclusion is Conclusion.EXPLAINABLE
    assert judge.assumptions() == {c.needs, *c.beside}


@each
def test_a_conversation_is_rejected_where_its_assumption_is_not_allowed(name: str) -> None:
    c = BY_NAME[name]
    judge = judge_of(c.script, without(c, ANY), near=c.near)
    assert judge.divergence is not None
    assert judge.divergence.captured.frame == c.rejected_at


@pytest.mark.parametrize("name", [name for name, c in BY_NAME.items() if c.instead])
def test_what_explains_a_conversation_instead_does_so_at_no_lower_price(name: str) -> None:
    c = BY_NAME[name]
    judge = judge_of(c.script, allowed(ANY) - {c.needs}, near=c.near)
    assert judge.conclusion is Conclusion.EXPLAINABLE
    assert judge.assumptions() & {*c.instead}
    assert price(judge.assumptions()) >= price(frozenset({c.needs, *c.beside}))


@pytest.mark.parametrize("name", [name for name, c in BY_NAME.items() if c.beside or c.instead])
def test_what_else_would_explain_a_conversation_is_accounted_for(name: str) -> None:
    assert BY_NAME[name].why


# Profiles.

OF_STACKS = [(name, a.name) for name in profiles() for a in sorted(of_stack(name))]


@pytest.mark.parametrize(("stack", "name"), OF_STACKS)
def test_what_a_stack_does_is_explained_by_its_profile(stack: str, name: str) -> None:
    c = BY_NAME[name]
    judge = judge_of(c.script, allowed(stack), near=c.near)
    assert judge.conclusion is Conclusion.EXPLAINABLE
    assert judge.assumptions() == {c.needs, *c.beside}


@pytest.mark.parametrize(("stack", "name"), OF_STACKS)
def test_what_a_stack_does_is_rejected_by_rfc_9293_alone(stack: str, name: str) -> None:
    c = BY_NAME[name]
    assert judge_of(c.script, without(c, STRICT), near=c.near).divergence is not None
    judge = judge_of(c.script, allowed(RFC) - {*c.instead}, near=c.near)
    assert (judge.divergence is None) == (c.needs.kind is Kind.OPTION)


@pytest.mark.parametrize("stack", profiles())
def test_what_no_knob_brings_is_an_assumption_or_needs_none(stack: str) -> None:
    needs_none = {*OF_PROFILES, *BLAMED_ON_SENDER, *NOT_TRIED}
    known = {a.name for a in ALL}
    for says, name in profile(stack).judged:
        assert name in known if name else says in needs_none


def test_a_knob_of_a_profile_is_an_assumption_or_needs_none() -> None:
    chosen = {knob for stack in profiles() for knob in profile(stack).knobs.items()}
    assert chosen - {*BY_KNOB, *OF_KNOBS} == set()


@pytest.mark.parametrize("plain", [*OF_PROFILES.values(), *OF_KNOBS.values()])
def test_what_needs_no_assumption_is_explained_by_rfc_9293_alone(plain: Plain) -> None:
    judge = judge_of(plain.script, frozenset(), near=plain.near)
    assert judge.conclusion is Conclusion.EXPLAINABLE


@pytest.mark.parametrize(("script", "frame"), BLAMED_ON_SENDER.values())
def test_what_nobody_may_send_is_blamed_on_its_sender(script: str, frame: int) -> None:
    judge = judge_of(script, allowed(ANY), near=1)
    assert judge.divergence is not None
    assert (judge.divergence.captured.frame, judge.divergence.captured.sender) == (frame, 0)


# What is free, and what is not.

ABORTED_EARLIER = OPENED + "A ACK text=10\nB ACK\nA RST,ACK seq=1 late"
CLOSED_BY_A = OPENED + "A FIN,ACK\nB ACK\nB FIN,ACK\nA ACK\n"


def test_a_reset_after_a_user_timeout_needs_nothing() -> None:
    script = OPENED + "B ACK text=10\nB ACK text=10\n+400 A ACK ack=11\nB RST seq=11"
    assert judge_of(script, frozenset(), near=1).conclusion is Conclusion.EXPLAINABLE


def test_what_the_network_delayed_costs_what_it_cost_when_it_was_sent() -> None:
    assert judge_of(ABORTED_EARLIER, allowed(ANY), near=None).assumptions() == {may.ABORT_WITH_ACK}
    assert judge_of(ABORTED_EARLIER, allowed(RFC), near=None).divergence is not None


def test_time_wait_is_over_after_2msl_and_not_before() -> None:
    assert judge_of(CLOSED_BY_A + "+240 A SYN seq=9000", frozenset(), near=0).divergence is None
    assert judge_of(CLOSED_BY_A + "+239 A SYN seq=9000", frozenset(), near=0).divergence is not None


# The price.


def test_any_number_of_options_goes_before_a_deviation_and_those_before_the_environment() -> None:
    options, seen = ({a for a in ALL if a.kind is kind} for kind in (Kind.OPTION, Kind.DEVIATION))
    assert price(frozenset(options)) < price(frozenset({may.ABORT_WITH_ACK}))
    assert price(frozenset(options | seen)) < price(frozenset({may.CRASH}))


# Scripts.


def test_a_script_says_what_it_leaves_out() -> None:
    syn, answer, text = segments("A SYN\nB SYN,ACK\n+0.5 A ACK text=3", near=1)
    assert (syn.flags, answer.flags, text.flags) == (SYN, SYN | ACK, ACK)
    assert (answer.ack, text.seq, text.ack) == (ISS[0] + 1, ISS[0] + 1, ISS[1] + 1)
    assert (answer.time, text.time) == pytest.approx((0.0002, 0.5002))
    assert text.text is not None
    assert len(text.text) == 3
