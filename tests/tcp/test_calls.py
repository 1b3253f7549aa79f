"""User calls and timeouts in the states where the RFC's readings differ (RFC 9293 3.10.1 to 3.10.5, 3.10.8)."""

from __future__ import annotations

import pytest
from tcp.meeting import EIGHT, TIMED_WORLD, WORLD, way_to
from tcp.playing import Move, arrives, at_end, last_rows, loses, picking, play, reply, state_of

from tcpmodel import Network, Trace, User, connection

LISTENS = ("B: passive OPEN",)
CALLS = (picking("B: active OPEN", 8),)
WAYS: dict[str, tuple[Move, ...]] = {"LISTEN": LISTENS, "SYN-SENT": CALLS, **{s: way_to(s) for s in EIGHT}}


def called(state: str, call: str) -> Trace:
    """The run in which B's user makes a call in this state."""
    return play(WORLD, *WAYS[state], f"B: {call}")


CLOSE: dict[str, tuple[str, str]] = {
    "LISTEN": ("", "CLOSED"),
    "SYN-SENT": ("", "CLOSED"),
    "SYN-RECEIVED": ("<SEQ=9><ACK=1><CTL=FIN,ACK>", "FIN-WAIT-1"),
    "ESTABLISHED": ("<SEQ=9><ACK=1><CTL=FIN,ACK>", "FIN-WAIT-1"),
    "CLOSE-WAIT": ("<SEQ=9><ACK=2><CTL=FIN,ACK>", "LAST-ACK"),
}
ABORT: dict[str, str] = {
    "LISTEN": "",
    "SYN-SENT": "",
    "SYN-RECEIVED": "<SEQ=9><CTL=RST>",
    "ESTABLISHED": "<SEQ=9><CTL=RST>",
    "FIN-WAIT-1": "<SEQ=10><CTL=RST>",
    "FIN-WAIT-2": "<SEQ=10><CTL=RST>",
    "CLOSE-WAIT": "<SEQ=9><CTL=RST>",
    "CLOSING": "",
    "LAST-ACK": "",
    "TIME-WAIT": "",
}


@pytest.mark.parametrize("state", CLOSE)
def test_close_sends_a_fin_only_where_the_peer_is_known(state: str) -> None:
    trace = called(state, "CLOSE")
    assert (reply(trace, of="B"), state_of(trace, "B")) == CLOSE[state]


@pytest.mark.parametrize("state", ABORT)
def test_abort_sends_a_reset_only_where_the_peer_may_still_wait(state: str) -> None:
    trace = called(state, "ABORT")
    assert (reply(trace, of="B"), state_of(trace, "B")) == (ABORT[state], "CLOSED")


@pytest.mark.parametrize("state", [s for s in EIGHT if s not in CLOSE])
def test_a_second_close_is_an_error(state: str) -> None:
    with pytest.raises(AssertionError, match="0 steps are 'B: CLOSE'"):
        called(state, "CLOSE")


@pytest.mark.parametrize("state", ["ESTABLISHED", "CLOSE-WAIT"])
def test_send_sends_an_octet_where_our_half_is_open(state: str) -> None:
    trace = called(state, "SEND")
    ack = at_end(trace, "B.rcv.nxt")
    assert (reply(trace, of="B"), state_of(trace, "B")) == (f"<SEQ=9><ACK={ack}><CTL=ACK><DATA>", state)


@pytest.mark.parametrize("state", ["FIN-WAIT-1", "FIN-WAIT-2", "CLOSING", "LAST-ACK", "TIME-WAIT"])
def test_send_after_close_is_an_error(state: str) -> None:
    with pytest.raises(AssertionError, match="0 steps are 'B: SEND'"):
        called(state, "SEND")


@pytest.mark.parametrize("state", ["SYN-SENT", "SYN-RECEIVED"])
def test_send_waits_for_established(state: str) -> None:
    trace = called(state, "SEND")
    assert (reply(trace, of="B"), at_end(trace, "B.queued.text")) == ("", 1)


@pytest.mark.parametrize("call", ["SEND", "active OPEN"])
def test_a_listener_that_wants_to_talk_becomes_a_caller(call: str) -> None:
    trace = play(WORLD, *LISTENS, picking(f"B: {call}", 8))
    assert (reply(trace, of="B"), state_of(trace, "B")) == ("<SEQ=8><CTL=SYN>", "SYN-SENT")


