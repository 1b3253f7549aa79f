"""The plain-Python explorer: breadth-first over the reference reading, exact, clear rather than fast.

It visits every reachable state once, in order of distance, so the first state that breaks a claim
ends a shortest counterexample.  Claims are judged on every state as it is found, except those of what
must happen eventually, which need all of them.  A state is stuck where no step leads anywhere else.
It stays as the engine that faster ones are compared with.
"""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from tcpmodel.errors import DefinitionError
from tcpmodel.explore.eventually import judge_eventually
from tcpmodel.explore.exploration import UNLIMITED, Exploration, Limits, Reached, beyond_top, check_claims, verdict_on
from tcpmodel.language.terms import TRUE
from tcpmodel.systems.claims import Always, Claim, DeadlockFree, LeadsTo, Witness
from tcpmodel.systems.firing import Outcome, Reference, Step, reference_of
from tcpmodel.systems.system import State, TransitionSystem, Variable
from tcpmodel.systems.trace import Trace, replay
from tcpmodel.systems.verdicts import Verdict

LOOK_UP_EVERY = 512
"""How many states are expanded between two looks at the clock and the memory."""


class PlainExploration(Exploration):
    """Result of the plain search."""

    def __init__(self, system: TransitionSystem) -> None:
        super().__init__(system)
        self._reached: dict[State, tuple[int, State | None, Step | None]] = {system.initial: (0, None, None)}
        self._steps = self._depth = self._frontier = 0
        self._stuck: list[State] = []
        self._rows: Counter[tuple[int, int, int]] = Counter()
        self._new_by_row: Counter[tuple[int, int, int]] = Counter()
        self._bounds: Counter[str] = Counter()
        self._tops = _tops(system.variables)
        self._tops_of_records = tuple(_tops(bag.fields) for bag in system.bags)

    @property
    def states(self) -> int:
        return len(self._reached)

    @property
    def steps(self) -> int:
        return self._steps

    @property
    def depth(self) -> int:
        return self._depth

    @property
    def frontier(self) -> int:
        return self._frontier

    @property
    def reached(self) -> Reached:
        return self._reached

    @property
    def stuck(self) -> Sequence[State]:
        return self._stuck

    @property
    def rows(self) -> Counter[tuple[int, int, int]]:
        return self._rows

    @property
    def new_by_row(self) -> Counter[tuple[int, int, int]]:
        return self._new_by_row

    @property
    def bounds(self) -> Counter[str]:
        return self._bounds

    def trace_to(self, state: State) -> Trace:
        states, steps = [state], []
        _, before, step = self._reached[state]
        while before is not None and step is not None:
            states.append(before)
            steps.append(step)
            _, before, step = self._reached[before]
        return Trace(self.system, tuple(reversed(states)), tuple(reversed(steps)))

    def take(self, state: State, outcome: Outcome) -> bool:
        """Count a step; true if its state is new."""
        self._bounds.update(outcome.bound)
        if outcome.state is None:
            return False
        places = [(outcome.step.rule, b, r) for b, r in outcome.step.rows]
        self._steps += 1
        self._rows.update(places)
        if outcome.state in self._reached:
            return False
        self._check_tops(outcome.state)
        self._depth = self._reached[state][0] + 1
        self._reached[outcome.state] = (self._depth, state, outcome.step)
        self._new_by_row.update(places)
        return True

    def _check_tops(self, state: State) -> None:
        """Raise `DefinitionError` if a count is beyond its top."""
        records = [
            (tops, record) for tops, bag in zip(self._tops_of_records, state.bags, strict=True) for record in bag
        ]
        if any(values[i] > top for tops, values in ((self._tops, state.values), *records) for i, top in tops):
            raise DefinitionError(beyond_top(self.system))

    def has_frontier(self, states: int) -> None:
        """So many states have been found and not yet been expanded."""
        self._frontier = states

    def note_stuck(self, state: State) -> None:
        """From this state nothing moves."""
        self._stuck.append(state)

    def look_up(self, limits: Limits, *, seconds: float) -> None:
        """Stop if a limit is met."""
        met = limits.met(states=self.states, seconds=seconds, memory=_memory())
        if met:
            self.limit, self.stopped = met


def explore(
    system: TransitionSystem,
    claims: Sequence[Claim] = (),
    *,
    limits: Limits = UNLIMITED,
    progress: Callable[[Exploration], None] | None = None,
) -> PlainExploration:
    """Explore the system and judge the claims.

    `Exploration.stopped` says why if a limit ended the search; claims that are still open then are
    `Unknown`.  Raises `DefinitionError` if a claim names what the system does not have, or a count goes
    beyond its top.
    """
    reference = reference_of(system)
    check_claims(system, claims)
    judges = [_Judge(reference, claim) for claim in claims]
    found = PlainExploration(system)
    began = time.monotonic()
    base = _memory()
    for judge in judges:
        judge.see(system.initial)
    frontier: list[State] = [system.initial]
    try:
        while frontier and found.stopped is None:
            frontier = _expand(reference, found, frontier, judges, limits, began)
            found.has_frontier(len(frontier))
            found.seconds = time.monotonic() - began
            if progress:
                progress(found)
    except KeyboardInterrupt:
        found.stopped, found.limit = "interrupted", "interrupt"
    found.seconds = time.monotonic() - began
    found.memory = max(0, _memory() - base)
    found.verdicts = {judge.claim.name: judge.verdict(found) for judge in judges}
    eventual = [claim for claim in claims if isinstance(claim, LeadsTo)]
    if eventual and found.complete:
        found.verdicts |= judge_eventually(
            reference, list(found.reached), eventual, found.trace_to, within=found.bounds_met
        )
    return found


def _expand(
    reference: Reference,
    found: PlainExploration,
    frontier: Iterable[State],
    judges: Sequence[_Judge],
    limits: Limits,
    began: float,
) -> list[State]:
    """Take every step from the frontier; the states that are new."""
    new: list[State] = []
    for n, state in enumerate(frontier):
        if n % LOOK_UP_EVERY == 0 or limits.states is not None:
            found.look_up(limits, seconds=time.monotonic() - began)
            if found.stopped:
                break
        moves = False
        for outcome in reference.steps(state):
            moves |= outcome.state != state
            if found.take(state, outcome):
                assert outcome.state is not None
                new.append(outcome.state)
                for judge in judges:
                    judge.see(outcome.state)
        if not moves:
            found.note_stuck(state)
            for judge in judges:
                judge.see_stuck(state)
    return new


def _tops(variables: Sequence[Variable]) -> list[tuple[int, int]]:
    """The places of the counts that have a top, with it."""
    return [(i, v.top) for i, v in enumerate(variables) if v.top is not None]


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


class _Judge:
    """Watches the states as they are found, for one claim."""

    def __init__(self, reference: Reference, claim: Claim) -> None:
        self.claim = claim
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

    def verdict(self, found: PlainExploration) -> Verdict:
        """The verdict, its trace replayed."""
        trace = None if self._decided is None else replay(found.trace_to(self._decided))
        return verdict_on(self.claim, found, trace=trace, needed=self._needed)
