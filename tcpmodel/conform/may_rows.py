"""May-rows: the change of RFC 9293's rows that each assumption about an arrival stands for.

A knob's value is a may-row where it says what an end may do; what no knob brings is a row or a few, put before the one
that would have taken the segment.  They say what happens to the TCB and which reset is sent; an ACK may be sent at any
time, so no row is needed for one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tcpmodel.conform.assumptions import (
    ACK_AHEAD_WAITS,
    ACK_OF_ISS,
    BAD_ACK_IGNORED,
    CROSSING_SYN_ACK,
    CROSSING_SYN_IGNORED,
    DEAF_TIME_WAIT,
    FIN_TWICE,
    HALF_DUPLEX,
    LINUX_WINDOW,
    OLD_ACK_CHALLENGED,
    REOPENS,
    RESET_ANSWERED,
    RESET_ANYWHERE,
    RESET_BELOW,
    RESET_IN_WINDOW,
    SYN_CHALLENGED,
    SYN_COOKIE,
    SYN_RECEIVED_RESETS,
    SYN_RESETS,
    SYN_TEXT_TAKEN,
    THIRD_ACK_IGNORED,
    TIME_WAIT_RESETS_SYN,
    UNACCEPTABLE_ACK_USED,
    UNSENT_ACK_TAKEN,
    Assumption,
)
from tcpmodel.language.sorts import SEQ
from tcpmodel.language.terms import constant, equal
from tcpmodel.systems.row import Row
from tcpmodel.tcp.knobs.choices import is_ahead
from tcpmodel.tcp.knobs.protections import OFF_THE_MARK, UNACCEPTABLE
from tcpmodel.tcp.knobs.variants import vary
from tcpmodel.tcp.rfc9293.arrivals import TAKE_SYN
from tcpmodel.tcp.rfc9293.calls import CHOOSE_ISS, SYN_NUMBERS
from tcpmodel.tcp.rfc9293.checks import ack_is_for_nothing_sent, ack_is_new
from tcpmodel.tcp.rfc9293.rules import RFC_9293, Rules
from tcpmodel.tcp.rfc9293.segment import (
    ACK,
    RESET_AFTER_SEG,
    RESET_AT_SEG_ACK,
    SYN,
    ctl,
    emit,
    has_text,
    seg,
    seg_is_acceptable,
    text_ends,
)
from tcpmodel.tcp.rfc9293.tcb import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    ESTABLISHED,
    LAST_ACK,
    SYN_RECEIVED,
    TCB,
    TIME_WAIT,
    in_state,
    irs,
    iss,
    passive,
    rcv,
    snd,
)

Edit = Callable[[Rules], Rules]


def _knob(**knobs: str) -> Edit:
    return lambda rules: vary(rules, knobs)


def _before(name: str, *rows: Row) -> Edit:
    return lambda rules: rules.before(name, *rows)


_LISTENER = "LISTEN answers a SYN with SYN,ACK"
_TAKES_TEXT = Row(
    "LISTEN takes the text of a SYN",
    "3.10.7.2 third; RFC 7413 4.2.2",
    when=(ctl.syn, has_text),
    pick=CHOOSE_ISS,
    set=SYN_NUMBERS | TAKE_SYN | {passive: constant(1, passive.sort), rcv.nxt: text_ends},
    goto=SYN_RECEIVED,
    send=emit(seq=iss, ack=rcv.nxt, ctl=(SYN, ACK)),
)
_ACK_IGNORED = Row("an ACK of our SYN is dropped", "Linux", when=(in_state(SYN_RECEIVED), passive, ack_is_new))
_BELOW = Row(
    "a reset at the number of the peer's FIN is accepted",
    "Linux",
    when=(ctl.rst, in_state(CLOSE_WAIT, CLOSING, LAST_ACK), equal(seg.seq + constant(1, SEQ), rcv.nxt)),
    goto=CLOSED,
    forget=TCB,
)


_AHEAD = Row("the ACK on what is ahead of RCV.NXT is not heard", "gVisor, PyTCP", when=(is_ahead,))
_BAD_ACK = Row("an unacceptable ACK in SYN-RECEIVED is ignored", "PyTCP", when=(in_state(SYN_RECEIVED),))
_COOKIE = Row("a reset to a SYN cookie is not heard", "RFC 4987 3.6", when=(in_state(SYN_RECEIVED), passive))
_CROSSING_SYN_ACK = Row(
    "the crossing SYN,ACK establishes the connection",
    "3.5 figure 7",
    when=(in_state(SYN_RECEIVED), ~passive, ctl.syn, ctl.ack, ~ctl.rst, equal(seg.seq, irs), ack_is_new),
    set={snd.una: seg.ack},
    goto=ESTABLISHED,
)
_CROSSING = Row("a SYN that crosses ours is ignored", "lwIP", when=(ctl.syn,))
_UNSENT = Row(
    "text with an ACK of what was never sent is taken",
    "gVisor, lwIP",
    when=(has_text, ack_is_for_nothing_sent),
    more=True,
)
_REFUSES_SYN = Row(
    "TIME-WAIT resets the sender of a SYN", "lwIP", when=(in_state(TIME_WAIT), ~ctl.ack), send=RESET_AFTER_SEG
)


def _moved_by_unacceptable(*learns: str) -> Edit:
    """The rows that learn something from an ACK, put before the first check turns the segment away."""

    def moved(name: str) -> Row:
        learned = RFC_9293.row(name)
        when = (~seg_is_acceptable, ctl.ack, ~ctl.syn, *learned.when)
        return replace(learned, name=f"{name}, outside the window", rfc="lwIP, libslirp", when=when, more=False)

    return _before(UNACCEPTABLE, *map(moved, learns))


def _answered(name: str) -> Edit:
    """A reset is answered as anything else would be."""
    row = RFC_9293.row(name)
    with_ack = replace(
        row, name=f"not so: {name}, with ACK", rfc="libslirp", when=(*row.when, ctl.ack), send=RESET_AT_SEG_ACK
    )
    return _before(name, with_ack, replace(row, name=f"not so: {name}", rfc="libslirp", send=RESET_AFTER_SEG))


def _obeys_resets_outside(rules: Rules) -> Rules:
    """A reset outside the window passes the first check, and the second asks only those inside for their number."""
    asked = rules.row(OFF_THE_MARK).when
    return rules.changed("an unacceptable reset is dropped", more=True).changed(
        OFF_THE_MARK, when=(*asked, seg_is_acceptable)
    )


def _resets_at_seg_ack(rules: Rules) -> Rules:
    """Half-duplex CLOSE with the reset of 3.5.2 group 1, as by a host that has forgotten the connection (Linux)."""
    return vary(rules, {"half_duplex": "on"}).changed(
        "text after CLOSE is answered with a reset", send=RESET_AT_SEG_ACK
    )


ARRIVALS: tuple[tuple[Assumption, Edit], ...] = (
    (HALF_DUPLEX, _knob(half_duplex="on")),
    (HALF_DUPLEX, _resets_at_seg_ack),
    (REOPENS, _knob(time_wait_syn="may2_no_return")),
    (SYN_TEXT_TAKEN, _before(_LISTENER, _TAKES_TEXT)),
    (THIRD_ACK_IGNORED, _before("an ACK of our SYN establishes the connection", _ACK_IGNORED)),
    (CROSSING_SYN_ACK, _before(UNACCEPTABLE, _CROSSING_SYN_ACK)),
    (LINUX_WINDOW, _knob(sequence_test="linux_acks")),
    (SYN_RECEIVED_RESETS, _knob(second_syn="reset")),
    (SYN_CHALLENGED, _knob(second_syn="challenged")),
    (ACK_OF_ISS, _knob(handshake_ack="rfc793")),
    (RESET_BELOW, _before("an unacceptable reset is dropped", _BELOW)),
    (RESET_IN_WINDOW, _knob(rst_5961="off")),
    (SYN_RESETS, _knob(syn_5961="off")),
    (DEAF_TIME_WAIT, _knob(time_wait_rst="ignore")),
    (FIN_TWICE, _knob(second_fin="consumed")),
    (OLD_ACK_CHALLENGED, _knob(ack_5961="sent")),
    (ACK_AHEAD_WAITS, _before("an acceptable segment is checked further", _AHEAD)),
    (BAD_ACK_IGNORED, _before("SYN-RECEIVED resets the sender of an unacceptable ACK", _BAD_ACK)),
    (SYN_COOKIE, _before("a reset sends a listener back to LISTEN", _COOKIE)),
    (CROSSING_SYN_IGNORED, _before("a SYN crosses ours", _CROSSING)),
    (
        UNACCEPTABLE_ACK_USED,
        _moved_by_unacceptable(
            "an ACK of our SYN establishes the connection",
            "FIN-WAIT-1 learns that its FIN arrived",
            "CLOSING learns that its FIN arrived",
            "LAST-ACK learns that its FIN arrived",
        ),
    ),
    (UNSENT_ACK_TAKEN, _before("an ACK of what was never sent is answered with an ACK", _UNSENT)),
    (RESET_ANYWHERE, _obeys_resets_outside),
    (RESET_ANSWERED, _answered("CLOSED drops a reset")),
    (RESET_ANSWERED, _answered("LISTEN drops a reset")),
    (RESET_ANSWERED, _answered("SYN-SENT drops a reset that acknowledges nothing it sent")),
    (TIME_WAIT_RESETS_SYN, _before("a SYN in the window is challenged", _REFUSES_SYN)),
)
"""What an end may do at an arrival instead of what RFC 9293's rows do, each with the change of rules that does it."""
