"""Departures that learned machines show, beside the assumptions of captures: each with the change of rules it makes.

A departure is tried at every arrival: where the machine's answer is that of the changed rows and not of RFC 9293's, the
departure explains it.  So what explains an answer is computed; only the reasons are written down here.
"""

from __future__ import annotations

from typing import NamedTuple

from tcpmodel.conform.assumptions import HALF_DUPLEX, NO_PLACE, SYN_RESETS, Assumption, Kind
from tcpmodel.conform.endpoint import Endpoint
from tcpmodel.conform.may_rows import ARRIVALS, Edit
from tcpmodel.conform.shown import with_shown
from tcpmodel.language.terms import Term, before
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.tcp.knobs.variants import vary
from tcpmodel.tcp.rfc9293.arrivals import SYN_ACK_SEGMENT
from tcpmodel.tcp.rfc9293.checks import TAKE_TEXT, ack_is_new, text_reaches_rcv_nxt
from tcpmodel.tcp.rfc9293.rules import RFC_9293, Rules
from tcpmodel.tcp.rfc9293.segment import (
    ACK,
    ACK_SEGMENT,
    RESET_AFTER_SEG,
    RESET_AT_SEG_ACK,
    RST,
    ctl,
    emit,
    has_text,
    seg,
)
from tcpmodel.tcp.rfc9293.tcb import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LAST_ACK,
    LISTEN,
    SYN_RECEIVED,
    SYNCHRONIZED,
    TCB,
    TIME_WAIT,
    in_state,
    passive,
    rcv,
    snd,
    state,
)

DROPPED = "the TCB is dropped"
"""An event: a half-open connection is forgotten without a word."""


def _option(name: str, says: str, cite: str) -> Assumption:
    return Assumption(name, says, cite, Kind.OPTION)


def _deviation(name: str, says: str, cite: str) -> Assumption:
    return Assumption(name, says, cite, Kind.DEVIATION)


# At a call.

UNREAD_RESETS = _option("unread text resets", "CLOSE with unread text resets the peer", "RFC 9293 3.6.1 (SHLD-3)")
UNACCEPTED_RESET = _option(
    "unaccepted connection aborted",
    "closing a listener aborts what nobody has accepted",
    "RFC 9293 3.9.1: which call the sockets make is the host's choice",
)
HALF_OPEN_DROPPED = _deviation(
    "half-open connection dropped", "closing a listener forgets connections in SYN-RECEIVED without a FIN", "BSD, Linux"
)

# At an arrival.

SYN_UNSEEN = _deviation(
    "SYN without ACK unseen",
    "a SYN without ACK is dropped before any check",
    "Linux 3.8 to 3.17 (c3ae62af8e75, mended by 0c228e833c88)",
)
SYN_ACK_AGAIN = _deviation(
    "SYN,ACK again", "a listener in SYN-RECEIVED answers a second SYN with its SYN,ACK again", "BSD's SYN cache, Linux"
)
RESET_WITH_ACK_IGNORED = _deviation(
    "RST,ACK ignored in SYN-RECEIVED",
    "a reset of a listener's SYN,ACK must not have the ACK bit",
    "FreeBSD's SYN cache",
)
BAD_ACK_ENDS = _deviation(
    "bad ACK ends SYN-RECEIVED",
    "an ACK that does not fit ends SYN-RECEIVED with its reset",
    "FreeBSD's SYN cache (mended by 8af2f06a99b1)",
)
TEXT_AFTER_FIN = _deviation(
    "text after FIN acknowledged", "text after the peer's FIN is acknowledged and thrown away", "BSD in CLOSE-WAIT"
)
FORGOTTEN_AT_SYN = _deviation("SYN ends FIN-WAIT-2", "a SYN in FIN-WAIT-2 is reset as by a host that forgot", "Linux")
TIME_WAIT_DROPS_SYN = _deviation("TIME-WAIT drops SYN", "a SYN at RCV.NXT in TIME-WAIT draws no answer", "BSD")
UNHEARD = _option(
    "TIME-WAIT reopens unheard", "a higher SYN ends TIME-WAIT, and nobody listens", "RFC 9293 3.6.1 (MAY-2), 3.10.7.1"
)
QUEUE_FULL_RESETS = _deviation(
    "full accept queue resets", "the ACK that finds no place in the accept queue is reset", "FreeBSD (rst_on_sock_fail)"
)

# Of the learning.

HIDDEN = Assumption(
    "hidden by the learner",
    "a SYN,ACK that came out before counts as a retransmission, so nothing comes out",
    "tcp-learner's tracker",
    Kind.ENVIRONMENT,
)

# What has no name.

UNEXPLAINED = Assumption("unexplained", "no row that we know comes out so", "", Kind.ENVIRONMENT)

FIRST = "an unacceptable reset is dropped"
"""The first row of the checks that all states from SYN-RECEIVED on share."""
_listener = (in_state(SYN_RECEIVED), passive)
_is_syn = (ctl.syn, ~ctl.ack, ~ctl.rst)


