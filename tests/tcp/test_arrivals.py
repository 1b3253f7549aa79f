"""SEGMENT ARRIVES, heading by heading (RFC 9293 3.10.7): which row, which reply, which next state.

Every state is reached by playing, and so is every segment: a number that no live connection would
send comes from an earlier incarnation that chose its ISS for it (`meeting`).
"""

from __future__ import annotations

import pytest
from tcp.meeting import (
    EIGHT,
    TIMED_WORLD,
    WORLD,
    Met,
    left_over,
    meeting,
    outcome,
    way_of_two_callers,
    way_to,
)
from tcp.playing import Move, arrives, at_end, last_rows, loses, picking, play, reply, state_of

from tcpmodel import Trace
from tcpmodel.language.reference import evaluate
from tcpmodel.language.terms import variables
from tcpmodel.systems.row import FirstMatch
from tcpmodel.tcp.rfc9293.arrivals import LISTEN_ARRIVALS, SEGMENT_ARRIVES
from tcpmodel.tcp.rfc9293.checks import ACK_CHECK
from tcpmodel.tcp.rfc9293.tcb import EVERY_STATE, STATE
from tcpmodel.tcp.world.connection import sibling

SIX = ("ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK")
OPENS = ("ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2")
"""The states in which the peer's half is still open."""


def rcv_nxt(state: str) -> int:
    """RCV.NXT where `way_to` ends: A's ISS is 0, and its FIN counts where it has been consumed."""
    return 1 if state in ("SYN-RECEIVED", *OPENS) else 2


def snd_nxt(state: str) -> int:
    """SND.NXT where `way_to` ends: B's ISS is 8."""
    return 9 if state in ("SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT") else 10


def last(trace: Trace, end: str) -> tuple[tuple[str, ...], str, str]:
    """The rows, the reply and the state of an end at the last step."""
    return last_rows(trace), reply(trace, of=end), state_of(trace, end)


def test_the_ways_lead_to_the_states() -> None:
    ends = [play(WORLD, *way_to(state)) for state in EIGHT]
    found = [(state_of(t, "B"), at_end(t, "B.rcv.nxt"), at_end(t, "B.snd.nxt")) for t in ends]
    assert found == [(state, rcv_nxt(state), snd_nxt(state)) for state in EIGHT]


# 3.10.7.1, CLOSED.


def test_closed_drops_a_reset() -> None:
    trace = play(WORLD, *way_to("ESTABLISHED"), "A: ABORT", "B: ABORT", "B: segment arrives")
    assert last(trace, "B") == (("CLOSED drops a reset",), "", "CLOSED")


def test_closed_resets_the_sender_of_an_ack_at_its_ack() -> None:
    trace = play(WORLD, *way_to("ESTABLISHED"), "A: SEND", "B: crash", "B: segment arrives")
    assert last(trace, "B") == (("CLOSED resets the sender of an ACK",), "<SEQ=9><CTL=RST>", "CLOSED")


def test_closed_resets_the_sender_of_a_syn_after_its_last_number() -> None:
    trace = play(WORLD, picking("A: active OPEN", 5), "B: segment arrives")
    assert last(trace, "B") == (
        ("CLOSED resets the sender of anything else",),
        "<SEQ=0><ACK=6><CTL=RST,ACK>",
        "CLOSED",
    )


# 3.10.7.2, LISTEN.


def test_listen_drops_a_reset() -> None:
    trace = play(WORLD, *left_over("RST", 3, 7), "B: passive OPEN", "B: segment arrives")
    assert last(trace, "B") == (("LISTEN drops a reset",), "", "LISTEN")


@pytest.mark.parametrize("kind", ["ACK", "TEXT", "FIN"])
def test_listen_resets_the_sender_of_an_ack(kind: str) -> None:
    trace = play(WORLD, *left_over(kind, 3, 7), "B: passive OPEN", "B: segment arrives")
    assert last(trace, "B") == (("LISTEN resets the sender of an ACK",), "<SEQ=7><CTL=RST>", "LISTEN")


def test_listen_answers_a_syn_with_syn_ack() -> None:
    trace = play(WORLD, "B: passive OPEN", picking("A: active OPEN", 5), picking("B: segment arrives", 11))
    assert last(trace, "B") == (
        ("LISTEN answers a SYN with SYN,ACK",),
        "<SEQ=11><ACK=6><CTL=SYN,ACK>",
        "SYN-RECEIVED",
    )


