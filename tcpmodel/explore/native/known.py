"""Constant propagation before a system is explored: values that cannot be, rows that cannot fire.

What keeps one value needs no bits, what has few needs few, and a row that never fires needs no code.
Like members of several groups are taken together, so that they still lie alike and share their code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from tcpmodel.language.terms import Term
from tcpmodel.systems.domains import domains, field_name
from tcpmodel.systems.system import TransitionSystem

Values = frozenset[int] | None
"""The values that something may have; None is any of its sort."""


def group_of(name: str) -> tuple[str, str]:
    """A variable's group (what stands before the first dot, or nothing) and its name within it."""
    head, dot, local = name.partition(".")
    return (head, local) if dot else ("", name)


def local_name(name: str) -> str:
    """A variable's name within its group."""
    return group_of(name)[1]


@dataclass(frozen=True)
class Known:
    """The values of variables by local name and of fields by name; the rows that may fire, by event and place."""

    variables: dict[str, Values]
    fields: dict[str, Values]
    live: frozenset[tuple[str, int, int]]

    @classmethod
    def of(cls, system: TransitionSystem, put_back: Mapping[Term, Term]) -> Known:
        """Find out, of a system in whose states these variables are put back to these terms' values."""
        found = domains(system, put_back)
        variables: dict[str, Values] = {}
        for v in system.variables:
            _join(variables, local_name(v.name), found.values[v.name])
        fields: dict[str, Values] = {}
        for bag in system.bags:
            for f in bag.fields:
                _join(fields, f.name, found.values[field_name(bag.name, f.name)])
        live = frozenset((system.rules[rule].event, b, r) for rule, b, r in found.live)
        return cls(variables, fields, live)

    def text(self) -> str:
        """All of it, to be kept."""

        def listed(values: dict[str, Values]) -> dict[str, list[int] | None]:
            return {name: None if v is None else sorted(v) for name, v in values.items()}

        return json.dumps([listed(self.variables), listed(self.fields), sorted(self.live)])

    @classmethod
    def read(cls, text: str) -> Known:
        """The knowledge that `text` wrote."""
        variables, fields, live = json.loads(text)

        def sets(values: dict[str, list[int] | None]) -> dict[str, Values]:
            return {name: None if v is None else frozenset(v) for name, v in values.items()}

        return cls(sets(variables), sets(fields), frozenset((event, b, r) for event, b, r in live))


def _join(values: dict[str, Values], name: str, more: Values) -> None:
    old = values.get(name, frozenset())
    values[name] = None if old is None or more is None else old | more
