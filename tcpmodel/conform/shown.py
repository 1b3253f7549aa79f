"""Rows of what a capture shows: a segment is explained by a row that sends exactly it.

RFC 9293's own rows send most of it: calls, and the retransmission of SYN and SYN,ACK.  Some of what a TCP may send has
no row of its own there, since exploring gains nothing by it: an ACK at any time, any part of what is not acknowledged
sent again, cut and joined at will (RFC 1122 4.2.2.15), a probe.  Here it has, in terms of the segment `shown`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from tcpmodel.conform.assumptions import (
    ABORT_WHILE_CLOSING,
    ABORT_WITH_ACK,
    EARLY_TEXT,
    PROBES,
    TEXT_ON_SYN,
    Assumption,
)
from tcpmodel.conform.endpoint import Endpoint, Fields, Fired, Tcb, shown
from tcpmodel.language.sorts import SEQ
from tcpmodel.language.terms import Term, choose, constant, equal, named, within
from tcpmodel.systems.row import Emission, FirstMatch, Row
from tcpmodel.tcp.knobs.segmenting import SEND_AND_CLOSE
from tcpmodel.tcp.knobs.variants import vary
from tcpmodel.tcp.rfc9293.calls import SYN_NUMBERS
from tcpmodel.tcp.rfc9293.events import Event
from tcpmodel.tcp.rfc9293.rules import RFC_9293, Rules
from tcpmodel.tcp.rfc9293.segment import ACK, ACK_SEGMENT, FIN, SYN, emit
from tcpmodel.tcp.rfc9293.tcb import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    ESTABLISHED,
    FIN_WAIT_1,
    LAST_ACK,
    LISTEN,
    SYN_RECEIVED,
    SYN_SENT,
    SYNCHRONIZED,
    irs,
    iss,
    rcv,
    sent_fin,
    snd,
    state,
    syn_outstanding,
)

ACK_SHOWN, AGAIN, MORE, PROBE, SYN_AGAIN, SYN_WITH_TEXT, TEXT_BEFORE_ACK = (
    "an ACK is sent",
    "text or FIN is sent again",
    "old and new text is sent",
    "a probe is sent",
    "the SYN is sent again",
    "a SYN is sent with text",
    "text is sent in SYN-RECEIVED",
)
"""Events of what a capture shows, beside those of RFC 9293."""
ABORT_ACK, ABORT_CLOSING = "ABORT with RST,ACK", "ABORT while closing"

_length = shown.text + choose(shown.ctl.fin, constant(1, SEQ), 0)
_not_fin = snd.nxt - choose(sent_fin, constant(1, SEQ), 0)
_text_was_sent = named("the text lies between SND.UNA and what was sent", within(shown.seq, snd.una, snd.nxt - snd.una))
_its_end_was_sent = named("its end was sent", within(shown.text - 1, constant(0, SEQ), _not_fin - shown.seq))
_reaches_fin = named("it ends at our FIN", sent_fin & equal(shown.seq + _length, snd.nxt))
_begins_in_the_past = within(shown.seq, snd.una, snd.nxt - snd.una)
_goes_further = named("it ends behind SND.NXT", within(snd.nxt, shown.seq, shown.text) & ~equal(shown.seq, snd.nxt))
_not_the_syn = ~(syn_outstanding & equal(shown.seq, iss))


def _as_shown(*, seq: Term, fin: bool = False) -> Emission:
    return emit(seq=seq, ack=rcv.nxt, ctl=(FIN, ACK) if fin else (ACK,), text=shown.text)


def _one(title: str, where: tuple[Term, ...], *rows: Row) -> tuple[FirstMatch, ...]:
    return (FirstMatch(title, state, where, rows),)


def _only_while_closing() -> tuple[FirstMatch, ...]:
    """ABORT's rows that send RST,ACK where those of `abort_reset=ack` send nothing."""
    usual, closing = (vary(RFC_9293, {"abort_reset": value}).events[Event.ABORT] for value in ("ack", "closing"))
    sending = {row.name for block in usual for row in block.rows if row.send is not None}
    left = [(block, tuple(row for row in block.rows if row.send and row.name not in sending)) for block in closing]
    return tuple(replace(block, rows=rows) for block, rows in left if rows)


_SENDS_AGAIN = (SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, CLOSE_WAIT, CLOSING, LAST_ACK)
_MORE_TEXT = {snd.nxt: shown.seq + shown.text}
_ANY_PART = "RFC 1122 4.2.2.15: any part of what is not acknowledged, cut anew"

