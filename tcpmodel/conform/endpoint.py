"""One endpoint's rows as functions of its TCB: fire this event on this record, with these numbers.

This is a reading of `Rules`, beside those of a whole system: no bags, no other end, no budgets.  An event's blocks
become one Python function over integers, row by row in their order, with the terms in the reference reading; so a row
means here what it means to the explorer.  What a capture shows is given as well: a row's pick takes its value from
the segment that is to be explained.  Compiled once, a firing costs a few microseconds at any number of bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from tcpmodel.errors import DefinitionError, choices
from tcpmodel.language.reference import expression
from tcpmodel.language.terms import Term, both, variables
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.tcp.knobs.segmenting import octets
from tcpmodel.tcp.rfc9293.rules import Rules
from tcpmodel.tcp.rfc9293.segment import Segment, fields_of, seg
from tcpmodel.tcp.rfc9293.tcb import irs, isn, isn_is_allowed, iss, passive, rcv, snd, state


class Tcb(NamedTuple):
    """The variables of an endpoint that a capture can tell of; numbers are residues, `state` a place in `STATE`."""

    state: int
    iss: int = 0
    irs: int = 0
    snd_una: int = 0
    snd_nxt: int = 0
    rcv_nxt: int = 0
    passive: int = 0


class Fields(NamedTuple):
    """The fields of a segment that rows speak of: numbers, control bits as 0 or 1, octets of text."""

    seq: int
    ack: int = 0
    syn: int = 0
    ackbit: int = 0
    rst: int = 0
    fin: int = 0
    text: int = 0


class Fired(NamedTuple):
    """What firing an event did: the TCB after it, the segment sent, and which rows fired, in order."""

    tcb: Tcb
    sent: Fields | None
    rows: tuple[Row, ...]


NOTHING = Fields(0)
"""Stands for a segment where the event has none."""
VARIABLES = (state, iss, irs, snd.una, snd.nxt, rcv.nxt, passive)
shown = fields_of("shown")
"""The segment that a capture shows, in rows that explain one."""
Compiled = Callable[..., tuple[tuple[int, ...], tuple[int, ...] | None, tuple[int, ...]] | None]


class Endpoint:
    """One endpoint's rules at a number of bits, each event compiled when it first happens."""

    def __init__(self, rules: Rules, *, bits: int = 32) -> None:
        self.rules, self.bits = rules, bits
        self._compiled: dict[str, Compiled] = {}
        self._rows = {event: [row for block in blocks for row in block.rows] for event, blocks in rules.events.items()}

    def fire(
        self, event: str, tcb: Tcb, *, segment: Fields = NOTHING, explains: Fields = NOTHING, window: int = 0
    ) -> Fired | None:
        """Fire the event; None where no row matches, a row refuses, or the shown numbers may not be picked.

        `segment` is the one that arrives, `explains` the one shown, from which picks take their values: an ISS is its
        SEG.SEQ, a number of octets its text.  `window` is RCV.WND; the peer's window is taken to have room.
        """
        compiled = self._compiled.get(event) or self._compile(event)
        found = compiled(*tcb, window, *segment, *explains)
        if found is None:
            return None
        after, sent, rows = found
        known = self._rows[event]
        return Fired(Tcb._make(after), None if sent is None else Fields._make(sent), tuple([known[k] for k in rows]))

    def _compile(self, event: str) -> Compiled:
        if event not in self.rules.events:
            raise DefinitionError(f"there is no event {event!r}: {choices(event, self.rules.events)}")
        text = "\n".join(_function(self.rules.events[event], self.bits))
        scope: dict[str, Compiled] = {}
        exec(compile(text, f"<{event}>", "exec"), scope)
        return self._compiled.setdefault(event, scope["fire"])


# The text of an event's function.

_TCB = tuple(f"t_{name}" for name in Tcb._fields)
_SEGMENT = tuple(f"s_{name}" for name in Fields._fields)
_SHOWN = tuple(f"x_{name}" for name in Fields._fields)
ROOM = 1 << 20
"""Room in the peer's window that is always there: a capture does not say what the peer would have offered."""


def _places_of(fields: Segment, names: tuple[str, ...]) -> Mapping[str, str]:
    terms = (fields.seq, fields.ack, *(fields.ctl.syn, fields.ctl.ack, fields.ctl.rst, fields.ctl.fin), fields.text)
    return {term.name: name for term, name in zip(terms, names, strict=True)}


_PLACES: Mapping[str, str] = {
    **{v.name: name for v, name in zip(VARIABLES, _TCB, strict=True)},
    **_places_of(seg, _SEGMENT),
    **_places_of(shown, _SHOWN),
    rcv.wnd.name: "window",
    isn.name: "x_seq",
    octets.name: "x_text",
    isn_is_allowed.name: "1",
}


def places(bits: int) -> Mapping[str, str]:
    """Where a compiled row finds what its terms name; what an endpoint here does not have is 0."""
    return {**_PLACES, snd.wnd.name: f"((t_snd_nxt - t_snd_una + {min(ROOM, 1 << (bits - 2))}) % {1 << bits})"}


def read(term: Term, bits: int) -> str:
    """The term as Python text over the parameters of a compiled event."""
    known = places(bits)
    return expression(term, bits=bits, places={v.name: known.get(v.name, "0") for v in variables(term)}, bags={})


PARAMETERS = ", ".join((*_TCB, "window", *_SEGMENT, *_SHOWN))


def _function(blocks: tuple[FirstMatch, ...], bits: int) -> Iterator[str]:
    yield f"def fire({PARAMETERS}):"
    yield "    rows, sent = (), None"
    number = 0
    for block in blocks:
        yield f"    if {_applies(block)}:"
        yield "        if False: pass"
        for row in block.rows:
            yield f"        elif {read(both(*row.when), bits)}:"
            yield from (f"            {line}" for line in _row(block, row, number, bits))
            number += 1
    yield f"    return (({', '.join(_TCB)}), sent, rows) if rows else None"


def _applies(block: FirstMatch) -> str:
    if block.control is None:
        return "True"
    return f"t_state in {{{', '.join(str(s.payload) for s in block.states)}}}"


def _row(block: FirstMatch, row: Row, number: int, bits: int) -> Iterator[str]:
    if row.refuses:
        yield "return None"
        return
    if row.pick is not None:
        yield f"if not {read(row.pick.among, bits)}: return None"
    yield f"rows += ({number},)"
    new = {**row.set} | ({block.control: row.goto} if row.goto is not None and block.control is not None else {})
    kept = {_PLACES[v.name]: term for v, term in new.items() if v in VARIABLES}
    if kept:
        yield f"{', '.join(kept)}, = {', '.join(f'int({read(t, bits)})' for t in kept.values())},"
    if row.send is not None:
        fields = [row.send.fields[name] for name in Fields._fields]
        yield f"sent = ({', '.join(f'int({read(t, bits)})' for t in fields)})"
    forgotten = [_PLACES[v.name] for v in row.forget if v in VARIABLES]
    if forgotten:
        yield f"{' = '.join(forgotten)} = 0"
    if not row.more:
        yield f"return ({', '.join(_TCB)}), sent, rows"
