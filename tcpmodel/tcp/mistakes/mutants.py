"""Rules gone wrong on purpose: each is a mistake that somebody has made, or could make, with RFC 9293.

A mutant is a function from rules to rules.  A claim that no mutant breaks says nothing: so a spec names,
in `broken_by`, what breaks its claims, and every mutant is killed by some claim.  Knobs (`tcp.knobs.variants`)
are choices that are made on purpose; what nobody would choose is here.
"""

from __future__ import annotations

from dataclasses import replace

from tcpmodel.language.sorts import SEQ
from tcpmodel.language.terms import TRUE, Term, constant, equal, one_of, upto
from tcpmodel.systems.row import FirstMatch, Pick, Row
from tcpmodel.tcp.knobs.waiting import GIVE_UP
from tcpmodel.tcp.rfc9293.arrivals import SYN_ACK_SEGMENT, TAKE_SYN
from tcpmodel.tcp.rfc9293.calls import CHOOSE_ISS, SYN_NUMBERS, SYN_SEGMENT
from tcpmodel.tcp.rfc9293.checks import START_2MSL, ack_is_for_nothing_sent, ack_is_new
from tcpmodel.tcp.rfc9293.rules import Rules
from tcpmodel.tcp.rfc9293.segment import ACK, ACK_SEGMENT, ctl, emit, seg, seg_is_acceptable
from tcpmodel.tcp.rfc9293.tcb import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    ESTABLISHED,
    LAST_ACK,
    SYN_RECEIVED,
    TCB,
    TIME_WAIT,
    isn,
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


def text_ahead_is_delivered(rules: Rules) -> Rules:
    """Text is delivered as it comes."""
    rules = rules.replaced("text ahead of RCV.NXT is not kept")
    name = "text at RCV.NXT is delivered and acknowledged"
    return rules.changed(name, when=(), set={rcv.nxt: seg.seq + 1})


def fin_out_of_order(rules: Rules) -> Rules:
    """A FIN is consumed as it comes, the text in front of it or not."""
    rules = rules.replaced("a FIN ahead of RCV.NXT is not kept")

    def at_the_fin(event: str, block: object, row: Row) -> tuple[Row, ...]:
        return (replace(row, set={**row.set, rcv.nxt: seg.seq + 1}) if row.consumes else row,)

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
    """Whatever ends a connection leaves what was queued to the next one."""
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


# What trackers report.


def close_forgets(rules: Rules) -> Rules:
    """CLOSE sends a FIN and deletes the TCB (nyx-os #59)."""
    return rules.changed("CLOSE sends a FIN", goto=CLOSED, forget=TCB, ends="given up")


def close_says_nothing(rules: Rules) -> Rules:
    """CLOSE deletes the TCB, and no FIN is sent (zephyr #728)."""
    return rules.changed("CLOSE sends a FIN", set={}, goto=CLOSED, send=None, forget=TCB, ends="given up")


def close_leaves_the_syn_timer(rules: Rules) -> Rules:
    """CLOSE in SYN-SENT tells the user that it is over, and the SYN timer goes on (zephyr #106776)."""
    return rules.changed("CLOSE gives up calling", goto=None, forget=())


def timeout_leads_to_close_wait(rules: Rules) -> Rules:
    """A user timeout leads to CLOSE-WAIT (FreeRTOS-Plus-TCP #1301)."""
    return rules.changed("the user timeout ends the connection", goto=CLOSE_WAIT, forget=(), ends=None)


def timeout_forgets_nothing(rules: Rules) -> Rules:
    """A user timeout leads to CLOSED, and the TCB stays."""
    return rules.changed("the user timeout ends the connection", forget=())


def timeout_is_forgotten_while_closing(rules: Rules) -> Rules:
    """The user timeout is not set any more when both ends have closed."""
    name = "the user timeout ends the connection"
    return rules.changed(name, when=(*rules.row(name).when, ~one_of(state, (CLOSING, LAST_ACK))))


def timeout_resets(rules: Rules) -> Rules:
    """A user timeout resets the peer, as ABORT does."""
    return rules.changed("the user timeout ends the connection", send=rules.row("ABORT resets the peer").send)


def repeated_text_is_not_acknowledged(rules: Rules) -> Rules:
    """Text that comes again is dropped without a word: a lost ACK is never made good."""
    silent = Row("text that comes again is dropped", "3.10.7.4 first", when=(~seg_is_acceptable, seg.text))
    return rules.preceded("an unacceptable segment is answered with an ACK", silent)


