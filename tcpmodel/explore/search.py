"""The plain-Python explorer: breadth-first over the reference reading, exact, clear rather than fast.

It visits every reachable state once, in order of distance, so the first state that breaks a claim
ends a shortest counterexample.  Claims are judged on every state as it is found.  A state is stuck
where no step leads anywhere else.  It stays as the engine that faster ones are compared with.
"""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tcpmodel.errors import DefinitionError
from tcpmodel.language.prose import prose
from tcpmodel.language.terms import TRUE
from tcpmodel.systems.claims import (
    Always,
    Claim,
    DeadlockFree,
    Fails,
    Holds,
    LeadsTo,
    Unknown,
    Unreached,
    Vacuous,
    Verdict,
    Witness,
    Witnessed,
)
from tcpmodel.systems.firing import Outcome, Reference, Step
from tcpmodel.systems.system import State, TransitionSystem
from tcpmodel.systems.trace import Trace, replay

LOOK_UP_EVERY = 512
"""How many states are expanded between two looks at the clock and the memory."""


@dataclass(frozen=True)
class Limits:
    """When to stop: states found, seconds, bytes of the process; None is no limit."""

    states: int | None = None
    seconds: float | None = None
    memory: int | None = None


UNLIMITED = Limits()


@dataclass
class Count:
    """How often a row fired, and how often its step found a new state."""

    fired: int = 0
    new_states: int = 0


@dataclass
class Exploration:
    """What a search found.  `reached` gives each state its distance and the step that found it."""

    system: TransitionSystem
    reached: dict[State, tuple[int, State | None, Step | None]]
    steps: int = 0
    depth: int = 0
    stopped: str | None = None
    limit: str | None = None
    seconds: float = 0.0
    memory: int = 0
    stuck: list[State] = field(default_factory=list)
    rows: Counter[tuple[int, int, int]] = field(default_factory=Counter)
    new_by_row: Counter[tuple[int, int, int]] = field(default_factory=Counter)
    bounds: Counter[str] = field(default_factory=Counter)
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    @property
    def states(self) -> int:
        """The number of distinct reachable states found."""
        return len(self.reached)

    @property
    def complete(self) -> bool:
        """Whether every state reachable within the system's bounds was found."""
        return self.stopped is None

    def trace_to(self, state: State) -> Trace:
        """A shortest trace to a state that was found."""
        states, steps = [state], []
        _, before, step = self.reached[state]
        while before is not None and step is not None:
            states.append(before)
            steps.append(step)
            _, before, step = self.reached[before]
        return Trace(self.system, tuple(reversed(states)), tuple(reversed(steps)))

    def row_counts(self) -> dict[tuple[str, str], Count]:
        """The counts of each row, by name and citation, both endpoints together."""
        counts: dict[tuple[str, str], Count] = {}
        for place, rule in enumerate(self.system.rules):
            for b, block in enumerate(rule.blocks):
                for r, row in enumerate(block.rows):
                    if not row.refuses:
                        count = counts.setdefault((row.name, row.rfc), Count())
                        count.fired += self.rows[place, b, r]
                        count.new_states += self.new_by_row[place, b, r]
        return counts


def explore(
    system: TransitionSystem,
    claims: Sequence[Claim] = (),
    *,
    limits: Limits = UNLIMITED,
    progress: Callable[[Exploration], None] | None = None,
) -> Exploration:
    """Explore the system and judge the claims.

    `Exploration.stopped` says why if a limit ended the search; claims that are still open then are
    `Unknown`.  Raises `DefinitionError` if a claim names what the system does not have.
    """
    reference = Reference(system)
    judges = [_Judge(reference, claim) for claim in claims]
    if len({claim.name for claim in claims}) < len(claims):
        raise DefinitionError(f"{system.name} has two claims of one name: give each its own")
    found = Exploration(system, {system.initial: (0, None, None)})
    began = time.monotonic()
    base = _memory()
    for judge in judges:
        judge.see(system.initial)
    frontier: list[State] = [system.initial]
    try:
        while frontier and found.stopped is None:
            frontier = _expand(reference, found, frontier, judges, limits, began)
            if progress:
                progress(found)
    except KeyboardInterrupt:
        found.stopped, found.limit = "interrupted", "interrupt"
    found.seconds = time.monotonic() - began
    found.memory = max(0, _memory() - base)
    found.verdicts = {judge.claim.name: judge.verdict(found) for judge in judges}
    return found


