"""`tcpmodel why`: what breaks without a mechanism, and the same schedule with it."""

from __future__ import annotations

import argparse
import os

from tcpmodel.cli.arguments import begin, print_json, screen, show
from tcpmodel.cli.progress import add_time, within, working
from tcpmodel.draw.answers import ANSWER_WIDTH, answer_json, answer_text, topics_json, topics_text
from tcpmodel.exits import Exit
from tcpmodel.studies.why import LANGUAGES, answer, catalogue, language, topic


def add(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    begin(parser, "tcpmodel why two-way")
    parser.add_argument("topic", nargs="?", metavar="TOPIC", help="what to ask about; lists the questions if none")
    parser.add_argument(
        "--lang", metavar="LANG", help=f"the language: {' or '.join(LANGUAGES)}; the locale's if not given"
    )
    add_time(parser, "the answer")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> Exit:
    """Answer, or list the questions."""
    said = catalogue(language(os.environ) if chosen.lang is None else chosen.lang)
    if chosen.topic is None:
        if chosen.json:
            print_json(topics_json(said))
        else:
            show(topics_text(said))
        return Exit.OK
    topic(chosen.topic)
    with working(chosen, f"exploring with and without {chosen.topic}"), within(chosen.timeout, "it was explored"):
        found = answer(chosen.topic)
    if chosen.json:
        print_json(answer_json(found, said))
    else:
        print(answer_text(found, said, width=screen(ANSWER_WIDTH)))
    return Exit.OK
