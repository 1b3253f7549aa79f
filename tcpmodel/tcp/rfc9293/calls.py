"""User calls: OPEN, SEND, CLOSE and ABORT in each of the eleven states (RFC 9293 3.10.1 to 3.10.5).

RECEIVE and STATUS change nothing that this model holds: text is handed to the user as it arrives.
A row that answers with an error changes nothing; a system offers it only where users are allowed
to make wrong calls.
"""

from __future__ import annotations

from tcpmodel.language.terms import FALSE, TRUE, Term, at_least, down, equal, up
from tcpmodel.systems.row import FirstMatch, Pick, Row
from tcpmodel.tcp.rfc9293.segment import ACK, FIN, RST, SYN, emit
from tcpmodel.tcp.rfc9293.tcb import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    ESTABLISHED,
    EVERY_STATE,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LAST_ACK,
    LISTEN,
    SYN_RECEIVED,
    SYN_SENT,
    TCB,
    TIME_WAIT,
    isn,
    isn_is_allowed,
    iss,
    queued,
    rcv,
    room_to_send,
    snd,
    state,
)

NO_CONNECTION = "error: connection does not exist"
EXISTS = "error: connection already exists"
CLOSING_DOWN = "error: connection closing"
NO_ROOM = "error: insufficient resources"

CHOOSE_ISS = Pick(isn, isn_is_allowed)
SYN_NUMBERS = {iss: isn, snd.una: isn, snd.nxt: isn + 1}
"""ISS is chosen; the SYN occupies it (RFC 9293 3.4)."""
SYN_SEGMENT = emit(seq=iss, ctl=(SYN,))
LAST_SENT = snd.nxt - 1
"""The number that the segment being sent has just taken: `send` reads the state after `set`."""
FIN_SEGMENT = emit(seq=LAST_SENT, ack=rcv.nxt, ctl=(FIN, ACK))
TEXT_SEGMENT = emit(seq=LAST_SENT, ack=rcv.nxt, ctl=(ACK,), text=1)
NO_ROOM_ASKED = "3.10.4 waits for the SENDs to be segmentised, not for room: the FIN may lie outside the peer's window"
MOST_QUEUED = 2
"""Most octets that a user may have queued before the connection is established."""


def _for(*states: Term, rows: tuple[Row, ...], title: str) -> FirstMatch:
    return FirstMatch(title, state, states, rows)


OPEN_PASSIVE = (
    _for(CLOSED, title="passive OPEN", rows=(Row("a passive OPEN creates a TCB", "3.10.1", goto=LISTEN),)),
    _for(
        LISTEN,
        title="passive OPEN",
        rows=(
            Row(
                "a second passive OPEN leaves the first alone",
                "3.9.1.1",
                tell=EXISTS,
                error=True,
                reading="the second record would be another connection; we answer with an error",
            ),
        ),
    ),
    _for(
        *EVERY_STATE[2:],
        title="passive OPEN",
        rows=(Row("a passive OPEN meets an existing connection", "3.10.1", tell=EXISTS, error=True),),
    ),
)

OPEN_ACTIVE = (
    _for(
        CLOSED,
        title="active OPEN",
        rows=(
            Row(
                "an active OPEN sends a SYN",
                "3.10.1",
                pick=CHOOSE_ISS,
                set=SYN_NUMBERS,
                goto=SYN_SENT,
                send=SYN_SEGMENT,
            ),
        ),
    ),
    _for(
        LISTEN,
        title="active OPEN",
        rows=(
            Row(
                "an active OPEN turns a listener into a caller",
                "3.10.1",
                pick=CHOOSE_ISS,
                set=SYN_NUMBERS,
                goto=SYN_SENT,
                send=SYN_SEGMENT,
            ),
        ),
    ),
    _for(
        *EVERY_STATE[2:],
        title="active OPEN",
        rows=(Row("an active OPEN meets an existing connection", "3.10.1", tell=EXISTS, error=True),),
    ),
)

