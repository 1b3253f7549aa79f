"""Message catalogues (localisation): the words of answers, in a TOML file for each language.

A catalogue has a phrase for every part of the frame, with named placeholders, and for every topic its
question, answer, mechanism, what is assumed, what is often said and not so, and a word to end on.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from tcpmodel.errors import UsageError, choices

LANGUAGES = ("en", "zh")
DEFAULT = "en"
VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The locale's variables; the first that is set decides."""


@dataclass(frozen=True)
class Catalogue:
    """One language's phrases and topics."""

    language: str
    frame: Mapping[str, str]
    topics: Mapping[str, Mapping[str, str]]

    def says(self, phrase: str, **values: object) -> str:
        """A phrase of the frame with its placeholders filled."""
        return self.frame[phrase].format(**values)


def language(environment: Mapping[str, str]) -> str:
    """The language of the locale, if there is a catalogue for it; else English."""
    locale = next((environment[name] for name in VARIABLES if environment.get(name)), "")
    return next((known for known in LANGUAGES if locale.startswith(known)), DEFAULT)


def catalogue(chosen: str) -> Catalogue:
    """The catalogue of a language; `UsageError` says which there are."""
    if chosen not in LANGUAGES:
        raise UsageError(f"there are no answers in {chosen!r}: {choices(chosen, LANGUAGES)}")
    text = files(__package__).joinpath(f"{chosen}.toml").read_text(encoding="utf-8")
    content = tomllib.loads(text)
    return Catalogue(chosen, content["frame"], content["topics"])