def test_a_close_behind_a_queued_octet_waits_in_syn_received() -> None:
    trace = play(WORLD, *way_to("SYN-RECEIVED"), "B: SEND", "B: CLOSE")
    assert (reply(trace, of="B"), state_of(trace, "B"), at_end(trace, "B.queued.fin")) == ("", "SYN-RECEIVED", True)


def test_what_was_queued_goes_out_in_order_once_established() -> None:
    established = (arrives("A", "<CTL=SYN,ACK>"), arrives("B", "<CTL=ACK>"))
    queued = (*way_to("SYN-RECEIVED"), "B: SEND", "B: CLOSE", *established)
    sent = [reply(play(WORLD, *queued, *["B: queue is sent"] * n), of="B") for n in (1, 2)]
    assert sent == ["<SEQ=9><ACK=1><CTL=ACK><DATA>", "<SEQ=10><ACK=1><CTL=FIN,ACK>"]


FRONT_OF_THE_QUEUE: dict[str, str] = {
    "SYN-SENT": "<SEQ=8><CTL=SYN>",
    "SYN-RECEIVED": "<SEQ=8><ACK=1><CTL=SYN,ACK>",
    "FIN-WAIT-1": "<SEQ=9><ACK=1><CTL=FIN,ACK>",
    "CLOSING": "<SEQ=9><ACK=2><CTL=FIN,ACK>",
    "LAST-ACK": "<SEQ=9><ACK=2><CTL=FIN,ACK>",
}


@pytest.mark.parametrize("state", FRONT_OF_THE_QUEUE)
def test_the_front_of_the_queue_is_sent_again_with_the_current_ack(state: str) -> None:
    assert reply(called(state, "retransmission timeout"), of="B") == FRONT_OF_THE_QUEUE[state]


@pytest.mark.parametrize("state", ["ESTABLISHED", "FIN-WAIT-2", "CLOSE-WAIT", "TIME-WAIT"])
def test_nothing_is_sent_again_where_all_is_acknowledged(state: str) -> None:
    with pytest.raises(AssertionError, match="0 steps are 'B: retransmission timeout'"):
        called(state, "retransmission timeout")


def test_an_unacknowledged_octet_is_sent_again_before_the_fin() -> None:
    trace = play(WORLD, *way_to("ESTABLISHED"), "B: SEND", "B: CLOSE", "B: retransmission timeout")
    assert reply(trace, of="B") == "<SEQ=9><ACK=1><CTL=ACK><DATA>"


def test_a_simultaneous_opener_repeats_its_syn_with_an_ack() -> None:
    crossed = (picking("A: active OPEN", 0), picking("B: active OPEN", 8), arrives("B", "<CTL=SYN>"))
    trace = play(WORLD, *crossed, "B: retransmission timeout")
    assert reply(trace, of="B") == "<SEQ=8><ACK=1><CTL=SYN,ACK>"


def test_the_window_is_the_room_to_send() -> None:
    one = User(active_opens=1, sends=3, first_isn=0)
    system = connection(a=one, b=User(passive_opens=1, first_isn=8), bits=4, network=Network(capacity=4))
    full = play(system, "B: passive OPEN", "A: active OPEN", *[arrives(e) for e in "BA"], "A: SEND", "A: SEND")
    assert at_end(full, "A.left.SEND") == 1
    with pytest.raises(AssertionError, match="0 steps are 'A: SEND'"):
        play(system, "B: passive OPEN", "A: active OPEN", *[arrives(e) for e in "BA"], *["A: SEND"] * 3)


def test_the_user_timeout_ends_the_connection_without_a_reset() -> None:
    trace = called("LAST-ACK", "user timeout")
    assert (reply(trace, of="B"), state_of(trace, "B"), at_end(trace, "B.end")) == ("", "CLOSED", "timed out")


def test_time_wait_ends_after_its_ticks_and_not_before() -> None:
    waiting = (*way_to("TIME-WAIT"), loses("B", "<ACK=2><CTL=ACK>"))
    ticks = ("time: a tick", "time: a tick", "A: retransmission timeout", "time: a tick")
    assert last_rows(play(TIMED_WORLD, *waiting, *ticks, "B: time-wait timeout")) == (
        "TIME-WAIT has lasted long enough",
    )
    with pytest.raises(AssertionError, match="0 steps are 'B: time-wait timeout'"):
        play(TIMED_WORLD, *waiting, *ticks[:2], "B: time-wait timeout")
