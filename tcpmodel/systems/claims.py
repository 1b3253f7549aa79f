"""Claims, and the verdicts on them.

A verdict is never a bare truth value: it carries the trace that shows it, or says by what it holds,
or why nothing was found out.  A claim "always p implies q" whose p never comes true cannot fail and
is judged vacuous, not passed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tcpmodel.errors import DefinitionError
from tcpmodel.language.sorts import BOOL
from tcpmodel.language.terms import FALSE, TRUE, Term

if TYPE_CHECKING:
    from tcpmodel.systems.trace import Trace

Word = Literal["holds", "fails", "witnessed", "unknown", "vacuous"]
WORDS: tuple[Word, ...] = ("holds", "fails", "witnessed", "unknown", "vacuous")


@dataclass(frozen=True)
class Always:
    """In every reachable state `predicate` is true; `needs` must be true in one, or the claim is vacuous.

    For "p implies q" the need is p; for a claim about what ghosts have noted, whatever could be noted.
    """

    name: str
    predicate: Term
    needs: Term = TRUE
    says: str = ""
    expected: Word = "holds"
    kind = "always"

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True)
class Witness:
    """Some reachable state satisfies `predicate`."""

    name: str
    predicate: Term
    says: str = ""
    expected: Word = "witnessed"
    kind = "witness"

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True)
class LeadsTo:
    """Whenever `given` is true, `predicate` is true then or later, if the rules in `fair` are not put off for ever."""

    name: str
    given: Term
    predicate: Term
    fair: tuple[str, ...] = ()
    says: str = ""
    expected: Word = "holds"
    kind = "leads_to"

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True)
class DeadlockFree:
    """Where no step changes anything any more, `predicate` is true: the system has come to its accepted end."""

    name: str = "deadlock_free"
    predicate: Term = FALSE
    says: str = "the system stops only where it may"
    expected: Word = "holds"
    kind = "deadlock_free"

    def __post_init__(self) -> None:
        _check(self)


Claim = Always | Witness | LeadsTo | DeadlockFree


def _check(claim: Claim) -> None:
    if not claim.name.isidentifier():
        raise DefinitionError(
            f"the claim name {claim.name!r} is not an identifier: write letters, digits and underscores"
        )
    if claim.expected not in WORDS:
        raise DefinitionError(f"{claim.name} expects {claim.expected!r}: write one of {', '.join(WORDS)}")
    for part in ("predicate", "needs", "given"):
        term = getattr(claim, part, TRUE)
        if not isinstance(term, Term) or term.sort != BOOL:
            raise DefinitionError(f"{claim.name} must be about a term that is true or false, which its {part} is not")


@dataclass(frozen=True)
class Holds:
    """No counterexample exists; `by` says how that is known (`explored`: every reachable state was seen)."""

    by: str
    word: Word = "holds"


@dataclass(frozen=True)
class Fails:
    """The trace ends where the claim is broken."""

    trace: Trace
    word: Word = "fails"


@dataclass(frozen=True)
class Witnessed:
    """The trace ends where the wanted state is reached."""

    trace: Trace
    word: Word = "witnessed"


@dataclass(frozen=True)
class Unreached:
    """A witness that does not exist; `by` says how that is known."""

    by: str
    word: Word = "fails"


@dataclass(frozen=True)
class Unknown:
    """Nothing was found out: what was searched, and why no more."""

    bound: str
    why: str
    word: Word = "unknown"


@dataclass(frozen=True)
class Vacuous:
    """The claim could not fail: what never came true."""

    why: str
    word: Word = "vacuous"


Verdict = Holds | Fails | Witnessed | Unreached | Unknown | Vacuous


def trace_of(verdict: Verdict) -> Trace | None:
    """The trace that a verdict carries, if it carries one."""
    return verdict.trace if isinstance(verdict, Fails | Witnessed) else None
