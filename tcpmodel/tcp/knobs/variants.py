"""Knobs turned: the rules with each knob at its chosen value, and what an endpoint has to remember for that.

A knob swaps rows or definitions; nothing inside a rule asks which variant is running.  The default
of each knob is RFC 9293 with RFC 5961's protections.  Knobs of the environment (who may call what,
what the network does) change no row; they are listed in the same table (`table`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tcpmodel.errors import DefinitionError, choices
from tcpmodel.systems.system import Variable
from tcpmodel.tcp.knobs.table import ENVIRONMENT, KNOBS, Knob
from tcpmodel.tcp.rfc9293.rules import Rules

__all__ = ["ENVIRONMENT", "KNOBS", "Knob", "remembered", "vary"]

_BY_NAME = {knob.name: knob for knob in KNOBS}


def vary(rules: Rules, chosen: Mapping[str, str | bool]) -> Rules:
    """The rules with each knob at the chosen value; `DefinitionError` says which values there are."""
    for knob, word in _turned(chosen):
        rules = knob.values[word](rules)
    return rules


def remembered(chosen: Mapping[str, str | bool]) -> tuple[Variable, ...]:
    """The variables that an endpoint needs besides the TCB for these knobs."""
    return tuple(v for knob, word in _turned(chosen) for v in knob.remembers.get(word, ()))


def _turned(chosen: Mapping[str, str | bool]) -> Iterator[tuple[Knob, str]]:
    """The knobs that are turned, in the table's order, with the word chosen."""
    for name in chosen:
        if name not in _BY_NAME:
            raise DefinitionError(f"there is no knob {name!r}: {choices(name, _BY_NAME)}")
    for knob in KNOBS:
        if knob.name in chosen:
            yield knob, _word(knob, chosen[knob.name])


def _word(knob: Knob, value: str | bool) -> str:
    word = {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)
    if word not in knob.values:
        raise DefinitionError(f"{knob.name}={value!r} is out of range: {choices(word, knob.values)}")
    return word
