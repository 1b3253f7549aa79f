"""Profiles of real stacks: the knobs that make the rows do what a stack was seen to do, each with its source.

A profile is data, a TOML file in `profiles/`.  What a stack does that no knob brings stands in it as well (`beyond`),
so a profile says how far it goes; where judges of captures know it, with the name of their assumption.  A knob that is
given besides goes before the profile's.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tcpmodel.errors import DefinitionError, choices
from tcpmodel.tcp.knobs.variants import vary
from tcpmodel.tcp.rfc9293.rules import RFC_9293

FOLDER = Path(__file__).parent / "profiles"


@dataclass(frozen=True)
class Profile:
    """A stack: its name and title, how it was looked at, its knobs, the source of each, and what no knob brings.

    `judged` has, for each thing that no knob brings, the name of the assumption by which captures are judged, or
    nothing where none is needed.
    """

    name: str
    title: str
    source: str
    knobs: Mapping[str, str]
    sources: Mapping[str, str]
    judged: tuple[tuple[str, str], ...]

    @property
    def beyond(self) -> tuple[str, ...]:
        """What no knob brings."""
        return tuple(says for says, _ in self.judged)

    @property
    def assumes(self) -> tuple[str, ...]:
        """The assumptions of what no knob brings."""
        return tuple(name for _, name in self.judged if name)


def profiles() -> tuple[str, ...]:
    """The names of the profiles there are."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def profile(name: str) -> Profile:
    """The profile of this name; `DefinitionError` says which there are."""
    if name not in profiles():
        raise DefinitionError(f"there is no profile {name!r}: {choices(name, profiles())}")
    content = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    found = {knob: entry["value"] for knob, entry in content["knobs"].items()}
    vary(RFC_9293, found)
    sources = {knob: entry["source"] for knob, entry in content["knobs"].items()}
    judged = tuple((entry["says"], entry["assumption"]) for entry in content["beyond"])
    return Profile(name, content["title"], content["source"], found, sources, judged)


def knobs_of_profile(name: str | None) -> Mapping[str, str]:
    """The knobs that a profile turns; none without a profile."""
    return profile(name).knobs if name is not None else {}
