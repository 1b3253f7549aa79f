"""Reports of a run for other programs, as JSON, JUnit XML and SARIF."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from typing import Any

from tcpmodel.draw.ladder import ladder
from tcpmodel.draw.telling import way_back
from tcpmodel.exits import Exit
from tcpmodel.judging.report import Explored, Judged, Report
from tcpmodel.systems.trace import firing

Paths = Mapping[tuple[str, str], str]
"""The file that has the trace of a claim, by (spec, claim)."""

UNEXPLORED = Explored(0, 0, 0, True, None, None, 0, (), {}, None, False)
"""The zeros of the document where nothing was explored, since its schema asks for numbers."""
LEVELS = {"fails": "error", "vacuous": "error", "unknown": "warning"}
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def verify_json(
    reports: Sequence[Report], *, code: Exit, tool: str, z3: str | None, seconds: float, paths: Paths
) -> dict[str, Any]:
    """The document that `verify --json` prints."""
    return {
        "schema": 1,
        "exit": code,
        "tool": tool,
        "z3": z3,
        "seconds": round(seconds, 3),
        "specs": [_spec_json(report, paths) for report in reports],
    }


def _spec_json(report: Report, paths: Paths) -> dict[str, Any]:
    found = report.found or UNEXPLORED
    return {
        "name": report.name,
        "chapter": report.chapter,
        "states": found.states,
        "steps": found.steps,
        "depth": found.depth,
        "complete": report.complete,
        "error": report.refused.why if report.refused else None,
        "stopped": report.stopped,
        "seconds": round(report.seconds, 3),
        "bytes_per_state": found.memory // max(1, found.states),
        "bounds": dict(found.bounds),
        "pins": list(report.unpinned),
        "disagreed": list(report.disagreed),
        "claims": [_claim_json(report, judged, paths) for judged in report.judged],
        "rules": [
            {"name": row.name, "rfc": row.rfc, "fired": row.fired, "new_states": row.new_states} for row in found.rows
        ],
    }


def _claim_json(report: Report, judged: Judged, paths: Paths) -> dict[str, Any]:
    trace = paths.get((report.name, judged.claim.name))
    return {**claim_json(judged, trace), "why": judged.why, "loop": judged.trace.loop if judged.trace else None}


def claim_json(judged: Judged, trace: str | None) -> dict[str, Any]:
    """A claim as judged, whoever judged it; `trace` is where its trace was written."""
    return {
        "name": judged.claim.name,
        "kind": judged.claim.kind,
        "says": judged.claim.says,
        "verdict": judged.verdict.word,
        "expected": judged.expected,
        "by": judged.by,
        "within_bounds": list(judged.within),
        "length": judged.length,
        "trace": trace,
    }


def verify_junit(reports: Sequence[Report]) -> str:
    """JUnit XML: a suite per spec, a case per claim, the ladder of a failure in its output."""
    root = ET.Element("testsuites", name="tcpmodel")
    for report in reports:
        wrong = [j for j in report.judged if not j.as_expected]
        unknown = [j for j in wrong if j.verdict.word == "unknown"]
        counts = {"tests": len(report.judged), "failures": len(wrong) - len(unknown), "skipped": len(unknown)}
        suite = ET.SubElement(root, "testsuite", name=report.name, time=f"{report.seconds:.3f}")
        for name, count in counts.items():
            suite.set(name, str(count))
        for judged in report.judged:
            _junit_case(suite, report, judged)
        if report.refused:
            suite.set("errors", "1")
            case = ET.SubElement(suite, "testcase", classname=report.name, name="the spec can be judged")
            ET.SubElement(case, "error", message=report.refused.why, type=str(report.refused.exit))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _junit_case(suite: ET.Element, report: Report, judged: Judged) -> None:
    case = ET.SubElement(suite, "testcase", classname=report.name, name=judged.claim.name)
    if judged.within:
        properties = ET.SubElement(case, "properties")
        ET.SubElement(properties, "property", name="within bounds", value="; ".join(judged.within))
    if not judged.as_expected:
        kind = "skipped" if judged.verdict.word == "unknown" else "failure"
        message = f"{judged.said.lower()}, expected {judged.expected}. {judged.why}".strip()
        ET.SubElement(case, kind, message=message, type=judged.verdict.word)
    if judged.trace is not None:
        ET.SubElement(case, "system-out").text = ladder(judged.trace, title=judged.claim.name, claim=judged.claim)


def verify_sarif(reports: Sequence[Report], *, tool: str) -> dict[str, Any]:
    """SARIF 2.1.0: a rule per claim, a result per verdict, a flow per trace."""
    name, _, version = tool.partition(" ")
    rules = {j.claim.name: j.claim.says for report in reports for j in report.judged}
    return {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {"name": name, "version": version, "rules": [_sarif_rule(*r) for r in rules.items()]}
                },
                "results": [_sarif_result(report, judged) for report in reports for judged in report.judged],
                "invocations": [
                    {
                        "executionSuccessful": not any(report.refused for report in reports),
                        "toolExecutionNotifications": [_sarif_notice(r) for r in reports if r.refused],
                    }
                ],
            }
        ],
    }


def _sarif_notice(report: Report) -> dict[str, Any]:
    place = {"physicalLocation": {"artifactLocation": {"uri": _file(report)}}}
    return {"level": "error", "message": {"text": report.refused and report.refused.why}, "locations": [place]}


def _sarif_rule(name: str, says: str) -> dict[str, Any]:
    return {"id": name, "shortDescription": {"text": says or name}}


def _file(report: Report) -> str:
    return "/".join(part for part in ("specs", report.chapter, f"{report.name}.py") if part)


def _sarif_result(report: Report, judged: Judged) -> dict[str, Any]:
    kind = "pass" if judged.as_expected else "open" if judged.verdict.word == "unknown" else "fail"
    level = "none" if kind == "pass" else LEVELS.get(judged.verdict.word, "error")
    text = f"{judged.claim.name} {judged.said.lower()} (expected {judged.expected}): {judged.claim.says}"
    place = {"physicalLocation": {"artifactLocation": {"uri": _file(report)}}}
    result: dict[str, Any] = {"ruleId": judged.claim.name, "kind": kind, "level": level}
    result |= {"message": {"text": text}, "locations": [place]}
    if judged.within:
        result["properties"] = {"withinBounds": list(judged.within)}
    if judged.trace is not None and kind == "fail":
        steps = [firing(judged.trace.system, step) for step in judged.trace.steps]
        texts = [f"{s.rule.agent}: {s.title} [{s.rfc}]" for s in steps] + [way_back(judged.trace) or ""]
        flow = [{"location": {**place, "message": {"text": text}}} for text in texts if text]
        result["codeFlows"] = [{"threadFlows": [{"locations": flow}]}]
    return result
