"""The table of RFC 9293's requirements: nothing in it is missing here, and nothing of appendix B is missing in it."""

import json
from collections import Counter

import pytest

from tcpmodel.judging.pins import VERDICTS
from tcpmodel.studies.requirements import ELSEWHERE, REQUIREMENTS, Requirement
from tcpmodel.tcp.knobs.variants import KNOBS, vary
from tcpmodel.tcp.rfc9293.rules import RFC_9293

APPENDIX_B = (
    *(f"MUST-{n}" for n in range(1, 70)),
    *(f"SHLD-{n}" for n in range(1, 32)),
    *(f"MAY-{n}" for n in range(1, 19)),
    "REC-1",
)
PINS = VERDICTS.read()
VALUES = {f"{knob.name}={value}" for knob in KNOBS for value in knob.values}
kept = pytest.mark.parametrize("kept", REQUIREMENTS, ids=lambda r: r.number)


def test_each_requirement_of_appendix_b_is_listed_once() -> None:
    listed = Counter([r.number for r in REQUIREMENTS] + [n for numbers in ELSEWHERE.values() for n in numbers.split()])
    assert listed == Counter(APPENDIX_B)


@kept
def test_what_keeps_a_requirement_is_there(kept: Requirement) -> None:
    assert set(kept.knobs) <= VALUES
    turned = [vary(RFC_9293, dict([knob.split("=")])) for knob in kept.knobs] or [RFC_9293]
    named = [{row.name for _, _, row in rules.rows()} for rules in turned]
    assert all(row in names for row in kept.rows for names in named)
    pinned = {f"{spec}.{claim}" for spec, pin in PINS.items() for claim in pin["claims"]}
    assert set(kept.claims) <= pinned


@kept
def test_what_nothing_keeps_is_left_out_for_a_reason(kept: Requirement) -> None:
    assert kept.about
    assert kept.is_left_out == (not (kept.knobs or kept.claims) and (not kept.rows or kept.number == "SHLD-31"))


@kept
def test_a_claim_that_keeps_a_requirement_has_the_verdict_that_it_should(kept: Requirement) -> None:
    for claim in kept.claims:
        spec, name = claim.split(".")
        fails = PINS[spec]["claims"][name].startswith("fails")
        assert fails == ("fails, as it should" in kept.note), claim


def test_rules_print_the_requirements(said) -> None:
    out = said("rules", "--requirements")[1]
    document = json.loads(said("rules", "--json")[1])
    assert [r["number"] for r in document["requirements"]] == [r.number for r in REQUIREMENTS]
    assert all(f"{r.number} " in out for r in REQUIREMENTS)
    assert all(reason in out for reason in ELSEWHERE)