SEND = (
    _for(CLOSED, title="SEND", rows=(Row("SEND finds no connection", "3.10.2", tell=NO_CONNECTION, error=True),)),
    _for(
        LISTEN,
        title="SEND",
        rows=(
            Row(
                "SEND turns a listener into a caller",
                "3.10.2",
                pick=CHOOSE_ISS,
                set=SYN_NUMBERS | {queued.text: up(queued.text)},
                goto=SYN_SENT,
                send=SYN_SEGMENT,
                reading="the RFC lets the octet ride on the SYN or wait; we let it wait",
            ),
        ),
    ),
    _for(
        SYN_SENT,
        SYN_RECEIVED,
        title="SEND",
        rows=(
            Row(
                "SEND comes after a CLOSE that waits for ESTABLISHED",
                "3.6",
                when=(queued.fin,),
                tell=CLOSING_DOWN,
                error=True,
                reading="3.10.2 does not know a CLOSE that waits; 3.6 lets no SEND follow a CLOSE",
            ),
            Row(
                "SEND finds the queue full",
                "3.10.2",
                when=(at_least(queued.text, MOST_QUEUED),),
                tell=NO_ROOM,
                error=True,
            ),
            Row("SEND waits for ESTABLISHED", "3.10.2", set={queued.text: up(queued.text)}),
        ),
    ),
    _for(
        ESTABLISHED,
        CLOSE_WAIT,
        title="SEND",
        rows=(
            Row(
                "SEND comes after a queued CLOSE",
                "3.6",
                when=(queued.fin,),
                tell=CLOSING_DOWN,
                error=True,
                reading="3.10.2 does not know a CLOSE that waits; 3.6 lets no SEND follow a CLOSE",
            ),
            Row(
                "SEND finds no room",
                "3.10.2",
                when=(at_least(queued.text, 1) | ~room_to_send,),
                tell=NO_ROOM,
                error=True,
                reading="the window is the room; octets queued earlier go first",
            ),
            Row("SEND sends an octet", "3.10.2", set={snd.nxt: snd.nxt + 1}, send=TEXT_SEGMENT),
        ),
    ),
    _for(
        FIN_WAIT_1,
        FIN_WAIT_2,
        CLOSING,
        LAST_ACK,
        TIME_WAIT,
        title="SEND",
        rows=(Row("SEND comes after CLOSE", "3.10.2", tell=CLOSING_DOWN, error=True),),
    ),
)

CLOSE = (
    _for(CLOSED, title="CLOSE", rows=(Row("CLOSE finds no connection", "3.10.4", tell=NO_CONNECTION, error=True),)),
    _for(
        LISTEN,
        title="CLOSE",
        rows=(Row("CLOSE ends listening", "3.10.4", goto=CLOSED, forget=TCB, ends="given up"),),
    ),
    _for(
        SYN_SENT,
        title="CLOSE",
        rows=(Row("CLOSE gives up calling", "3.10.4", goto=CLOSED, forget=TCB, ends="given up"),),
    ),
    _for(
        SYN_RECEIVED,
        ESTABLISHED,
        CLOSE_WAIT,
        title="CLOSE",
        rows=(
            Row("CLOSE waits already", "3.10.4", when=(queued.fin,), tell=CLOSING_DOWN, error=True),
            Row(
                "CLOSE waits until all is sent",
                "3.10.4",
                when=(at_least(queued.text, 1),),
                set={queued.fin: TRUE},
                reading="from ESTABLISHED the RFC enters FIN-WAIT-1 at once; we do so when the FIN is sent, so a "
                "peer's FIN that comes before leads to LAST-ACK and no TIME-WAIT (queued_close=at_once is the letter)",
            ),
        ),
    ),
    _for(
        SYN_RECEIVED,
        title="CLOSE",
        rows=(
            Row(
                "CLOSE before ESTABLISHED sends a FIN",
                "3.10.4",
                set={snd.nxt: snd.nxt + 1},
                goto=FIN_WAIT_1,
                send=FIN_SEGMENT,
            ),
        ),
    ),
    _for(
        ESTABLISHED,
        title="CLOSE",
        rows=(
            Row(
                "CLOSE sends a FIN",
                "3.10.4",
                set={snd.nxt: snd.nxt + 1},
                goto=FIN_WAIT_1,
                send=FIN_SEGMENT,
                reading=NO_ROOM_ASKED,
            ),
        ),
    ),
    _for(
        CLOSE_WAIT,
        title="CLOSE",
        rows=(
            Row(
                "CLOSE answers the peer's FIN with ours",
                "3.10.4",
                set={snd.nxt: snd.nxt + 1},
                goto=LAST_ACK,
                send=FIN_SEGMENT,
                reading=NO_ROOM_ASKED,
            ),
        ),
    ),
    _for(
        FIN_WAIT_1,
        FIN_WAIT_2,
        title="CLOSE",
        rows=(
            Row(
                "CLOSE comes twice",
                "3.10.4",
                tell=CLOSING_DOWN,
                error=True,
                reading="ok would do as well; a second FIN is never sent",
            ),
        ),
    ),
    _for(
        CLOSING,
        LAST_ACK,
        TIME_WAIT,
        title="CLOSE",
        rows=(Row("CLOSE comes after both FINs", "3.10.4", tell=CLOSING_DOWN, error=True),),
    ),
)

