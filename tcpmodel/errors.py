"""Exceptions for what a user may get wrong; their text says what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from difflib import get_close_matches
from functools import wraps
from typing import Any, TypeVar

from tcpmodel.exits import Exit

Kind = TypeVar("Kind")


class BadConfiguration(ValueError):
    """A request that the machine or its folders, as they are, do not allow."""

    exit = Exit.CONFIGURATION


class DefinitionError(BadConfiguration):
    """A system, spec, claim or knob is not well formed."""


class UnreadableInput(ValueError):
    """A file cannot be read or is malformed."""

    exit = Exit.UNREADABLE


class UnwritableOutput(ValueError):
    """A file or folder cannot be written."""

    exit = Exit.UNREADABLE


class UsageError(ValueError):
    """A command or function was asked for something it does not offer."""

    exit = Exit.USAGE


def known_arguments(kind: type[Kind]) -> type[Kind]:
    """The dataclass, which answers an argument that it does not have with those that it has."""
    made = kind.__init__

    @wraps(made)
    def init(self: Kind, *args: Any, **given: Any) -> None:
        names = [f.name for f in fields(kind)]  # type: ignore[arg-type]
        for wrong in (name for name in given if name not in names):
            parts = [repr(name) for name in names if wrong in name]
            near = f"did you mean {' or '.join(parts)}?" if parts else choices(wrong, names)
            raise DefinitionError(f"{kind.__name__} has no {wrong!r}: {near}")
        made(self, *args, **given)

    kind.__init__ = init  # type: ignore[assignment, method-assign]
    return kind


class OutOfTime(KeyboardInterrupt):
    """The time is over: what is at work is interrupted, as by Ctrl-C."""


MANY = 40
"""So many names are not listed in a sentence."""


def choices(wrong: object, right: Iterable[str], *, listed_by: str = "") -> str:
    """The sentence that ends an error about a wrong name: what to write instead, or what lists all of very many."""
    known = sorted(right)
    close = get_close_matches(str(wrong), known, n=1, cutoff=0.5)
    if close:
        return f"did you mean {close[0]!r}?"
    if listed_by and len(known) > MANY:
        near = get_close_matches(str(wrong), known, n=3, cutoff=0.0)
        return f"the closest are {', '.join(near)}; {listed_by} lists all {len(known)}"
    return f"write one of {', '.join(known)}" if known else "there is none to choose from"
