"""Timeouts, and a crash of the host, which no RFC can forbid (RFC 9293 3.10.8, 3.4.3).

Without a clock a timer may expire at any moment; `tcp.world.clock` adds the conditions that time brings.
"""

from __future__ import annotations

from tcpmodel.language.terms import equal
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.tcp.rfc9293.arrivals import SYN_ACK_SEGMENT
from tcpmodel.tcp.rfc9293.calls import SYN_SEGMENT
from tcpmodel.tcp.rfc9293.segment import ACK, FIN, emit
from tcpmodel.tcp.rfc9293.tcb import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    ESTABLISHED,
    EVERY_STATE,
    FIN_WAIT_1,
    LAST_ACK,
    SYN_RECEIVED,
    SYN_SENT,
    TCB,
    TIME_WAIT,
    front_is_fin,
    last_nxt,
    rcv,
    snd,
    something_outstanding,
    state,
    syn_outstanding,
)

TIMED_OUT = "error: connection aborted due to user timeout"
"""The signal to a user whose timeout expires (RFC 9293 3.10.8)."""
MAY_OWE = (SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, CLOSE_WAIT, CLOSING, LAST_ACK)
"""The states in which something sent may not be acknowledged yet."""

RETRANSMISSION_TIMEOUT = (
    FirstMatch(
        "retransmission timeout",
        state,
        MAY_OWE,
        (
            Row("the SYN is sent again", "3.10.8", when=(equal(state, SYN_SENT),), send=SYN_SEGMENT),
            Row(
                "the SYN,ACK is sent again",
                "3.10.8",
                when=(something_outstanding, syn_outstanding),
                send=SYN_ACK_SEGMENT,
                reading="also after a simultaneous OPEN, where the first SYN had no ACK to carry",
            ),
            Row(
                "the FIN is sent again",
                "3.10.8",
                when=(front_is_fin,),
                send=emit(seq=snd.una, ack=rcv.nxt, ctl=(FIN, ACK)),
            ),
            Row(
                "the oldest unacknowledged octet is sent again",
                "3.10.8",
                when=(something_outstanding,),
                send=emit(seq=snd.una, ack=rcv.nxt, ctl=(ACK,), text=1),
            ),
        ),
    ),
)

USER_TIMEOUT = (
    FirstMatch(
        "user timeout",
        state,
        MAY_OWE,
        (
            Row(
                "the user timeout ends the connection",
                "3.10.8",
                when=(something_outstanding,),
                goto=CLOSED,
                forget=TCB,
                tell=TIMED_OUT,
                ends="timed out",
                reading="the RFC says in any state; we let it expire only while an acknowledgment is owed to us. "
                "To the letter a listener in SYN-RECEIVED is CLOSED, too: knob listener_timeout",
            ),
        ),
    ),
)

TIME_WAIT_TIMEOUT = (
    FirstMatch(
        "time-wait timeout",
        state,
        (TIME_WAIT,),
        (Row("TIME-WAIT has lasted long enough", "3.10.8", goto=CLOSED, forget=TCB, ends="closed"),),
    ),
)

CRASH = (
    FirstMatch(
        "crash",
        state,
        EVERY_STATE[1:],
        (
            Row(
                "a crash forgets everything",
                "3.4.3",
                goto=CLOSED,
                forget=(*TCB, last_nxt),
                ends="crashed",
                reading="not a rule of the RFC but what its quiet time is for; sockets come back CLOSED",
            ),
        ),
    ),
)
