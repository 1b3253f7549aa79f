"""Variants of TIME-WAIT: its timer, resets and SYNs that arrive in it, and its relatives."""

from __future__ import annotations

from dataclasses import replace

from tcpmodel.language.sorts import BOOL, COUNT
from tcpmodel.language.terms import FALSE, TRUE, Term, at_least, before, constant, equal, up, variable
from tcpmodel.systems.row import FirstMatch, Pick, Row
from tcpmodel.systems.system import Variable
from tcpmodel.tcp.knobs.protections import UNACCEPTABLE
from tcpmodel.tcp.rfc9293.arrivals import SYN_ACK_SEGMENT, TAKE_SYN
from tcpmodel.tcp.rfc9293.calls import SYN_NUMBERS
from tcpmodel.tcp.rfc9293.checks import SEQUENCE_CHECK, START_2MSL
from tcpmodel.tcp.rfc9293.rules import ARRIVAL, Edit, Rules
from tcpmodel.tcp.rfc9293.segment import ACK, ACK_SEGMENT, RST, ctl, emit, seg, seg_is_acceptable
from tcpmodel.tcp.rfc9293.tcb import (
    CLOSED,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    SYN_RECEIVED,
    TCB,
    TIME_WAIT,
    in_state,
    isn,
    isn_is_allowed,
    iss,
    passive,
    queued,
    rcv,
    snd,
    state,
    time_wait_elapsed,
)
from tcpmodel.tcp.rfc9293.timeouts import TIMED_OUT

FINAL = "a FIN in TIME-WAIT starts 2MSL over"


def ignores_resets(rules: Rules) -> Rules:
    """TIME-WAIT obeys no reset."""
    return rules.replaced("a reset ends TIME-WAIT", Row("TIME-WAIT ignores a reset", "RFC 1337 section 3, fix F1"))


# When TIME-WAIT starts over.


def _starts_over(name: str, cite: str, condition: Term) -> Row:
    return Row(
        name, cite, when=(equal(state, TIME_WAIT), ~seg_is_acceptable, condition), set=START_2MSL, send=ACK_SEGMENT
    )


def restarted_by_any_ack(rules: Rules) -> Rules:
    """Every segment that TIME-WAIT answers starts it over."""
    row = _starts_over("TIME-WAIT starts over at an unacceptable ACK", "BSD and Linux, not RFC 9293", ctl.ack)
    return rules.preceded(UNACCEPTABLE, row)


def never_restarted(rules: Rules) -> Rules:
    """Nothing starts TIME-WAIT over."""

    def unmoved(event: str, block: FirstMatch, row: Row) -> tuple[Row, ...]:
        restarts = event == ARRIVAL and row.goto is None
        return (
            replace(row, set={k: v for k, v in row.set.items() if k is not time_wait_elapsed}) if restarts else row,
        )

    return rules.map(unmoved)


def restarted_by_fin(rules: Rules) -> Rules:
    """A FIN that comes again starts TIME-WAIT over, and nothing else does."""
    row = _starts_over("TIME-WAIT starts over at a FIN that comes again", "3.10.7.4 eighth, as it is meant", ctl.fin)
    return never_restarted(rules).replaced(FINAL, rules.row(FINAL)).preceded(UNACCEPTABLE, row)


# A SYN in TIME-WAIT.

reopened = variable("reopened", BOOL, says="the connection reopened a TIME-WAIT", denies="it reopened no TIME-WAIT")


def _was(own: Term) -> Term:
    return variable(f"was.{own.name}", own.sort)


WAS = {_was(v): v for v in (snd.nxt, rcv.nxt)}
"""Copies of SND.NXT and RCV.NXT as they were, for an end that goes back to TIME-WAIT from a SYN that proved old."""
REMEMBERS_REOPENING = (Variable(reopened),)
REMEMBERS_TIME_WAIT = (Variable(reopened), *(Variable(v) for v in WAS))


def _reopens(more: dict[Term, Term]) -> Row:
    return Row(
        "a higher SYN reopens TIME-WAIT",
        "3.6.1 (MAY-2)",
        when=(equal(state, TIME_WAIT), ctl.syn, ~ctl.ack, ~ctl.rst, before(rcv.nxt, seg.seq)),
        pick=Pick(isn, isn_is_allowed & before(snd.nxt, isn)),
        set=SYN_NUMBERS | TAKE_SYN | {passive: TRUE, reopened: TRUE} | more,
        goto=SYN_RECEIVED,
        send=SYN_ACK_SEGMENT,
        reading="placed before the first check, which would turn the SYN away or challenge it",
    )


BACK_TO_LISTEN, SECOND_SYN = (
    "a reset sends a listener back to LISTEN",
    "a second SYN sends a listener back to LISTEN",
)
"""The rows that take a SYN for an old one, or for one that may have been old."""
IS_REOPENED = (in_state(SYN_RECEIVED), passive, reopened)


def reopens_for_good(rules: Rules) -> Rules:
    """A higher SYN reopens TIME-WAIT, and a reset or a second SYN then ends in LISTEN: the wait is lost."""

    def lost(name: str, instead: str) -> Row:
        sent_away = replace(rules.row(instead), name=name, rfc="Linux, not RFC 9293", when=IS_REOPENED)
        return replace(sent_away, set={reopened: FALSE}, ends="assassinated")

    return _reopening(
        rules,
        {},
        by_reset=lost("a reset of a reopened connection ends in LISTEN", BACK_TO_LISTEN),
        by_syn=lost("a second SYN to a reopened connection ends in LISTEN", SECOND_SYN),
    )


