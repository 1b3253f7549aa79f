"""Mutants written by hand: each is a mistake that somebody has made, or could make, with RFC 9293.

A mutant is a function from rules to rules.  A claim that no mutant breaks says nothing: so a spec names,
in `broken_by`, what breaks its claims, and every mutant is killed by some claim.  Knobs (`tcp.knobs.variants`)
are choices that are made on purpose; what nobody would choose is here.
"""

from __future__ import annotations

from dataclasses import replace

from tcpmodel.language.sorts import SEQ
from tcpmodel.language.terms import TRUE, constant, equal, upto
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.tcp.knobs.waiting import GIVE_UP
from tcpmodel.tcp.mistakes.reported import answered_is_processed as answered_is_processed
from tcpmodel.tcp.mistakes.reported import any_reset_restarts_time_wait as any_reset_restarts_time_wait
from tcpmodel.tcp.mistakes.reported import (
    caller_ignores_resets_in_syn_received as caller_ignores_resets_in_syn_received,
)
from tcpmodel.tcp.mistakes.reported import close_forgets as close_forgets
from tcpmodel.tcp.mistakes.reported import close_leaves_the_syn_timer as close_leaves_the_syn_timer
from tcpmodel.tcp.mistakes.reported import close_says_nothing as close_says_nothing
from tcpmodel.tcp.mistakes.reported import close_wait_repeats_nothing as close_wait_repeats_nothing
from tcpmodel.tcp.mistakes.reported import established_ignores_rst_ack as established_ignores_rst_ack
from tcpmodel.tcp.mistakes.reported import last_ack_swallows_bad_acks as last_ack_swallows_bad_acks
from tcpmodel.tcp.mistakes.reported import open_takes_any_isn as open_takes_any_isn
from tcpmodel.tcp.mistakes.reported import passive_survives as passive_survives
from tcpmodel.tcp.mistakes.reported import repeated_text_is_not_acknowledged as repeated_text_is_not_acknowledged
from tcpmodel.tcp.mistakes.reported import reset_while_closing_is_not_told as reset_while_closing_is_not_told
from tcpmodel.tcp.mistakes.reported import reset_with_old_ack_is_ignored as reset_with_old_ack_is_ignored
from tcpmodel.tcp.mistakes.reported import send_takes_any_isn as send_takes_any_isn
from tcpmodel.tcp.mistakes.reported import syn_received_ignores_rst_ack as syn_received_ignores_rst_ack
from tcpmodel.tcp.mistakes.reported import time_wait_answers_acks as time_wait_answers_acks
from tcpmodel.tcp.mistakes.reported import time_wait_judges_acks_first as time_wait_judges_acks_first
from tcpmodel.tcp.mistakes.reported import timeout_forgets_nothing as timeout_forgets_nothing
from tcpmodel.tcp.mistakes.reported import timeout_is_forgotten_while_closing as timeout_is_forgotten_while_closing
from tcpmodel.tcp.mistakes.reported import timeout_leads_to_close_wait as timeout_leads_to_close_wait
from tcpmodel.tcp.mistakes.reported import timeout_resets as timeout_resets
from tcpmodel.tcp.rfc9293.arrivals import SYN_ACK_SEGMENT, TAKE_SYN
from tcpmodel.tcp.rfc9293.calls import CHOOSE_ISS, SYN_NUMBERS, SYN_SEGMENT
from tcpmodel.tcp.rfc9293.checks import ack_is_new
from tcpmodel.tcp.rfc9293.rules import Rules
from tcpmodel.tcp.rfc9293.segment import ACK, ctl, emit, seg, seg_at_rcv_nxt, text_ends
from tcpmodel.tcp.rfc9293.tcb import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    LAST_ACK,
    SYN_RECEIVED,
    TCB,
    TIME_WAIT,
    passive,
    queued,
    rcv,
    snd,
    state,
)


def _silent(rules: Rules, *names: str) -> Rules:
    """The rules in which these rows send nothing."""
    for name in names:
        rules = rules.changed(name, send=None)
    return rules


# Handshake.


def syn_sent_takes_any_ack(rules: Rules) -> Rules:
    """A caller does not ask whether a SYN,ACK acknowledges its own SYN."""
    taken = rules.row("SYN,ACK completes the caller's handshake")
    any_ack = replace(taken, set=TAKE_SYN | {snd.una: snd.nxt})
    return rules.replaced(taken.name).preceded("SYN-SENT drops a reset that acknowledges nothing it sent", any_ack)


