"""Proof to be made of a system without bounds: an inductive invariant, the claims that follow from it, assumptions.

Bags are read as arbitrary sets of records and counters of names as never ending (`prove.obligations`), so what
bounds an exploration, capacities and budgets, plays no part.  Limits of the system and conditions on picks do: they
are assumptions, and a proof names each of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tcpmodel.language.terms import Term, truth
from tcpmodel.systems.claims import Always
from tcpmodel.systems.system import TransitionSystem


@dataclass(frozen=True)
class Assumption:
    """Assumption of a proof, in words, and as a term where it is one."""

    name: str
    says: str
    term: Term | None = None

    def __post_init__(self) -> None:
        if self.term is not None:
            truth(self.term, f"what is assumed as {self.name!r}")


class Lemma(NamedTuple):
    """A consequence of an invariant, and the names of the clauses that suffice for it."""

    claim: Always
    by: tuple[str, ...]


class Crowd(NamedTuple):
    """Records that there are besides: their bags and what they are called, and what is so of them, in words and terms.

    That a step can happen is asked with them there, since guards may say `every`, of records that it does not take.
    """

    says: str
    records: tuple[tuple[str, str], ...]
    term: Term


@dataclass(frozen=True)
class Tooth:
    """A change under which the proof must fail: the changed system, and what is expected to break.

    `breaks` is a row in whose step some clause or claim is not kept; `hazard` names it in the catalogue, and `spec`
    is the story whose shortest counterexample ends with that row.  With `also` nothing is changed but that more is
    claimed: what the rules do not guarantee.
    """

    name: str
    says: str
    system: TransitionSystem
    breaks: str
    hazard: str
    spec: str
    also: tuple[Always, ...] = ()


@dataclass(frozen=True)
class Proof:
    """A system with an invariant; every rule keeps it, and every claim follows from it.

    `lemmas` follow from it as claims do, and help to see that rules keep it.
    `names` are the counters whose numbers only say who is meant (`prove.names`); `mirror` exchanges
    variables such that rules come in pairs which are each other's mirror images.  Every step that can happen can also
    with the first of `crowds` there, and one that picks a number with each of them.
    """

    system: TransitionSystem
    invariant: tuple[Always, ...]
    claims: tuple[Always, ...]
    lemmas: tuple[Lemma, ...] = ()
    names: tuple[Term, ...] = ()
    mirror: Mapping[Term, Term] = field(default_factory=dict, repr=False)
    assumptions: tuple[Assumption, ...] = ()
    teeth: tuple[Tooth, ...] = ()
    crowds: tuple[Crowd, ...] = ()
    found: str = "by hand"

    @property
    def consequences(self) -> tuple[Always, ...]:
        """All that follows from the invariant: what the lemmas say, and the claims."""
        return (*self.helpers, *self.claims)

    @property
    def helpers(self) -> tuple[Always, ...]:
        """Terms of the lemmas."""
        return tuple(lemma.claim for lemma in self.lemmas)
