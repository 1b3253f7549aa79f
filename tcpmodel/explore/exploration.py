"""Interface of every explorer (explicit-state model checker): limits, counts, an exploration and its verdicts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tcpmodel.errors import DefinitionError, UsageError, choices
from tcpmodel.language.prose import prose
from tcpmodel.systems.claims import Always, Claim, Witness
from tcpmodel.systems.firing import Step
from tcpmodel.systems.system import State, TransitionSystem
from tcpmodel.systems.trace import Trace
from tcpmodel.systems.verdicts import Fails, Holds, Unknown, Unreached, Vacuous, Verdict, Witnessed, trace_of

Reached = Mapping[State, tuple[int, State | None, Step | None]]
"""For each state found, in the order found: its distance, and the state and step that it was found by."""


@dataclass(frozen=True)
class Limits:
    """When to stop: states found, seconds, bytes of memory; None is no limit."""

    states: int | None = None
    seconds: float | None = None
    memory: int | None = None

    def met(self, *, states: int, seconds: float, memory: int) -> tuple[str, str] | None:
        """The limit that is reached, by its name, and a sentence that says so."""
        if self.states is not None and states >= self.states:
            return "states", f"{self.states} states were found, which is the limit"
        if self.seconds is not None and seconds > self.seconds:
            return "time", f"{self.seconds:g} seconds had passed, which is the limit"
        if self.memory is not None and memory > self.memory:
            return "memory", f"{self.memory} bytes were in use, which is the limit"
        return None


UNLIMITED = Limits()


@dataclass
class Count:
    """Number of firings of a row, and of those that found a new state."""

    fired: int = 0
    new_states: int = 0


class Exploration(ABC):
    """Result of a search, as far as every explorer knows it."""

    def __init__(self, system: TransitionSystem) -> None:
        self.system = system
        self.stopped: str | None = None
        self.limit: str | None = None
        self.unsaved: str | None = None
        self.reduced = False
        self.seconds = 0.0
        self.memory = 0
        self.verdicts: dict[str, Verdict] = {}

    def __repr__(self) -> str:
        words = ", ".join(f"{name} {verdict.word}" for name, verdict in self.verdicts.items())
        end = "complete" if self.stopped is None else f"stopped: {self.stopped}"
        told = f"{self.states} states, {self.steps} steps, {end}"
        return f"<Exploration of {self.system.name}: {told}{'; ' if words else ''}{words}>"

    def trace(self, claim: str) -> Trace:
        """The trace that a claim's verdict carries; `UsageError` says which claims have one."""
        found = trace_of(self.verdicts[claim]) if claim in self.verdicts else None
        if found is None:
            having = (name for name, verdict in self.verdicts.items() if trace_of(verdict))
            raise UsageError(f"there is no trace of {claim!r}: {choices(claim, having)}")
        return found

    @property
    @abstractmethod
    def states(self) -> int:
        """The number of distinct reachable states found."""

    @property
    @abstractmethod
    def steps(self) -> int:
        """The number of firings from them, those that change nothing included."""

    @property
    @abstractmethod
    def depth(self) -> int:
        """The distance of the farthest state found."""

    @property
    @abstractmethod
    def frontier(self) -> int:
        """The number of states found whose steps have not been taken."""

    @property
    @abstractmethod
    def reached(self) -> Reached:
        """Every state found, in the order found."""

    @property
    @abstractmethod
    def stuck(self) -> Sequence[State]:
        """The states from which no step leads elsewhere."""

    @property
    @abstractmethod
    def rows(self) -> Counter[tuple[int, int, int]]:
        """Number of firings of each row, by its rule's, its block's and its own place."""

    @property
    @abstractmethod
    def new_by_row(self) -> Counter[tuple[int, int, int]]:
        """Number of steps of each row that found a new state."""

    @property
    @abstractmethod
    def bounds(self) -> Counter[str]:
        """Number of steps that met each bound."""

    @property
    def bounds_met(self) -> tuple[str, ...]:
        """The bounds that some step met."""
        return tuple(sorted(self.bounds))

    @abstractmethod
    def trace_to(self, state: State) -> Trace:
        """A shortest trace to a state that was found."""

    @property
    def complete(self) -> bool:
        """Whether every state reachable within the system's bounds was found."""
        return self.stopped is None

    def row_counts(self) -> dict[tuple[str, str], Count]:
        """The counts of each row, by name and citation, both endpoints together."""
        counts: dict[tuple[str, str], Count] = {}
        rows, new_by_row = self.rows, self.new_by_row
        for place, rule in enumerate(self.system.rules):
            for b, block in enumerate(rule.blocks):
                for r, row in enumerate(block.rows):
                    if not row.refuses:
                        count = counts.setdefault((row.name, row.rfc), Count())
                        count.fired += rows[place, b, r]
                        count.new_states += new_by_row[place, b, r]
        return counts


def check_claims(system: TransitionSystem, claims: Sequence[Claim]) -> None:
    """Raise `DefinitionError` if a claim names what the system does not have, or two have one name."""
    for claim in claims:
        system.check_claim(claim)
    if len({claim.name for claim in claims}) < len(claims):
        raise DefinitionError(f"{system.name} has two claims of one name: give each its own")


def beyond_top(system: TransitionSystem) -> str:
    """Sentence about a system with a count that may be larger than was declared."""
    return f"a count of {system.name} goes beyond its top: declare a larger top or a limit"


def verdict_on(claim: Claim, found: Exploration, *, trace: Trace | None, needed: bool) -> Verdict:
    """The verdict on a claim about single states, from the trace that shows it, if there is one.

    `needed` says whether what the claim needs came true.
    """
    if trace is not None:
        return Witnessed(trace) if isinstance(claim, Witness) else Fails(trace)
    if found.stopped is not None:
        return Unknown(f"{found.states} states to depth {found.depth}", found.stopped)
    if isinstance(claim, Witness):
        return Unreached("explored", found.bounds_met)
    if isinstance(claim, Always) and not needed:
        return Vacuous(f"no reachable state satisfies: {prose(claim.needs)}", found.bounds_met)
    return Holds("explored", found.bounds_met)


def counts(found: Exploration) -> Mapping[str, int]:
    """The numbers that engines must agree on."""
    return {"states": found.states, "steps": found.steps, "depth": found.depth}