QUEUED_FIN_IS_NEXT = (queued.fin, equal(queued.text, 0))

TRANSMIT_QUEUED = (
    _for(
        ESTABLISHED,
        title="what was queued is sent",
        rows=(
            Row(
                "a queued octet is sent",
                "3.10.2",
                when=(at_least(queued.text, 1), room_to_send),
                set={snd.nxt: snd.nxt + 1, queued.text: down(queued.text)},
                send=TEXT_SEGMENT,
            ),
            Row(
                "a queued CLOSE sends its FIN",
                "3.10.4",
                when=QUEUED_FIN_IS_NEXT,
                set={snd.nxt: snd.nxt + 1, queued.fin: FALSE},
                goto=FIN_WAIT_1,
                send=FIN_SEGMENT,
            ),
        ),
    ),
    _for(
        CLOSE_WAIT,
        title="what was queued is sent",
        rows=(
            Row(
                "a queued octet is sent to a peer that has closed",
                "3.10.2",
                when=(at_least(queued.text, 1), room_to_send),
                set={snd.nxt: snd.nxt + 1, queued.text: down(queued.text)},
                send=TEXT_SEGMENT,
            ),
            Row(
                "a queued CLOSE answers the peer's FIN",
                "3.10.4",
                when=QUEUED_FIN_IS_NEXT,
                set={snd.nxt: snd.nxt + 1, queued.fin: FALSE},
                goto=LAST_ACK,
                send=FIN_SEGMENT,
            ),
        ),
    ),
)
"""Not a user call: what SEND and CLOSE queued goes out once the connection is established."""

ABORT = (
    _for(CLOSED, title="ABORT", rows=(Row("ABORT finds no connection", "3.10.5", tell=NO_CONNECTION, error=True),)),
    _for(
        LISTEN,
        title="ABORT",
        rows=(Row("ABORT ends listening", "3.10.5", goto=CLOSED, forget=TCB, ends="aborted"),),
    ),
    _for(
        SYN_SENT,
        title="ABORT",
        rows=(Row("ABORT gives up calling", "3.10.5", goto=CLOSED, forget=TCB, ends="aborted"),),
    ),
    _for(
        SYN_RECEIVED,
        ESTABLISHED,
        FIN_WAIT_1,
        FIN_WAIT_2,
        CLOSE_WAIT,
        title="ABORT",
        rows=(
            Row(
                "ABORT resets the peer",
                "3.10.5",
                goto=CLOSED,
                send=emit(seq=snd.nxt, ctl=(RST,)),
                forget=TCB,
                ends="aborted",
                reading="3.5.2 would have the issuer of a reset enter TIME-WAIT; 3.10.5 says CLOSED",
            ),
        ),
    ),
    _for(
        CLOSING,
        LAST_ACK,
        TIME_WAIT,
        title="ABORT",
        rows=(Row("ABORT ends a closing connection quietly", "3.10.5", goto=CLOSED, forget=TCB, ends="aborted"),),
    ),
)
