"""Verdicts on claims.

A verdict is never a bare truth value: it carries the trace that shows it, or says by what it holds,
or why nothing was found out.

A *bound* is what keeps a system from doing what the thing that it stands for may do: a limit, a bag
that is full (be the step cut, or what it sends lost), a pick that finds no value.  A verdict that no
such run exists says of which bounds that is only so `within`: those that some step met.  No bound is
what belongs to the system itself: budgets, sequence numbers that wrap, counts that stay where they
are; and a count that would go beyond its top is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from tcpmodel.systems.claims import Word
from tcpmodel.systems.trace import Trace


@dataclass(frozen=True)
class Holds:
    """No counterexample exists `within` these bounds; `by` says how that is known (`explored`: every state was seen).

    `why` warns of what the bounds hide, where that is known.
    """

    by: str
    within: tuple[str, ...] = ()
    why: str = ""
    word: Word = "holds"


@dataclass(frozen=True)
class Fails:
    """The trace ends where the claim is broken, or is the lasso of a run in which something never happens.

    A run that stops is a lasso whose loop has no steps: it leads from the last state to itself.
    """

    trace: Trace
    word: Word = "fails"


@dataclass(frozen=True)
class Witnessed:
    """The trace ends where the wanted state is reached."""

    trace: Trace
    word: Word = "witnessed"


@dataclass(frozen=True)
class Unreached:
    """A witness that does not exist `within` these bounds; `by` says how that is known."""

    by: str
    within: tuple[str, ...] = ()
    word: Word = "fails"


@dataclass(frozen=True)
class Unknown:
    """Nothing was found out: what was searched, and why no more."""

    bound: str
    why: str
    word: Word = "unknown"


@dataclass(frozen=True)
class Vacuous:
    """The claim could not fail `within` these bounds: what never came true."""

    why: str
    within: tuple[str, ...] = ()
    word: Word = "vacuous"


Verdict = Holds | Fails | Witnessed | Unreached | Unknown | Vacuous


def within(verdict: Verdict) -> tuple[str, ...]:
    """The bounds within which alone the verdict is known to be so; none where it has a trace or there are none."""
    return verdict.within if isinstance(verdict, Holds | Unreached | Vacuous) else ()


def trace_of(verdict: Verdict) -> Trace | None:
    """The trace that a verdict carries, if it carries one."""
    return verdict.trace if isinstance(verdict, Fails | Witnessed) else None
