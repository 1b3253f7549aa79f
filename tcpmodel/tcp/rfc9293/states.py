"""The eleven connection states under the names that tools give them.

Linux's kernel names are those of include/net/tcp_states.h; netstat's are what it prints on Linux.
"""

from __future__ import annotations

from typing import NamedTuple


class Naming(NamedTuple):
    """A state's names and what it waits for (RFC 9293 3.3.2)."""

    rfc: str
    linux: str
    netstat: str
    waits_for: str


STATES = (
    Naming("CLOSED", "TCP_CLOSE", "CLOSE", "nothing: there is no connection"),
    Naming("LISTEN", "TCP_LISTEN", "LISTEN", "a SYN from anyone"),
    Naming("SYN-SENT", "TCP_SYN_SENT", "SYN_SENT", "a SYN that acknowledges ours, or a SYN that crosses it"),
    Naming("SYN-RECEIVED", "TCP_SYN_RECV", "SYN_RECV", "the ACK of our SYN"),
    Naming("ESTABLISHED", "TCP_ESTABLISHED", "ESTABLISHED", "text, the peer's FIN, or our user's CLOSE"),
    Naming("FIN-WAIT-1", "TCP_FIN_WAIT1", "FIN_WAIT1", "the ACK of our FIN, or the peer's FIN"),
    Naming("FIN-WAIT-2", "TCP_FIN_WAIT2", "FIN_WAIT2", "the peer's FIN"),
    Naming("CLOSE-WAIT", "TCP_CLOSE_WAIT", "CLOSE_WAIT", "our user's CLOSE: the peer has closed its half"),
    Naming("CLOSING", "TCP_CLOSING", "CLOSING", "the ACK of our FIN: the peer's FIN is already here"),
    Naming("LAST-ACK", "TCP_LAST_ACK", "LAST_ACK", "the ACK of our FIN, with which the connection ends"),
    Naming("TIME-WAIT", "TCP_TIME_WAIT", "TIME_WAIT", "time: for the last ACK to arrive and old segments to die"),
)
