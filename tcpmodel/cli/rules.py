"""`tcpmodel rules`: the rule table, the knobs, and what keeps each requirement."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from tcpmodel.cli.arguments import begin, print_json, screen
from tcpmodel.draw.rule_differences import differences_text, differing, profile_text
from tcpmodel.draw.rule_tables import WIDTH, knobs_text, requirements_text, rules_json, rules_text
from tcpmodel.errors import UsageError
from tcpmodel.exits import Exit
from tcpmodel.studies.requirements import ELSEWHERE, REQUIREMENTS
from tcpmodel.tcp.knobs.departures import marked
from tcpmodel.tcp.knobs.stacks import Profile, profile
from tcpmodel.tcp.knobs.variants import ENVIRONMENT, KNOBS, vary
from tcpmodel.tcp.rfc9293.ends import ENDS
from tcpmodel.tcp.rfc9293.left_out import LEFT_OUT
from tcpmodel.tcp.rfc9293.rules import RFC_9293, Rules


def add(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    begin(parser, "tcpmodel rules")
    parser.add_argument(
        "spec", metavar="SPEC", nargs="?", help="print what differs from RFC 9293 at a spec's ends instead"
    )
    parser.add_argument("--profile", metavar="NAME", help="print what differs from RFC 9293 in a real stack instead")
    parser.add_argument(
        "--set",
        dest="knob",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="print the rules with a knob turned",
    )
    parser.add_argument("--knob", action="append", help=argparse.SUPPRESS)
    parser.add_argument("--knobs", action="store_true", help="print the knobs instead")
    parser.add_argument("--requirements", action="store_true", help="print what keeps each MUST, SHLD and MAY instead")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> Exit:
    """Print the rules, or what differs in a stack or a spec, or the knobs, or the requirements."""
    stack = profile(chosen.profile) if chosen.profile else None
    rules = _turned(chosen.knob, stack.knobs if stack else {})
    if chosen.json:
        print_json(
            {
                "schema": 1,
                "rules": rules_json(rules),
                "left_out": [o._asdict() for o in LEFT_OUT],
                "requirements": [r._asdict() for r in REQUIREMENTS],
                "other_requirements": {about: numbers.split() for about, numbers in ELSEWHERE.items()},
                "profile": stack and _as_json(stack, rules),
                "ends": _ends_json(chosen.spec),
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
        if stack:
            print(profile_text(stack, rules, width=width))
        elif chosen.spec:
            print(_ends_text(chosen.spec, width))
        else:
            print(tables[True](width=width) if True in tables else rules_text(rules, width=width))
    return Exit.OK


def _ends_text(spec: str, width: int) -> str:
    """The rows at each end of a spec that are not RFC 9293's; once, where both ends have the same."""
    both = [differences_text(rules, width=width) for rules in _rules_of(spec)]
    if both[0] == both[1]:
        return f"BOTH ENDS\n\n{both[0]}"
    return "\n\n".join(f"{end}\n\n{text}" for end, text in zip(ENDS, both, strict=True))


def _ends_json(spec: str | None) -> dict[str, list[str]] | None:
    if spec is None:
        return None
    return {end: list(differing(rules)) for end, rules in zip(ENDS, _rules_of(spec), strict=True)}


def _rules_of(spec: str) -> list[Rules]:
    """The rules of A and of B in a spec."""
    from tcpmodel.judging.load import load  # only where a spec is asked for: the table alone starts faster
    from tcpmodel.tcp.world.connection import rules_of

    system = load(spec).system
    return [rules_of(system, end) for end in ENDS]


def _as_json(stack: Profile, rules: Rules) -> dict[str, object]:
    knobs = [{"name": name, "value": value, "source": stack.sources[name]} for name, value in stack.knobs.items()]
    said = {"name": stack.name, "title": stack.title, "source": stack.source, "beyond": list(stack.beyond)}
    return {**said, "knobs": knobs, "rows": list(differing(rules))}


def _turned(given: list[str], profile: Mapping[str, str]) -> Rules:
    for text in given:
        if "=" not in text:
            raise UsageError(f"--set {text!r} lacks a value: write for example --set handshake=two_blind")
    chosen = {**profile, **dict(text.split("=", 1) for text in given)}
    return marked(vary(RFC_9293, chosen), chosen)
