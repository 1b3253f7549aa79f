"""Checks of an arriving segment in the eight states from SYN-RECEIVED on, a block for each (RFC 9293 3.10.7.4).

A row ends the processing or lets it go on to the next check.  A segment may be of any length, and carry text and
FIN: what lies outside the window is trimmed off (3.10.7.4 first).  At most one row of a run sends: where text and a
FIN are taken from one segment, the FIN's row acknowledges both.
"""

from __future__ import annotations

from enum import StrEnum

from tcpmodel.language.sorts import COUNT
from tcpmodel.language.terms import before, choose, constant, equal, named, within
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.tcp.rfc9293.segment import (
    ACK_SEGMENT,
    RESET_AT_SEG_ACK,
    ctl,
    no_text,
    seg,
    seg_at_rcv_nxt,
    seg_is_acceptable,
    seg_len,
    text_begins,
    text_ends,
)
from tcpmodel.tcp.rfc9293.tcb import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LAST_ACK,
    LISTEN,
    SYN_RECEIVED,
    SYNCHRONIZED,
    TCB,
    TIME_WAIT,
    acknowledges_something_new,
    in_state,
    passive,
    rcv,
    snd,
    state,
    time_wait_elapsed,
)

RESET, REFUSED, PEER_CLOSES, TEXT, ALL_SENT = (
    "error: connection reset",
    "error: connection refused",
    "connection closing",
    "text",
    "ok: everything sent is acknowledged",
)
"""Signals to the user, in the words of RFC 9293 3.10.7."""


class Check(StrEnum):
    """The checks of 3.10.7.4 of which something depends here, under the titles of their blocks."""

    SEQUENCE = "first, check sequence number"
    RST = "second, check the RST bit"
    SYN = "fourth, check the SYN bit"
    ACK = "fifth, check the ACK field"
    TEXT = "seventh, process the segment text"
    FIN = "eighth, check the FIN bit"


START_2MSL = {time_wait_elapsed: constant(0, COUNT)}
OTHERS = (SYN_RECEIVED, *SYNCHRONIZED)

ack_is_new = named("SND.UNA < SEG.ACK =< SND.NXT", acknowledges_something_new(seg.ack))
ack_covers_fin = named("SEG.ACK acknowledges our FIN", acknowledges_something_new(seg.ack) & equal(seg.ack, snd.nxt))
ack_is_for_nothing_sent = named("SEG.ACK > SND.NXT", before(snd.nxt, seg.ack))

SEQUENCE_CHECK = FirstMatch(
    Check.SEQUENCE,
    state,
    OTHERS,
    (
        Row("an unacceptable reset is dropped", "3.10.7.4 first", when=(~seg_is_acceptable, ctl.rst)),
        Row(
            "an unacceptable segment is answered with an ACK",
            "3.10.7.4 first",
            when=(~seg_is_acceptable,),
            send=ACK_SEGMENT,
        ),
        Row(
            "an acceptable segment is checked further",
            "3.10.7.4 first",
            more=True,
            reading="also one that begins ahead of RCV.NXT, which SHLD-31 would hold: its ACK counts at once",
        ),
    ),
)

RST_CHECK = FirstMatch(
    Check.RST,
    state,
    OTHERS,
    (
        Row("no reset", "3.10.7.4 second", when=(~ctl.rst,), more=True),
        Row(
            "a reset that is not at RCV.NXT is challenged",
            "3.10.7.4 second; RFC 5961 3.2",
            when=(~seg_at_rcv_nxt,),
            send=ACK_SEGMENT,
        ),
        Row(
            "a reset sends a listener back to LISTEN",
            "3.10.7.4 second",
            when=(in_state(SYN_RECEIVED), passive),
            goto=LISTEN,
            forget=TCB,
            ends="reset",
        ),
        Row(
            "a reset refuses a simultaneous OPEN",
            "3.10.7.4 second",
            when=(in_state(SYN_RECEIVED),),
            goto=CLOSED,
            forget=TCB,
            tell=REFUSED,
            ends="refused",
        ),
        Row(
            "a reset ends the connection",
            "3.10.7.4 second",
            when=(in_state(ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT),),
            goto=CLOSED,
            forget=TCB,
            tell=RESET,
            ends="reset",
        ),
        Row(
            "a reset cuts a closing connection short",
            "3.10.7.4 second; 3.5.3",
            when=(in_state(CLOSING, LAST_ACK),),
            goto=CLOSED,
            forget=TCB,
            tell=RESET,
            ends="cut short",
            reading="3.10.7.4 tells nobody; 3.5.3 advises the user, and MUST-12 has him know that it was aborted",
        ),
        Row(
            "a reset ends TIME-WAIT",
            "3.10.7.4 second",
            goto=CLOSED,
            forget=TCB,
            ends="assassinated",
            reading="3.5.3 would advise the user, who has been told already that both halves closed in peace",
        ),
    ),
)

