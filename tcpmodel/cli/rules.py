"""`tcpmodel rules`: the rule table, the knobs, and what keeps each requirement."""

from __future__ import annotations

import argparse

from tcpmodel.cli.arguments import begin, print_json, screen
from tcpmodel.draw.rule_tables import WIDTH, knobs_text, requirements_text, rules_json, rules_text
from tcpmodel.errors import UsageError
from tcpmodel.exits import Exit
from tcpmodel.studies.requirements import ELSEWHERE, REQUIREMENTS
from tcpmodel.tcp.knobs.departures import marked
from tcpmodel.tcp.knobs.variants import ENVIRONMENT, KNOBS, vary
from tcpmodel.tcp.rfc9293.left_out import LEFT_OUT
from tcpmodel.tcp.rfc9293.rules import RFC_9293, Rules


def add(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    begin(parser, "tcpmodel rules")
    parser.add_argument(
        "--set", dest="knob", metavar="NAME=VALUE", action="append", default=[], help="with a knob turned"
    )
    parser.add_argument("--knob", action="append", help=argparse.SUPPRESS)
    parser.add_argument("--knobs", action="store_true", help="print the knobs instead")
    parser.add_argument("--requirements", action="store_true", help="print what keeps each MUST, SHLD and MAY instead")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> Exit:
    """Print the rules, or the knobs, or the requirements."""
    rules = _turned(chosen.knob)
    if chosen.json:
        print_json(
            {
                "schema": 1,
                "rules": rules_json(rules),
                "left_out": [o._asdict() for o in LEFT_OUT],
                "requirements": [r._asdict() for r in REQUIREMENTS],
                "other_requirements": {about: numbers.split() for about, numbers in ELSEWHERE.items()},
                "knobs": [
                    {
                        "name": k.name,
                        "values": list(k.values),
                        "default": k.default,
                        "meaning": k.meaning,
                        "cite": k.cite,
                    }
                    for k in KNOBS
                ],
                "environment": [
                    dict(zip(("name", "meaning", "default", "range"), e, strict=True)) for e in ENVIRONMENT
                ],
            }
        )
    else:
        tables = {chosen.knobs: knobs_text, chosen.requirements: requirements_text}
        width = screen(WIDTH)
        print(tables[True](width=width) if True in tables else rules_text(rules, width=width))
    return Exit.OK


def _turned(given: list[str]) -> Rules:
    for text in given:
        if "=" not in text:
            raise UsageError(f"--set {text!r} lacks a value: write for example --set handshake=two_blind")
    chosen = dict(text.split("=", 1) for text in given)
    return marked(vary(RFC_9293, chosen), chosen)