def reopens_and_returns(rules: Rules) -> Rules:
    """A higher SYN reopens TIME-WAIT; where it proves old the wait is taken up again."""
    again = {v: was for was, v in WAS.items()} | {snd.una: _was(snd.nxt), reopened: FALSE} | START_2MSL

    def back(name: str) -> Row:
        return Row(name, "3.6.1 (MAY-2)", when=IS_REOPENED, set=again, goto=TIME_WAIT)

    return _reopening(
        rules,
        dict(WAS),
        by_reset=back("a reset returns a reopened connection to TIME-WAIT"),
        by_syn=back("a second SYN returns a reopened connection to TIME-WAIT"),
    )


def _reopening(rules: Rules, remembered: dict[Term, Term], *, by_reset: Row, by_syn: Row) -> Rules:
    """The rules in which a higher SYN reopens TIME-WAIT, and these rows act when that SYN proves to be old."""
    return (
        _settled(rules)
        .preceded(SEQUENCE_CHECK.rows[0].name, _reopens(remembered))
        .preceded(BACK_TO_LISTEN, by_reset)
        .preceded(SECOND_SYN, by_syn)
    )


def _settled(rules: Rules) -> Rules:
    """Once the SYN is acknowledged the reopening is over; no other way to SYN-RECEIVED is one."""
    established = rules.row("an ACK of our SYN establishes the connection")

    def settle(event: str, block: FirstMatch, row: Row) -> tuple[Row, ...]:
        over = row.name == established.name or passive in row.set
        return (replace(row, set={**row.set, reopened: FALSE}),) if over else (row,)

    return rules.map(settle)


def drops_syns(rules: Rules) -> Rules:
    """TIME-WAIT drops a SYN without a word."""
    row = Row(
        "TIME-WAIT drops a SYN", "RFC 6191 section 2", when=(equal(state, TIME_WAIT), ctl.syn, ~ctl.ack, ~ctl.rst)
    )
    return rules.preceded(SEQUENCE_CHECK.rows[0].name, row)


# Relatives of TIME-WAIT.


def abort_waits(rules: Rules) -> Rules:
    """An end that resets its peer enters TIME-WAIT instead of CLOSED, with nothing left to send."""
    nothing_to_send = {snd.una: snd.nxt, queued.text: constant(0, COUNT), queued.fin: FALSE}
    waits = START_2MSL | nothing_to_send
    why = "3.5.2 instead of 3.10.5"

    def waited(event: str, block: FirstMatch, row: Row) -> tuple[Row, ...]:
        resets = row.goto is CLOSED and row.send is not None and row.send.fields["rst"] is TRUE
        ends = replace(row, goto=TIME_WAIT, set=waits, forget=(), ends=None, rfc="3.5.2", reading=why)
        return (ends if resets else row,)

    return rules.map(waited)


def fin_wait_2_is_forgotten(rules: Rules) -> Rules:
    """A timer ends FIN-WAIT-2, as no RFC says and most hosts do."""
    row = Row("FIN-WAIT-2 is forgotten", "BSD and Linux, not RFC 9293", goto=CLOSED, forget=TCB, ends="timed out")
    return rules.extended("FIN-WAIT-2 timeout", FirstMatch("FIN-WAIT-2 timeout", state, (FIN_WAIT_2,), (row,)))


def text_after_close_resets(rules: Rules) -> Rules:
    """Half-duplex CLOSE: text that arrives after CLOSE has no reader, and is answered with a reset."""
    return rules.preceded(
        "text at RCV.NXT is delivered and acknowledged",
        Row(
            "text after CLOSE is answered with a reset",
            "3.6.1 (MAY-1, SHLD-3)",
            when=(in_state(FIN_WAIT_1, FIN_WAIT_2),),
            goto=CLOSED,
            send=emit(seq=snd.nxt, ctl=(RST,)),
            forget=TCB,
            ends="aborted",
        ),
    )


# Keep-alives.

unanswered = variable("unanswered", COUNT, says="the number of probes without answer")
PROBE = emit(seq=snd.nxt - 1, ack=rcv.nxt, ctl=(ACK,))
KEEP_ALIVE, GIVE_UP = "keep-alive", "keep-alive gives up"
OUTLAST_SEGMENTS = (KEEP_ALIVE, GIVE_UP)
"""Events whose timers are so long that nothing sent before is in flight when they run out."""


def keep_alive(most: int) -> Edit:
    """An idle ESTABLISHED end probes its peer, and gives up after `most` probes without an answer.

    The interval between probes is two hours or more (MUST-28), so the connection lets both happen only when
    nothing is in flight.
    """
    few = ~at_least(unanswered, most)
    none = {unanswered: constant(0, COUNT)}

    def edit(rules: Rules) -> Rules:
        probe = Row(
            "an idle end probes its peer",
            "3.8.4",
            when=(equal(snd.una, snd.nxt), few),
            set={unanswered: up(unanswered)},
            send=PROBE,
        )
        give_up = Row(
            "an unanswered end gives up",
            "3.8.4 (MUST-29)",
            when=(~few,),
            set=none,
            goto=CLOSED,
            forget=TCB,
            tell=TIMED_OUT,
            ends="timed out",
        )
        heard = rules.row("an acceptable segment is checked further")
        rules = rules.map(lambda event, block, row: (replace(row, set={**row.set, **none}) if iss in row.set else row,))
        rules = rules.changed(heard.name, set=none)
        rules = rules.extended(KEEP_ALIVE, FirstMatch(KEEP_ALIVE, state, (ESTABLISHED,), (probe,)))
        return rules.extended(GIVE_UP, FirstMatch(GIVE_UP, state, (ESTABLISHED,), (give_up,)))

    return edit


def counts_probes(most: int) -> tuple[Variable, ...]:
    """The variable of a host with keep-alives: the number of probes that were not answered."""
    return (Variable(unanswered, top=most),)
