"""RFC 9293 figure 5 as data, and its differences from the rows, each with a reason.

The figure "is only a summary" (3.3.2): it leaves out errors, and three notes say more than is
drawn.  Every difference between the figure and the rows has a reason in `REASONS`; one without is
reported as unexplained.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from tcpmodel.draw.edges import NOTHING, Edge, labelled
from tcpmodel.tcp.rfc9293.tcb import STATE

UNEXPLAINED = "unexplained"
Where = Literal["only in figure 5", "only in the rows", "with another action"]


class Arrow(NamedTuple):
    """An arrow that figure 5 draws, or one that a note adds in words."""

    source: str
    event: str
    action: str
    target: str
    note: int | None = None

    @property
    def label(self) -> str:
        """Event and action on one line, with the number of the note."""
        return labelled(self.event, self.action) + (f" (note {self.note})" if self.note else "")


class Difference(NamedTuple):
    """An arrow or edge that the other side lacks or gives another action, and why."""

    edge: Arrow | Edge
    where: Where
    reason: str


FIGURE_5 = (
    Arrow("CLOSED", "passive OPEN", "create TCB", "LISTEN"),
    Arrow("CLOSED", "active OPEN", "create TCB, snd SYN", "SYN-SENT"),
    Arrow("LISTEN", "CLOSE", "delete TCB", "CLOSED"),
    Arrow("LISTEN", "rcv SYN", "snd SYN,ACK", "SYN-RECEIVED"),
    Arrow("LISTEN", "SEND", "snd SYN", "SYN-SENT"),
    Arrow("SYN-SENT", "CLOSE", "delete TCB", "CLOSED"),
    Arrow("SYN-SENT", "rcv SYN", "snd SYN,ACK", "SYN-RECEIVED"),
    Arrow("SYN-SENT", "rcv SYN,ACK", "snd ACK", "ESTABLISHED"),
    Arrow("SYN-RECEIVED", "rcv RST", NOTHING, "LISTEN", note=1),
    Arrow("SYN-RECEIVED", "rcv ACK of SYN", NOTHING, "ESTABLISHED"),
    Arrow("SYN-RECEIVED", "CLOSE", "snd FIN", "FIN-WAIT-1"),
    Arrow("ESTABLISHED", "CLOSE", "snd FIN", "FIN-WAIT-1"),
    Arrow("ESTABLISHED", "rcv FIN", "snd ACK", "CLOSE-WAIT"),
    Arrow("FIN-WAIT-1", "rcv FIN", "snd ACK", "CLOSING"),
    Arrow("FIN-WAIT-1", "rcv ACK of FIN", NOTHING, "FIN-WAIT-2"),
    Arrow("FIN-WAIT-2", "rcv FIN", "snd ACK", "TIME-WAIT"),
    Arrow("CLOSE-WAIT", "CLOSE", "snd FIN", "LAST-ACK"),
    Arrow("CLOSING", "rcv ACK of FIN", NOTHING, "TIME-WAIT"),
    Arrow("LAST-ACK", "rcv ACK of FIN", NOTHING, "CLOSED"),
    Arrow("TIME-WAIT", "Timeout=2MSL", "delete TCB", "CLOSED"),
)
"""The twenty arrows that are drawn.  Note 1: the reset needs a passive OPEN before it."""

_STATES = STATE.values
NOTE_2 = (Arrow("FIN-WAIT-1", "rcv ACK of FIN and FIN", "snd ACK", "TIME-WAIT", note=2),)
NOTE_3_SENT = tuple(Arrow(source, "snd RST", "snd RST", "TIME-WAIT", note=3) for source in _STATES[:-1])
NOTE_3_RECEIVED = (
    Arrow("SYN-SENT", "rcv RST,ACK", "delete TCB", "CLOSED", note=3),
    *(Arrow(source, "rcv RST", "delete TCB", "CLOSED", note=3) for source in _STATES[3:]),
)
"""From SYN-RECEIVED to TIME-WAIT, and from SYN-SENT, which obeys a reset only with an ACK (3.10.7.3 second)."""


class Reason(NamedTuple):
    """Why edges of an event and a target, from one state or from any, are on one side only."""

    event: str
    target: str
    source: str | None
    text: str

    def explains(self, key: tuple[str, str, str]) -> bool:
        """Whether it is about the arrow with this key."""
        source, event, target = key
        return (event, target) == (self.event, self.target) and self.source in (None, source)


_NO_ERRORS = 'the figure "addresses neither error conditions nor actions that are not connected with state changes"'
REASONS = (
    Reason(
        "snd RST",
        "TIME-WAIT",
        None,
        "note 3 sends whoever issues a reset to TIME-WAIT; after ABORT 3.10.5 says CLOSED, and a reset that "
        "answers a segment changes no state (3.5.2, 3.10.7)",
    ),
    Reason("ABORT", "CLOSED", None, f"3.10.5; {_NO_ERRORS}"),
    Reason("user timeout", "CLOSED", None, f"3.10.8; {_NO_ERRORS}"),
    Reason("crash", "CLOSED", None, "no rule of the RFC: what the quiet time of 3.4.3 is for"),
    Reason("active OPEN", "SYN-SENT", "LISTEN", "3.10.1 lets an active OPEN take over a listener; it is not drawn"),
    Reason(
        "rcv SYN",
        "LISTEN",
        "SYN-RECEIVED",
        "3.10.7.4 fourth sends a listener back at a second SYN; the figure draws only the reset of note 1",
    ),
    Reason(
        "rcv ACK of SYN and FIN",
        "CLOSE-WAIT",
        "SYN-RECEIVED",
        "one segment passes two checks of 3.10.7.4, as in note 2; the figure draws them as two arrows",
    ),
    Reason("queue is sent", "FIN-WAIT-1", "ESTABLISHED", "3.10.4 queues a CLOSE behind what is not yet sent"),
    Reason("queue is sent", "LAST-ACK", "CLOSE-WAIT", "3.10.4 queues a CLOSE behind what is not yet sent"),
    Reason("rcv ACK of FIN", "CLOSED", "LAST-ACK", "3.10.7.4 fifth deletes the TCB here; the figure does not say it"),
    *(Reason(a.event, a.target, a.source, "note 2 says it in words") for a in NOTE_2),
    *(Reason(a.event, a.target, a.source, 'note 3 says it in words, "for legibility"') for a in NOTE_3_RECEIVED),
)
"""Explanations of the differences; of several that fit, the first is given."""


def key_of(edge: Edge | Arrow) -> tuple[str, str, str]:
    """From where, why, to where: what the rows and the figure are compared by."""
    return edge.source, edge.event, edge.target


def is_drawn(edge: Edge) -> bool:
    """Whether figure 5 has an arrow for the edge."""
    return key_of(edge) in _DRAWN


_DRAWN = {key_of(arrow): arrow for arrow in FIGURE_5}


def compare(edges: Sequence[Edge]) -> tuple[Difference, ...]:
    """Every difference between the edges of the rows and figure 5 with its notes, the figure's own first."""
    ours = {key_of(edge) for edge in edges}
    missing = [a for a in (*FIGURE_5, *NOTE_2, *NOTE_3_SENT, *NOTE_3_RECEIVED) if key_of(a) not in ours]
    extra = [e for e in edges if not is_drawn(e)]
    other = [e for e in edges if is_drawn(e) and e.action != _DRAWN[key_of(e)].action]
    return (
        *(Difference(arrow, "only in figure 5", reason_for(arrow)) for arrow in missing),
        *(Difference(edge, "only in the rows", reason_for(edge)) for edge in extra),
        *(Difference(edge, "with another action", reason_for(edge)) for edge in other),
    )


def reason_for(edge: Edge | Arrow) -> str:
    """Why it is on one side only, or has another action there; `UNEXPLAINED` where nothing says so."""
    return next((reason.text for reason in REASONS if reason.explains(key_of(edge))), UNEXPLAINED)