def test_listen_drops_what_is_neither_reset_nor_ack_nor_syn() -> None:
    assert matching(LISTEN_ARRIVALS) == "LISTEN drops anything else"


# 3.10.7.3, SYN-SENT.


def test_syn_sent_drops_a_reset_that_acknowledges_another_syn() -> None:
    refused_before = (picking("A: active OPEN", 0), "B: segment arrives", "A: crash")
    trace = play(WORLD, *refused_before, picking("A: active OPEN", 5), "A: segment arrives")
    assert last(trace, "A") == (("SYN-SENT drops a reset that acknowledges nothing it sent",), "", "SYN-SENT")


def answered_then_called_again(iss: int) -> tuple[Move, ...]:
    """A's SYN 15 is answered; A has forgotten it and calls from another ISS."""
    answered = ("B: passive OPEN", picking("A: active OPEN", 15), picking("B: segment arrives", 8))
    return (*answered, "A: crash", picking("A: active OPEN", iss), "A: segment arrives")


def test_syn_sent_resets_the_sender_of_an_ack_of_another_syn() -> None:
    trace = play(WORLD, *answered_then_called_again(5))
    assert last(trace, "A") == (("SYN-SENT resets the sender of an unacceptable ACK",), "<SEQ=0><CTL=RST>", "SYN-SENT")


def test_an_ack_of_the_iss_itself_acknowledges_nothing_in_syn_sent() -> None:
    trace = play(WORLD, *answered_then_called_again(0))
    assert last(trace, "A") == (("SYN-SENT resets the sender of an unacceptable ACK",), "<SEQ=0><CTL=RST>", "SYN-SENT")


def test_a_reset_with_an_acceptable_ack_refuses_the_caller() -> None:
    trace = play(WORLD, "A: active OPEN", "B: segment arrives", "A: segment arrives")
    assert last(trace, "A") == (("SYN-SENT is refused",), "", "CLOSED")


def test_a_reset_without_ack_is_ignored_in_syn_sent() -> None:
    aborted_in_syn_received = (*way_to("SYN-RECEIVED"), loses("B"), "B: ABORT")
    trace = play(WORLD, *aborted_in_syn_received, "A: segment arrives")
    assert last(trace, "A") == (("SYN-SENT drops a reset without ACK",), "", "SYN-SENT")


def test_syn_ack_establishes_the_caller() -> None:
    trace = play(WORLD, *way_to("SYN-RECEIVED"), "A: segment arrives")
    assert last(trace, "A") == (
        ("SYN,ACK completes the caller's handshake",),
        "<SEQ=1><ACK=9><CTL=ACK>",
        "ESTABLISHED",
    )


def test_a_crossing_syn_is_answered_with_syn_ack_from_the_same_iss() -> None:
    trace = play(WORLD, *way_of_two_callers())
    assert last(trace, "B") == (("a SYN crosses ours",), "<SEQ=8><ACK=1><CTL=SYN,ACK>", "SYN-RECEIVED")


def test_a_repeated_syn_draws_a_bare_ack_from_a_passive_syn_received() -> None:
    trace = play(WORLD, *way_to("SYN-RECEIVED"), "A: retransmission timeout", "B: segment arrives")
    assert outcome(trace) == Met(("an unacceptable segment is answered with an ACK",), "ACK", "SYN-RECEIVED")


def test_syn_sent_drops_the_bare_ack_that_its_repeated_syn_draws() -> None:
    answer = ("A: retransmission timeout", "B: segment arrives", loses("B", "<CTL=SYN,ACK>"))
    trace = play(WORLD, *way_to("SYN-RECEIVED"), *answer, arrives("A", "<ACK=1><CTL=ACK>"))
    assert last(trace, "A") == (("SYN-SENT drops what is neither SYN nor reset",), "", "SYN-SENT")


def test_a_fin_is_not_processed_in_syn_sent() -> None:
    trace = play(WORLD, *way_to("SYN-RECEIVED"), "B: CLOSE", arrives("A", "<CTL=FIN,ACK>"))
    assert last(trace, "A") == (("SYN-SENT drops what is neither SYN nor reset",), "", "SYN-SENT")


# 3.10.7.4 first, sequence number.


