"""How long TIME-WAIT must last: the smallest length at which the passive closer is never reset, and one less."""

from __future__ import annotations

from functools import cache

import pytest
from tcp.playing import firings, spec, states_of

from tcpmodel import Network, Time, Trace, explore, trace_of
from tcpmodel.systems.verdicts import Verdict
from tcpmodel.tcp import promises
from tcpmodel.tcp.world.connection import sibling


@cache
def verdict(time_wait: int, restart: str, lose: int = 1) -> Verdict:
    """Whether LAST-ACK is never reset, with MSL 1, a retransmission timer of 2 and 2 retransmissions."""
    system = sibling(
        spec("last_ack_lost").system,
        time=Time(msl=1, rto=2, time_wait=time_wait),
        time_wait_restart=restart,
        network=Network(capacity=3, lose=lose),
    )
    claim = promises.passive_closer_succeeds()
    return explore(system, [claim]).verdicts[claim.name]


def broken_at(time_wait: int, restart: str, lose: int = 1) -> Trace:
    """The shortest run in which a TIME-WAIT of this length is too short."""
    trace = trace_of(verdict(time_wait, restart, lose))
    assert trace is not None
    return trace


SMALLEST = [("literal", 1, 5), ("ack_bearing", 1, 4), ("literal", 0, 2), ("ack_bearing", 0, 2)]


@pytest.mark.parametrize(("restart", "lose", "ticks"), SMALLEST)
def test_this_many_ticks_suffice(restart: str, lose: int, ticks: int) -> None:
    assert verdict(ticks, restart, lose).word == "holds"


@pytest.mark.parametrize(("restart", "lose", "ticks"), SMALLEST)
def test_one_tick_less_does_not(restart: str, lose: int, ticks: int) -> None:
    assert verdict(ticks - 1, restart, lose).word == "fails"


@pytest.mark.parametrize("ticks", range(5))
def test_a_shorter_time_wait_is_not_safer(ticks: int) -> None:
    assert verdict(ticks, "literal").word == "fails"


def test_four_ticks_are_too_few_by_the_letter_of_the_rfc_in_16_steps() -> None:
    assert len(broken_at(4, "literal")) == 16


def test_in_the_run_of_16_steps_time_wait_ends_between_the_repeated_fin_and_the_next() -> None:
    titles = [fired.title for fired, _ in firings(broken_at(4, "literal"))]
    lost, over = titles.index("a segment is lost"), titles.index("TIME-WAIT has lasted long enough")
    again = [i for i, title in enumerate(titles) if title == "the FIN is sent again"]
    assert lost < again[0] < over < again[1]


def test_a_too_short_time_wait_has_the_peer_reset_by_an_end_that_is_gone() -> None:
    trace = broken_at(4, "literal")
    gone, waiting = sorted(states_of(Trace(trace.system, trace.states[:-1], trace.steps[:-1])))
    assert gone == "CLOSED"
    assert waiting in ("CLOSING", "LAST-ACK")


def test_the_bound_with_a_loss_is_the_timer_and_two_lifetimes_and_one() -> None:
    losses, rto, msl = 1, 2, 1
    assert verdict(losses * rto + 2 * msl + 1, "literal").word == "holds"
    assert verdict(losses * rto + 2 * msl, "literal").word == "fails"


@pytest.mark.parametrize(("value", "word"), [("kill", "fails"), ("ignore", "holds")])
def test_ignoring_resets_saves_time_wait_from_assassination(value: str, word: str) -> None:
    story = spec("time_wait_assassination")
    claim = story.claim("time_wait_integrity")
    found = explore(sibling(story.system, time_wait_rst=value), [claim])
    assert found.verdicts[claim.name].word == word
