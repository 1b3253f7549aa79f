"""Fields of a row as a spec may write them, in the RFC's notation or as terms, checked before they become a row's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from tcpmodel.errors import DefinitionError, choices
from tcpmodel.language.terms import Term
from tcpmodel.systems.row import Emission, Pick, Row
from tcpmodel.tcp.rfc9293.notation import NUMBERS, condition, connection_state, number, segment
from tcpmodel.tcp.rfc9293.tcb import TCB


def row(name: str, rfc: str, /, **given: Any) -> Row:
    """A new row, its fields in the RFC's notation: `row("a SYN is dropped", "3.10.7.4 fourth", when="SYN")`."""
    for text in (name, rfc):
        _text("name and source", text)
    return Row(name, rfc, **read(given))


def read(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields for `dataclasses.replace`; `DefinitionError` says which there are, or what is wrong with one."""
    for name in given:
        if name not in _NAMES:
            raise DefinitionError(f"a row has no {name!r}: {choices(name, _NAMES)}")
    return {name: _READ[name](name, value) for name, value in given.items()}


def _when(_: str, value: Any) -> tuple[Term, ...]:
    return tuple(map(condition, value if isinstance(value, tuple | list) else (value,)))


def _goto(_: str, value: Any) -> Term | None:
    return None if value is None else connection_state(value)


def _send(_: str, value: Any) -> Emission | None:
    return value if value is None or isinstance(value, Emission) else segment(value)


def _set(_: str, value: Any) -> Mapping[Term, Term]:
    if not isinstance(value, Mapping):
        raise DefinitionError(f"what a row sets must be a mapping, not {value!r}: write {{'RCV.NXT': 'RCV.NXT+1'}}")
    return dict(_assigned(_target(k), v) for k, v in value.items())


def _assigned(target: Term, value: Any) -> tuple[Term, Term]:
    term = value if isinstance(value, Term) else number(value)
    if term.sort != target.sort:
        raise DefinitionError(
            f"{target.name} cannot be set to {value!r}: write a value of its own sort, {target.sort.name}"
        )
    return target, term


def _target(name: Any) -> Term:
    if isinstance(name, Term):
        return name
    if name not in SETTABLE:
        raise DefinitionError(f"there is no number {name!r} to set: {choices(name, SETTABLE)}")
    return NUMBERS[name]


def _forget(_: str, value: Any) -> tuple[Term, ...]:
    if isinstance(value, str) and value == "TCB":
        return TCB
    return tuple(map(_target, value if isinstance(value, tuple | list) else (value,)))


def _pick(name: str, value: Any) -> Pick | None:
    if not isinstance(value, Pick | None):
        raise DefinitionError(f"{name}={value!r} of a row is no Pick: write {name}=Pick(variable, among)")
    return value


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise DefinitionError(f"{name}={value!r} of a row is out of range: write True or False")
    return value


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise DefinitionError(f"{name}={value!r} of a row is no text: write it in quotes")
    return value


def _text_or_none(name: str, value: Any) -> str | None:
    return None if value is None else _text(name, value)


SETTABLE = ("SND.UNA", "SND.NXT", "RCV.NXT", "ISS", "IRS")
"""The numbers that an end keeps and a row may set; the others are the segment's, or do not change."""
_READ: Mapping[str, Callable[[str, Any], Any]] = {
    "name": _text,
    "rfc": _text,
    "when": _when,
    "pick": _pick,
    "set": _set,
    "goto": _goto,
    "send": _send,
    "forget": _forget,
    **dict.fromkeys(("more", "refuses", "error", "delivers", "consumes", "departs"), _flag),
    **dict.fromkeys(("tell", "ends", "reading"), _text_or_none),
}
_NAMES = tuple(f.name for f in fields(Row) if f.name != "_")
assert set(_NAMES) == set(_READ), "a field of a row is read by none of these"
