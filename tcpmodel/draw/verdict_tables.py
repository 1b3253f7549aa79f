"""Table of verdicts as text: a line per claim, and below it notes that no table can hold."""

from __future__ import annotations

from collections.abc import Sequence

from tcpmodel.draw.tables import table
from tcpmodel.judging.report import Judged, Report


def verify_text(reports: Sequence[Report], *, by: bool = False) -> str:
    """One line per claim, the counts on each spec's first line, and what the table cannot hold below."""
    notes = [note for report in reports for note in notes_on(report)]
    return "\n".join([verify_table(reports, by=by), *([""] if notes else []), *notes])


def verify_table(reports: Sequence[Report], *, by: bool = False) -> str:
    """One line per claim, the counts on each spec's first line; `by`: how each verdict is known, too."""
    header = ["spec", "states", "steps", "depth", "claim", "verdict", "expected", "length", "seconds"]
    rows = [
        [*_judged_line(report, judged, first=i == 0), *([judged.by] if by else [])]
        for report in reports
        for i, judged in enumerate(report.judged)
    ]
    return table([*header, *(["by"] if by else [])], rows, right=(1, 2, 3, 7, 8))


def _judged_line(report: Report, judged: Judged, *, first: bool) -> tuple[object, ...]:
    found = report.found if first else None
    seen = (f"{found.states:,}", f"{found.steps:,}", found.depth) if found else ("", "", "")
    counts = (report.name if first else "", *seen)
    length = "" if judged.length is None else judged.length
    return (*counts, judged.claim.name, judged.said, judged.expected, length, f"{report.seconds:.1f}" if first else "")


def notes_on(report: Report) -> list[str]:
    """Notes below the table: bounds that were met, limits, reasons, pins (golden values) that differ."""
    if report.refused:
        return [f"{report.name}: not judged: {report.refused.why}"]
    notes, found = [], report.found
    if found and found.bounds:
        met = "; ".join(f"{name} ({n:,} steps)" for name, n in sorted(found.bounds.items()))
        notes.append(f"{report.name}: bounds met: {met}")
    if report.stopped:
        notes.append(f"{report.name}: not complete: {report.stopped}")
    if found and found.unsaved:
        notes.append(f"{report.name}: {found.unsaved}")
    notes += [
        f"{report.name}: {j.claim.name} {'' if j.verdict.word == 'holds' else 'is '}{j.said.lower()}: {j.why}"
        for j in report.judged
        if j.why and j.why != report.stopped
    ]
    notes += [f"{report.name}: the engines disagree: {difference}" for difference in report.disagreed]
    notes += [f"{report.name}: differs from specs/pinned.toml: {difference}" for difference in report.unpinned]
    return notes
