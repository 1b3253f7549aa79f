"""Fields of a row as a spec may write them, in the RFC's notation or as terms, checked before they become a row's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from tcpmodel.errors import DefinitionError, choices
from tcpmodel.language.terms import Term
from tcpmodel.systems.row import Emission, Row
from tcpmodel.tcp.rfc9293.notation import NUMBERS, condition, connection_state, number, segment


def read(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields for `dataclasses.replace`; `DefinitionError` says which there are, or what is wrong with one."""
    for name in given:
        if name not in _NAMES:
            raise DefinitionError(f"a row has no {name!r}: {choices(name, _NAMES)}")
    return {name: _READ.get(name, _as_it_is)(value) for name, value in given.items()}


def _as_it_is(value: Any) -> Any:
    return value


def _when(value: Any) -> tuple[Term, ...]:
    return tuple(map(condition, value if isinstance(value, tuple | list) else (value,)))


def _goto(value: Any) -> Term | None:
    return None if value is None else connection_state(value)


def _send(value: Any) -> Emission | None:
    return value if value is None or isinstance(value, Emission) else segment(value)


def _set(value: Any) -> Mapping[Term, Term]:
    if not isinstance(value, Mapping):
        raise DefinitionError(f"what a row sets must be a mapping, not {value!r}: write {{'RCV.NXT': 'RCV.NXT+1'}}")
    return {_target(k): v if isinstance(v, Term) else number(v) for k, v in value.items()}


def _target(name: Any) -> Term:
    if isinstance(name, Term):
        return name
    if name not in NUMBERS:
        raise DefinitionError(f"there is no number {name!r} to set: {choices(str(name), NUMBERS)}")
    return NUMBERS[name]


_NAMES = tuple(f.name for f in fields(Row) if f.name != "_")
_READ: Mapping[str, Callable[[Any], Any]] = {"when": _when, "goto": _goto, "send": _send, "set": _set}