def _expand(
    reference: Reference,
    found: Exploration,
    frontier: Iterable[State],
    judges: Sequence[_Judge],
    limits: Limits,
    began: float,
) -> list[State]:
    """Take every step from the frontier; the states that are new."""
    new: list[State] = []
    for n, state in enumerate(frontier):
        if n % LOOK_UP_EVERY == 0 or limits.states is not None:
            _look_up(found, limits, began)
            if found.stopped:
                break
        moves = False
        for outcome in reference.steps(state):
            moves |= outcome.state != state
            if _take(found, state, outcome):
                assert outcome.state is not None
                new.append(outcome.state)
                for judge in judges:
                    judge.see(outcome.state)
        if not moves:
            found.stuck.append(state)
            for judge in judges:
                judge.see_stuck(state)
    return new


def _take(found: Exploration, state: State, outcome: Outcome) -> bool:
    """Count a step; true if its state is new."""
    found.bounds.update(outcome.bound)
    if outcome.state is None:
        return False
    places = [(outcome.step.rule, b, r) for b, r in outcome.step.rows]
    found.steps += 1
    found.rows.update(places)
    if outcome.state in found.reached:
        return False
    distance = found.reached[state][0] + 1
    found.reached[outcome.state] = (distance, state, outcome.step)
    found.depth = distance
    found.new_by_row.update(places)
    return True


def _look_up(found: Exploration, limits: Limits, began: float) -> None:
    if limits.states is not None and found.states >= limits.states:
        found.stopped, found.limit = f"{limits.states} states were found, which is the limit", "states"
    elif limits.seconds is not None and time.monotonic() - began > limits.seconds:
        found.stopped, found.limit = f"{limits.seconds:g} seconds had passed, which is the limit", "time"
    elif limits.memory is not None and _memory() > limits.memory:
        found.stopped, found.limit = f"{limits.memory} bytes were in use, which is the limit", "memory"


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


class _Judge:
    """Watches the states as they are found, for one claim."""

    def __init__(self, reference: Reference, claim: Claim) -> None:
        self.claim = claim
        reference.system.check_claim(claim)
        needs = claim.needs if isinstance(claim, Always) else TRUE
        self._needs = reference.predicate(needs)
        self._predicate = reference.predicate(claim.predicate)
        self._needed = False
        self._decided: State | None = None

    def see(self, state: State) -> None:
        """A state was found."""
        if self._decided is None and isinstance(self.claim, Always | Witness):
            self._needed = self._needed or self._needs(state)
            if self._predicate(state) == isinstance(self.claim, Witness):
                self._decided = state

    def see_stuck(self, state: State) -> None:
        """A state was found from which nothing moves."""
        if self._decided is None and isinstance(self.claim, DeadlockFree) and not self._predicate(state):
            self._decided = state

    def verdict(self, found: Exploration) -> Verdict:
        """The verdict, its trace replayed."""
        if isinstance(self.claim, LeadsTo):
            return Unknown("none", "this engine does not judge what must happen eventually")
        if self._decided is not None:
            trace = replay(found.trace_to(self._decided))
            return Witnessed(trace) if isinstance(self.claim, Witness) else Fails(trace)
        if not found.complete:
            return Unknown(f"{found.states} states to depth {found.depth}", found.stopped or "")
        if isinstance(self.claim, Witness):
            return Unreached("explored")
        if isinstance(self.claim, Always) and not self._needed:
            return Vacuous(f"no reachable state satisfies: {prose(self.claim.needs)}")
        return Holds("explored")


def counts(found: Exploration) -> Mapping[str, int]:
    """The numbers that engines must agree on."""
    return {"states": found.states, "steps": found.steps, "depth": found.depth}