@pytest.mark.parametrize("state", EIGHT)
@pytest.mark.parametrize(("kind", "ahead"), [("SYN", 2), ("SYN", -1), ("ACK", 2), ("ACK", -1), ("TEXT", 2), ("FIN", 2)])
def test_an_unacceptable_segment_is_answered_with_an_ack(state: str, kind: str, ahead: int) -> None:
    met = outcome(meeting(state, kind, (rcv_nxt(state) + ahead) % 16, 4))
    assert met == Met(("an unacceptable segment is answered with an ACK",), "ACK", state)


@pytest.mark.parametrize("state", EIGHT)
@pytest.mark.parametrize("kind", ["TEXT", "FIN"])
def test_what_was_received_before_is_acknowledged_again(state: str, kind: str) -> None:
    met = outcome(meeting(state, kind, rcv_nxt(state) - 1, snd_nxt(state)))
    assert met == Met(("an unacceptable segment is answered with an ACK",), "ACK", state)


@pytest.mark.parametrize("state", EIGHT)
@pytest.mark.parametrize("ahead", [-1, 2])
def test_an_unacceptable_reset_is_dropped(state: str, ahead: int) -> None:
    met = outcome(meeting(state, "RST", (rcv_nxt(state) + ahead) % 16))
    assert met == Met(("an unacceptable reset is dropped",), "", state)


def test_a_crossing_syn_ack_is_answered_with_an_ack_and_its_ack_is_not_read() -> None:
    trace = play(WORLD, *way_of_two_callers(), arrives("A", "<SEQ=8><CTL=SYN>"), arrives("B", "<CTL=SYN,ACK>"))
    assert outcome(trace) == Met(("an unacceptable segment is answered with an ACK",), "ACK", "SYN-RECEIVED")


def matching(block: FirstMatch, **given: int) -> str:
    """The row that fires for these values, everything else being zero."""
    for row in block.rows:
        values = {v.name: given.get(v.name.replace(".", "_"), 0) for t in row.when for v in variables(t)}
        if all(evaluate(t, values, bits=3) for t in row.when):
            return row.name
    raise AssertionError(f"no row of {block.title} matches {given}")


@pytest.mark.parametrize("check", SEGMENT_ARRIVES[3:7], ids=lambda block: block.title)
def test_the_eight_states_share_the_first_four_checks(check: FirstMatch) -> None:
    assert [STATE.values[EVERY_STATE.index(state)] for state in check.states] == list(EIGHT)


# 3.10.7.4 second, RST.


@pytest.mark.parametrize("state", EIGHT)
def test_a_reset_in_the_window_but_not_at_rcv_nxt_is_challenged(state: str) -> None:
    met = outcome(meeting(state, "RST", rcv_nxt(state) + 1))
    assert met == Met(("a reset that is not at RCV.NXT is challenged",), "ACK", state)


EXACT_RESET = {
    "SYN-RECEIVED": ("a reset sends a listener back to LISTEN", "LISTEN", "reset"),
    "ESTABLISHED": ("a reset ends the connection", "CLOSED", "reset"),
    "FIN-WAIT-1": ("a reset ends the connection", "CLOSED", "reset"),
    "FIN-WAIT-2": ("a reset ends the connection", "CLOSED", "reset"),
    "CLOSE-WAIT": ("a reset ends the connection", "CLOSED", "reset"),
    "CLOSING": ("a reset cuts a closing connection short", "CLOSED", "cut short"),
    "LAST-ACK": ("a reset cuts a closing connection short", "CLOSED", "cut short"),
    "TIME-WAIT": ("a reset ends TIME-WAIT", "CLOSED", "assassinated"),
}


@pytest.mark.parametrize("state", EIGHT)
def test_a_reset_at_rcv_nxt_ends_what_the_state_has_to_lose(state: str) -> None:
    row, after, ending = EXACT_RESET[state]
    trace = meeting(state, "RST", rcv_nxt(state))
    assert (outcome(trace), at_end(trace, "B.end")) == (Met((row,), "", after), ending)


def test_a_reset_refuses_an_active_syn_received() -> None:
    trace = meeting("SYN-RECEIVED", "RST", 1, callers=True)
    assert (outcome(trace).state, at_end(trace, "B.end")) == ("CLOSED", "refused")


