"""Segmentation of what users send: one octet a segment, or any number of octets, cut and joined anew when repeated.

RFC 9293 3.10.2 lets TCP cut a SEND into segments as it likes, 3.7.4 (Nagle) and 3.8.6.2.1 have it collect small ones,
and 3.10.8 sends again "the segment at the front of the retransmission queue", which RFC 1122 4.2.2.15 lets a host
pack anew.  With `segments=any` the number of octets is a pick: of a SEND, of what was queued, of a retransmission.  A
FIN goes with the text in front of it where the user calls SEND and CLOSE in a row, where a CLOSE waits behind what is
queued, and where a retransmission reaches it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from tcpmodel.language.sorts import BOOL, COUNT, SEQ
from tcpmodel.language.terms import (
    FALSE,
    Term,
    at_least,
    choose,
    constant,
    down,
    either,
    equal,
    named,
    variable,
    within,
)
from tcpmodel.systems.row import FirstMatch, Pick, Row
from tcpmodel.tcp.rfc9293.calls import MOST_QUEUED
from tcpmodel.tcp.rfc9293.rules import Rules
from tcpmodel.tcp.rfc9293.segment import ACK, FIN, emit
from tcpmodel.tcp.rfc9293.tcb import (
    CLOSE_WAIT,
    ESTABLISHED,
    FIN_WAIT_1,
    LAST_ACK,
    queued,
    rcv,
    room_to_send,
    sent_fin,
    snd,
    state,
)

octets = variable("octets", SEQ, says="the number of octets")
room = named("the room in the window", snd.una + snd.wnd - snd.nxt)
SOME = constant(1, SEQ)

SEND_AND_CLOSE = "SEND and CLOSE"
"""The two calls in a row, whose text and FIN leave in one segment: an event that takes both budgets."""
QUEUE_WITH_FIN = "queue is sent with FIN"


def any_segments(rules: Rules) -> Rules:
    """Segments take any number of octets, with FIN or without."""
    for name, change in _CHANGES.items():
        if name in (row.name for _, _, row in rules.rows()):
            rules = rules.replaced(name, change(rules.row(name)))
    return rules.extended(SEND_AND_CLOSE, *_for_each_opener(_send_and_close)).extended(
        QUEUE_WITH_FIN, *_for_each_opener(_queue_with_fin)
    )


def _sent(row: Row) -> Row:
    """A SEND of as many octets as the window has room for, or fewer."""
    return replace(
        row,
        name=row.name.replace("an octet", "octets"),
        pick=Pick(octets, within(octets, SOME, room)),
        set={**row.set, snd.nxt: snd.nxt + octets},
        send=emit(seq=snd.nxt - octets, ack=rcv.nxt, ctl=(ACK,), text=octets),
    )


def _taken_from_queue(row: Row) -> Row:
    """Some or all of what is queued leaves in one segment, as far as the window has room."""
    counts = range(1, MOST_QUEUED + 1)
    there = either(*(equal(octets, n) & at_least(queued.text, n) for n in counts))
    return replace(
        _sent(row),
        name=row.name.replace("a queued octet is", "queued octets are"),
        pick=Pick(octets, there & within(octets, SOME, room)),
        set={**row.set, snd.nxt: snd.nxt + octets, queued.text: _left_of_queue()},
    )


def _left_of_queue() -> Term:
    left = down(queued.text)
    for n in range(2, MOST_QUEUED + 1):
        left = choose(equal(octets, n), _lowered(queued.text, n), left)
    return left


def _lowered(count: Term, by: int) -> Term:
    return _lowered(down(count), by - 1) if by else count


def _repeated(row: Row) -> Row:
    """A retransmission from SND.UNA on, as far as it likes; where it reaches our FIN, the FIN goes with the text."""
    reaches_fin = sent_fin & ~queued.fin & equal(snd.una + octets, snd.nxt)
    sent = emit(seq=snd.una, ack=rcv.nxt, ctl=(ACK,), text=choose(reaches_fin, octets - 1, octets))
    return replace(
        row,
        name=row.name.replace("octet is", "octets are"),
        pick=Pick(octets, within(octets, SOME, snd.nxt - snd.una)),
        send=replace(sent, fields={**sent.fields, FIN: choose(reaches_fin, constant(1, BOOL), FALSE)}),
        reading="the sender may cut and join what it sends again (RFC 1122 4.2.2.15)",
    )


_CHANGES: Mapping[str, Callable[[Row], Row]] = {
    "SEND sends an octet": _sent,
    "a queued octet is sent": _taken_from_queue,
    "a queued octet is sent to a peer that has closed": _taken_from_queue,
    "a queued octet is sent after CLOSE": _taken_from_queue,
    "the oldest unacknowledged octet is sent again": _repeated,
}
"""What becomes of each row that sends text."""


# Text and FIN in one segment.


def _for_each_opener(row: Callable[[Term, Term, str], tuple[str, Row]]) -> tuple[FirstMatch, ...]:
    """A block for each state in which text may be sent, with the state that its FIN leads to."""
    found = (
        (ESTABLISHED, *row(ESTABLISHED, FIN_WAIT_1, "")),
        (CLOSE_WAIT, *row(CLOSE_WAIT, LAST_ACK, ", to a peer that has closed")),
    )
    return tuple(FirstMatch(title, state, (where,), (made,)) for where, title, made in found)


def _send_and_close(where: Term, goto: Term, whom: str) -> tuple[str, Row]:
    made = Row(
        f"SEND and CLOSE send text with a FIN{whom}",
        "3.10.2; 3.10.4",
        when=(~queued.fin, equal(queued.text, 0), room_to_send),
        pick=Pick(octets, within(octets, SOME, room)),
        set={snd.nxt: snd.nxt + octets + 1},
        goto=goto,
        send=emit(seq=snd.nxt - 1 - octets, ack=rcv.nxt, ctl=(FIN, ACK), text=octets),
        reading="the octets of the SEND wait for the CLOSE, which pushes them (3.9.1.2)",
    )
    return SEND_AND_CLOSE, made


def _queue_with_fin(where: Term, goto: Term, whom: str) -> tuple[str, Row]:
    all_queued = SOME
    for n in range(2, MOST_QUEUED + 1):
        all_queued = choose(at_least(queued.text, n), constant(n, SEQ), all_queued)
    made = Row(
        f"queued octets are sent with the FIN of a CLOSE{whom}",
        "3.10.2; 3.10.4",
        when=(queued.fin, at_least(queued.text, 1), room_to_send),
        pick=Pick(octets, equal(octets, all_queued) & within(octets, SOME, room)),
        set={snd.nxt: snd.nxt + octets + 1, queued.text: constant(0, COUNT), queued.fin: FALSE},
        goto=goto,
        send=emit(seq=snd.nxt - 1 - octets, ack=rcv.nxt, ctl=(FIN, ACK), text=octets),
    )
    return "what was queued is sent", made