_ROWS: Mapping[str, tuple[FirstMatch, ...]] = {
    ACK_SHOWN: _one(
        ACK_SHOWN,
        (SYN_RECEIVED, *SYNCHRONIZED),
        Row("an ACK may be sent at any time", "3.8.6.3", send=ACK_SEGMENT),
    ),
    AGAIN: _one(
        AGAIN,
        _SENDS_AGAIN,
        Row(
            "the FIN is sent again, with text or without",
            "3.10.8",
            when=(shown.ctl.fin, _text_was_sent, _reaches_fin, _not_the_syn),
            send=_as_shown(seq=shown.seq, fin=True),
            reading=_ANY_PART,
        ),
        Row(
            "text is sent again",
            "3.10.8",
            when=(~shown.ctl.fin, _text_was_sent, _its_end_was_sent, _not_the_syn),
            send=_as_shown(seq=shown.seq),
            reading=_ANY_PART,
        ),
    ),
    MORE: tuple(
        FirstMatch(
            MORE,
            state,
            (where,),
            (
                Row(
                    f"old text is sent again with new text and a FIN{whom}",
                    "3.10.8; 3.10.2; 3.10.4",
                    when=(shown.ctl.fin, _begins_in_the_past, _goes_further | equal(shown.seq + shown.text, snd.nxt)),
                    set={snd.nxt: shown.seq + shown.text + 1},
                    goto=goto,
                    send=_as_shown(seq=shown.seq, fin=True),
                    reading=_ANY_PART,
                ),
                Row(
                    f"old text is sent again with new text{whom}",
                    "3.10.8; 3.10.2",
                    when=(_begins_in_the_past, _goes_further),
                    set=_MORE_TEXT,
                    send=_as_shown(seq=shown.seq),
                    reading=_ANY_PART,
                ),
            ),
        )
        for where, goto, whom in ((ESTABLISHED, FIN_WAIT_1, ""), (CLOSE_WAIT, LAST_ACK, ", to a peer that has closed"))
    ),
    PROBE: _one(
        PROBE,
        SYNCHRONIZED,
        Row(
            "a probe below SND.NXT asks for an ACK",
            "3.8.4; 3.8.6.1",
            when=(
                within(shown.text, constant(0, SEQ), constant(2, SEQ)),
                equal(shown.seq + 1, snd.nxt) | equal(shown.seq + 1, snd.una),
            ),
            send=_as_shown(seq=shown.seq),
            reading="empty or of one octet, which may be any",
        ),
    ),
    SYN_AGAIN: _one(
        SYN_AGAIN,
        (SYN_SENT,),
        Row(
            "the SYN is sent again, with text or without",
            "3.10.8",
            when=(within(shown.text, constant(0, SEQ), snd.nxt - iss),),
            send=emit(seq=iss, ctl=(SYN,), text=shown.text),
        ),
    ),
    SYN_WITH_TEXT: _one(
        SYN_WITH_TEXT,
        (CLOSED, LISTEN),
        Row(
            "an active OPEN sends a SYN with text",
            "3.10.1; RFC 7413 4.2.2",
            set={**dict.fromkeys(SYN_NUMBERS, shown.seq), snd.nxt: shown.seq + 1 + shown.text},
            goto=SYN_SENT,
            send=emit(seq=shown.seq, ctl=(SYN,), text=shown.text),
        ),
    ),
    TEXT_BEFORE_ACK: _one(
        TEXT_BEFORE_ACK,
        (SYN_RECEIVED,),
        Row(
            "text is sent before the SYN is acknowledged",
            "RFC 7413 4.2.2",
            when=(equal(shown.seq, snd.nxt), ~equal(rcv.nxt, irs + 1)),
            set=_MORE_TEXT,
            send=_as_shown(seq=shown.seq),
        ),
    ),
    ABORT_ACK: vary(RFC_9293, {"abort_reset": "ack"}).events[Event.ABORT],
    ABORT_CLOSING: _only_while_closing(),
}


def with_shown(rules: Rules) -> Rules:
    """The rules with segments of any length, and with the rows of what a capture shows."""
    rules = vary(rules, {"segments": "any"})
    for event, blocks in _ROWS.items():
        rules = rules.extended(event, *blocks)
    return rules


class Way(NamedTuple):
    """An event that may explain a segment, and what it takes for granted."""

    event: str
    assumes: Assumption | None = None


_RESET = (Way(Event.ABORT), Way(ABORT_ACK, ABORT_WITH_ACK), Way(ABORT_CLOSING, ABORT_WHILE_CLOSING))


def ways(o: Fields) -> tuple[Way, ...]:
    """The events that may send a segment of this form, the likeliest first."""
    if o.rst:
        return _RESET
    if o.syn:
        if o.ackbit:
            return (Way(Event.RETRANSMISSION_TIMEOUT),)
        opens = (Way(SYN_WITH_TEXT, TEXT_ON_SYN),) if o.text else (Way(Event.ACTIVE_OPEN),)
        return (*opens, Way(SYN_AGAIN), Way(Event.RETRANSMISSION_TIMEOUT))
    if o.fin:
        return (Way(SEND_AND_CLOSE if o.text else Event.CLOSE), Way(AGAIN), Way(MORE))
    if o.text:
        return (Way(Event.SEND), Way(AGAIN), Way(MORE), Way(TEXT_BEFORE_ACK, EARLY_TEXT), Way(PROBE, PROBES))
    return (Way(ACK_SHOWN), Way(PROBE, PROBES))


def explanations(endpoint: Endpoint, tcb: Tcb, o: Fields) -> Iterator[tuple[Fired, Way]]:
    """Every firing that sends exactly the segment shown, with its event and what it assumes."""
    for way in ways(o):
        fired = endpoint.fire(way.event, tcb, explains=o)
        if fired is not None and fired.sent == o:
            yield fired, way
