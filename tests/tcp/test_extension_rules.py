"""Cookies, Fast Open, backlog and accept queue, row by row: what the listener remembers, says and hands over."""

from __future__ import annotations

import pytest
from tcp.playing import arrives, at_end, flying, last_rows, play, reply, state_of, states_of

from tcpmodel import Always, Network, User, connection, explore
from tcpmodel.tcp import promises
from tcpmodel.tcp.knobs.extensions import COOKIE
from tcpmodel.tcp.rfc9293.tcb import ESTABLISHED, SYN_RECEIVED, SYN_SENT

CALLER = User(active_opens=1, sends=2, closes=1, retransmissions=1, first_isn=0)
LISTENER = User(passive_opens=2, closes=1, sends=1, retransmissions=1, first_isn=8)
WORLD = {"a": CALLER, "b": LISTENER, "network": Network(capacity=4, duplicate=1, lose=1), "bits": 4}
CALLS = ("B: passive OPEN", "A: active OPEN")

COOKIES = connection(**WORLD, listener="cookies")
FAST = connection(**WORLD, fast_open="on")
FULL = connection(**WORLD, accept_queue="full")
BACKLOG = connection(**WORLD, backlog="one")

# SYN cookies.


def test_a_cookie_listener_remembers_nothing_of_a_syn() -> None:
    trace = play(COOKIES, *CALLS, "B: segment arrives")
    assert reply(trace, of="B") == f"<SEQ={COOKIE}><ACK=1><CTL=SYN,ACK>"
    before, after = trace.states[-2:]
    own = [v.name for v in COOKIES.variables if v.name.startswith("B.")]
    assert [n for n in own if COOKIES.value(before, n) != COOKIES.value(after, n)] == []


def test_the_same_syn_has_the_same_cookie() -> None:
    trace = play(COOKIES, *CALLS, "B: segment arrives, a copy stays", "B: segment arrives")
    assert flying(COOKIES, trace.last, "B") == [f"<SEQ={COOKIE}><ACK=1><CTL=SYN,ACK>"] * 2


HANDSHAKE = (*CALLS, "B: segment arrives", "A: segment arrives")
TCB = ("iss", "snd.una", "snd.nxt", "irs", "rcv.nxt", "passive")


def test_the_third_ack_gives_a_cookie_listener_the_tcb_that_it_would_have_had() -> None:
    plain = connection(**{**WORLD, "b": User(passive_opens=1, first_isn=COOKIE)})
    cookies, usual = (play(system, *HANDSHAKE, "B: segment arrives") for system in (COOKIES, plain))
    assert state_of(cookies, "B") == state_of(usual, "B") == "ESTABLISHED"
    assert [at_end(cookies, f"B.{n}") for n in TCB] == [at_end(usual, f"B.{n}") for n in TCB]
    assert [at_end(cookies, f"B.{n}") for n in ("inc", "peer")] == [1, 1]


def test_both_ends_of_a_connection_by_cookie_know_each_other() -> None:
    trace = play(COOKIES, *HANDSHAKE, "B: segment arrives")
    assert [at_end(trace, f"{end}.adopted.1") for end in "AB"] == [1, 1]


def test_text_with_the_cookie_establishes_and_is_delivered() -> None:
    trace = play(COOKIES, *HANDSHAKE, "A: SEND", arrives("B", "<DATA>"))
    assert last_rows(trace) == ("LISTEN knows its cookie again", "text at RCV.NXT is delivered and acknowledged")
    assert (at_end(trace, "B.delivered"), at_end(trace, "B.misdelivered")) == (1, False)


def test_a_fin_with_the_cookie_establishes_and_closes() -> None:
    trace = play(COOKIES, *HANDSHAKE, "A: CLOSE", arrives("B", "<CTL=FIN,ACK>"))
    assert states_of(trace) == ("FIN-WAIT-1", "CLOSE-WAIT")


def test_text_behind_the_first_octet_is_reset_as_it_carries_no_cookie() -> None:
    trace = play(COOKIES, *HANDSHAKE, "A: SEND", "A: SEND", arrives("B", "<SEQ=2><ACK=4><CTL=ACK><DATA>"))
    assert last_rows(trace) == ("LISTEN resets the sender of an ACK",)


def test_a_cookie_listener_never_comes_to_syn_received() -> None:
    system = connection(
        a=User(active_opens=1, closes=1, retransmissions=1, first_isn=0),
        b=User(passive_opens=2, closes=1),
        network=Network(duplicate=1),
        bits=4,
        listener="cookies",
    )
    needs = promises.is_in("B", ESTABLISHED)
    claim = Always("never_half_open", ~promises.is_in("B", SYN_SENT, SYN_RECEIVED), needs=needs)
    assert explore(system, [claim]).verdicts[claim.name].word == "holds"