def test_a_reset_forgets_the_tcb() -> None:
    trace = meeting("CLOSE-WAIT", "RST", 2)
    forgotten = ("iss", "irs", "snd.una", "snd.nxt", "rcv.nxt", "passive", "queued.text", "queued.fin")
    assert [at_end(trace, f"B.{name}") for name in forgotten] == [0, 0, 0, 0, 0, False, 0, False]


# 3.10.7.4 fourth, SYN.


def test_a_second_syn_sends_a_passive_syn_received_back_to_listen_and_is_swallowed() -> None:
    met = outcome(meeting("SYN-RECEIVED", "SYN", 2))
    assert met == Met(("a second SYN sends a listener back to LISTEN",), "", "LISTEN")


def test_a_second_syn_is_challenged_in_an_active_syn_received() -> None:
    met = outcome(meeting("SYN-RECEIVED", "SYN", 2, callers=True))
    assert met == Met(("a SYN in the window is challenged",), "ACK", "SYN-RECEIVED")


@pytest.mark.parametrize("state", EIGHT[1:])
@pytest.mark.parametrize("ahead", [0, 1])
def test_a_syn_in_the_window_is_challenged(state: str, ahead: int) -> None:
    met = outcome(meeting(state, "SYN", rcv_nxt(state) + ahead))
    assert met == Met(("a SYN in the window is challenged",), "ACK", state)


# 3.10.7.4 fifth, ACK.


@pytest.mark.parametrize("state", EIGHT)
def test_a_segment_without_ack_is_dropped(state: str) -> None:
    assert matching(ACK_CHECK, state=STATE.values.index(state)) == "a segment without ACK is dropped"


def test_an_ack_of_our_syn_establishes_a_listener() -> None:
    met = outcome(meeting("SYN-RECEIVED", "ACK", 1, 9))
    assert met == Met(("an ACK of our SYN establishes the connection",), "", "ESTABLISHED")


@pytest.mark.parametrize("ack", [5, 8, 10], ids=["before", "of the ISS itself", "of nothing sent"])
@pytest.mark.parametrize("kind", ["ACK", "TEXT", "FIN"])
@pytest.mark.parametrize("callers", [False, True])
def test_syn_received_resets_the_sender_of_an_unacceptable_ack(kind: str, ack: int, callers: bool) -> None:
    met = outcome(meeting("SYN-RECEIVED", kind, 1, ack, callers=callers))
    assert met == Met(
        ("SYN-RECEIVED resets the sender of an unacceptable ACK",), f"<SEQ={ack}><CTL=RST>", "SYN-RECEIVED"
    )


@pytest.mark.parametrize("state", SIX)
@pytest.mark.parametrize("kind", ["ACK", "TEXT", "FIN"])
def test_an_ack_of_what_was_never_sent_is_answered_and_the_segment_dropped(state: str, kind: str) -> None:
    met = outcome(meeting(state, kind, rcv_nxt(state), snd_nxt(state) + 1))
    assert met == Met(("an ACK of what was never sent is answered with an ACK",), "ACK", state)


@pytest.mark.parametrize("state", [s for s in SIX if s != "CLOSING"])
def test_an_old_ack_changes_nothing(state: str) -> None:
    before = play(WORLD, *way_to(state))
    trace = meeting(state, "ACK", rcv_nxt(state), snd_nxt(state) - 4)
    assert (outcome(trace).reply, state_of(trace, "B")) == ("", state)
    assert at_end(trace, "B.snd.una") == at_end(before, "B.snd.una")


@pytest.mark.parametrize("kind", ["ACK", "TEXT", "FIN"])
def test_closing_drops_a_segment_with_an_old_ack(kind: str) -> None:
    assert outcome(meeting("CLOSING", kind, 2, 6)) == Met(("CLOSING ignores an old ACK",), "", "CLOSING")


FIN_ACKNOWLEDGED = {
    "FIN-WAIT-1": ("FIN-WAIT-1 learns that its FIN arrived", "FIN-WAIT-2"),
    "CLOSING": ("CLOSING learns that its FIN arrived", "TIME-WAIT"),
    "LAST-ACK": ("LAST-ACK learns that its FIN arrived", "CLOSED"),
}


