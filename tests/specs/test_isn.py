"""How long the waits of the specs on initial sequence numbers must be, and which of them is needed for what."""

from __future__ import annotations

from typing import Any

import pytest
from tcp.playing import spec

from tcpmodel import Network, Time, User, explore, trace_of
from tcpmodel.systems.verdicts import Verdict
from tcpmodel.tcp.world.connection import sibling


def verdict(name: str, **changes: Any) -> Verdict:
    """Whether old data stays out where the spec's system is changed."""
    system = sibling(spec(name).system, **changes)
    return explore(system, [spec(name).claim("no_stale_data")]).verdicts["no_stale_data"]


def steps(found: Verdict) -> int:
    """How long the run is that a verdict carries."""
    trace = trace_of(found)
    assert trace is not None
    return len(trace)


@pytest.mark.parametrize(("ticks", "length"), [(0, 8), (1, 9), (2, 10)])
def test_who_aborts_waits_too_short_a_time(ticks: int, length: int) -> None:
    assert steps(verdict("abort_and_wait", time=Time(msl=1, time_wait=ticks))) == length


def test_two_aborts_that_cross_end_each_others_wait() -> None:
    assert steps(verdict("abort_and_wait", time_wait_rst="kill")) == 11


@pytest.mark.parametrize("ticks", [0, 1])
def test_a_quiet_time_of_no_more_than_msl_is_too_short(ticks: int) -> None:
    assert verdict("crash_with_quiet_time", time=Time(msl=1, time_wait=0, quiet=ticks)).word == "fails"


def test_a_quiet_time_however_long_does_not_keep_out_what_the_survivor_sent() -> None:
    assert verdict("survivors_octet", time=Time(msl=1, time_wait=0, quiet=4)).word == "fails"


def test_a_survivor_whose_numbers_go_on_does_not_replace_quiet_time() -> None:
    going_on = User(passive_opens=1, isn="monotone")
    assert verdict("crash_with_quiet_time", b=going_on, time=Time(msl=1, time_wait=0, quiet=0)).word == "fails"


@pytest.mark.parametrize("rate", [2, 8])
def test_a_time_wait_of_more_than_msl_needs_no_clock(rate: int) -> None:
    assert verdict("isn_clock_and_time_wait", time=Time(msl=1, time_wait=2, isn_rate=rate)).word == "holds"


def test_numbers_that_go_on_need_no_time_wait_after_an_abort() -> None:
    assert verdict("abort_and_reopen", isn="monotone").word == "holds"


@pytest.mark.parametrize("name", ["client_isn_repeats", "server_isn_repeats"])
def test_neither_end_is_deceived_where_both_numbers_are_new(name: str) -> None:
    fresh = {end: User(**{**vars(spec(name).system.origin[end]), "isn": None}) for end in "ab"}
    claim = spec(name).claim("agreement_on_entry")
    system = sibling(spec(name).system, **fresh, network=Network(capacity=3, duplicate=1))
    assert explore(system, [claim]).verdicts[claim.name].word == "holds"