# Fast Open.


def test_the_listener_has_the_octet_before_the_handshake_is_done() -> None:
    trace = play(FAST, *CALLS, "B: segment arrives")
    assert flying(FAST, trace.states[2], "A") == ["<SEQ=0><CTL=SYN><DATA>"]
    assert (state_of(trace, "B"), at_end(trace, "B.delivered")) == ("SYN-RECEIVED", 1)
    assert reply(trace, of="B") == "<SEQ=8><ACK=2><CTL=SYN,ACK>"


def test_an_acknowledged_octet_is_not_sent_again() -> None:
    trace = play(FAST, *HANDSHAKE)
    assert reply(trace, of="A") == "<SEQ=2><ACK=9><CTL=ACK>"
    assert at_end(trace, "A.snd.una") == at_end(trace, "A.snd.nxt") == 2


def test_the_syn_is_sent_again_without_text() -> None:
    trace = play(FAST, *CALLS, "A: retransmission timeout")
    assert reply(trace, of="A") == "<SEQ=0><CTL=SYN>"


REPEATED = (*CALLS, "A: retransmission timeout", arrives("B", "<SEQ=0><CTL=SYN>"))


def test_an_octet_that_only_its_syn_got_through_of_is_sent_again() -> None:
    more = {**WORLD, "a": User(active_opens=1, retransmissions=2, first_isn=0), "network": Network(capacity=4)}
    system = connection(**more, fast_open="on")
    trace = play(system, *REPEATED, "A: segment arrives", "A: retransmission timeout", arrives("B", "CTL=ACK><DATA>"))
    assert states_of(trace) == ("ESTABLISHED", "ESTABLISHED")
    assert (at_end(trace, "B.delivered"), at_end(trace, "B.misdelivered")) == (1, False)


def test_the_first_syn_is_no_second_syn_where_the_bare_one_overtook_it() -> None:
    trace = play(FAST, *REPEATED, arrives("B", "<SEQ=0><CTL=SYN><DATA>"))
    assert state_of(trace, "B") == "SYN-RECEIVED"
    assert (at_end(trace, "B.delivered"), reply(trace, of="B")) == (0, "")


def test_a_duplicate_of_the_syn_is_heard_once_while_the_listener_remembers() -> None:
    trace = play(FAST, *CALLS, "B: segment arrives, a copy stays", "B: segment arrives")
    assert (state_of(trace, "B"), at_end(trace, "B.delivered")) == ("SYN-RECEIVED", 1)
    assert last_rows(trace) == ("an unacceptable segment is answered with an ACK",)


def test_a_caller_refused_by_closed_is_refused_with_text_too() -> None:
    trace = play(FAST, "A: active OPEN", "B: segment arrives", "A: segment arrives")
    assert at_end(trace, "A.end") == "refused"


# Backlog and accept queue.


def test_strangers_do_not_keep_out_who_was_there_before_them() -> None:
    assert play(BACKLOG, *HANDSHAKE, "B: segment arrives").last
    assert states_of(play(BACKLOG, *HANDSHAKE, "B: segment arrives")) == ("ESTABLISHED", "ESTABLISHED")


def test_a_full_accept_queue_drops_the_third_ack_and_says_nothing() -> None:
    trace = play(FULL, *HANDSHAKE, "B: segment arrives")
    assert states_of(trace) == ("ESTABLISHED", "SYN-RECEIVED")
    assert (last_rows(trace), reply(trace, of="B")) == (("an ACK of our SYN is dropped: nobody accepts",), "")


def test_text_that_carries_the_ack_is_dropped_with_it() -> None:
    trace = play(FULL, *HANDSHAKE, "A: SEND", arrives("B", "<DATA>"))
    assert (state_of(trace, "B"), at_end(trace, "B.delivered")) == ("SYN-RECEIVED", 0)


def test_the_ack_of_the_repeated_syn_ack_establishes_once_the_application_accepts() -> None:
    dropped = (*HANDSHAKE, "B: segment arrives", "B: accept")
    trace = play(FULL, *dropped, "B: retransmission timeout", "A: segment arrives", "B: segment arrives")
    assert states_of(trace) == ("ESTABLISHED", "ESTABLISHED")


def test_the_application_may_accept_as_soon_as_it_listens() -> None:
    assert at_end(play(FULL, "B: passive OPEN", "B: accept"), "B.accept.full") is False


def test_an_application_that_does_not_listen_accepts_nothing() -> None:
    with pytest.raises(AssertionError, match="0 steps are 'B: accept'"):
        play(FULL, "B: accept")
