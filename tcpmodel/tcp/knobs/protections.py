"""RFC 5961's defences against blind attacks, each taken away, added or throttled; and two replies of hosts."""

from __future__ import annotations

from dataclasses import replace

from tcpmodel.language.terms import Term, both, named, within
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.tcp.rfc9293.checks import RESET, Check, ack_is_for_nothing_sent
from tcpmodel.tcp.rfc9293.rules import Rules
from tcpmodel.tcp.rfc9293.segment import ACK, ACK_SEGMENT, RESET_AFTER_SEG, RESET_AT_SEG_ACK, RST, ctl, emit, seg
from tcpmodel.tcp.rfc9293.tcb import CLOSED, CLOSING, ESTABLISHED, LAST_ACK, TCB, in_state, iss, rcv, snd

OFF_THE_MARK = "a reset that is not at RCV.NXT is challenged"
SYN_IN_WINDOW = "a SYN in the window is challenged"
OUT_OF_RANGE = "an ACK outside the range is challenged"
UNACCEPTABLE = "an unacceptable segment is answered with an ACK"

RESET_WITH_ACK = emit(seq=snd.nxt, ack=rcv.nxt, ctl=(RST, ACK))
"""<SEQ=SND.NXT><ACK=RCV.NXT><CTL=RST,ACK>"""

ack_is_plausible = named(
    "SND.UNA-MAX.SND.WND =< SEG.ACK =< SND.NXT",
    within(seg.ack, snd.una - snd.wnd, snd.nxt - snd.una + snd.wnd + 1),
)
"""The peer's window is a constant here, so MAX.SND.WND is SND.WND."""
ack_is_of_what_was_sent = named("ISS < SEG.ACK =< SND.NXT", within(seg.ack, iss + 1, snd.nxt - iss))


def reset_anywhere_in_window(rules: Rules) -> Rules:
    """RFC 793: any reset in the window resets."""
    return rules.replaced(OFF_THE_MARK)


def syn_in_window_resets(rules: Rules) -> Rules:
    """RFC 793: a SYN in the window resets the connection."""

    def reset(name: str, when: tuple[Term, ...]) -> Row:
        form = RESET_AT_SEG_ACK if when else RESET_AFTER_SEG
        return Row(name, "3.10.7.4 fourth", when=when, goto=CLOSED, send=form, forget=TCB, tell=RESET, ends="reset")

    return rules.replaced(
        SYN_IN_WINDOW,
        reset("a SYN with ACK in the window resets", (ctl.ack,)),
        reset("a SYN in the window resets", ()),
    )


def ack_must_be_plausible(rules: Rules) -> Rules:
    """RFC 5961 section 5: text counts only with an ACK of what was sent within the last window."""
    return rules.preceded(
        "TIME-WAIT acknowledges and starts over",
        Row(
            OUT_OF_RANGE,
            "3.10.7.4 fifth (MAY-12); RFC 5961 5.2",
            when=(~ack_is_plausible,),
            send=ACK_SEGMENT,
            reading="behind SYN-RECEIVED's own answer, which is a reset",
        ),
    )


def ack_must_be_of_what_was_sent(rules: Rules) -> Rules:
    """The range of RFC 5961 section 5 begins no lower than the first octet, however large the window is.

    Linux counts what was acknowledged in 64 bits; here an incarnation uses fewer numbers than there are.
    """
    return ack_must_be_plausible(rules).changed(
        OUT_OF_RANGE,
        rfc="Linux since 6.7, not RFC 5961 5.2",
        when=(~both(ack_is_plausible, ack_is_of_what_was_sent),),
    )


def challenges_are_swallowed(rules: Rules) -> Rules:
    """The throttle lets no challenge ACK through."""
    return _swallowed(rules, CHALLENGING)


def all_replies_are_swallowed(rules: Rules) -> Rules:
    """The throttle lets neither challenge ACKs through nor those that answer segments outside the window."""
    return _swallowed(rules, (*CHALLENGING, Check.SEQUENCE))


CHALLENGING = (Check.RST, Check.SYN)
"""The checks that send an ACK only to challenge."""


def _swallowed(rules: Rules, checks: tuple[Check, ...]) -> Rules:
    """The rules in which no row of these checks sends an ACK, whichever knob brought it, nor the ACK range's."""

    def silenced(event: str, block: FirstMatch, row: Row) -> tuple[Row, ...]:
        challenges = block.title in checks or row.name == OUT_OF_RANGE
        if not challenges or row.send is not ACK_SEGMENT:
            return (row,)
        return (replace(row, send=None, rfc=row.rfc if block.title is Check.SEQUENCE else "RFC 5961 7"),)

    return rules.map(silenced)


def abort_acknowledges(rules: Rules) -> Rules:
    """ABORT's reset has an ACK, as those of most hosts do."""
    return rules.changed("ABORT resets the peer", send=RESET_WITH_ACK)


def abort_resets_while_closing(rules: Rules) -> Rules:
    """ABORT sends that reset wherever a peer may be, but for TIME-WAIT."""
    quiet = "ABORT ends a closing connection quietly"
    resets = replace(
        rules.row(quiet),
        name="ABORT resets a peer that closes, too",
        rfc="lwIP, not RFC 9293",
        when=(in_state(CLOSING, LAST_ACK),),
        send=RESET_WITH_ACK,
    )
    calling = rules.row("ABORT gives up calling").name
    return abort_acknowledges(rules).preceded(quiet, resets).changed(calling, send=RESET_WITH_ACK)


def acks_of_nothing_sent_are_dropped(rules: Rules) -> Rules:
    """An ESTABLISHED end says nothing to an ACK of what it never sent; in other states it answers."""
    row = Row(
        "an ACK of what was never sent is dropped",
        "Linux, not RFC 9293",
        when=(in_state(ESTABLISHED), ack_is_for_nothing_sent),
    )
    return rules.preceded("an ACK of what was never sent is answered with an ACK", row)