def close_wait_repeats_nothing(rules: Rules) -> Rules:
    """In CLOSE-WAIT the retransmission timer runs out and nothing is sent (utcp #24)."""
    silent = Row("CLOSE-WAIT repeats nothing", "3.10.8", when=(equal(state, CLOSE_WAIT),))
    return rules.preceded("the SYN is sent again", silent)


def caller_ignores_resets_in_syn_received(rules: Rules) -> Rules:
    """A caller in SYN-RECEIVED does not obey a reset (gVisor #2814)."""
    name = "a reset refuses a simultaneous OPEN"
    return rules.changed(name, goto=None, forget=(), tell=None, ends=None)


def _ignores_rst_ack(rules: Rules, *conditions: Term) -> Rules:
    ignored = Row("a reset with ACK is ignored", "3.10.7.4 second", when=(ctl.ack, *conditions))
    return rules.preceded("a reset sends a listener back to LISTEN", ignored)


def syn_received_ignores_rst_ack(rules: Rules) -> Rules:
    """SYN-RECEIVED obeys a reset without ACK only (FreeBSD D40982)."""
    return _ignores_rst_ack(rules, equal(state, SYN_RECEIVED))


def established_ignores_rst_ack(rules: Rules) -> Rules:
    """ESTABLISHED obeys a reset without ACK only (picoTCP #248)."""
    return _ignores_rst_ack(rules, equal(state, ESTABLISHED))


def reset_with_old_ack_is_ignored(rules: Rules) -> Rules:
    """The ACK of a reset is judged: one that does not acknowledge all that was sent is taken for an old one."""
    return _ignores_rst_ack(rules, ~equal(seg.ack, snd.nxt))


def passive_survives(rules: Rules) -> Rules:
    """Who has once listened is taken for a listener ever after: nothing but LISTEN writes the origin down."""
    crosses = rules.row("a SYN crosses ours")
    rules = rules.changed(crosses.name, set={k: v for k, v in crosses.set.items() if k is not passive})

    def remembers(event: str, block: object, row: Row) -> tuple[Row, ...]:
        return (replace(row, forget=tuple(v for v in row.forget if v is not passive)),)

    return rules.map(remembers)


def send_takes_any_isn(rules: Rules) -> Rules:
    """SEND turns a listener into a caller whose ISS nobody has thought about."""
    name = "SEND turns a listener into a caller"
    return rules.changed(name, pick=Pick(isn, TRUE))


def open_takes_any_isn(rules: Rules) -> Rules:
    """OPEN turns a listener into a caller whose ISS nobody has thought about."""
    name = "an active OPEN turns a listener into a caller"
    return rules.changed(name, pick=Pick(isn, TRUE))


def time_wait_judges_acks_first(rules: Rules) -> Rules:
    """TIME-WAIT answers an ACK of what was never sent, instead of starting over."""
    bad = Row(
        "TIME-WAIT answers a bad ACK",
        "3.10.7.4 fifth",
        when=(equal(state, TIME_WAIT), ack_is_for_nothing_sent),
        send=ACK_SEGMENT,
    )
    return rules.preceded("TIME-WAIT acknowledges and starts over", bad)


def answered_is_processed(rules: Rules) -> Rules:
    """What is answered for its SYN or its bad ACK is not dropped: the checks that follow are made, too."""
    for name in ("a SYN in the window is challenged", "an ACK of what was never sent is answered with an ACK"):
        rules = rules.changed(name, more=True)
    return rules


def time_wait_answers_acks(rules: Rules) -> Rules:
    """TIME-WAIT acknowledges whatever arrives, ACKs also: two ends in TIME-WAIT do so for ever."""
    return rules.changed("TIME-WAIT acknowledges and starts over", when=(equal(state, TIME_WAIT),))


def last_ack_swallows_bad_acks(rules: Rules) -> Rules:
    """LAST-ACK drops whatever does not acknowledge its FIN: 3.10.7.4 read without 3.5.2."""
    name = "an ACK of what was never sent is answered with an ACK"
    return rules.changed(name, when=(*rules.row(name).when, ~equal(state, LAST_ACK)))


def any_reset_restarts_time_wait(rules: Rules) -> Rules:
    """A reset outside the window starts 2MSL over."""
    stray = Row(
        "a stray reset starts 2MSL over",
        "3.10.7.4 first",
        when=(equal(state, TIME_WAIT), ~seg_is_acceptable, ctl.rst),
        set=START_2MSL,
    )
    return rules.preceded("an unacceptable reset is dropped", stray)


def reset_while_closing_is_not_told(rules: Rules) -> Rules:
    """A reset that meets CLOSING or LAST-ACK is kept from the user: 3.10.7.4 read without 3.5.3."""
    return rules.changed("a reset cuts a closing connection short", tell=None)