def syn_received_takes_ack_of_iss(rules: Rules) -> Rules:
    """RFC 793's SND.UNA =< SEG.ACK: an ACK of the ISS itself establishes a listener."""
    new_or_iss = ack_is_new | equal(seg.ack, snd.una)
    name = "an ACK of our SYN establishes the connection"
    return rules.changed(name, when=(equal(state, SYN_RECEIVED), new_or_iss))


def syn_received_takes_any_ack(rules: Rules) -> Rules:
    """Any ACK establishes a listener."""
    return rules.changed("an ACK of our SYN establishes the connection", when=(equal(state, SYN_RECEIVED),))


def reset_always_closes(rules: Rules) -> Rules:
    """The origin of SYN-RECEIVED is forgotten: a reset closes the listener, too."""
    return rules.replaced("a reset sends a listener back to LISTEN")


def reset_always_listens(rules: Rules) -> Rules:
    """The origin of SYN-RECEIVED is forgotten: a reset makes a caller listen."""
    return rules.changed("a reset sends a listener back to LISTEN", when=(equal(state, SYN_RECEIVED),))


def second_syn_always_listens(rules: Rules) -> Rules:
    """The origin of SYN-RECEIVED is forgotten: a second SYN makes a caller listen."""
    return rules.changed("a second SYN sends a listener back to LISTEN", when=(equal(state, SYN_RECEIVED),))


def crossing_syn_is_dropped(rules: Rules) -> Rules:
    """A caller knows nothing of callers that call back."""
    return rules.replaced("a SYN crosses ours")


def numbers_never_wrap(rules: Rules) -> Rules:
    """Numbers are compared as if they never wrapped: the ACK of the last number is older than the number."""
    last = constant(0, SEQ) - 1
    naive = upto(snd.una, seg.ack, last) & (equal(seg.ack, snd.nxt) | upto(seg.ack, snd.nxt, last))
    swapped = {ack_is_new: naive, ~ack_is_new: ~naive}
    return rules.map(lambda event, block, row: (replace(row, when=tuple(swapped.get(c, c) for c in row.when)),))


def syn_is_not_repeated(rules: Rules) -> Rules:
    """A caller sends its SYN once."""
    return _silent(rules, "the SYN is sent again")


def syn_takes_no_number(rules: Rules) -> Rules:
    """The listener expects text where the SYN was."""
    name = "LISTEN answers a SYN with SYN,ACK"
    return rules.changed(name, set={**rules.row(name).set, rcv.nxt: seg.seq})


# Resets and the answers to what does not fit.


def closed_is_silent(rules: Rules) -> Rules:
    """CLOSED swallows what reaches it."""
    return _silent(rules, "CLOSED resets the sender of an ACK", "CLOSED resets the sender of anything else")


def listen_is_silent(rules: Rules) -> Rules:
    """LISTEN swallows an ACK."""
    return _silent(rules, "LISTEN resets the sender of an ACK")


def syn_sent_is_silent(rules: Rules) -> Rules:
    """SYN-SENT swallows an unacceptable ACK."""
    return _silent(rules, "SYN-SENT resets the sender of an unacceptable ACK")


def bad_ack_draws_the_syn(rules: Rules) -> Rules:
    """SYN-SENT answers an unacceptable ACK with its SYN, not with a reset (picoTCP issue 114)."""
    return rules.changed("SYN-SENT resets the sender of an unacceptable ACK", send=SYN_SEGMENT)


def unacceptable_is_dropped(rules: Rules) -> Rules:
    """A segment outside the window is dropped without an ACK."""
    return _silent(rules, "an unacceptable segment is answered with an ACK")


def reset_is_accepted_anywhere(rules: Rules) -> Rules:
    """A reset needs no number: figure 5 taken for the protocol."""
    rules = rules.changed("an unacceptable reset is dropped", more=True)
    return rules.replaced("a reset that is not at RCV.NXT is challenged")


def stray_reset_is_answered(rules: Rules) -> Rules:
    """A reset outside the window is answered with an ACK, like any other segment."""
    return rules.replaced("an unacceptable reset is dropped")


