"""Choices within RFC 9293 in which real stacks differ: what is ahead of RCV.NXT, and what SYN-RECEIVED takes.

A segment that is *held* (SHLD-31) needs no memory of its own here: it stays in the network and arrives again, which is
all that an endpoint sees of its own queue.  So it may be lost while it is held, as the RFC allows to what has not been
acknowledged, and it may be acknowledged more than once.  Nor is it forgotten with the TCB: the SYN whose text is kept
may bring a listener that was reset back to SYN-RECEIVED, as one that the network duplicated would.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from tcpmodel.language.terms import FALSE, Term, both, either, equal, named
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.tcp.knobs.handshakes import linux_sequence_test
from tcpmodel.tcp.rfc9293.checks import (
    SEQUENCE_CHECK,
    TAKE_TEXT,
    TEXT,
    ack_is_new,
    fin_at_rcv_nxt,
    text_reaches_rcv_nxt,
)
from tcpmodel.tcp.rfc9293.rules import Rules
from tcpmodel.tcp.rfc9293.segment import (
    ACK_SEGMENT,
    RESET_AFTER_SEG,
    RESET_AT_SEG_ACK,
    SYN,
    ctl,
    emit,
    has_text,
    no_text,
    seg,
    seg_is_acceptable,
)
from tcpmodel.tcp.rfc9293.tcb import (
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LISTEN,
    SYN_RECEIVED,
    SYN_SENT,
    in_state,
    irs,
    isn,
    iss,
    snd,
    syn_outstanding,
)

# What is ahead of RCV.NXT.

TEXT_AHEAD, FIN_AHEAD = "text ahead of RCV.NXT is not kept", "a FIN ahead of RCV.NXT is not kept"
RECEIVES = (ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2)
"""The states in which text and a FIN are still to come."""
MAY_OWE_SYN = (SYN_RECEIVED, *RECEIVES)
"""Those, and the one before; a CLOSE leads on before our SYN is acknowledged."""

_text_ahead = has_text & ~text_reaches_rcv_nxt & ~both(ctl.fin, fin_at_rcv_nxt)
is_ahead = named(
    "the segment is in the window, ahead of RCV.NXT",
    both(
        in_state(*RECEIVES),
        seg_is_acceptable,
        ctl.ack,
        ~ctl.rst,
        ~ctl.syn,
        _text_ahead | both(no_text, ctl.fin, ~fin_at_rcv_nxt),
    ),
)


def ahead_is_acknowledged(rules: Rules) -> Rules:
    """Text or a FIN ahead of RCV.NXT is answered with an ACK, which tells the sender what is missing."""
    cite = "3.8.6.3 (MAY-13)"
    fin = Row(
        "a FIN ahead of RCV.NXT is acknowledged, not kept",
        cite,
        when=(in_state(*RECEIVES), ~fin_at_rcv_nxt),
        send=ACK_SEGMENT,
    )

    def answered(event: str, block: object, row: Row) -> tuple[Row, ...]:
        if row.name == TEXT_AHEAD:
            name = "text ahead of RCV.NXT is acknowledged, not kept"
            return (replace(row, name=name, rfc=cite, send=ACK_SEGMENT),)
        return (fin, row) if row.name == FIN_AHEAD else (row,)

    return rules.map(answered)


def ahead_is_held(rules: Rules) -> Rules:
    """What is ahead is kept until it is in order: the rows say so; the arrival that leaves the segment is `Kept`'s."""

    def named_so(event: str, block: object, row: Row) -> tuple[Row, ...]:
        held = row.name.replace("is not kept", "is held").replace(", not kept", " and held")
        about = row.name.startswith((TEXT_AHEAD.split(" is ")[0], FIN_AHEAD.split(" is ")[0]))
        return (replace(row, name=held, rfc="3.10.7.4 (SHLD-31)", reading=None) if about else row,)

    return rules.map(named_so)


class Kept(NamedTuple):
    """What an end keeps for later: the arrivals that leave the segment, those that are put off, and how both are told.

    What is kept arrives again; so there is an arrival that leaves the segment, and one that takes it.
    """

    stays: Term
    waits: Term
    cite: str
    held: str
    taken: str

    def gate(self, *, held: bool) -> FirstMatch:
        """The block that lets only what is held pass, or only what is not."""
        passes = self.stays if held else ~self.stays
        other = Row("the other arrival is for this segment", self.cite, when=(~passes,), refuses=True)
        later = Row("what is kept waits for ESTABLISHED", self.cite, when=(self.waits,), refuses=True)
        passing = Row(self.held if held else self.taken, self.cite, when=(passes,), more=True)
        rows = (other, passing) if self.waits is FALSE else (later, other, passing)
        return FirstMatch("held or taken", None, (), rows)


AHEAD_IS_KEPT = Kept(
    is_ahead,
    FALSE,
    "3.10.7.4 (SHLD-31)",
    "a segment ahead of RCV.NXT is held",
    "a segment that is not ahead of RCV.NXT is taken",
)


# Text on a SYN without Fast Open, kept.