def _first(name: str, *when: Term, **fields: object) -> Edit:
    """The change that puts a row before all checks."""
    row = Row(name, "not RFC 9293", when=when, **fields)  # type: ignore[arg-type]
    return lambda rules: rules.before(FIRST, row)


def _resets_with_ack(rules: Rules) -> Rules:
    reset = emit(seq=snd.nxt, ack=rcv.nxt, ctl=(RST, ACK))
    return rules.changed("a SYN in the window is challenged", goto=CLOSED, send=reset, forget=TCB)


def _text_after_fin(rules: Rules) -> Rules:
    row = Row(
        "text after the peer's FIN is acknowledged",
        "BSD, not RFC 9293",
        when=(in_state(CLOSE_WAIT, CLOSING, LAST_ACK), text_reaches_rcv_nxt),
        set=TAKE_TEXT,
        send=ACK_SEGMENT,
    )
    return rules.before("text after the peer's FIN is ignored", row)


_after_close = in_state(FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK)
_higher = (in_state(TIME_WAIT), *_is_syn, before(rcv.nxt, seg.seq))

OWN: tuple[tuple[Assumption, Edit], ...] = (
    (SYN_ACK_AGAIN, _first("a second SYN draws the SYN,ACK again", *_listener, *_is_syn, send=SYN_ACK_SEGMENT)),
    (RESET_WITH_ACK_IGNORED, _first("a reset with ACK is ignored", *_listener, ctl.rst, ctl.ack)),
    (
        BAD_ACK_ENDS,
        _first(
            "an ACK that does not fit ends it",
            *(*_listener, ctl.ack, ~ctl.rst, ~ack_is_new),
            send=RESET_AT_SEG_ACK,
            goto=LISTEN,
            forget=TCB,
        ),
    ),
    (
        NO_PLACE,
        lambda rules: rules.before(
            "LISTEN answers a SYN with SYN,ACK", Row("LISTEN has no place for a SYN", "RFC 4987 2", when=(ctl.syn,))
        ),
    ),
    (
        QUEUE_FULL_RESETS,
        _first(
            "the accept queue is full",
            *(*_listener, ctl.ack, ~ctl.rst, ~ctl.syn, ack_is_new),
            send=RESET_AT_SEG_ACK,
            goto=LISTEN,
            forget=TCB,
        ),
    ),
    (TEXT_AFTER_FIN, _text_after_fin),
    (
        HALF_DUPLEX,
        lambda rules: rules.before(
            "a segment without ACK is dropped",
            Row(
                "text after CLOSE is reset before its ACK is looked at",
                "3.6.1 (MAY-1, SHLD-3)",
                when=(_after_close, has_text, ctl.ack),
                goto=CLOSED,
                send=RESET_AT_SEG_ACK,
                forget=TCB,
            ),
        ),
    ),
    (
        FORGOTTEN_AT_SYN,
        lambda rules: rules.before(
            "no SYN",
            Row(
                "FIN-WAIT-2 resets a SYN,ACK",
                "Linux",
                when=(in_state(FIN_WAIT_2), ctl.syn, ctl.ack),
                goto=CLOSED,
                send=RESET_AT_SEG_ACK,
                forget=TCB,
            ),
            Row(
                "FIN-WAIT-2 resets a SYN",
                "Linux",
                when=(in_state(FIN_WAIT_2), ctl.syn),
                goto=CLOSED,
                send=RESET_AFTER_SEG,
                forget=TCB,
            ),
        ),
    ),
    (TIME_WAIT_DROPS_SYN, lambda rules: vary(rules, {"time_wait_syn": "drop"})),
    (
        UNHEARD,
        _first("a higher SYN ends TIME-WAIT", *_higher, goto=CLOSED, send=RESET_AFTER_SEG, forget=TCB),
    ),
    (SYN_UNSEEN, _first("a SYN without ACK is not looked at", *_is_syn, ~passive | in_state(*SYNCHRONIZED))),
    (SYN_RESETS, _resets_with_ack),
)
"""What machines show at an arrival, beside `ARRIVALS`: what touches one state first, and what many last."""
ALL = (*OWN, *ARRIVALS)
ORDER = {assumes: place for place, (assumes, _) in reversed([*enumerate(ALL)])}
"""Of two explanations at one price the one that stands first is told."""


class Departure(NamedTuple):
    """A way to depart at an arrival: what it assumes, and the rows of it, compiled."""

    assumes: Assumption
    endpoint: Endpoint


def departures(edits: tuple[tuple[Assumption, Edit], ...] = ALL) -> tuple[Departure, ...]:
    """Every departure at an arrival, compiled."""
    return tuple(Departure(assumes, Endpoint(edit(RFC_9293))) for assumes, edit in edits)


def endpoint_of(rules: Rules = RFC_9293) -> Endpoint:
    """The endpoint that is walked: RFC 9293's rows, and those of calls that sockets make."""
    row = Row("a half-open connection is dropped", "not RFC 9293", goto=CLOSED, forget=TCB)
    block = FirstMatch(DROPPED, state, (SYN_RECEIVED,), (row,))
    return Endpoint(with_shown(rules).extended(DROPPED, block))