@pytest.mark.parametrize("state", FIN_ACKNOWLEDGED)
def test_an_ack_of_our_fin_moves_on(state: str) -> None:
    row, after = FIN_ACKNOWLEDGED[state]
    assert outcome(meeting(state, "ACK", rcv_nxt(state), 10)) == Met((row,), "", after)


@pytest.mark.parametrize("state", FIN_ACKNOWLEDGED)
def test_an_ack_of_the_text_in_front_of_our_fin_does_not_move_on(state: str) -> None:
    trace = with_an_octet_before_the_fin(state)
    assert (state_of(trace, "B"), at_end(trace, "B.snd.una")) == (state, 10)


def with_an_octet_before_the_fin(state: str) -> Trace:
    """B's octet is acknowledged by A, and its FIN is not, in a state in which it has sent both."""
    sent = (*way_to("ESTABLISHED"), "B: SEND")
    closes: dict[str, tuple[Move, ...]] = {
        "FIN-WAIT-1": ("B: CLOSE",),
        "CLOSING": ("B: CLOSE", "A: CLOSE", arrives("B", "<CTL=FIN,ACK>")),
        "LAST-ACK": ("A: CLOSE", arrives("B", "<CTL=FIN,ACK>"), "B: CLOSE"),
    }
    return play(WORLD, *sent, *closes[state], arrives("A", "<DATA>"), arrives("B", "<ACK=10><CTL=ACK>"))


@pytest.mark.parametrize("kind", ["ACK", "TEXT", "FIN"])
@pytest.mark.parametrize("ack", [7, 10, 11])
def test_time_wait_acknowledges_what_has_a_length_and_nothing_else(kind: str, ack: int) -> None:
    met = outcome(meeting("TIME-WAIT", kind, 2, ack))
    assert (met.reply, met.state) == ("" if kind == "ACK" else "ACK", "TIME-WAIT")


# 3.10.7.4 seventh, text.


@pytest.mark.parametrize("state", OPENS)
@pytest.mark.parametrize("old", [0, 3])
def test_text_at_rcv_nxt_is_delivered_even_with_an_old_ack(state: str, old: int) -> None:
    una = {"ESTABLISHED": 9, "FIN-WAIT-1": 9, "FIN-WAIT-2": 10}[state]
    trace = meeting(state, "TEXT", 1, una - old)
    assert outcome(trace) == Met(("text at RCV.NXT is delivered and acknowledged",), "ACK", state)
    assert at_end(trace, "B.rcv.nxt") == 2


@pytest.mark.parametrize("state", OPENS)
def test_text_ahead_of_rcv_nxt_is_not_kept(state: str) -> None:
    met = outcome(meeting(state, "TEXT", 2, 9))
    assert met == Met(("text ahead of RCV.NXT is not kept",), "", state)


@pytest.mark.parametrize("state", ["CLOSE-WAIT", "LAST-ACK"])
def test_text_after_the_peers_fin_is_ignored(state: str) -> None:
    met = outcome(meeting(state, "TEXT", 2, 9))
    assert met == Met(("text after the peer's FIN is ignored",), "", state)


@pytest.mark.parametrize("state", ["CLOSING", "TIME-WAIT"])
def test_text_after_the_peers_fin_is_not_delivered(state: str) -> None:
    trace = meeting(state, "TEXT", 2, 10)
    assert (at_end(trace, "B.rcv.nxt"), at_end(trace, "B.delivered")) == (2, 0)


def test_text_with_the_ack_of_our_syn_establishes_and_is_delivered() -> None:
    met = outcome(meeting("SYN-RECEIVED", "TEXT", 1, 9))
    rows = ("an ACK of our SYN establishes the connection", "text at RCV.NXT is delivered and acknowledged")
    assert met == Met(rows, "ACK", "ESTABLISHED")


# 3.10.7.4 eighth, FIN.

FIN_IN_ORDER = {
    "SYN-RECEIVED": (9, ("an ACK of our SYN establishes the connection", "a FIN closes the peer's half"), "CLOSE-WAIT"),
    "ESTABLISHED": (9, ("a FIN closes the peer's half",), "CLOSE-WAIT"),
    "FIN-WAIT-1": (9, ("a FIN crosses ours",), "CLOSING"),
    "FIN-WAIT-2": (10, ("a FIN ends the wait of FIN-WAIT-2",), "TIME-WAIT"),
}


