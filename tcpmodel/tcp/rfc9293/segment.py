"""Segments: their fields, their length in sequence space, and the forms in which they are sent (RFC 9293 3.1, 3.4).

Of its text a segment has the number of octets; which octets they are is known to ghosts only.  A field that
means nothing is zero (the acknowledgment number of a segment without the ACK bit).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from tcpmodel.language.sorts import BOOL, COUNT, SEQ
from tcpmodel.language.terms import FALSE, TRUE, Operand, Term, choose, constant, equal, named, variable
from tcpmodel.systems.row import Emission
from tcpmodel.tcp.rfc9293.tcb import rcv, sequence_acceptable, snd

OUT, IN = "out", "in"
"""An endpoint's names for the two bags: the one it sends into, the one it takes from."""


class Control(NamedTuple):
    """The control bits."""

    syn: Term
    ack: Term
    rst: Term
    fin: Term


class Segment(NamedTuple):
    """A segment's real fields; `text` is a number of octets."""

    seq: Term
    ack: Term
    ctl: Control
    text: Term
    age: Term

    @property
    def has_text(self) -> Term:
        """The segment has an octet of text or more."""
        return ~equal(self.text, 0)


def fields_of(element: str) -> Segment:
    """The fields of the segment that a rule or a quantifier calls `element`."""

    def bit(name: str, shown: str) -> Term:
        return variable(f"{element}.{name}", BOOL, says=f"the {shown} bit is set", denies=f"the {shown} bit is off")

    return Segment(
        seq=variable(f"{element}.seq", SEQ),
        ack=variable(f"{element}.ack", SEQ),
        ctl=Control(bit("syn", "SYN"), bit("ackbit", "ACK"), bit("rst", "RST"), bit("fin", "FIN")),
        text=variable(f"{element}.text", SEQ, says="the number of octets"),
        age=variable(f"{element}.age", COUNT, says="the segment's age"),
    )


seg = fields_of("seg")
"""The segment that arrives, in a rule that takes one."""
ctl = seg.ctl


def _count(condition: Term) -> Term:
    return choose(condition, constant(1, SEQ), 0)


def segment_length(text: Term, control: Control) -> Term:
    """SEG.LEN, the number of sequence numbers that a segment occupies: its octets, and one each for SYN and FIN."""
    return text + _count(control.syn) + _count(control.fin)


no_text = named("there is no text", equal(seg.text, 0))
has_text = named("there is text", ~equal(seg.text, 0))
text_begins = named("the number of the first octet", seg.seq + _count(ctl.syn))
text_ends = named("the number behind the text", text_begins + seg.text)
"""Where a FIN has its number, if there is one."""
seg_len = named("SEG.LEN", segment_length(seg.text, ctl))
seg_is_acceptable = sequence_acceptable(seg.seq, seg_len)
seg_at_rcv_nxt = named("the segment begins at RCV.NXT", equal(seg.seq, rcv.nxt))
after_seg = named("SEG.SEQ+SEG.LEN", seg.seq + seg_len)

SYN, ACK, RST, FIN = "syn", "ackbit", "rst", "fin"
"""The control bits by name, as `emit` takes them."""


NO_TEXT = constant(0, SEQ)
"""The `text` of a segment without any."""


def emit(*, seq: Term, ctl: tuple[str, ...], ack: Term | None = None, text: Operand = NO_TEXT) -> Emission:
    """A segment sent: `<SEQ=seq><ACK=ack><CTL=ctl>` with so many octets; it has the ACK bit where `ack` is given."""
    bits: Mapping[str, Term] = {name: TRUE if name in ctl else FALSE for name in (SYN, RST, FIN)}
    return Emission(
        OUT,
        {
            "seq": seq,
            "ack": ack if ack is not None else constant(0, SEQ),
            **bits,
            "ackbit": FALSE if ack is None else TRUE,
            "text": text if isinstance(text, Term) else constant(text, SEQ),
        },
    )


ACK_SEGMENT = emit(seq=snd.nxt, ack=rcv.nxt, ctl=(ACK,))
"""<SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>"""
RESET_AT_SEG_ACK = emit(seq=seg.ack, ctl=(RST,))
"""<SEQ=SEG.ACK><CTL=RST>, the answer to a segment with the ACK bit (RFC 9293 3.5.2)."""
RESET_AFTER_SEG = emit(seq=constant(0, SEQ), ack=after_seg, ctl=(RST, ACK))
"""<SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>, the answer to a segment without it."""