# Text and FIN.


def syn_is_not_trimmed(rules: Rules) -> Rules:
    """A SYN in front of the window is taken for a second SYN, though text behind it is in the window."""
    row = rules.row("a second SYN sends a listener back to LISTEN")
    return rules.preceded("no SYN", replace(row, name="a SYN is never trimmed off", when=(ctl.syn, *row.when)))


def text_ahead_is_delivered(rules: Rules) -> Rules:
    """Text is delivered as it comes."""
    rules = rules.replaced("text ahead of RCV.NXT is not kept")
    name = "text at RCV.NXT is delivered and acknowledged"
    return rules.changed(name, when=(), set={rcv.nxt: text_ends})


def old_octets_are_taken_again(rules: Rules) -> Rules:
    """Text that begins in front of RCV.NXT is not trimmed: RCV.NXT advances by all of it."""
    for name in ("text at RCV.NXT is delivered and acknowledged", "text in front of a FIN is delivered"):
        rules = rules.changed(name, set={rcv.nxt: rcv.nxt + seg.text})
    return rules


def text_must_begin_at_rcv_nxt(rules: Rules) -> Rules:
    """Text that begins in front of RCV.NXT is taken for old, whatever follows."""
    for name in ("text at RCV.NXT is delivered and acknowledged", "text in front of a FIN is delivered"):
        rules = rules.changed(name, when=(*rules.row(name).when, seg_at_rcv_nxt))
    return rules


def text_in_front_of_fin_is_lost(rules: Rules) -> Rules:
    """A FIN is taken at its own number, and the text in front of it forgotten."""
    return rules.changed("text in front of a FIN is delivered", set={rcv.nxt: text_ends}, delivers=False, tell=None)


def fin_must_come_alone(rules: Rules) -> Rules:
    """The FIN of a segment with text is not looked at."""
    return rules.without("text in front of a FIN is delivered").without(
        "text that was taken before is trimmed off its FIN"
    )


def fin_behind_window_is_taken(rules: Rules) -> Rules:
    """Text that fills the window brings its FIN along, which lies behind the window."""
    return rules.changed("text at RCV.NXT is delivered and acknowledged", more=True)


def text_behind_fin_is_taken(rules: Rules) -> Rules:
    """Text that comes after the peer's FIN is taken as if it came before."""
    return rules.without("text after the peer's FIN is ignored").without(
        "text after the peer's FIN is ignored, and the FIN behind it looked at"
    )


def fin_out_of_order(rules: Rules) -> Rules:
    """A FIN is consumed as it comes, the text in front of it or not."""
    rules = rules.replaced("a FIN ahead of RCV.NXT is not kept")

    def at_the_fin(event: str, block: object, row: Row) -> tuple[Row, ...]:
        return (replace(row, set={**row.set, rcv.nxt: text_ends + 1}) if row.consumes else row,)

    return rules.map(at_the_fin)


def fin_takes_no_number(rules: Rules) -> Rules:
    """The receiver's RCV.NXT stays where it is at a FIN."""

    def stays(event: str, block: object, row: Row) -> tuple[Row, ...]:
        return (replace(row, set={k: v for k, v in row.set.items() if k is not rcv.nxt}) if row.consumes else row,)

    return rules.map(stays)


def fin_is_not_acknowledged(rules: Rules) -> Rules:
    """A FIN in ESTABLISHED is not acknowledged at once."""
    return _silent(rules, "a FIN closes the peer's half")


def close_wait_closes_into_closing(rules: Rules) -> Rules:
    """RFC 793's CLOSE-WAIT: CLOSE leads to CLOSING."""
    return rules.changed("CLOSE answers the peer's FIN with ours", goto=CLOSING)


def fin_wait_1_ignores_fin_with_ack(rules: Rules) -> Rules:
    """RFC 793's figure without FIN-WAIT-1 to TIME-WAIT: the ACK of a FIN,ACK is not looked at first."""
    name = "FIN-WAIT-1 learns that its FIN arrived"
    return rules.changed(name, when=(*rules.row(name).when, ~ctl.fin))


def no_time_wait(rules: Rules) -> Rules:
    """FIN-WAIT-2 ends the connection at the peer's FIN."""
    return rules.changed("a FIN ends the wait of FIN-WAIT-2", goto=CLOSED, forget=TCB, ends="closed")


