"""Claims, and the verdicts on them.

A verdict is never a bare truth value: it carries the trace that shows it, or says by what it holds,
or why nothing was found out.  A claim "always p implies q" whose p never comes true cannot fail and
is judged vacuous, not passed.

What must happen eventually is judged on runs that go on for ever, as TLA judges them.  A run starts
where the system starts; each of its steps is the firing of a rule or a stutter, which changes
nothing, and it may stutter for ever: it stops.  A firing that changes nothing is a stutter.  For
fairness an entry `Fair(rule, taking=t)` means the rule's firings that change something and whose
record satisfies t.  The entry is *enabled* in a state that has such a firing, also where a bound
cuts it, and a run *takes* it in a step that is one.

    weak     not: enabled for ever from some point on, yet taken only finitely often
    strong   not: enabled infinitely often, yet taken only finitely often

A run is *fair* to a claim if it is fair in each of the claim's entries; strong implies weak.  So a
run may stop exactly where no entry is enabled.  `LeadsTo` holds if in every fair run each state that
satisfies `given` satisfies `predicate`, or one after it does.  A rule that is not named may be put
off for ever.  Runs stay within the bounds: where only cut firings would be fair, the run would have
to leave them, so it is no counterexample, and nothing is claimed of what lies outside.  Where no fair
run from where something is given stays within, the claim would hold of any goal: it is vacuous.

A *bound* is what keeps a system from doing what the thing that it stands for may do: a limit, a bag
that is full (be the step cut, or what it sends lost), a pick that finds no value.  A verdict that no
such run exists says of which bounds that is only so `within`: those that some step met.  No bound is
what belongs to the system itself: budgets, sequence numbers that wrap, counts that stay where they
are; and a count that would go beyond its top is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tcpmodel.errors import DefinitionError
from tcpmodel.language.terms import FALSE, TRUE, Term, truth

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
class Fair:
    """A rule that may not be put off for ever; with `taking` only its firings on records that satisfy that.

    The term is over the fields of the record that the rule takes, under the rule's name for it.  Several
    entries for one rule are a promise for each kind of record, as of a channel that loses any segment
    but, of the segments of one kind sent infinitely often, not all.
    """

    rule: str
    strong: bool = False
    taking: Term = TRUE

    def __post_init__(self) -> None:
        if not isinstance(self.rule, str):
            raise DefinitionError(f"fairness is to a rule's name, not to {self.rule!r}: write weak('A: SEND')")
        truth(self.taking, f"what fairness to {self.rule!r} takes")


def weak(rule: str, *, taking: Term = TRUE) -> Fair:
    """The rule is not enabled for ever without being taken."""
    return Fair(rule, strong=False, taking=taking)


def strong(rule: str, *, taking: Term = TRUE) -> Fair:
    """The rule is not enabled again and again for ever without being taken."""
    return Fair(rule, strong=True, taking=taking)


@dataclass(frozen=True)
class LeadsTo:
    """Whenever `given` is true, `predicate` is true then or later, if the rules in `fair` are not put off for ever."""

    name: str
    given: Term
    predicate: Term
    fair: tuple[Fair, ...] = ()
    says: str = ""
    expected: Word = "holds"
    kind = "leads_to"

    def __post_init__(self) -> None:
        _check(self)
        if not isinstance(self.fair, tuple | list):
            raise DefinitionError(f"{self.name} is fair to what is no tuple: write fair=(weak('A: SEND'),)")
        for entry in self.fair:
            if not isinstance(entry, Fair):
                raise DefinitionError(f"{self.name} is fair to {entry!r}: write weak({entry!r}) or strong({entry!r})")


def AlwaysEventually(  # noqa: N802 - it stands in a list of claims beside Always and LeadsTo
    name: str, predicate: Term, fair: tuple[Fair, ...] = (), *, says: str = "", expected: Word = "holds"
) -> LeadsTo:
    """Infinitely often `predicate` is true, if the rules in `fair` are not put off for ever."""
    return LeadsTo(name, TRUE, predicate, fair, says, expected)


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
    if not isinstance(claim.name, str) or not claim.name.isidentifier():
        raise DefinitionError(
            f"the claim name {claim.name!r} is not an identifier: write letters, digits and underscores"
        )
    if claim.expected not in WORDS:
        raise DefinitionError(f"{claim.name} expects {claim.expected!r}: write one of {', '.join(WORDS)}")
    for part in ("predicate", "needs", "given"):
        truth(getattr(claim, part, TRUE), f"the {part} of {claim.name}")


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
