"""`tcpmodel why`: what breaks without a mechanism, and the same schedule with it."""

from __future__ import annotations

import argparse

from tcpmodel.cli.arguments import Verbs, print_json, verb
from tcpmodel.draw.answers import answer_json, answer_text, topics_text
from tcpmodel.spec.why import TOPICS, answer


def add(verbs: Verbs) -> None:
    """Add the verb to the parser."""
    parser = verb(verbs, "why", "answer why TCP has a mechanism, by taking it away", "tcpmodel why two-way")
    parser.add_argument("topic", nargs="?", metavar="TOPIC", help="what to ask about; lists the questions if none")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Answer, or list the questions."""
    if chosen.topic is None:
        if chosen.json:
            print_json({"schema": 1, "topics": [{"name": t.name, "question": t.question} for t in TOPICS]})
        else:
            print(topics_text())
        return 0
    found = answer(chosen.topic)
    if chosen.json:
        print_json(answer_json(found))
    else:
        print(answer_text(found))
    return 0
