"""What the specs of establishment cannot say themselves: whole runs, counts, and siblings of their systems."""

from __future__ import annotations

from typing import Any

import pytest
from tcp.playing import arrives, at_end, loses, picking, play, spec, states_of

from tcpmodel import User, explore, trace_of
from tcpmodel.systems.trace import Trace
from tcpmodel.systems.verdicts import Verdict
from tcpmodel.tcp import promises
from tcpmodel.tcp.world.connection import sibling


def verdict(name: str, claim: str, **changes: Any) -> Verdict:
    """The verdict on a spec's claim where its system is changed."""
    system = sibling(spec(name).system, **changes)
    return explore(system, [spec(name).claim(claim)]).verdicts[claim]


def steps(found: Verdict) -> int:
    """How long the run is that a verdict carries."""
    trace = trace_of(found)
    assert trace is not None
    return len(trace)


def test_a_lost_third_ack_is_repaired_in_8_steps() -> None:
    run = play(
        spec("third_ack_lost").system,
        "A: active OPEN",
        "B: passive OPEN",
        "B: segment arrives",
        "A: segment arrives",
        loses("A"),
        "B: retransmission timeout",
        "A: segment arrives",
        "B: segment arrives",
    )
    assert states_of(run) == ("ESTABLISHED", "ESTABLISHED")


def test_two_throttled_callers_are_stuck_after_6_steps_where_nothing_is_sent_again() -> None:
    once = {"a": User(active_opens=1, first_isn=0), "b": User(active_opens=1, first_isn=4)}
    stuck = sibling(spec("crossing_opens_throttled").system, **once)
    claim = promises.nobody_waits()
    assert steps(explore(stuck, [claim]).verdicts[claim.name]) == 6
    assert steps(verdict("crossing_opens_linux", "deadlock_free", sequence_test="rfc")) == 6


@pytest.mark.parametrize("value", [True, False])
def test_rfc_5961_does_not_help_an_honest_call_that_an_old_syn_crosses(value: bool) -> None:
    protections = {"rst_5961": value, "syn_5961": value, "ack_5961": value}
    assert steps(verdict("stale_crossing_syn", "refused_unheard", **protections)) == 7


def test_rfc_5961_does_not_help_a_caller_whose_listener_returns_to_listen() -> None:
    for value in (True, False):
        assert steps(verdict("stale_syn_in_window", "caller_survives", rst_5961=value, syn_5961=value)) == 9


def test_with_three_segments_the_server_sends_the_first_syn_ack() -> None:
    assert verdict("split_handshake", "the_server_sends_the_syn_ack", handshake="three").word == "holds"


# Who calls itself.


def in_the_mirror(*moves: Any) -> Trace:
    """The run in which B does at once what A does."""
    both = [step for a, b in moves for step in (a, b)]
    return play(spec("self_connect").system, *both)


def each(event: str) -> tuple[str, str]:
    return f"A: {event}", f"B: {event}"


HANDSHAKE = (each("active OPEN"), *3 * (each("segment arrives"),))
CLOSING = (each("CLOSE"), *2 * (each("segment arrives"),))


@pytest.mark.parametrize(
    ("moves", "state"),
    [
        (HANDSHAKE[:1], "SYN-SENT"),
        (HANDSHAKE[:2], "SYN-RECEIVED"),
        (HANDSHAKE[:3], "SYN-RECEIVED"),
        (HANDSHAKE, "ESTABLISHED"),
        ((*HANDSHAKE, *CLOSING[:1]), "FIN-WAIT-1"),
        ((*HANDSHAKE, *CLOSING[:2]), "CLOSING"),
        ((*HANDSHAKE, *CLOSING), "TIME-WAIT"),
    ],
)
def test_a_host_and_its_image_in_the_mirror_are_always_in_the_same_state(moves: Any, state: str) -> None:
    run = in_the_mirror(*moves)
    assert states_of(run) == (state, state)
    for name in ("iss", "irs", "snd.una", "snd.nxt", "rcv.nxt"):
        assert at_end(run, f"A.{name}") == at_end(run, f"B.{name}")


# What an old ACK lets through.


@pytest.mark.parametrize(
    ("name", "old"), [("early_close_unvalidated", 7), ("early_close_plausible", 3), ("early_close_sent", 0)]
)
def test_so_many_old_numbers_deliver_an_octet_to_an_end_that_nobody_answered(name: str, old: int) -> None:
    taken = []
    for guess in (n for n in range(16) if n != 10):
        run = play(
            spec(name).system,
            "A: active OPEN",
            "A: ABORT",
            "B: passive OPEN",
            "B: segment arrives",
            "B: CLOSE",
            ("attacker: forges text to B", lambda fired, guess=guess: guess in fired.picked),
            arrives("B", "<DATA>"),
        )
        taken.append((at_end(run, "B.delivered"), at_end(run, "B.snd.una")))
    assert taken.count((1, 8)) == old


def test_an_end_that_does_not_close_resets_whom_nobody_answered() -> None:
    assert verdict("early_close_old_octet", "nothing_before_the_handshake", b=User(passive_opens=2, aborts=1)).word in (
        "holds",
        "vacuous",
    )


def test_a_first_isn_can_be_picked_at_the_wrap() -> None:
    run = play(spec("any_iss").system, picking("A: active OPEN", 7))
    assert at_end(run, "A.snd.nxt") == 0
