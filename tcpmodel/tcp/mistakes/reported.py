"""Mutants from bug trackers: mistakes that implementations had, and others that one more row or one less makes."""

from __future__ import annotations

from dataclasses import replace

from tcpmodel.language.terms import TRUE, Term, equal, one_of
from tcpmodel.systems.row import Pick, Row
from tcpmodel.tcp.rfc9293.checks import START_2MSL, ack_is_for_nothing_sent
from tcpmodel.tcp.rfc9293.rewriting import row
from tcpmodel.tcp.rfc9293.rules import Rules
from tcpmodel.tcp.rfc9293.segment import seg
from tcpmodel.tcp.rfc9293.tcb import (
    CLOSING,
    LAST_ACK,
    isn,
    passive,
    snd,
    state,
)


def close_forgets(rules: Rules) -> Rules:
    """CLOSE sends a FIN and deletes the TCB (nyx-os #59)."""
    return rules.replacing("CLOSE sends a FIN", goto="CLOSED", forget="TCB", ends="given up")


def close_says_nothing(rules: Rules) -> Rules:
    """CLOSE deletes the TCB, and no FIN is sent (zephyr #728)."""
    return rules.replacing("CLOSE sends a FIN", set={}, goto="CLOSED", send=None, forget="TCB", ends="given up")


def close_leaves_the_syn_timer(rules: Rules) -> Rules:
    """CLOSE in SYN-SENT tells the user that it is over, and the SYN timer goes on (zephyr #106776)."""
    return rules.replacing("CLOSE gives up calling", goto=None, forget=())


def timeout_leads_to_close_wait(rules: Rules) -> Rules:
    """A user timeout leads to CLOSE-WAIT (FreeRTOS-Plus-TCP #1301)."""
    return rules.replacing("the user timeout ends the connection", goto="CLOSE-WAIT", forget=(), ends=None)


def timeout_forgets_nothing(rules: Rules) -> Rules:
    """A user timeout leads to CLOSED, and the TCB stays."""
    return rules.replacing("the user timeout ends the connection", forget=())


def timeout_is_forgotten_while_closing(rules: Rules) -> Rules:
    """The user timeout is not set any more when both ends have closed."""
    name = "the user timeout ends the connection"
    return rules.changed(name, when=(*rules.row(name).when, ~one_of(state, (CLOSING, LAST_ACK))))


def timeout_resets(rules: Rules) -> Rules:
    """A user timeout resets the peer, as ABORT does."""
    return rules.replacing("the user timeout ends the connection", send=rules.row("ABORT resets the peer").send)


def repeated_text_is_not_acknowledged(rules: Rules) -> Rules:
    """Text that comes again is dropped without a word: a lost ACK is never made good."""
    silent = row("text that comes again is dropped", "3.10.7.4 first", when=("not acceptable", "text"))
    return rules.before("an unacceptable segment is answered with an ACK", silent)


def close_wait_repeats_nothing(rules: Rules) -> Rules:
    """In CLOSE-WAIT the retransmission timer runs out and nothing is sent (utcp #24)."""
    silent = row("CLOSE-WAIT repeats nothing", "3.10.8", when="CLOSE-WAIT")
    return rules.before("the SYN is sent again", silent)


def caller_ignores_resets_in_syn_received(rules: Rules) -> Rules:
    """A caller in SYN-RECEIVED does not obey a reset (gVisor #2814)."""
    name = "a reset refuses a simultaneous OPEN"
    return rules.replacing(name, goto=None, forget=(), tell=None, ends=None)


def _ignores_rst_ack(rules: Rules, condition: str | Term) -> Rules:
    ignored = row("a reset with ACK is ignored", "3.10.7.4 second", when=("ACK", condition))
    return rules.before("a reset sends a listener back to LISTEN", ignored)


def syn_received_ignores_rst_ack(rules: Rules) -> Rules:
    """SYN-RECEIVED obeys a reset without ACK only (FreeBSD D40982)."""
    return _ignores_rst_ack(rules, "SYN-RECEIVED")


def established_ignores_rst_ack(rules: Rules) -> Rules:
    """ESTABLISHED obeys a reset without ACK only (picoTCP #248)."""
    return _ignores_rst_ack(rules, "ESTABLISHED")


def reset_with_old_ack_is_ignored(rules: Rules) -> Rules:
    """The ACK of a reset is judged: one that does not acknowledge all that was sent is taken for an old one."""
    return _ignores_rst_ack(rules, ~equal(seg.ack, snd.nxt))


def passive_survives(rules: Rules) -> Rules:
    """An end that has once listened counts as a listener ever after: only LISTEN sets `passive`, nothing clears it."""
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
    bad = row(
        "TIME-WAIT answers a bad ACK",
        "3.10.7.4 fifth",
        when=("TIME-WAIT", ack_is_for_nothing_sent),
        send="<SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>",
    )
    return rules.before("TIME-WAIT acknowledges and starts over", bad)


def answered_is_processed(rules: Rules) -> Rules:
    """A segment answered for its SYN or its bad ACK is not dropped: the checks that follow are made, too."""
    for name in ("a SYN in the window is challenged", "an ACK of what was never sent is answered with an ACK"):
        rules = rules.replacing(name, more=True)
    return rules


def time_wait_answers_acks(rules: Rules) -> Rules:
    """TIME-WAIT acknowledges whatever arrives, ACKs also: two ends in TIME-WAIT do so for ever."""
    return rules.replacing("TIME-WAIT acknowledges and starts over", when="TIME-WAIT")


def last_ack_swallows_bad_acks(rules: Rules) -> Rules:
    """LAST-ACK drops whatever does not acknowledge its FIN: 3.10.7.4 read without 3.5.2."""
    name = "an ACK of what was never sent is answered with an ACK"
    return rules.replacing(name, when=(*rules.row(name).when, "not LAST-ACK"))


def any_reset_restarts_time_wait(rules: Rules) -> Rules:
    """A reset outside the window starts 2MSL over."""
    conditions = ("TIME-WAIT", "not acceptable", "RST")
    stray = row("a stray reset starts 2MSL over", "3.10.7.4 first", when=conditions, set=START_2MSL)
    return rules.before("an unacceptable reset is dropped", stray)


def reset_while_closing_is_not_told(rules: Rules) -> Rules:
    """A reset that meets CLOSING or LAST-ACK is kept from the user: 3.10.7.4 read without 3.5.3."""
    return rules.replacing("a reset cuts a closing connection short", tell=None)
