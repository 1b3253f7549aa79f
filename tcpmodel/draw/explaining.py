"""The facts of a conversation in sentences, in the languages that there are catalogues for."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from tcpmodel.conform.checking import Judged
from tcpmodel.conform.telling import Fact
from tcpmodel.draw.wrapping import filled

MOST_FRAMES = 6
"""So many frames are listed in a sentence."""


@cache
def sentences(language: str) -> Mapping[str, str]:
    """The catalogue of a language, by the keys of facts."""
    return tomllib.loads(files(__package__).joinpath("explain", f"{language}.toml").read_text(encoding="utf-8"))


def told(fact: Fact, language: str) -> str:
    """A fact as a sentence."""
    words = sentences(language)
    values = {name: _said(value, words) for name, value in fact.values.items()}
    sentence = words[fact.key].format(**values)
    return words["otherwise"].format(sentence=sentence) if fact.otherwise else sentence


def _said(value: object, words: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return _frames(value, words)
    if isinstance(value, tuple):
        *others, last = value
        return words["or"].join([*([words["comma"].join(others)] if others else []), last])
    return f"{value:,}" if isinstance(value, int) and value > 9999 else str(value)


def _frames(frames: Sequence[int], words: Mapping[str, str]) -> str:
    shown = words["comma"].join(map(str, frames[:MOST_FRAMES]))
    if len(frames) > MOST_FRAMES:
        shown = words["and_more"].format(frames=shown, more=f"{len(frames) - MOST_FRAMES:,}")
    return words["frame_one" if len(frames) == 1 else "frame_many"].format(frames=shown)


def explained(number: int, judged: Judged, found: Sequence[Fact], *, language: str, program: str, width: int) -> str:
    """A conversation told: a heading, its sentences, and the questions of `why` that they touch."""
    words = sentences(language)
    heading = words["heading"].format(number=number, a=judged.ends[0], b=judged.ends[1])
    lines = [filled(told(fact, language), width) for fact in found]
    return "\n".join([heading, *lines, *_topics(found, words, program)])


def topics(found: Iterable[Fact]) -> list[str]:
    """The questions of `why` that these facts touch, each once."""
    return list(dict.fromkeys(fact.topic for fact in found if fact.topic is not None))


def _topics(found: Iterable[Fact], words: Mapping[str, str], program: str) -> list[str]:
    return [words["topic"].format(command=f"{program} why {topic}") for topic in topics(found)]
