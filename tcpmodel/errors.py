"""What a user may get wrong, as exceptions whose text says what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class BadConfiguration(ValueError):
    """What was asked for cannot be done as the machine or its folders are (exit code 151)."""


class DefinitionError(BadConfiguration):
    """A system, spec, claim or knob is not well formed (exit code 151)."""


class UnreadableInput(ValueError):
    """A file cannot be read or is malformed (exit code 150)."""


class UnwritableOutput(ValueError):
    """A file or folder cannot be written (exit code 150)."""


class UsageError(ValueError):
    """A command or function was asked for something it does not offer (exit code 2)."""


def choices(wrong: str, right: Iterable[str]) -> str:
    """The sentence that ends an error about a wrong name: what to write instead."""
    known = sorted(right)
    close = get_close_matches(wrong, known, n=1, cutoff=0.5)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"write one of {', '.join(known)}" if known else "there is none to choose from"
