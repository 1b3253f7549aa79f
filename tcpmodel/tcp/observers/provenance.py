"""Provenance of numbers: ghosts that say whose numbers a segment bears, so that a proof needs no history.

SEG.SEQ counts from the ISS of one incarnation, SEG.ACK from the ISS of one of the other end's.  A segment carries
both incarnations and both ISSs as ghosts; a reset that answers a segment bears that segment's numbers, exchanged.
An end is *told* that its peer took it when it takes a number from a segment of the incarnation that it took, which
acknowledges numbers of its own incarnation: whoever sends such a segment has taken it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from tcpmodel.language.sorts import BOOL, COUNT, SEQ
from tcpmodel.language.terms import FALSE, TRUE, Term, constant, equal, implies, one_of, variable, within
from tcpmodel.systems.row import Emission, Row
from tcpmodel.systems.system import Variable
from tcpmodel.tcp.observers.ghosts import NOBODY, inc, peer, seg_inc, seg_octet
from tcpmodel.tcp.rfc9293.rules import ARRIVAL, Rules
from tcpmodel.tcp.rfc9293.segment import Control, fields_of, seg
from tcpmodel.tcp.rfc9293.tcb import CLOSED, LISTEN, SYNCHRONIZED, irs, iss, snd, state

seq_of = variable("seg.seq_of", COUNT, says="the incarnation whose number SEG.SEQ is")
seq_iss = variable("seg.seq_iss", SEQ, says="the ISS that SEG.SEQ counts from")
ack_of = variable("seg.ack_of", COUNT, says="the incarnation whose number SEG.ACK is")
ack_iss = variable("seg.ack_iss", SEQ, says="the ISS that SEG.ACK counts from")
PROVENANCE = (seq_of, seq_iss, ack_of, ack_iss)

told = variable("told", BOOL, says="the peer incarnation taken was seen to have taken this one")
foreign_reset = variable("foreign_reset", BOOL, says="a reset with another incarnation's number was obeyed")


class Traced(NamedTuple):
    """A segment in flight, with its age and the ghosts that say whose numbers it bears."""

    seq: Term
    ack: Term
    ctl: Control
    text: Term
    age: Term
    inc: Term
    octet: Term
    seq_of: Term
    seq_iss: Term
    ack_of: Term
    ack_iss: Term


def traced_segment(element: str) -> Traced:
    """The segment that a clause calls `element`."""
    real = fields_of(element)
    ghosts = (variable(g.name.replace("seg", element), g.sort) for g in (seg_inc, seg_octet, *PROVENANCE))
    return Traced(real.seq, real.ack, real.ctl, real.text, real.age, *ghosts)


NUMBERS_TOOK_US = equal(ack_of, inc)
"""The sender of the segment at hand has taken this incarnation: it acknowledges its numbers."""


def provenance_variables() -> tuple[Variable, ...]:
    """The ghosts of one endpoint."""
    return (Variable(told, ghost=True), Variable(foreign_reset, ghost=True))


def uses(span: int) -> Term:
    """An incarnation has used no more numbers than that."""
    return implies(~one_of(state, (CLOSED, LISTEN)), within(snd.nxt, iss, span + 1))


def traced(rules: Rules) -> Rules:
    """The rules with provenance noted: what each segment bears, and what each end was told."""
    return rules.map(lambda event, block, row: (_trace(event, row),))


def _trace(event: str, row: Row) -> Row:
    notes: dict[Term, Term] = {}
    if iss in row.set:
        notes |= {told: FALSE, foreign_reset: FALSE}
    if row.set.get(snd.una) is seg.ack:
        its = row.set.get(peer, peer)
        notes[told] = told | (equal(seq_of, its) & equal(ack_of, inc))
    if row.ends is not None and event == ARRIVAL:
        bare = seg.ctl.rst & ~seg.ctl.ack
        notes[foreign_reset] = foreign_reset | (bare & one_of(state, SYNCHRONIZED) & ~equal(seq_of, peer))
    return replace(row, set={**row.set, **notes}, send=row.send and _bearing(event, row.send))


def _bearing(event: str, send: Emission) -> Emission:
    """The segment with ghosts that say whose numbers it bears."""
    no_number, acknowledges = constant(0, SEQ), send.fields["ackbit"] is TRUE
    if event != ARRIVAL or send.fields["rst"] is not TRUE:
        theirs = (peer, irs) if acknowledges else (NOBODY, no_number)
        bears = (inc, iss, *theirs)
    elif acknowledges:
        bears = (NOBODY, no_number, seq_of, seq_iss)
    else:
        bears = (ack_of, ack_iss, NOBODY, no_number)
    names = (field.name.removeprefix("seg.") for field in PROVENANCE)
    return replace(send, fields={**send.fields, **dict(zip(names, bears, strict=True))})
