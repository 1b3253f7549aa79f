"""Ablated rules: TCP without one of its rules; the row in a rule's place says so, and cites no RFC.

One is no mistake: a SYN that carries text, to a listener that does not take it yet.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import Any

from tcpmodel.tcp.rfc9293.rules import RFC_9293, Rules
from tcpmodel.tcp.rfc9293.tcb import CLOSED

NOT_TCP = "a mistake, not RFC 9293"


def _instead(rules: Rules, name: str, wrong: str, **changes: Any) -> Rules:
    """The rules with one row changed and named for what it does wrong."""
    return rules.replaced(name, replace(rules.row(name), name=wrong, rfc=NOT_TCP, reading=None, **changes))


NO_CROSSING = _instead(
    RFC_9293, "a SYN crosses ours", "SYN-SENT drops a SYN that crosses its own", set={}, goto=None, send=None
)
"""A caller waits for the answer to its SYN, and for nothing else."""

SILENT_CLOSED = reduce(
    lambda rules, name: _instead(rules, name, "CLOSED says nothing", send=None),
    ("CLOSED resets the sender of an ACK", "CLOSED resets the sender of anything else"),
    RFC_9293,
)
"""An end that knows of no connection swallows every segment."""

NO_ORIGIN = _instead(
    RFC_9293,
    "a reset sends a listener back to LISTEN",
    "a reset closes SYN-RECEIVED, whoever called",
    goto=CLOSED,
    ends="refused",
)
"""SYN-RECEIVED does not remember whether it came from a passive or an active OPEN."""

FIN_ONCE = _instead(RFC_9293, "the FIN is sent again", "the FIN is not sent again", send=None)
"""A FIN is sent once."""
