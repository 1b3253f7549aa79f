"""Ghosts (auxiliary variables, Owicki and Gries 1976): what observers write down, and no guard may read.

An incarnation of an endpoint begins where a row sets an ISS; a SYN,ACK for which a listener keeps no
state speaks for its next one.  Its number, the incarnation whose
SYN it took, who ever took whom, which octets were delivered and how each incarnation ended are
derived from what the rows do, so no row mentions a ghost and a changed row is still observed.
Incarnation 0 is nobody.

Who took whom is known in one of two ways: a *history* of the last few incarnations, for explorers, which can look
back; or by *provenance* (`tcp.observers.provenance`), for proofs, which cannot: what is in flight says whose numbers it
bears.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from tcpmodel.errors import DefinitionError, choices
from tcpmodel.language.sorts import BOOL, COUNT, SEQ, Enum
from tcpmodel.language.terms import (
    FALSE,
    TRUE,
    Term,
    alternatives,
    both,
    choose,
    constant,
    equal,
    one_of,
    some,
    substitute,
    up,
    upto,
    variable,
)
from tcpmodel.systems.row import Emission, FirstMatch, Row
from tcpmodel.systems.system import Variable
from tcpmodel.tcp.rfc9293.checks import Check, text_reaches_rcv_nxt, text_taken_to
from tcpmodel.tcp.rfc9293.ends import at, bag_from, other_end
from tcpmodel.tcp.rfc9293.events import Event
from tcpmodel.tcp.rfc9293.rules import ARRIVAL, Rules
from tcpmodel.tcp.rfc9293.segment import NO_TEXT, seg, text_begins
from tcpmodel.tcp.rfc9293.tcb import CLOSED, LISTEN, SYN_RECEIVED, SYNCHRONIZED, TIME_WAIT, irs, iss, rcv, state, theirs

INCARNATIONS = 4
"""The most incarnations of one endpoint that the history can hold; a run that begins more is cut and counted."""

END = Enum(
    "End",
    (
        "open",
        "closed",
        "given up",
        "aborted",
        "reset",
        "refused",
        "cut short",
        "assassinated",
        "timed out",
        "crashed",
    ),
)
ENDINGS = dict(zip(END.values, alternatives(END), strict=True))

inc = variable("inc", COUNT, says="the incarnation")
peer = variable("peer", COUNT, says="the incarnation whose SYN was taken")
delivered = variable("delivered", SEQ, says="the number of octets delivered")
misdelivered = variable("misdelivered", BOOL, says="a stale, repeated or misplaced octet was delivered")
stale_fin = variable("stale_fin", BOOL, says="another incarnation's FIN was consumed")
stale_reset = variable("stale_reset", BOOL, says="a reset that answers nobody here was obeyed")
truncated = variable("truncated", BOOL, says="a FIN was consumed before the text in front of it")
discarded = variable("discarded", BOOL, says="an octet never delivered was turned away as unacceptable")
end = variable("end", END, says="how the last incarnation ended")
reopens = variable("reopens", BOOL, says="it began with a SYN in TIME-WAIT, and waits in SYN-RECEIVED")

seg_inc = variable("seg.inc", COUNT)
seg_why = variable("seg.why", COUNT)
seg_octet = variable("seg.octet", SEQ)
SEGMENT_GHOSTS = (seg_inc, seg_why, seg_octet)
"""Of a segment: its sender's incarnation, the receiver's incarnation a reset answers, which octet."""

FLAGS = (misdelivered, stale_fin, stale_reset, truncated, discarded)
NOBODY = constant(0, COUNT)
ENDS_A_WAIT = (Event.TIME_WAIT_TIMEOUT, Event.ABORT, Event.CRASH)
"""Events that may end TIME-WAIT: its timer, its user, its host.  Any other has assassinated it (RFC 1337)."""


def adopted(i: int) -> Term:
    """The peer's incarnation whose SYN this endpoint's incarnation i took; 0 if none."""
    return variable(f"adopted.{i}", COUNT)


def adopted_by(incarnation: Term, *, of: Callable[[Term], Term]) -> Term:
    """The peer's incarnation whose SYN an incarnation took; `of` gives that endpoint's copy of a variable."""
    found: Term = NOBODY
    for i in range(1, INCARNATIONS + 1):
        found = choose(equal(incarnation, i), of(adopted(i)), found)
    return found


SENDER_TOOK_US = equal(adopted_by(seg_inc, of=theirs), inc)
"""The sender of the segment at hand has taken this incarnation, by the history."""


def forgettable(end: str) -> dict[Term, Term]:
    """The history after forgetting (dead-variable reduction): whom an incarnation took is kept while it matters.

    It matters while the incarnation is its end's, is somebody's peer, or has segments in flight.
    """
    kept = {}
    for i in range(1, INCARNATIONS + 1):
        in_flight = some(bag_from(end), "each", equal(variable("each.inc", COUNT), i))
        asked = at(end, equal(inc, i)) | at(other_end(end), equal(peer, i)) | in_flight
        kept[at(end, adopted(i))] = choose(asked, at(end, adopted(i)), NOBODY)
    return kept


def ghost_variables(*, history: bool = True) -> tuple[Variable, ...]:
    """The ghosts of one endpoint."""
    counts = (inc, peer, *(adopted(i) for i in range(1, INCARNATIONS + 1) if history))
    return (
        *(Variable(c, top=INCARNATIONS if history else None, ghost=True) for c in counts),
        Variable(delivered, ghost=True),
        *(Variable(flag, ghost=True) for flag in FLAGS),
        Variable(end, ghost=True),
        *((Variable(reopens, ghost=True),) if history else ()),
    )


def observed(rules: Rules, *, took_us: Term, history: bool = True) -> Rules:
    """The rules with the ghosts' updates added to every row, and the ghost fields to every segment.

    `took_us` says that the sender of the segment at hand has taken this incarnation.
    """
    return rules.map(lambda event, block, row: (_observe(event, block, row, took_us, history),))


def _observe(event: str, block: FirstMatch, row: Row, took_us: Term, history: bool) -> Row:
    notes: dict[Term, Term] = {}
    if iss in row.set:
        notes |= {inc: up(inc), peer: NOBODY, delivered: constant(0, SEQ), end: ENDINGS["open"]}
        notes |= dict.fromkeys(FLAGS, FALSE)
    if irs in row.set:
        taker = notes.get(inc, inc)
        notes[peer] = seg_inc
        for i in range(1, INCARNATIONS + 1) if history else ():
            notes[adopted(i)] = choose(equal(taker, i), seg_inc, adopted(i))
    if row.delivers:
        of_whom, before = notes.get(peer, peer), notes.get(delivered, delivered)
        old, new = _delivery(row)
        next_octet = equal(seg_inc, of_whom) & equal(seg_octet + old, before + 1)
        notes |= {misdelivered: notes.get(misdelivered, misdelivered) | ~next_octet, delivered: before + new}
    if row.consumes:
        ours = equal(seg_inc, peer)
        notes |= {
            stale_fin: stale_fin | ~ours,
            truncated: truncated | (ours & ~equal(seg_octet + seg.text, delivered + 1)),
        }
    if row.ends is not None:
        notes |= {end: _ending(row), peer: NOBODY, delivered: constant(0, SEQ)}
        if event == ARRIVAL:
            answered = equal(seg_inc, peer) | equal(seg_why, inc)
            notes[stale_reset] = stale_reset | (seg.ctl.rst & one_of(state, SYNCHRONIZED) & ~answered)
    if event not in ENDS_A_WAIT:
        notes |= _ends_a_wait(event, block, row, notes, history)
    if block.title is Check.SEQUENCE and not row.goes_on:
        never_delivered = ~upto(constant(0, SEQ), seg_octet + seg.text - 1, delivered)
        notes[discarded] = discarded | (seg.has_text & took_us & never_delivered)
    return replace(row, set={**row.set, **notes}, send=row.send and _label(event, block, row, row.send))


def _ending(row: Row) -> Term:
    """How the connection ends by a row; `DefinitionError` says which ways there are."""
    if row.ends not in ENDINGS:
        raise DefinitionError(f"the row {row.name!r} ends {row.ends!r}: {choices(row.ends, ENDINGS)}")
    return ENDINGS[row.ends]


def _delivery(row: Row) -> tuple[Term, Term]:
    """Number of octets in front that the user has had already, and of those that a row hands to him."""
    if irs in row.set:
        return NO_TEXT, row.set[rcv.nxt] - row.set[irs] - 1
    reaches = text_reaches_rcv_nxt
    return choose(reaches, rcv.nxt - text_begins, NO_TEXT), choose(reaches, text_taken_to - rcv.nxt, seg.text)


def _ends_a_wait(
    event: str, block: FirstMatch, row: Row, notes: Mapping[Term, Term], history: bool
) -> dict[Term, Term]:
    """Notes of a row that leaves TIME-WAIT, or the SYN-RECEIVED that a SYN in TIME-WAIT led to.

    A SYN may reopen TIME-WAIT; whoever sent it has to acknowledge the answer, or the wait be taken up again.
    """
    waited = _is_met_in(TIME_WAIT, block, row)
    begins = event == ARRIVAL and iss in row.set
    leaves = row.goto not in (None, TIME_WAIT) and not begins and row.ends != "assassinated"
    lost = waited if leaves else FALSE
    found: dict[Term, Term] = {}
    if history and iss in row.set:
        found[reopens] = waited if begins else FALSE
    elif history and row.goto is not None and _is_met_in(SYN_RECEIVED, block, row) is not FALSE:
        found[reopens] = FALSE
        lost = lost | (equal(state, SYN_RECEIVED) & reopens if row.ends is not None else FALSE)
    if lost is not FALSE:
        found[end] = choose(lost, ENDINGS["assassinated"], notes.get(end, end))
    return found


def _is_met_in(where: Term, block: FirstMatch, row: Row) -> Term:
    """The connection is in this state; false where the row cannot fire there."""
    met = where in block.states and substitute(both(*row.when), {state: where}) is not FALSE
    return equal(state, where) if met else FALSE


def _label(event: str, block: FirstMatch, row: Row, send: Emission) -> Emission:
    nobody = event == ARRIVAL and iss not in row.set and set(block.states) <= {CLOSED, LISTEN}
    to_come = nobody and send.fields["syn"] is TRUE
    numbered = send.fields["text"] is not NO_TEXT or send.fields["fin"] is not FALSE
    first = send.fields["seq"] + 1 if send.fields["syn"] is TRUE else send.fields["seq"]
    answers = event == ARRIVAL and send.fields["rst"] is TRUE
    return replace(
        send,
        fields={
            **send.fields,
            "inc": up(inc) if to_come else NOBODY if nobody else inc,
            "why": seg_inc if answers else NOBODY,
            "octet": first - iss if numbered else constant(0, SEQ),
        },
    )