def any_syn_reopens_time_wait(rules: Rules) -> Rules:
    """MAY-2 without its condition: TIME-WAIT does not ask whether a SYN is higher, nor whether its own ISS is."""
    reopens = Row(
        "any SYN reopens TIME-WAIT",
        "3.6.1 (MAY-2)",
        when=(equal(state, TIME_WAIT), ctl.syn, ~ctl.ack, ~ctl.rst),
        pick=CHOOSE_ISS,
        set=SYN_NUMBERS | TAKE_SYN | {passive: TRUE},
        goto=SYN_RECEIVED,
        send=SYN_ACK_SEGMENT,
    )
    return rules.preceded("an unacceptable reset is dropped", reopens)


def nothing_is_repeated(rules: Rules) -> Rules:
    """The FIN is never sent again."""
    return _silent(rules, "the FIN is sent again")


def last_ack_ends_at_any_ack(rules: Rules) -> Rules:
    """LAST-ACK does not ask what an ACK acknowledges."""
    return rules.changed("LAST-ACK learns that its FIN arrived", when=(equal(state, LAST_ACK),))


def retransmission_rewinds_snd_nxt(rules: Rules) -> Rules:
    """BSD's retransmission: SND.NXT is back at the front of the queue when a segment has to be answered."""
    rewound = emit(seq=snd.una, ack=rcv.nxt, ctl=(ACK,))
    return rules.changed("an unacceptable segment is answered with an ACK", send=rewound)


def text_is_not_repeated(rules: Rules) -> Rules:
    """An octet is sent once."""
    return _silent(rules, "the oldest unacknowledged octet is sent again")


def text_after_old_ack_is_dropped(rules: Rules) -> Rules:
    """An old ACK takes the text with it (the duplicate-ACK mistake)."""
    return rules.changed("an old ACK changes nothing", more=False)


def abort_is_silent(rules: Rules) -> Rules:
    """ABORT tells the peer nothing."""
    return _silent(rules, "ABORT resets the peer")


def queue_outlives_the_tcb(rules: Rules) -> Rules:
    """Deletion of the TCB keeps the queue: text and CLOSE queued in one connection are left to the next."""
    kept = (queued.text, queued.fin)
    return rules.map(lambda event, block, row: (replace(row, forget=tuple(v for v in row.forget if v not in kept)),))


def close_wait_knows_no_abort(rules: Rules) -> Rules:
    """Once the peer has closed, ABORT finds nothing that it could do."""
    name = "ABORT resets the peer"
    return rules.changed(name, when=(~equal(state, CLOSE_WAIT),))


def syn_received_knows_no_calls(rules: Rules) -> Rules:
    """In SYN-RECEIVED neither SEND nor CLOSE is taken."""
    elsewhere = ~equal(state, SYN_RECEIVED)
    for name in ("SEND waits for ESTABLISHED", "CLOSE waits until all is sent", "CLOSE before ESTABLISHED sends a FIN"):
        rules = rules.changed(name, when=(*rules.row(name).when, elsewhere))
    return rules


# The retransmission timer (RFC 6298 section 5).


def ack_leaves_the_timer(rules: Rules) -> Rules:
    """An ACK of new data does not start the timer over: what is left in the queue has too little time."""
    return replace(rules, timers=replace(rules.timers, new_ack=False))


def retransmission_leaves_the_timer(rules: Rules) -> Rules:
    """A retransmission does not start the timer over: it has run out for the next one, too."""
    return replace(rules, timers=replace(rules.timers, retransmission=False))


def every_send_restarts_the_timer(rules: Rules) -> Rules:
    """Whatever is sent starts the timer over: the front of the queue waits for as long as there is more to send."""
    return replace(rules, timers=replace(rules.timers, every_send=True))


def keep_alive_ends_time_wait(rules: Rules) -> Rules:
    """The keep-alive's timer goes on in TIME-WAIT, and nobody answers its probes."""
    gives_up = Row("a keep-alive ends TIME-WAIT", "3.8.4", goto=CLOSED, forget=TCB, ends="timed out")
    return rules.extended(GIVE_UP, FirstMatch(GIVE_UP, state, (TIME_WAIT,), (gives_up,)))
