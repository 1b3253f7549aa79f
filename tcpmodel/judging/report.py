"""Report on a spec: its counts, and each claim's verdict beside what was expected of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tcpmodel.exits import Exit, worst
from tcpmodel.systems.claims import Claim, Word
from tcpmodel.systems.trace import Trace
from tcpmodel.systems.verdicts import Fails, Unknown, Verdict, trace_of, within

BY_KIND = {"always": Exit.SAFETY, "deadlock_free": Exit.DEADLOCK, "leads_to": Exit.LIVENESS, "witness": Exit.VACUOUS}


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
        """The engine or method by which the verdict is known."""
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
        """The reason for a verdict without a trace, or what the bounds hide."""
        return getattr(self.verdict, "why", "")


@dataclass(frozen=True)
class RowCount:
    """Coverage of a row: how often it fired, and how often its step found a new state."""

    name: str
    rfc: str
    fired: int
    new_states: int


class Refused(NamedTuple):
    """A spec that could not be judged: the reason, in a sentence, and the exit code."""

    why: str
    exit: Exit


@dataclass(frozen=True)
class Explored:
    """Extent of an exploration: how much it saw, whether that is all, and if not, what stopped it at which limit."""

    states: int
    steps: int
    depth: int
    complete: bool
    stopped: str | None
    limit: str | None
    memory: int
    rows: tuple[RowCount, ...]
    bounds: Mapping[str, int]
    unsaved: str | None
    reduced: bool


@dataclass(frozen=True)
class Report:
    """Results on a spec: `found` is None where it was judged by proof alone, or `refused`."""

    name: str
    chapter: str
    headline: str = ""
    judged: tuple[Judged, ...] = ()
    seconds: float = 0.0
    found: Explored | None = None
    refused: Refused | None = None
    unpinned: tuple[str, ...] = ()
    disagreed: tuple[str, ...] = ()
    broken: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        words = ", ".join(f"{j.claim.name} {j.verdict.word}" for j in self.judged)
        return f"<Report on {self.name}: {self.refused.why if self.refused else words}>"

    @property
    def complete(self) -> bool:
        """Whether everything was found out: every state explored, or every claim proved."""
        if self.found:
            return self.found.complete
        return not self.refused and not any(isinstance(j.verdict, Unknown) for j in self.judged)

    @property
    def stopped(self) -> str | None:
        """The reason why no more was found out; None if nothing stopped it."""
        if self.refused:
            return self.refused.why
        return self.found.stopped if self.found else None

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
        too_many = self.found is not None and self.found.limit == "states"
        if isinstance(judged.verdict, Unknown) and not judged.as_expected and too_many:
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
