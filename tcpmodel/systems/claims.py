"""Claims: what is to be judged of a system.

A claim "always p implies q" whose p never comes true cannot fail and is judged vacuous, not passed.

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
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tcpmodel.errors import DefinitionError
from tcpmodel.language.terms import FALSE, TRUE, Term, truth

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
    """Deadlock freedom: where no step changes anything any more, `predicate` is true, an accepted end of the system."""

    name: str = "deadlock_free"
    predicate: Term = FALSE
    says: str = "the system stops only where it may"
    expected: Word = "holds"
    kind = "deadlock_free"

    def __post_init__(self) -> None:
        _check(self)


Claim = Always | Witness | LeadsTo | DeadlockFree
"""Whatever can be claimed of a system."""


def _check(claim: Claim) -> None:
    if not isinstance(claim.name, str) or not claim.name.isidentifier():
        raise DefinitionError(
            f"the claim name {claim.name!r} is not an identifier: write letters, digits and underscores"
        )
    if claim.expected not in WORDS:
        raise DefinitionError(f"{claim.name} expects {claim.expected!r}: write one of {', '.join(WORDS)}")
    for part in ("predicate", "needs", "given"):
        truth(getattr(claim, part, TRUE), f"the {part} of {claim.name}")
