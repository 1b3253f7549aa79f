"""One endpoint's arrivals as native code, asked at any connection record and segment."""

from __future__ import annotations

from collections.abc import Mapping
from unittest.mock import patch

from tcp.endpoint import Case, Fired, alone, fired, state_of

from tcpmodel.explore.native import program
from tcpmodel.explore.native.context import Slot
from tcpmodel.explore.native.known import Known, local_name
from tcpmodel.explore.native.workers import Workers
from tcpmodel.language.terms import Term
from tcpmodel.systems.parts import rows
from tcpmodel.systems.system import TransitionSystem
from tcpmodel.tcp.rfc9293.rules import ARRIVAL, Rules

WIDEST = 19
"""The most bits of sequence numbers with which a segment is still packed into one word."""


class Compiled:
    """The blocks in which nothing is picked, which leaves out LISTEN, compiled for records and segments of any kind."""

    def __init__(self, rules: Rules, *, bits: int) -> None:
        blocks = tuple(b for b in rules.events[ARRIVAL] if not any(row.pick for row in b.rows))
        self._system = alone(ARRIVAL, blocks, bits)
        with patch.object(program.Known, "of", _nothing_known):
            self._program = program.SearchProgram(self._system, ())
        self._pool = Workers(self._program, 1, numbers=1)
        self._worker = self._pool.aside()

    def does(self, case: Case) -> Fired:
        """What the compiled rows make of a case."""
        layout, worker, size = self._program.layout, self._worker, self._pool.state_bytes
        self._pool.store.write(0, layout.pack(state_of(case)).to_bytes(size, "little"))
        worker.counters[Slot.FIRED][:] = 0
        self._program.graph(worker, 0, 1, self._program.steps.most_successors)
        assert worker[Slot.QUEUED] == 1
        after = layout.unpack(int.from_bytes(worker.regions[0].read(0, size), "little"))
        (way,) = worker.counters[Slot.FIRED].nonzero()[0].tolist()
        return fired(self._system, after, self._program.steps.way(way)[1])


def _nothing_known(system: TransitionSystem, put_back: Mapping[Term, Term]) -> Known:
    """Every variable and field may have any value, and every row may fire."""
    (rule,) = system.rules
    live = frozenset((rule.event, b, r) for b, block in enumerate(rule.blocks) for r, _ in enumerate(block.rows))
    assert len(live) == len(list(rows(rule)))
    fields: dict[str, None] = {f.name: None for bag in system.bags for f in bag.fields}
    return Known({local_name(v.name): None for v in system.variables}, dict(fields), live)
