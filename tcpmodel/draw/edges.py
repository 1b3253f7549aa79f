"""Arrows of one endpoint's state diagram, derived from the rows by symbolic execution of paths.

A segment runs through the blocks of 3.10.7.4 one check after the other, so an arrow is a whole run:
FIN-WAIT-1 that sees its FIN acknowledged by the peer's FIN is in FIN-WAIT-2 between two checks and
ends in TIME-WAIT.  Runs are enumerated as far as the state and the segment's control bits decide;
conditions on numbers, clocks and queues are taken to be possible.  Text acknowledged on the way
is no action of the edge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from tcpmodel.language.bare import bare
from tcpmodel.language.terms import TRUE, Term, either, variables
from tcpmodel.systems.firing import Reference
from tcpmodel.systems.moments import UNKNOWN
from tcpmodel.systems.paths import ways
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.systems.system import Rule, TransitionSystem
from tcpmodel.tcp.rfc9293.checks import ack_covers_fin, ack_is_new
from tcpmodel.tcp.rfc9293.events import Event
from tcpmodel.tcp.rfc9293.rules import ARRIVAL, RFC_9293, Rules
from tcpmodel.tcp.rfc9293.segment import ACK, FIN, RST, SYN, ctl
from tcpmodel.tcp.rfc9293.tcb import CLOSED, EVERY_STATE, STATE, SYN_RECEIVED, state

if TYPE_CHECKING:
    from tcpmodel.explore.exploration import Exploration

ERRORS = (Event.ABORT, Event.USER_TIMEOUT, Event.CRASH)
NOTHING = "x"
"""The sign of figure 5 for a change of state without an action."""
AS_DRAWN = {"time-wait timeout": "Timeout=2MSL"}
"""Events that figure 5 calls by another name."""

ANYTHING = TransitionSystem("an endpoint", 32, (), (), ())
"""An endpoint of which no more is known than its rules say."""


@dataclass(frozen=True)
class Edge:
    """A change of state: its event and action as figure 5 words them, and the rows that make it.

    `through` names the states between two checks of one run; an edge that has any is a composite.  It is an error
    where a user, a timer, the host or a reset ends the connection before its time.
    """

    source: str
    target: str
    event: str
    action: str
    rows: tuple[str, ...]
    rfc: str
    through: tuple[str, ...] = ()
    is_error: bool = False

    @property
    def label(self) -> str:
        """Event and action on one line."""
        return labelled(self.event, self.action)


def labelled(event: str, action: str) -> str:
    """Event and action on one line; the event alone where there is no action."""
    return event if action == NOTHING else f"{event} / {action}"


class _Fired(NamedTuple):
    """A row that fires in a state, and the control bits that its block finds set."""

    at: Term
    row: Row
    bits: frozenset[Term]

    @property
    def moves(self) -> bool:
        return self.row.goto is not None and self.row.goto is not self.at


def endpoint_edges(rules: Rules = RFC_9293) -> tuple[Edge, ...]:
    """Every change of state that the rows make, without repetition, in the order of states, events and rows."""
    found = (
        _edge(event, run)
        for source in EVERY_STATE
        for event, blocks in rules.events.items()
        for run in _runs(event, blocks, source)
    )
    return tuple(dict.fromkeys(edge for edge in found if edge is not None))


def explored_edges(found: Exploration, end: str) -> frozenset[tuple[str, str]]:
    """The changes of state that an endpoint really makes in an exploration, as (source, target)."""
    system = found.system
    reference = Reference(system)
    place = system.position[f"{end}.state"]
    taken = {
        (before.values[place], outcome.state.values[place])
        for before in found.reached
        for outcome in reference.steps(before)
        if outcome.state is not None
    }
    return frozenset((STATE.values[s], STATE.values[t]) for s, t in taken if s != t)


# Runs.


def _runs(event: str, blocks: tuple[FirstMatch, ...], at: Term) -> Iterator[tuple[_Fired, ...]]:
    """Every run through the blocks from a state."""
    for way in ways(ANYTHING, Rule(event, "", event, blocks), UNKNOWN.knowing({state.name: at})):
        states = accumulate((row.goto for row in way.fired), lambda now, to: now if to is None else to, initial=at)
        met = (blocks[place] for place, _ in way.rows)
        found = (_bits(way.guards[:k], block) for k, block in zip(way.known, met, strict=True))
        yield tuple(_Fired(*fired) for fired in zip(states, way.fired, found, strict=False))


def _bits(known: tuple[Term, ...], block: FirstMatch) -> frozenset[Term]:
    """The control bits that a block asks for and that are known to be set, be it from a block before."""
    asked = variables(either(*(term for row in block.rows for term in row.when)))
    return frozenset(bit for bit in ctl if bit in asked and bare(bit) in known)


# Words.


def _edge(event: str, run: tuple[_Fired, ...]) -> Edge | None:
    """The edge of a run, if it ends in another state than it began in."""
    moves = [fired for fired in run if fired.moves]
    if not moves or moves[-1].row.goto is run[0].at:
        return None
    first, last = moves[0], moves[-1]
    assert last.row.goto is not None
    return Edge(
        source=_name(first.at),
        target=_name(last.row.goto),
        event=_event(event, moves),
        action=_action([fired.row for fired in moves], created=first.at is CLOSED, deleted=last.row.goto is CLOSED),
        rows=tuple(fired.row.name for fired in moves),
        rfc="; ".join(dict.fromkeys(fired.row.rfc for fired in moves)),
        through=tuple(_name(fired.at) for fired in moves[1:]),
        is_error=event in ERRORS or (event == ARRIVAL and ctl.rst in first.bits),
    )


def _name(value: Term) -> str:
    assert isinstance(value.payload, int)
    return STATE.values[value.payload]


def _event(event: str, moves: Sequence[_Fired]) -> str:
    if event != ARRIVAL:
        return AS_DRAWN.get(event, event)
    return "rcv " + " and ".join(_received(fired) for fired in moves)


def _received(fired: _Fired) -> str:
    """The control bits that a row asks for, and what an ACK alone acknowledges, in the words of figure 5."""
    shown = ((ctl.syn, "SYN"), (ctl.rst, "RST"), (ctl.fin, "FIN"), (ctl.ack, "ACK"))
    text = ",".join(word for bit, word in shown if bit in fired.bits) or "anything"
    if text == "ACK" and ack_covers_fin in fired.row.when:
        return "ACK of FIN"
    if text == "ACK" and ack_is_new in fired.row.when and fired.at is SYN_RECEIVED:
        return "ACK of SYN"
    return text


def _action(rows: Sequence[Row], *, created: bool, deleted: bool) -> str:
    parts = ["create TCB"] if created else []
    parts += [f"snd {_sent(row.send.fields)}" for row in rows if row.send]
    parts += ["delete TCB"] if deleted and any(row.forget for row in rows) else []
    return ", ".join(parts) or NOTHING


def _sent(fields: Mapping[str, Term]) -> str:
    """The control bits sent; as in figure 5 the ACK that every FIN carries is not written."""
    shown = ((SYN, "SYN"), (RST, "RST"), (FIN, "FIN"), (ACK, "ACK"))
    bits = [word for name, word in shown if fields[name] is TRUE]
    return ",".join(bit for bit in bits if bit != "ACK" or "FIN" not in bits)
