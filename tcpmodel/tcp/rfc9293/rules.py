"""Rules of one endpoint as one value: every event with its blocks of rows (guarded commands), and ways to vary them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tcpmodel.errors import DefinitionError, choices
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.tcp.rfc9293.arrivals import SEGMENT_ARRIVES
from tcpmodel.tcp.rfc9293.calls import ABORT, CLOSE, OPEN_ACTIVE, OPEN_PASSIVE, SEND, TRANSMIT_QUEUED
from tcpmodel.tcp.rfc9293.events import Event
from tcpmodel.tcp.rfc9293.rewriting import read
from tcpmodel.tcp.rfc9293.timeouts import CRASH, RETRANSMISSION_TIMEOUT, TIME_WAIT_TIMEOUT, USER_TIMEOUT

ARRIVAL = Event.ARRIVAL


@dataclass(frozen=True)
class Timers:
    """Timers under a clock: the events that restart the retransmission timer (RFC 6298 section 5), and what waits."""

    new_ack: bool = True
    """An ACK of new data (5.3)."""
    retransmission: bool = True
    """A retransmission (5.5, 5.6)."""
    every_send: bool = False
    """Whatever is sent; the RFC starts the timer only if it is not running (5.1)."""
    waits: frozenset[str] = frozenset({Event.RETRANSMISSION_TIMEOUT, Event.TIME_WAIT_TIMEOUT})
    """The timeouts that come when the clock says so; others come at any moment."""


RFC_6298 = Timers()


@dataclass(frozen=True)
class Rules:
    """Event name to blocks, and what starts timers over.  Every change gives new rules; the old stay as they are."""

    events: Mapping[str, tuple[FirstMatch, ...]]
    timers: Timers = RFC_6298

    def __repr__(self) -> str:
        return "RFC_9293" if self is RFC_9293 else f"Rules of {len(self.events)} events and {len([*self.rows()])} rows"

    def rows(self) -> Iterator[tuple[str, FirstMatch, Row]]:
        """Every row with its event and block, in order."""
        for event, blocks in self.events.items():
            for block in blocks:
                for row in block.rows:
                    yield event, block, row

    def row(self, name: str) -> Row:
        """The row of this name."""
        for _, _, row in self.rows():
            if row.name == name:
                return row
        names = [row.name for _, _, row in self.rows()]
        raise DefinitionError(f"there is no row {name!r}: {choices(name, names, listed_by='`tcpmodel rules`')}")

    def map(self, change: Callable[[str, FirstMatch, Row], tuple[Row, ...]]) -> Rules:
        """The rules with every row replaced by the rows that `change` gives for it."""

        def changed(event: str, block: FirstMatch) -> FirstMatch:
            rows = tuple(new for row in block.rows for new in change(event, block, row))
            return block if rows == block.rows else replace(block, rows=rows)

        events = {event: tuple(changed(event, block) for block in blocks) for event, blocks in self.events.items()}
        return replace(self, events=events)

    def replaced(self, name: str, *rows: Row) -> Rules:
        """The rules with one row replaced by others, or dropped where none are given."""
        self.row(name)
        return self.map(lambda event, block, row: rows if row.name == name else (row,))

    def preceded(self, name: str, *rows: Row) -> Rules:
        """The rules with rows put before one."""
        return self.replaced(name, *rows, self.row(name))

    def changed(self, name: str, /, **fields: Any) -> Rules:
        """The rules with some fields of one row changed."""
        return self.replaced(name, replace(self.row(name), **fields))

    def replacing(self, name: str, /, **fields: Any) -> Rules:
        """The rules with some fields of one row changed, in the RFC's notation: `send="<SEQ=SEG.ACK><CTL=RST>"`."""
        return self.replaced(name, replace(self.row(name), **read(fields)))

    def departing(self, name: str, /, *, because: str, **fields: Any) -> Rules:
        """As `replacing`, with the reason, which the rule table and traces show."""
        return self.replacing(name, reading=because, **fields)

    def without(self, name: str) -> Rules:
        """The rules without one row: those behind it take what it took."""
        return self.replaced(name)

    def before(self, name: str, *rows: Row) -> Rules:
        """The rules with rows put before one; `row` makes them in the RFC's notation."""
        for new in rows:
            if not isinstance(new, Row):
                raise DefinitionError(f"{new!r} is no row: write row('its name', 'its source', when=..., send=...)")
        return self.preceded(name, *rows)

    def extended(self, event: str, *blocks: FirstMatch) -> Rules:
        """The rules with one more event, or with other blocks for one."""
        return replace(self, events={**self.events, event: blocks})


Edit = Callable[[Rules], Rules]
"""A change of rules: what a knob's value, or a mistake, makes of them."""


def as_written(rules: Rules) -> Rules:
    """The change that changes nothing."""
    return rules


RFC_9293 = Rules(
    {
        Event.PASSIVE_OPEN: OPEN_PASSIVE,
        Event.ACTIVE_OPEN: OPEN_ACTIVE,
        Event.SEND: SEND,
        Event.CLOSE: CLOSE,
        Event.ABORT: ABORT,
        Event.QUEUE_IS_SENT: TRANSMIT_QUEUED,
        ARRIVAL: SEGMENT_ARRIVES,
        Event.RETRANSMISSION_TIMEOUT: RETRANSMISSION_TIMEOUT,
        Event.USER_TIMEOUT: USER_TIMEOUT,
        Event.TIME_WAIT_TIMEOUT: TIME_WAIT_TIMEOUT,
        Event.CRASH: CRASH,
    }
)
"""RFC 9293 with RFC 5961's answers to resets and SYNs; departures are knobs of `connection`."""
