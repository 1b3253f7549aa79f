"""Digest (hash) of a system and its claims: the name under which its compiled code is kept.

Terms are shared, so each is written once, and afterwards by its number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from tcpmodel.explore.native.steps import Kinds
from tcpmodel.explore.reduction import Reduction
from tcpmodel.language.operators import Op
from tcpmodel.language.terms import Term
from tcpmodel.systems.parts import key, rows
from tcpmodel.systems.system import TransitionSystem, Variable


def digest(
    system: TransitionSystem, *conditions: Sequence[Term], kinds: Kinds, compact: bool, reduction: Reduction
) -> str:
    """The hash of everything that the program of a search depends on, the text of the compiler included."""
    writer = _Writer()
    writer.put(_sources(), system.bits, compact, len(conditions))
    mirror = reduction.mirror and (reduction.mirror.variables, reduction.mirror.bags)
    writer.put(mirror, writer.pairs(reduction.forgettable.items()), sorted(reduction.internal))
    for v in system.variables:
        writer.variable(v)
    for bag in system.bags:
        writer.put(bag.name, bag.capacity, bag.ordered, bag.when_full)
        for f in bag.fields:
            writer.variable(f)
    writer.put(str(system.initial))
    for rule in system.rules:
        writer.put(key(rule, writer.term), *(row.name for row in rows(rule)))
    for limit in system.limits:
        writer.put(limit.name, writer.term(limit.holds))
    for terms in conditions:
        writer.put(*(writer.term(t) for t in terms))
    writer.put(*((place, writer.term(taking)) for place, taking in kinds))
    return writer.hash()


@cache
def _sources() -> str:
    """The hash of the compiler's own text."""
    here = Path(__file__).parent
    folders = (here, here.parent, here.parents[1] / "language", here.parents[1] / "systems")
    files = sorted(file for folder in folders for file in folder.glob("*.py"))
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()


class _Writer:
    """A list of what was seen, terms by number."""

    def __init__(self) -> None:
        self._parts: list[object] = []
        self._numbers: dict[int, int] = {}

    def put(self, *parts: object) -> None:
        self._parts.append(parts)

    def hash(self) -> str:
        return hashlib.sha256(repr(self._parts).encode()).hexdigest()

    def term(self, term: Term) -> int:
        """The number of a term, which is written if it is new."""
        known = self._numbers.get(id(term))
        if known is not None:
            return known
        args = tuple(map(self.term, term.args))
        self._numbers[id(term)] = number = len(self._numbers)
        payload = term.name if term.op is Op.VARIABLE else term.payload  # how it is said does not count
        self._parts.append((term.op.name, term.sort.name, payload, args))
        return number

    def terms(self, terms: Iterable[Term]) -> tuple[int, ...]:
        return tuple(map(self.term, terms))

    def pairs(self, updates: Iterable[tuple[Term, Term]]) -> tuple[int, ...]:
        return tuple(self.term(t) for pair in updates for t in pair)

    def variable(self, v: Variable) -> None:
        self.put(self.term(v.term), v.initial, v.top, getattr(v.term.sort, "values", ()))