SYN_CHECK = FirstMatch(
    Check.SYN,
    state,
    OTHERS,
    (
        Row("no SYN", "3.10.7.4 fourth", when=(~ctl.syn,), more=True),
        Row(
            "a second SYN sends a listener back to LISTEN",
            "3.10.7.4 fourth",
            when=(in_state(SYN_RECEIVED), passive),
            goto=LISTEN,
            forget=TCB,
            ends="reset",
            reading="also one in front of the window, with text: who sends such trims it (syn_text, fast_open)",
        ),
        Row("a SYN in the window is challenged", "3.10.7.4 fourth; RFC 5961 4.2", send=ACK_SEGMENT),
    ),
)

ACK_CHECK = FirstMatch(
    Check.ACK,
    state,
    OTHERS,
    (
        Row("a segment without ACK is dropped", "3.10.7.4 fifth", when=(~ctl.ack,)),
        Row(
            "an ACK of our SYN establishes the connection",
            "3.10.7.4 fifth",
            when=(in_state(SYN_RECEIVED), ack_is_new),
            set={snd.una: seg.ack},
            goto=ESTABLISHED,
            more=True,
        ),
        Row(
            "SYN-RECEIVED resets the sender of an unacceptable ACK",
            "3.10.7.4 fifth; 3.5.2",
            when=(in_state(SYN_RECEIVED),),
            send=RESET_AT_SEG_ACK,
            reading="3.10.7.4 does not say that the segment is dropped; by 3.5.2 the state stays",
        ),
        Row(
            "TIME-WAIT acknowledges and starts over",
            "3.10.7.4 fifth",
            when=(in_state(TIME_WAIT), ~equal(seg_len, 0)),
            set=START_2MSL,
            send=ACK_SEGMENT,
            more=True,
        ),
        Row(
            "TIME-WAIT starts over at a bare ACK",
            "3.10.7.4 fifth",
            when=(in_state(TIME_WAIT),),
            set=START_2MSL,
            more=True,
            reading="an empty segment is not acknowledged, or two ends would acknowledge each other for ever",
        ),
        Row(
            "an ACK of what was never sent is answered with an ACK",
            "3.10.7.4 fifth; 3.5.2",
            when=(ack_is_for_nothing_sent,),
            send=ACK_SEGMENT,
            reading="in LAST-ACK by 3.5.2: there 3.10.7.4 knows only the ACK of our FIN",
        ),
        Row(
            "FIN-WAIT-1 learns that its FIN arrived",
            "3.10.7.4 fifth",
            when=(in_state(FIN_WAIT_1), ack_covers_fin),
            set={snd.una: seg.ack},
            goto=FIN_WAIT_2,
            tell=ALL_SENT,
            more=True,
        ),
        Row(
            "CLOSING learns that its FIN arrived",
            "3.10.7.4 fifth",
            when=(in_state(CLOSING), ack_covers_fin),
            set=START_2MSL | {snd.una: seg.ack},
            goto=TIME_WAIT,
            tell=ALL_SENT,
            more=True,
            reading="the RFC does not say that the timer starts, or that the user is told; nothing else would do it",
        ),
        Row(
            "LAST-ACK learns that its FIN arrived",
            "3.10.7.4 fifth",
            when=(in_state(LAST_ACK), ack_covers_fin),
            goto=CLOSED,
            forget=TCB,
            tell=ALL_SENT,
            ends="closed",
            reading="3.10.7.4 tells nobody; by 3.6 the user hears that his CLOSE succeeded",
        ),
        Row(
            "CLOSING learns that text arrived, but not its FIN",
            "3.10.7.4 fifth",
            when=(in_state(CLOSING), ack_is_new),
            set={snd.una: seg.ack},
        ),
        Row("CLOSING ignores an old ACK", "3.10.7.4 fifth", when=(in_state(CLOSING),)),
        Row(
            "a new ACK advances SND.UNA",
            "3.10.7.4 fifth",
            when=(ack_is_new,),
            set={snd.una: seg.ack},
            more=True,
            reading="in LAST-ACK, too, where 3.10.7.4 knows only the ACK of our FIN",
        ),
        Row("an old ACK changes nothing", "3.10.7.4 fifth", more=True),
    ),
)

