"""Summary of a run over many specs: a line per chapter, a sentence for all, the claims not as expected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tcpmodel.draw.verdict_tables import notes_on, verify_table
from tcpmodel.judging.report import Judged, Report

OF_NO_CHAPTER = "(specs)"
GOOD = ("holds", "witnessed")
THOUGH = {
    "holds": ("holds though it should not", "hold though they should not"),
    "witnessed": ("happens though it should not", "happen though they should not"),
    "fails": ("FAILS though it should not", "FAIL though they should not"),
}
NEXT = (
    ("why two-way", "why two segments are not enough: the shortest run that breaks"),
    ("verify time_wait/", "one chapter, claim by claim; verify no_time_wait draws the run that fails"),
    ("matrix 2msl close", "what breaks where TIME-WAIT lasts one MSL only"),
)


def chapter_text(chapter: str, reports: Sequence[Report], *, of: int) -> str:
    """The outcome of a chapter that has so many specs, on one line."""
    states = sum(report.found.states for report in reports if report.found)
    specs = counted(of, "spec") if len(reports) == of else f"{len(reports)} of {counted(of, 'spec')}"
    claims = counted(sum(len(report.judged) for report in reports), "claim")
    size = f"{specs:>9}  {claims:>10}  {states:>10,} states"
    return f"{chapter or OF_NO_CHAPTER:14}  {size}   {_outcome(reports)}"


def run_text(reports: Sequence[Report]) -> str:
    """The outcome of the whole run, in one sentence."""
    claims = [j for report in reports for j in report.judged]
    states = sum(report.found.states for report in reports if report.found)
    size = f"{counted(len(reports), 'spec')}, {counted(len(claims), 'claim')}"
    explored = f" ({counted(states, 'state')})" if states else ""
    return f"{size}: {_outcome(reports)}; {', '.join(_kinds(claims))}{explored}"


def next_text(program: str) -> str:
    """Suggestions of what to try next, a command a line."""
    width = max(len(f"{program} {command}") for command, _ in NEXT)
    return "\n".join(["", "Try next:", *(f"  {f'{program} {c}':{width}}  {says}" for c, says in NEXT)])


def counted(number: int, what: str) -> str:
    """A number of things."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _outcome(reports: Sequence[Report]) -> str:
    names = [name for report in reports for name in _wrong(report)]
    return f"NOT as expected: {', '.join(names)}" if names else "all as expected"


def _wrong(report: Report) -> list[str]:
    names = [f"{report.name}.{j.claim.name}" for j in report.judged if not j.as_expected]
    return names or ([report.name] if report.exit else [])


def _kinds(claims: Sequence[Judged]) -> Iterator[str]:
    """Numbers of claims by verdict, a phrase each: first those as expected, then the others."""
    expected = Counter[str](j.verdict.word for j in claims if j.as_expected)
    otherwise = Counter[str](j.verdict.word for j in claims if not j.as_expected)
    good, fails = sum(expected.pop(word, 0) for word in GOOD), expected.pop("fails", 0)
    bounded = sum(j.as_expected and bool(j.within) and j.verdict.word in GOOD for j in claims)
    within = f", {bounded:,} of them within bounds that some step met" if bounded else ""
    yield f"{good:,} {'holds or is' if good == 1 else 'hold or are'} witnessed{within}"
    if fails:
        yield f"{fails:,} {'fails as it should' if fails == 1 else 'fail as they should'}"
    for words, said in ((otherwise, THOUGH), (expected, {})):
        for word, n in words.items():
            yield f"{n:,} {said.get(word, (f'is {word}', f'are {word}'))[n > 1]}"


def unexpected_text(reports: Sequence[Report], *, by: bool = False) -> str:
    """The claims that are not as expected, and what else is wrong with their specs."""
    wrong = [replace(r, judged=tuple(j for j in r.judged if not j.as_expected)) for r in reports if r.exit]
    notes = "\n".join(note for report in wrong for note in notes_on(report))
    table = verify_table([report for report in wrong if report.judged], by=by) if any(r.judged for r in wrong) else ""
    return "\n\n".join(part for part in (table, notes) if part)
