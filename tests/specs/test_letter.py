"""Where RFC 9293's letter and the default part in closing: what each leads to, played step by step."""

import pytest
from tcp.playing import arrives, at_end, flying, last_rows, play, reply, spec, state_of

from tcpmodel import explore
from tcpmodel.judging.pins import in_words
from tcpmodel.tcp.world.connection import sibling

FINS_CROSS = (
    *("B: passive OPEN", "A: active OPEN", "A: SEND"),
    *(arrives("B", "<CTL=SYN>"), "B: CLOSE", arrives("A", "<CTL=SYN,ACK>"), "A: CLOSE", arrives("A", "<CTL=FIN,ACK>")),
)


@pytest.mark.parametrize(("queued_close", "state"), [("waits", "CLOSE-WAIT"), ("at_once", "CLOSING")])
def test_a_peers_fin_between_close_and_ours_leads_two_ways_in_8_steps(queued_close, state):
    trace = play(sibling(spec("close_behind_queued_text").system, queued_close=queued_close), *FINS_CROSS)
    assert (len(trace), state_of(trace, "A")) == (8, state)


@pytest.mark.parametrize(
    ("queued_close", "states"), [("waits", ["LAST-ACK", "CLOSED"]), ("at_once", ["CLOSING", "TIME-WAIT"])]
)
def test_only_the_letter_waits_for_who_closed_first(queued_close, states):
    system = sibling(spec("close_behind_queued_text").system, queued_close=queued_close)
    sent = (*FINS_CROSS, *[arrives("B")] * 2, "A: queue is sent", "A: queue is sent")
    taken = (*sent, *[arrives("B")] * 2, *[arrives("A")] * 2)
    assert [state_of(play(system, *moves), "A") for moves in (sent, taken)] == states


def test_a_fin_behind_two_octets_lies_outside_the_window_and_is_turned_away():
    system = spec("fin_outside_the_window").system
    trace = play(system, "A: SEND", "A: SEND", "A: CLOSE", arrives("B", "<CTL=FIN,ACK>"))
    assert last_rows(trace) == ("an unacceptable segment is answered with an ACK",)
    assert reply(trace, of="B") == "<SEQ=9><ACK=1><CTL=ACK>"


@pytest.mark.parametrize(
    ("second_fin", "rcv_nxt", "answers"), [("ignored", 10, 1), ("acknowledged", 10, 2), ("consumed", 11, 2)]
)
def test_a_second_fin_in_close_wait_does_what_the_knob_says(second_fin, rcv_nxt, answers):
    system = sibling(spec("second_fin").system, second_fin=second_fin)
    trace = play(
        system, "B: CLOSE", arrives("A"), ("attacker: forges a FIN to A", lambda f: f.picked == (10, 1)), arrives("A")
    )
    assert (state_of(trace, "A"), at_end(trace, "A.rcv.nxt")) == ("CLOSE-WAIT", rcv_nxt)
    assert len(flying(system, trace.last, "A")) == answers


@pytest.mark.parametrize("second_fin", ["ignored", "acknowledged"])
def test_only_a_fin_that_is_consumed_parts_the_ends(second_fin):
    claims = [spec("second_fin").claim(name) for name in ("one_fin_is_taken", "last_ack_succeeds")]
    found = explore(sibling(spec("second_fin").system, second_fin=second_fin), claims).verdicts
    assert {name: in_words(verdict) for name, verdict in found.items()} == dict.fromkeys(found, "holds")