text_reaches_rcv_nxt = named("the text reaches RCV.NXT", within(rcv.nxt, text_begins, seg.text))
"""An octet of the text is at RCV.NXT; those in front of it are old."""
text_fits = named("the text ends in the window", within(text_ends, rcv.nxt, rcv.wnd + 1))
fin_fits = named("a FIN in the window follows", ctl.fin & within(text_ends, rcv.nxt, rcv.wnd))
fin_at_rcv_nxt = named("the FIN is at RCV.NXT", equal(text_ends, rcv.nxt))
text_taken_to = named("the number behind the text in the window", choose(text_fits, text_ends, rcv.nxt + rcv.wnd))
TAKE_TEXT = {rcv.nxt: text_taken_to}

TEXT_CHECK = FirstMatch(
    Check.TEXT,
    state,
    SYNCHRONIZED,
    (
        Row("no text", "3.10.7.4 seventh", when=(no_text,), more=True),
        Row(
            "text after the peer's FIN is ignored",
            "3.10.7.4 seventh",
            when=(in_state(CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT), ~ctl.fin),
        ),
        Row(
            "text after the peer's FIN is ignored, and the FIN behind it looked at",
            "3.10.7.4 seventh",
            when=(in_state(CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT),),
            more=True,
        ),
        Row(
            "text in front of a FIN is delivered",
            "3.10.7.4 seventh",
            when=(text_reaches_rcv_nxt, fin_fits),
            set=TAKE_TEXT,
            tell=TEXT,
            delivers=True,
            more=True,
            reading="one ACK for the text and the FIN, by the eighth check",
        ),
        Row(
            "text at RCV.NXT is delivered and acknowledged",
            "3.10.7.4 seventh",
            when=(text_reaches_rcv_nxt,),
            set=TAKE_TEXT,
            send=ACK_SEGMENT,
            tell=TEXT,
            delivers=True,
        ),
        Row(
            "text that was taken before is trimmed off its FIN",
            "3.10.7.4 first",
            when=(ctl.fin, fin_at_rcv_nxt),
            more=True,
        ),
        Row(
            "text ahead of RCV.NXT is not kept",
            "3.10.7.4 seventh",
            reading="SHLD-31 would hold it; the sender repeats it, so we do not",
        ),
    ),
)

CONSUME_FIN = {rcv.nxt: rcv.nxt + 1}

FIN_CHECK = FirstMatch(
    Check.FIN,
    state,
    SYNCHRONIZED,
    (
        Row("no FIN", "3.10.7.4 eighth", when=(~ctl.fin,)),
        Row(
            "a FIN ahead of RCV.NXT is not kept",
            "3.10.7.4 eighth",
            when=(~fin_at_rcv_nxt,),
            reading="SHLD-31 would hold it; the sender repeats it, so we do not",
        ),
        Row(
            "a FIN closes the peer's half",
            "3.10.7.4 eighth",
            when=(in_state(ESTABLISHED),),
            set=CONSUME_FIN,
            goto=CLOSE_WAIT,
            send=ACK_SEGMENT,
            tell=PEER_CLOSES,
            consumes=True,
        ),
        Row(
            "a FIN crosses ours",
            "3.10.7.4 eighth",
            when=(in_state(FIN_WAIT_1),),
            set=CONSUME_FIN,
            goto=CLOSING,
            send=ACK_SEGMENT,
            tell=PEER_CLOSES,
            consumes=True,
            reading="where this segment also acknowledges our FIN, the fifth check has moved on to FIN-WAIT-2",
        ),
        Row(
            "a FIN ends the wait of FIN-WAIT-2",
            "3.10.7.4 eighth",
            when=(in_state(FIN_WAIT_2),),
            set=CONSUME_FIN | START_2MSL,
            goto=TIME_WAIT,
            send=ACK_SEGMENT,
            tell=PEER_CLOSES,
            consumes=True,
        ),
        Row(
            "a FIN in TIME-WAIT starts 2MSL over",
            "3.10.7.4 eighth",
            when=(in_state(TIME_WAIT),),
            set=START_2MSL,
            reading="a second FIN at RCV.NXT is not the peer's; RCV.NXT stays",
        ),
        Row(
            "a FIN after the peer's FIN is ignored",
            "3.10.7.4 eighth",
            reading="a second FIN at RCV.NXT is not the peer's; RCV.NXT stays",
        ),
    ),
)
