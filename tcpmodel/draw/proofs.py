"""Proofs as text and JSON: each rule's verification conditions, the claims, the assumptions, the teeth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from tcpmodel.draw.reports import claim_json
from tcpmodel.draw.tables import table
from tcpmodel.exits import Exit
from tcpmodel.judging.proving import ProofReport
from tcpmodel.judging.report import Judged
from tcpmodel.prove.breaking import Bite
from tcpmodel.prove.unbounded import Obligation, Posed, Proved


def prove_text(report: ProofReport, bites: Sequence[Bite]) -> str:
    """The claims, the rules, the assumptions and the teeth, a table or a line each."""
    blocks = [f"{report.name} at {report.bits} bits: {report.headline}", _claims(report.judged)]
    if report.proved is not None:
        blocks += [_rules(report.proved), _dropped(report), _possible(report.proved), _assumed(report)]
    blocks.append(_teeth("changed", [b for b in bites if not b.tooth.also]))
    blocks.append(_teeth("claimed besides", [b for b in bites if b.tooth.also]))
    notes = [f"{j.claim.name} is {j.verdict.word}: {j.why}" for j in report.judged if j.why]
    blocks += ["\n".join(notes)] if notes else []
    return "\n\n".join([*filter(None, blocks), _last_line(report)])


def _claims(judged: Sequence[Judged]) -> str:
    rows = [
        (
            j.claim.name,
            j.said,
            j.expected,
            "" if j.length is None else j.length,
            j.by,
        )
        for j in judged
    ]
    return table(("claim", "verdict", "expected", "length", "by"), rows, right=(3,))


class _OfRule(NamedTuple):
    """A rule, the one that does the same and was asked about, and what was asked."""

    rule: str
    about: str
    obligations: tuple[Obligation, ...]

    @property
    def posed(self) -> tuple[Posed, ...]:
        return tuple(p for o in self.obligations for p in o.posed)

    @property
    def never(self) -> int:
        """Number of its ways (paths) that cannot be taken."""
        return sum(o.dead for o in self.obligations)

    @property
    def untouched(self) -> int:
        """Number of goals that its ways leave alone."""
        return sum(o.untouched for o in self.obligations)

    @property
    def slowest(self) -> float:
        return max((p.seconds for p in self.posed), default=0)

    @property
    def failed(self) -> list[tuple[Obligation, Posed]]:
        return [(o, p) for o in self.obligations for p in o.failed]


def _of_rules(proved: Proved) -> Iterator[_OfRule]:
    for rule, about in proved.same.items():
        yield _OfRule(rule, about, tuple(o for o in proved.obligations if o.kind == "rule" and o.about == about))


def _rules(proved: Proved) -> str:
    header = ("rule", "ways", "never", "questions", "untouched", "slowest", "kept")
    return table(header, map(_rule, _of_rules(proved)), right=(1, 2, 3, 4, 5))


def _rule(of: _OfRule) -> tuple[object, ...]:
    if of.about != of.rule:
        return (of.rule, "", "", "", "", "", f"as {of.about}")
    kept = "NO" if of.failed else "yes"
    return (of.rule, len(of.obligations), of.never, len(of.posed), of.untouched, f"{of.slowest:.2f}", kept)


def _dropped(report: ProofReport) -> str:
    lines = [f"  {clause}: {obligation}" for clause, obligation in report.dropped.items()]
    return "\n".join(["clauses left out, since a rule does not keep them:", *lines]) if lines else ""


def _possible(proved: Proved) -> str:
    """With whom steps were shown to be possible."""
    said = [f"  every step of a rule that fires is possible {crowd.says}" for crowd in proved.proof.crowds[:1]]
    said += [f"  every step that picks a number is possible {crowd.says}" for crowd in proved.proof.crowds[1:]]
    return "\n".join(["not vacuous:", *said]) if said else ""


def _assumed(report: ProofReport) -> str:
    return "\n".join(["assumed:", *(f"  {a.name}: {a.says}" for a in report.assumed)])


def _teeth(what: str, bites: Sequence[Bite]) -> str:
    header = (what, "the proof fails at", "clause", "hazard", "shown by")
    rows = [
        (
            b.tooth.name,
            b.tooth.breaks if b.obligation else "NOWHERE",
            b.clause.partition(".")[0],
            b.tooth.hazard,
            b.tooth.spec,
        )
        for b in bites
    ]
    return table(header, rows) if rows else ""


def _last_line(report: ProofReport) -> str:
    good = sum(j.as_expected for j in report.judged)
    said = f"{good} of {len(report.judged)} claims have their expected verdict"
    found = report.proved
    if found is not None:
        posed = found.posed
        said += (
            f"; {len(found.obligations)} obligations, {len(posed):,} questions, "
            f"{sum(not p.good for p in posed)} without the expected answer, slowest "
            f"{max(p.seconds for p in posed):.2f} s; every rule can fire: {_all_can_fire(found)}"
        )
    return f"{said}; {report.solver} {report.version}, {report.seconds:.1f} s"


def _all_can_fire(found: Proved) -> str:
    return f"not {', '.join(found.never)}" if found.never else "yes"


def failed_text(found: Proved, *, most: int = 10) -> Iterator[str]:
    """The questions that were not answered as the proof needs it, a line each."""
    for o in found.failed[:most]:
        for p in o.failed:
            yield f"{o.name}: {p.question.name}: {p.answer.word}" + (f" ({p.answer.why})" if p.answer.why else "")


# JSON.


def prove_json(
    report: ProofReport, bites: Sequence[Bite], *, code: Exit, tool: str, written: dict[str, str], digest: str | None
) -> dict[str, Any]:
    """The document that `prove --json` prints."""
    found = report.proved
    return {
        "schema": 1,
        "exit": code,
        "tool": tool,
        "solver": report.solver,
        "solver_version": report.version,
        "seconds": round(report.seconds, 3),
        "name": report.name,
        "bits": report.bits,
        "claims": [{**claim_json(j, written.get(j.claim.name)), "why": j.why or None} for j in report.judged],
        "possible": [] if found is None else [crowd.says for crowd in found.proof.crowds],
        "assumptions": [{"name": a.name, "says": a.says} for a in report.assumed],
        "dropped": [{"clause": clause, "obligation": at} for clause, at in report.dropped.items()],
        "clauses": [] if found is None else [{"name": c.name, "says": c.says} for c in found.proof.invariant],
        "rules": [] if found is None else [_rule_json(of) for of in _of_rules(found)],
        "teeth": [_bite_json(bite) for bite in bites],
        "digest": digest,
    }


def _rule_json(of: _OfRule) -> dict[str, Any]:
    return {
        "name": of.rule,
        "same_as": of.about if of.about != of.rule else None,
        "ways": len(of.obligations),
        "never": of.never,
        "questions": len(of.posed),
        "untouched": of.untouched,
        "failed": [{"way": o.name, "question": p.question.name, "answer": p.answer.word} for o, p in of.failed],
        "slowest": round(of.slowest, 3),
    }


def _bite_json(bite: Bite) -> dict[str, Any]:
    return {
        "name": bite.tooth.name,
        "says": bite.tooth.says,
        "row": bite.tooth.breaks if bite.obligation else None,
        "clause": bite.clause.partition(".")[0] or None,
        "broken": [] if bite.breaking is None else [c.name for c in bite.breaking.clauses],
        "hazard": bite.tooth.hazard,
        "spec": bite.tooth.spec,
    }
