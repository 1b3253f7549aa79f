"""Condition coverage: whether each condition of each row has been seen true and false where the row was reached.

A row is reached where its block applies and no earlier row of the block matches.  The steps are the
reference reading's; its rows note what their conditions were before they say whether they match.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from tcpmodel import Spec
from tcpmodel.language.prose import prose
from tcpmodel.systems.firing import Reference
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.systems.system import TransitionSystem
from tcpmodel.tcp.knobs.variants import KNOBS
from tcpmodel.tcp.rfc9293.rules import RFC_9293

MOST = 3_000
"""How many states of one spec are looked at."""
NOT_SENT = "needs a segment with neither ACK, SYN nor RST, which no TCP sends"
ROOM = (
    "at most two octets wait for ESTABLISHED, where nothing is outstanding, and SEND is refused while they wait: what "
    "is outstanding and what waits are two together, and the window is at least two"
)
NEVER_SEEN = {
    "LISTEN answers a SYN with SYN,ACK: the SYN bit is set: false": NOT_SENT,
    "a segment without ACK is dropped: the ACK bit is off: true": NOT_SENT,
    "a queued CLOSE sends its FIN: QUEUED.TEXT = 0: false": ROOM,
    "a queued CLOSE answers the peer's FIN: QUEUED.TEXT = 0: false": ROOM,
}
"""What no spec shows, with the reason."""


class Seen(NamedTuple):
    """A row's condition, by its place, and its value where the row was reached."""

    row: str
    condition: int
    value: bool

    def __str__(self) -> str:
        return f"{self.row}: {prose(RFC_9293.row(self.row).when[self.condition])}: {str(self.value).lower()}"


@cache
def to_be_seen() -> frozenset[Seen]:
    """Every condition of every row, true and false, but for what is never seen."""
    return frozenset(seen for seen in every_value() if str(seen) not in NEVER_SEEN)


@cache
def every_value() -> frozenset[Seen]:
    """Every condition of every row, true and false."""
    return frozenset(
        Seen(row.name, place, value)
        for _, _, row in RFC_9293.rows()
        for place in range(len(row.when))
        for value in (False, True)
    )


class Watching(Reference):
    """The reference reading with rows that note their conditions; what a clock adds stands behind them."""

    def __init__(self, system: TransitionSystem) -> None:
        self.seen: set[Seen] = set()
        super().__init__(system)

    def _read_row(self, block: FirstMatch, row: Row, places: Mapping[str, str], local: int) -> Any:
        parts = [self._read(condition, places) for condition in row.when]

        def when(*given: Any) -> bool:
            values = [bool(part(*given)) for part in parts]
            self.seen.update(Seen(row.name, place, value) for place, value in enumerate(values))
            return all(values)

        return super()._read_row(block, row, places, local)._replace(when=when)


def seen_in(system: TransitionSystem, *, most: int = MOST) -> Iterator[frozenset[Seen]]:
    """What has been seen up to each state that is looked at, from the initial one on."""
    watching = Watching(system)
    found, waiting = {system.initial}, [system.initial]
    for state in waiting:
        reached = [outcome.state for outcome in watching.steps(state)]
        new = [s for s in dict.fromkeys(reached) if s is not None and s not in found and len(found) < most]
        found.update(new)
        waiting += new
        yield frozenset(watching.seen & every_value())


def as_written(spec: Spec) -> bool:
    """Whether the spec's rows are those of RFC 9293: no knob is turned but the ISN policy and how senders cut text."""
    turned = {knob.name for knob in KNOBS} & set(spec.system.origin)
    return turned <= {"isn", "segments"} and spec.system.origin.get("rules") is RFC_9293


def unseen(specs: Iterable[Spec]) -> tuple[frozenset[Seen], list[str]]:
    """What none of the specs shows, and the names of those that show something that the ones before do not."""
    left, needed = set(to_be_seen()), []
    for spec in filter(as_written, specs):
        if not left:
            break
        before = len(left)
        for seen in seen_in(spec.system):
            left -= seen
            if not left:
                break
        if len(left) < before:
            needed.append(spec.name)
    return frozenset(left), needed
