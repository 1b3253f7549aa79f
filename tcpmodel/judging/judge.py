"""Judging a spec by model checking: explore it, compare every claim with what is expected, and counts with pins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tcpmodel.errors import UsageError, choices
from tcpmodel.exits import Exit
from tcpmodel.explore.exploration import Exploration
from tcpmodel.explore.native.search import explore
from tcpmodel.judging.load import Spec, chapter_of
from tcpmodel.judging.pins import differences
from tcpmodel.judging.report import Explored, Judged, Refused, Report, RowCount
from tcpmodel.systems.claims import WORDS, Claim, Word
from tcpmodel.systems.system import TransitionSystem

Explorer = Callable[[TransitionSystem, Sequence[Claim]], Exploration]


def judge(
    spec: Spec,
    *,
    explorer: Explorer = explore,
    expect: Mapping[str, Word] | None = None,
    pin: Mapping[str, Any] | None = None,
) -> Report:
    """Explore a spec and judge its claims; `expect` overrides what the spec expects, by claim name.

    `pin` is compared where the exploration was complete.
    """
    expect = expect or {}
    found = explorer(spec.system, spec.claims)
    judged = tuple(Judged(c, found.verdicts[c.name], expect.get(c.name, c.expected)) for c in spec.claims)
    report = Report(spec.name, spec.chapter, spec.headline, judged, found.seconds, _explored(found))
    if pin is None or not found.complete:
        return report
    return replace(report, unpinned=tuple(differences(pin, report)))


def _explored(found: Exploration) -> Explored:
    return Explored(
        states=found.states,
        steps=found.steps,
        depth=found.depth,
        complete=found.complete,
        stopped=found.stopped,
        limit=found.limit,
        memory=found.memory,
        rows=tuple(RowCount(name, rfc, c.fired, c.new_states) for (name, rfc), c in found.row_counts().items()),
        bounds=dict(found.bounds),
        unsaved=found.unsaved,
        reduced=found.reduced,
    )


def refused(path: Path, why: str, code: Exit) -> Report:
    """The report on a spec that could not be judged."""
    return Report(path.stem, chapter_of(path), refused=Refused(why, code))


def parse_expectation(text: str, specs: list[Spec]) -> tuple[str, Word]:
    """A text `CLAIM=verdict` as a pair; `UsageError` says which claims and verdicts there are."""
    name, _, word = text.partition("=")
    known = {claim.name for spec in specs for claim in spec.claims}
    if name not in known:
        raise UsageError(f"no spec named here has a claim {name!r}: {choices(name, known)}")
    for verdict in WORDS:
        if word == verdict:
            return name, verdict
    raise UsageError(f"{text!r} expects {word!r}: {choices(word, WORDS)}")
