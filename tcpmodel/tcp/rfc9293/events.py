"""Events of an endpoint, in the RFC's sense: user calls, the arrival of a segment, timeouts; and what else happens.

An event is also the text by which traces, diagrams and budgets call it.
"""

from __future__ import annotations

from enum import StrEnum


class Event(StrEnum):
    """The events of RFC 9293 3.10, and a crash of the host, which none forbids."""

    PASSIVE_OPEN = "passive OPEN"
    ACTIVE_OPEN = "active OPEN"
    SEND = "SEND"
    CLOSE = "CLOSE"
    ABORT = "ABORT"
    QUEUE_IS_SENT = "queue is sent"
    ARRIVAL = "segment arrives"
    RETRANSMISSION_TIMEOUT = "retransmission timeout"
    USER_TIMEOUT = "user timeout"
    TIME_WAIT_TIMEOUT = "time-wait timeout"
    CRASH = "crash"


USER_CALLS = (Event.PASSIVE_OPEN, Event.ACTIVE_OPEN, Event.SEND, Event.CLOSE, Event.ABORT)
TICK, LOSS = "tick", "loss"
"""Events of the clock and of the network."""
