"""Variables of one endpoint: the connection state and the Transmission Control Block (TCB).

Names are those of RFC 9293 3.3.1 in lower case (`snd.una`, `rcv.nxt`).  Variables are local to an
endpoint here; `tcp.world.connection` makes the two endpoints' own copies of them.
"""

from __future__ import annotations

from typing import NamedTuple

from tcpmodel.language.sorts import BOOL, COUNT, SEQ, Enum
from tcpmodel.language.terms import Term, alternatives, choose, equal, named, one_of, upto, variable, within

STATE = Enum(
    "State",
    (
        "CLOSED",
        "LISTEN",
        "SYN-SENT",
        "SYN-RECEIVED",
        "ESTABLISHED",
        "FIN-WAIT-1",
        "FIN-WAIT-2",
        "CLOSE-WAIT",
        "CLOSING",
        "LAST-ACK",
        "TIME-WAIT",
    ),
)
"""The sort of connection states; `STATE.values` are their names in the RFC."""
EVERY_STATE = alternatives(STATE)
"""All eleven states, in the order of `STATE.values`."""
(
    CLOSED,
    LISTEN,
    SYN_SENT,
    SYN_RECEIVED,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    CLOSE_WAIT,
    CLOSING,
    LAST_ACK,
    TIME_WAIT,
) = EVERY_STATE
"""A connection state of RFC 9293 3.3.2."""
SYNCHRONIZED = EVERY_STATE[4:]
"""The states in which both ends' numbers are held to be known (RFC 9293 3.5.2, group 3)."""
HAS_SENT_FIN = (FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT)


class _Send(NamedTuple):
    una: Term
    nxt: Term
    wnd: Term


class _Receive(NamedTuple):
    nxt: Term
    wnd: Term


class _Queued(NamedTuple):
    text: Term
    fin: Term


state = variable("state", STATE, says="the state")
iss = variable("iss", SEQ)
"""ISS, the number of our SYN."""
irs = variable("irs", SEQ)
"""IRS, the number of the peer's SYN."""
snd = _Send(una=variable("snd.una", SEQ), nxt=variable("snd.nxt", SEQ), wnd=variable("snd.wnd", SEQ))
"""`snd.una`, the oldest number not acknowledged, `snd.nxt`, the next to be sent, and `snd.wnd`, the peer's window."""
rcv = _Receive(nxt=variable("rcv.nxt", SEQ), wnd=variable("rcv.wnd", SEQ))
"""`rcv.nxt`, the next number expected, and `rcv.wnd`, the size of the window that begins there."""
passive = variable(
    "passive", BOOL, says="the connection began with a passive OPEN", denies="the connection began with an active OPEN"
)
queued = _Queued(
    text=variable("queued.text", COUNT),
    fin=variable("queued.fin", BOOL, says="a CLOSE is queued", denies="no CLOSE is queued"),
)
"""The user's calls that wait to be sent: `queued.text` counts octets, and `queued.fin` is a CLOSE behind them."""
time_wait_elapsed = variable("time_wait.elapsed", COUNT, says="the time spent in TIME-WAIT")
rtx_elapsed = variable("rtx.elapsed", COUNT, says="the time since the front segment was sent")
rtx_budget = variable("rtx.budget", COUNT, says="the number of retransmissions left")
quiet = variable("quiet", COUNT, says="the rest of the quiet time")
last_nxt = variable("last.nxt", SEQ, says="the first number that the last incarnation did not use")
isn = variable("isn", SEQ, says="ISS")
isn_is_allowed = variable("isn.is_allowed", BOOL, says="the ISN policy allows it")
isn_clock = variable("isn.clock", SEQ, says="the ISN clock")
isn_drawn = variable("isn.drawn", BOOL, says="an ISS has been chosen before", denies="no ISS has been chosen before")


def in_state(*states: Term) -> Term:
    """The connection is in one of these states."""
    return one_of(state, states)


def theirs(own: Term) -> Term:
    """The other endpoint's copy of one of these variables."""
    assert isinstance(own.payload, tuple)
    name, says, denies = own.payload
    return variable(f"other.{name}", own.sort, says=says, denies=denies)


TCB = (iss, irs, snd.una, snd.nxt, rcv.nxt, passive, queued.text, queued.fin, time_wait_elapsed, rtx_elapsed)
"""The variables that go back to their first values when the TCB is deleted."""

sent_fin = named("our FIN has been sent", one_of(state, HAS_SENT_FIN))
all_acknowledged = named("everything sent has been acknowledged", equal(snd.una, snd.nxt))
something_outstanding = named("the retransmission queue is not empty", ~equal(snd.una, snd.nxt))
syn_outstanding = named("our SYN is not acknowledged", equal(snd.una, iss))
front_is_fin = named("only our FIN is not acknowledged", sent_fin & equal(snd.una + 1, snd.nxt))
room_to_send = named("the window has room", within(snd.nxt, snd.una, snd.wnd))


def sequence_acceptable(number: Term, length: Term) -> Term:
    """RFC 9293 table 6: the four cases of segment length and receive window, zero or not."""
    low, size = rcv.nxt, rcv.wnd
    last = number + length - 1
    empty, shut = equal(length, 0), equal(size, 0)
    return named(
        "the segment is acceptable (table 6)",
        choose(
            shut,
            empty & equal(number, low),
            within(number, low, size) | (~empty & within(last, low, size)),
        ),
    )


def acknowledges_something_new(number: Term) -> Term:
    """SND.UNA < SEG.ACK =< SND.NXT."""
    return upto(snd.una, number, snd.nxt)
