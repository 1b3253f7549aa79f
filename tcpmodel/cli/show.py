"""`tcpmodel rules` and `tcpmodel states`: the rule table, the knobs, the eleven states."""

from __future__ import annotations

import argparse

from tcpmodel.cli.arguments import Verbs, print_json, screen, show, verb
from tcpmodel.draw.tables import WIDTH, knobs_text, requirements_text, rules_json, rules_text, states_text
from tcpmodel.errors import UsageError
from tcpmodel.studies.requirements import ELSEWHERE, REQUIREMENTS
from tcpmodel.tcp.knobs.departures import marked
from tcpmodel.tcp.knobs.variants import ENVIRONMENT, KNOBS, vary
from tcpmodel.tcp.rfc9293.left_out import LEFT_OUT
from tcpmodel.tcp.rfc9293.rules import RFC_9293, Rules
from tcpmodel.tcp.rfc9293.states import STATES


def add(verbs: Verbs) -> None:
    """Add the verbs to the parser."""
    rules = verb(verbs, "rules", "print every rule with its guard, action and RFC section", "tcpmodel rules")
    rules.add_argument(
        "--set", dest="knob", metavar="NAME=VALUE", action="append", default=[], help="with a knob turned"
    )
    rules.add_argument("--knob", action="append", help=argparse.SUPPRESS)
    rules.add_argument("--knobs", action="store_true", help="print the knobs instead")
    rules.add_argument("--requirements", action="store_true", help="print what keeps each MUST, SHLD and MAY instead")
    rules.set_defaults(run=_rules)
    states = verb(verbs, "states", "print the eleven states and their names", "tcpmodel states")
    states.set_defaults(run=_states)


def _rules(chosen: argparse.Namespace) -> int:
    rules = _turned(chosen.knob)
    if chosen.json:
        print_json(
            {
                "schema": 1,
                "rules": rules_json(rules),
                "left_out": [o._asdict() for o in LEFT_OUT],
                "requirements": [{**r._asdict(), "is_left_out": r.is_left_out} for r in REQUIREMENTS],
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
    return 0


def _turned(given: list[str]) -> Rules:
    for text in given:
        if "=" not in text:
            raise UsageError(f"--set {text!r} lacks a value: write for example --set handshake=two_blind")
    chosen = dict(text.split("=", 1) for text in given)
    return marked(vary(RFC_9293, chosen), chosen)


def _states(chosen: argparse.Namespace) -> int:
    if chosen.json:
        print_json({"schema": 1, "states": [s._asdict() for s in STATES]})
    else:
        show(states_text())
    return 0