_syn_with_text = named("a SYN with text", both(ctl.syn, has_text, ~ctl.ack, ~ctl.rst))
SYN_TEXT_IS_KEPT = Kept(
    named("a first SYN with text", _syn_with_text & in_state(LISTEN, SYN_SENT)),
    named("its text is still kept", both(_syn_with_text, equal(seg.seq, irs), in_state(*MAY_OWE_SYN), syn_outstanding)),
    "3.10.7.2 third; 3.10.7.3 fourth",
    "the text of a SYN is kept",
    "what is not the text of a SYN is taken",
)


def kept_by(knobs: Mapping[str, str | bool]) -> Kept | None:
    """What an end with these knobs keeps for later, if anything."""
    ahead, on_syn = knobs.get("out_of_order") == "held", knobs.get("syn_text") == "kept"
    if ahead and on_syn:
        both_stay = either(AHEAD_IS_KEPT.stays, SYN_TEXT_IS_KEPT.stays)
        return Kept(both_stay, SYN_TEXT_IS_KEPT.waits, "3.10.7", "the segment is held", "the segment is taken")
    return AHEAD_IS_KEPT if ahead else SYN_TEXT_IS_KEPT if on_syn else None


# SYN-RECEIVED.

SECOND_SYN = "a second SYN sends a listener back to LISTEN"


def second_syn_is_reset(rules: Rules) -> Rules:
    """The second SYN in the window is answered with a reset besides."""
    row = rules.row(SECOND_SYN)
    cite = "Linux and gVisor, not RFC 9293"
    return rules.replaced(
        SECOND_SYN,
        replace(
            row,
            name="a second SYN with ACK is reset by a listener",
            rfc=cite,
            when=(*row.when, ctl.ack),
            send=RESET_AT_SEG_ACK,
        ),
        replace(row, name="a second SYN is reset by a listener", rfc=cite, send=RESET_AFTER_SEG),
    )


def second_syn_is_challenged(rules: Rules) -> Rules:
    """The second SYN in the window is challenged as in the synchronized states."""
    return rules.replaced(SECOND_SYN)


def ack_of_nothing_new_establishes(rules: Rules) -> Rules:
    """SYN-RECEIVED asks for SND.UNA =< SEG.ACK as RFC 793 has it, so an ACK of the ISS itself will do."""
    established = rules.row("an ACK of our SYN establishes the connection")
    at_least = named("SND.UNA =< SEG.ACK =< SND.NXT", ack_is_new | equal(seg.ack, snd.una))
    when: tuple[Term, ...] = tuple(at_least if c is ack_is_new else c for c in established.when)
    return rules.changed(established.name, rfc="RFC 793 3.9", when=when)


def crossing_syn_ack_is_acknowledged(rules: Rules) -> Rules:
    """Linux's sequence test, by which the SYN,ACK of a caller that called, too, is answered with an ACK."""
    rules = linux_sequence_test(rules)
    passes = rules.row("the crossing SYN,ACK passes")
    answered = Row(
        "the crossing SYN,ACK establishes and is acknowledged",
        "Linux, not RFC 9293",
        when=(*passes.when, ack_is_new),
        set={snd.una: seg.ack},
        goto=ESTABLISHED,
        send=ACK_SEGMENT,
    )
    return rules.replaced(passes.name, answered)


# Text on a SYN.

SYN_IS_TRIMMED = Row(
    "the SYN in front of the window is trimmed off its text",
    "3.10.7.4 first",
    when=(in_state(SYN_RECEIVED), ctl.syn, has_text, equal(seg.seq, irs)),
    more=True,
    reading="a SYN sent again without text came first; without an ACK the text is dropped, and comes again",
)


def trims_syn(rules: Rules) -> Rules:
    """The rules by which a SYN that is sent again with its text is no second SYN."""
    known = any(row is SYN_IS_TRIMMED for _, _, row in rules.rows())
    return rules if known else rules.preceded("no SYN", SYN_IS_TRIMMED)


def syn_carries_text(rules: Rules) -> Rules:
    """The caller's SYN carries the first octet; a listener acknowledges the SYN alone, and the octet comes again."""
    calls = rules.row("an active OPEN sends a SYN")
    return trims_syn(rules).replaced(
        calls.name,
        replace(
            calls,
            rfc="3.5; 3.10.1",
            set={**calls.set, snd.nxt: isn + 2},
            send=emit(seq=iss, ctl=(SYN,), text=1),
            reading="3.5 lets a SYN carry data, which is not handed over before ESTABLISHED",
        ),
    )


NOT_KEPT = "text and a FIN on the SYN are not kept for ESTABLISHED; the sender repeats them"


def syn_text_is_kept(rules: Rules) -> Rules:
    """The caller's SYN carries the first octet; who takes it keeps the octet until its own SYN is acknowledged."""
    delivered = Row(
        "the text that came with the SYN is delivered",
        "3.10.7.2 third; 3.10.7.3 fourth",
        when=(in_state(*RECEIVES), _syn_with_text, equal(seg.seq, irs), text_reaches_rcv_nxt),
        set=TAKE_TEXT,
        send=ACK_SEGMENT,
        tell=TEXT,
        delivers=True,
        reading="it passed the checks with its SYN; kept, it is a segment that arrives again",
    )

    def said(event: str, block: object, row: Row) -> tuple[Row, ...]:
        return (replace(row, reading="a FIN on the SYN is not kept") if row.reading == NOT_KEPT else row,)

    return syn_carries_text(rules).map(said).preceded(SEQUENCE_CHECK.rows[0].name, delivered)
