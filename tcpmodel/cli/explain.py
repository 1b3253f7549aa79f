"""`tcpmodel explain`: tell in sentences what happened in a capture."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from tcpmodel.cli.arguments import begin, print_json, program, screen
from tcpmodel.cli.judging import add_judging, settings_of
from tcpmodel.conform.checking import Judged
from tcpmodel.conform.telling import Fact, facts
from tcpmodel.conform.verdict import EXITS, CaptureJudged, judge_capture, segments_of
from tcpmodel.draw.explaining import explained, told, topics
from tcpmodel.exits import Exit
from tcpmodel.studies.why import LANGUAGES, catalogue, language

WIDTH = 100
MOST_TOLD = 50
"""So many conversations are told; those that are not explainable first."""


def add(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    begin(parser, "tcpmodel explain capture.pcap")
    add_judging(parser)
    parser.add_argument(
        "--lang", metavar="LANG", help=f"the language: {' or '.join(LANGUAGES)}; the locale's if not given"
    )
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> Exit:
    """Judge, then tell."""
    said = catalogue(language(os.environ) if chosen.lang is None else chosen.lang).language
    path = Path(chosen.capture)
    found = judge_capture(path, settings_of(chosen, keep_states=True))
    stories = _stories(path, found)
    if chosen.json:
        print_json(_as_json(found, stories, said))
    else:
        width = screen(WIDTH)
        parts = [
            explained(number, judged, story, language=said, program=program(), width=width)
            for number, judged, story in stories
        ]
        left = len(found.conversations) - len(stories)
        print("\n\n".join([*parts, *([f"… {left:,} more conversations"] if left else []), *found.doubts]))
    return EXITS[found.verdict]


def _stories(path: Path, found: CaptureJudged) -> list[tuple[int, Judged, list[Fact]]]:
    numbered = sorted(enumerate(found.conversations, 1), key=lambda pair: (pair[1].verdict == "explainable", pair[0]))
    chosen = sorted(numbered[:MOST_TOLD])
    segments = segments_of(path, {judged.conversation for _, judged in chosen})
    return [(number, judged, facts(judged, segments[judged.conversation])) for number, judged in chosen]


def _as_json(found: CaptureJudged, stories: list[tuple[int, Judged, list[Fact]]], said: str) -> dict[str, Any]:
    return {
        "schema": 1,
        "exit": EXITS[found.verdict],
        "verdict": found.verdict,
        "language": said,
        "doubts": list(found.doubts),
        "conversations": [
            {
                "number": number,
                "endpoints": [str(end) for end in judged.ends],
                "verdict": judged.verdict,
                "facts": [
                    {
                        "what": fact.key,
                        "sentence": told(fact, said),
                        "topic": fact.topic,
                        "otherwise": fact.otherwise,
                        "values": dict(fact.values),
                    }
                    for fact in story
                ],
                "topics": topics(story),
            }
            for number, judged, story in stories
        ],
    }
