"""Judging a spec: explore it, compare every claim with what is expected, and the counts with the pins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from tcpmodel.errors import UsageError, choices
from tcpmodel.exits import Exit, worst
from tcpmodel.explore.exploration import Exploration
from tcpmodel.explore.native.search import explore
from tcpmodel.judging.load import Spec, chapter_of
from tcpmodel.judging.pins import differences
from tcpmodel.systems.claims import WORDS, Claim, Fails, Unknown, Verdict, Word, trace_of, within
from tcpmodel.systems.system import TransitionSystem
from tcpmodel.systems.trace import Trace

BY_KIND = {"always": Exit.SAFETY, "deadlock_free": Exit.DEADLOCK, "leads_to": Exit.LIVENESS, "witness": Exit.VACUOUS}


Explorer = Callable[[TransitionSystem, Sequence[Claim]], Exploration]


@dataclass(frozen=True)
class Judged:
    """A claim with its verdict and what was expected of it; `found_by` says how, where the verdict does not."""

    claim: Claim
    verdict: Verdict
    expected: Word
    found_by: str = ""

    def __repr__(self) -> str:
        return f"<Judged {self.claim.name}: {self.verdict.word}, expected {self.expected}>"

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the expected one."""
        return self.verdict.word == self.expected

    @property
    def trace(self) -> Trace | None:
        """The counterexample or witness."""
        return trace_of(self.verdict)

    @property
    def length(self) -> int | None:
        """The number of steps of the trace."""
        return None if self.trace is None else len(self.trace)

    @property
    def by(self) -> str:
        """How the verdict is known."""
        return self.found_by or getattr(self.verdict, "by", "explored")

    @property
    def within(self) -> tuple[str, ...]:
        """The bounds within which alone the verdict is known to be so."""
        return within(self.verdict)

    @property
    def said(self) -> str:
        """The verdict in words: in capitals if it is not the expected one, and whether it is only so within bounds."""
        word = self.verdict.word if self.as_expected else self.verdict.word.upper()
        return f"{word} within bounds" if self.within else word

    @property
    def why(self) -> str:
        """For a verdict without a trace: the reason, or what the bounds hide."""
        return getattr(self.verdict, "why", "")


@dataclass(frozen=True)
class RowCount:
    """How often a row fired, and how often its step found a new state."""

    name: str
    rfc: str
    fired: int
    new_states: int


class Refused(NamedTuple):
    """Why a spec could not be judged, in a sentence, and the exit code for it."""

    why: str
    exit: Exit


@dataclass(frozen=True)
class Report:
    """What is known of a spec after exploring it."""

    name: str
    headline: str
    states: int
    steps: int
    depth: int
    complete: bool
    stopped: str | None
    limit: str | None
    seconds: float
    memory: int
    judged: tuple[Judged, ...]
    rows: tuple[RowCount, ...]
    bounds: Mapping[str, int]
    unpinned: tuple[str, ...]
    disagreed: tuple[str, ...] = ()
    unsaved: str | None = None
    reduced: bool = False
    chapter: str = ""
    broken: Mapping[str, str] = field(default_factory=dict)
    refused: Refused | None = None

    def __repr__(self) -> str:
        words = ", ".join(f"{j.claim.name} {j.verdict.word}" for j in self.judged)
        return f"<Report on {self.name}: {self.refused.why if self.refused else words}>"

    @property
    def exit(self) -> Exit:
        """The exit code that this spec alone would give."""
        if self.refused:
            return self.refused.exit
        codes = [self._code(j) for j in self.judged]
        if self.unpinned or self.disagreed:
            codes.append(Exit.SELF_CHECK)
        return worst(codes)

    def _code(self, judged: Judged) -> Exit:
        if isinstance(judged.verdict, Unknown) and not judged.as_expected and self.limit == "states":
            return Exit.LIMIT
        return code_of(judged)


def code_of(judged: Judged) -> Exit:
    """The exit code that a claim alone would give."""
    if judged.as_expected:
        return Exit.OK
    if isinstance(judged.verdict, Unknown):
        return Exit.INCONCLUSIVE
    if isinstance(judged.verdict, Fails):
        return BY_KIND[judged.claim.kind]
    return Exit.VACUOUS if judged.verdict.word in ("vacuous", "fails") else Exit.SELF_CHECK


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
    report = _report(spec, found, judged)
    if pin is None or not found.complete:
        return report
    return _with_pin(report, pin)


def _report(spec: Spec, found: Exploration, judged: tuple[Judged, ...]) -> Report:
    counts = found.row_counts()
    return Report(
        name=spec.name,
        headline=spec.headline,
        states=found.states,
        steps=found.steps,
        depth=found.depth,
        complete=found.complete,
        stopped=found.stopped,
        limit=found.limit,
        seconds=found.seconds,
        memory=found.memory,
        judged=judged,
        rows=tuple(RowCount(name, rfc, c.fired, c.new_states) for (name, rfc), c in counts.items()),
        bounds=dict(found.bounds),
        unpinned=(),
        unsaved=found.unsaved,
        reduced=found.reduced,
        chapter=spec.chapter,
    )


def refused(path: Path, why: str, code: Exit) -> Report:
    """The report on a spec that could not be judged."""
    nothing: dict[str, Any] = {"headline": "", "states": 0, "steps": 0, "depth": 0, "complete": False, "stopped": why}
    nothing |= {"limit": None, "seconds": 0.0, "memory": 0, "judged": (), "rows": (), "bounds": {}, "unpinned": ()}
    return Report(name=path.stem, chapter=chapter_of(path), refused=Refused(why, code), **nothing)


def _with_pin(report: Report, pin: Mapping[str, Any]) -> Report:
    return replace(report, unpinned=tuple(differences(pin, report)))


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