@pytest.mark.parametrize("state", FIN_IN_ORDER)
def test_a_fin_in_order_is_consumed_and_acknowledged(state: str) -> None:
    ack, rows, after = FIN_IN_ORDER[state]
    trace = meeting(state, "FIN", 1, ack)
    assert (outcome(trace), at_end(trace, "B.rcv.nxt")) == (Met(rows, "ACK", after), 2)


def test_a_fin_that_acknowledges_ours_leads_from_fin_wait_1_to_time_wait() -> None:
    met = outcome(meeting("FIN-WAIT-1", "FIN", 1, 10))
    rows = ("FIN-WAIT-1 learns that its FIN arrived", "a FIN ends the wait of FIN-WAIT-2")
    assert met == Met(rows, "ACK", "TIME-WAIT")


@pytest.mark.parametrize("state", OPENS)
def test_a_fin_ahead_of_text_is_not_consumed(state: str) -> None:
    trace = meeting(state, "FIN", 2, 9)
    assert outcome(trace) == Met(("a FIN ahead of RCV.NXT is not kept",), "", state)
    assert at_end(trace, "B.rcv.nxt") == 1


def test_a_fin_that_overtook_its_octet_is_consumed_when_it_comes_again() -> None:
    overtaken = (*way_to("ESTABLISHED"), "A: SEND", "A: CLOSE", arrives("B", "<CTL=FIN,ACK>"))
    repaired = (arrives("B", "<DATA>"), arrives("A", "<ACK=2><CTL=ACK>"), "A: retransmission timeout")
    trace = play(WORLD, *overtaken, *repaired, arrives("B", "<SEQ=2><ACK=9><CTL=FIN,ACK>"))
    assert outcome(trace) == Met(("a FIN closes the peer's half",), "ACK", "CLOSE-WAIT")


@pytest.mark.parametrize("state", ["CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT"])
def test_a_second_fin_is_not_consumed(state: str) -> None:
    trace = meeting(state, "FIN", 2, 9)
    assert (state_of(trace, "B"), at_end(trace, "B.rcv.nxt")) == (state, 2)


# TIME-WAIT's timer.

RETRANSMITTED_FIN = (
    loses("B", "<ACK=2><CTL=ACK>"),
    *["time: a tick"] * 2,
    "A: retransmission timeout",
    "B: segment arrives",
)


def after_a_retransmitted_fin(time_wait_restart: str) -> Trace:
    """B has been in TIME-WAIT for two ticks when A's FIN comes again."""
    system = sibling(TIMED_WORLD, time_wait_restart=time_wait_restart)
    return play(system, *way_to("TIME-WAIT"), *RETRANSMITTED_FIN)


def test_a_retransmitted_fin_in_time_wait_is_acknowledged() -> None:
    assert reply(after_a_retransmitted_fin("literal"), of="B") == "<SEQ=10><ACK=2><CTL=ACK>"


def test_a_retransmitted_fin_does_not_start_2msl_over_by_the_letter_of_the_rfc() -> None:
    assert at_end(after_a_retransmitted_fin("literal"), "B.time_wait.elapsed") == 2


def test_a_retransmitted_fin_starts_2msl_over_where_any_ack_does() -> None:
    trace = after_a_retransmitted_fin("ack_bearing")
    assert (at_end(trace, "B.time_wait.elapsed"), reply(trace, of="B")) == (0, "<SEQ=10><ACK=2><CTL=ACK>")


@pytest.mark.parametrize("kind", ["ACK", "TEXT", "FIN"])
def test_a_segment_in_the_window_starts_2msl_over(kind: str) -> None:
    waited = (*left_over(kind, 2, 10), *way_to("TIME-WAIT", of=2), *["time: a tick"] * 2)
    trace = play(TIMED_WORLD, *waited, arrives("B", inc=1))
    assert at_end(trace, "B.time_wait.elapsed") == 0


def test_time_wait_begins_to_be_counted_where_closing_ends() -> None:
    ticked = (*way_to("CLOSING"), "time: a tick", loses("B", "<CTL=ACK>"), arrives("A", "<CTL=FIN,ACK>"))
    trace = play(TIMED_WORLD, *ticked, arrives("B", "<CTL=ACK>"))
    assert (state_of(trace, "B"), at_end(trace, "B.time_wait.elapsed")) == ("TIME-WAIT", 0)
