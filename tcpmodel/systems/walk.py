"""A random walk: runs of a system chosen by chance, where the numbers are too many for any exploration.

Every step of a walk is a step of the reference reading, from where the system starts; a step that a bound cuts is
not taken, and where a run can do no more or has grown long, another one starts.  The same seed walks the same way,
whatever is claimed.  Where a row picks a number, not all 2^n can be tried: half of the candidates are any
number, half lie near a number that the state holds, at the distances at which comparisons turn over.
A walk finds mistakes and shows that claims were put to the test; it proves nothing of the runs not taken.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from random import Random
from typing import cast

from tcpmodel.errors import UsageError
from tcpmodel.language.operators import Op
from tcpmodel.language.sorts import SEQ
from tcpmodel.language.terms import both
from tcpmodel.language.terms import walk as subterms
from tcpmodel.systems.claims import Always
from tcpmodel.systems.firing import Outcome, Reference, Step, reference_of
from tcpmodel.systems.parts import row_parts, rows
from tcpmodel.systems.system import Record, Rule, State, TransitionSystem, Variable
from tcpmodel.systems.trace import Trace, replay

LONGEST = 100
"""After how many steps a run is left."""
CANDIDATES = 500
"""How many numbers are tried where a row picks one; if none will do, the rule is not fired."""
PATIENCE = 50
"""After how many draws of a rule that cannot be fired every rule is tried once."""

Fired = Mapping[tuple[int, tuple[tuple[int, int], ...]], int]
"""How often a rule, by its place, was fired with these rows, by their places in it."""


@dataclass(frozen=True)
class Walk:
    """Result of a random walk: firings of each row, how often each claim's need was met, and the claims that broke.

    `fired` counts by rule and row, by their names, and has a 0 for every row that never fired; `met` counts
    states, by claim.  `broken` has for a claim the first run that broke it, with steps left out that it can do without.
    """

    system: TransitionSystem
    seed: int
    steps: int
    runs: int
    fired: Mapping[tuple[str, str], int] = field(repr=False)
    met: Mapping[str, int]
    broken: Mapping[str, Trace] = field(repr=False)

    @property
    def rows(self) -> dict[str, int]:
        """Number of firings of each row, whichever rules it stands in."""
        total = dict.fromkeys((row for _, row in self.fired), 0)
        for (_, row), times in self.fired.items():
            total[row] += times
        return total


def alike(rule: Rule) -> float:
    """Every rule weighs the same."""
    return 1


def walk(
    system: TransitionSystem,
    claims: Sequence[Always],
    *,
    steps: int,
    seed: int,
    weight: Callable[[Rule], float] = alike,
    longest: int = LONGEST,
) -> Walk:
    """Take so many steps, in runs of at most `longest`, and judge the claims in every state.

    Of the rules that can be fired each is as likely as it is heavy; one that weighs nothing is never fired.  A claim
    that breaks is not judged any further.  The walk ends early where nothing can be fired at the start.
    """
    names = [claim.name for claim in claims]
    for claim in claims:
        system.check_claim(claim)
        if names.count(claim.name) > 1:
            raise UsageError(f"two claims are called {claim.name!r}, and each is counted by its name: rename one")
    judge = _Judge(reference_of(system), claims)
    fired: Counter[tuple[int, tuple[tuple[int, int], ...]]] = Counter()
    taken, count = 0, 0
    for run in runs(system, seed=seed, weight=weight, longest=longest):
        left = steps - taken
        run = replace(run, states=run.states[: left + 1], steps=run.steps[:left])
        judge.hear(run)
        fired.update((step.rule, step.rows) for step in run.steps)
        taken, count = taken + len(run), count + 1
        if taken >= steps:
            break
    return Walk(system, seed, taken, count, _by_row(system, fired), judge.met, judge.broken)


def runs(
    system: TransitionSystem, *, seed: int, weight: Callable[[Rule], float] = alike, longest: int = LONGEST
) -> Iterator[Trace]:
    """The runs of which a walk consists: without end, or one of no steps where nothing can be fired at the start."""
    if longest < 1:
        raise UsageError(f"longest={longest} leaves no run a step: write 1 or more")
    chances = _Chances(reference_of(system), Random(seed), weight)
    while True:
        run = chances.run(most=longest)
        yield run
        if not run.steps:
            return


def _by_row(system: TransitionSystem, fired: Fired) -> dict[tuple[str, str], int]:
    """The firings by rule and row; a row that refuses cannot fire and is left out."""
    found = {(rule.name, row.name): 0 for rule in system.rules for row in rows(rule) if not row.refuses}
    for (place, places), times in fired.items():
        rule = system.rules[place]
        for b, r in places:
            found[rule.name, rule.blocks[b].rows[r].name] += times
    return found


# Firing one rule in one way.


def _records(system: TransitionSystem, rule: Rule, state: State) -> tuple[Record | None, ...]:
    """Records that the rule can take; None, once, if it takes none."""
    if rule.take is None:
        return (None,)
    where = system.bag_position[rule.take.bag]
    return state.bags[where][:1] if system.bags[where].ordered else state.bags[where]


def _fire(
    reference: Reference, place: int, state: State, record: Record | None, numbers: Iterable[int]
) -> Outcome | None:
    """The rule's first firing on a record that it can take, or `None` where it is not enabled."""
    rule, read = reference.system.rules[place], reference._rules[place]
    if not read.when(state.values, state.bags):
        return None
    working, bags = list(state.values), [list(b) for b in state.bags]
    if rule.take is not None and record is not None:
        working += record
        if not rule.take.keep:
            bags[reference.system.bag_position[rule.take.bag]].remove(record)
    asked_one_by_one = cast(Sequence[int], numbers)
    return next(reference._run(place, read, working, bags, record, asked_one_by_one), None)


def _again(reference: Reference, step: Step, state: State) -> Outcome | None:
    """The firing of the step's rule on its record, ghosts aside, with its numbers."""
    rule = reference.system.rules[step.rule]
    wanted = _real(reference.system, rule, step.taken)
    for record in _records(reference.system, rule, state):
        if _real(reference.system, rule, record) == wanted:
            return _fire(reference, step.rule, state, record, step.picked)
    return None


def _real(system: TransitionSystem, rule: Rule, record: Record | None) -> Record | None:
    if rule.take is None or record is None:
        return record
    return tuple(x for f, x in zip(system.bag(rule.take.bag).fields, record, strict=True) if not f.ghost)


class _Chances:
    """Random choices of a walk: which rule, which record, which numbers."""

    def __init__(self, reference: Reference, random: Random, weight: Callable[[Rule], float]) -> None:
        self.system = system = reference.system
        self._reference, self._random = reference, random
        weights = {place: weight(rule) for place, rule in enumerate(system.rules)}
        self._places = tuple(place for place, heavy in weights.items() if heavy > 0)
        self._weights = tuple(accumulate(weights[place] for place in self._places))
        self._numbers = _places_of_numbers(system.variables)
        self._fields = tuple(_places_of_numbers(bag.fields) for bag in system.bags)
        self._offsets = _offsets(system)

    def run(self, *, most: int) -> Trace:
        """A run of so many steps, or to where no rule could be fired."""
        states, steps = [self.system.initial], list[Step]()
        while len(steps) < most:
            outcome = self._step(states[-1])
            if outcome is None or outcome.state is None:
                break
            states.append(outcome.state)
            steps.append(outcome.step)
        return Trace(self.system, tuple(states), tuple(steps))

    def _step(self, state: State) -> Outcome | None:
        """A step from the state, or `None` if no rule could be fired."""
        for place in self._order():
            rule = self.system.rules[place]
            records = _records(self.system, rule, state)
            if records:
                record = records[int(self._random.random() * len(records))]
                outcome = _fire(self._reference, place, state, record, self._candidates(state))
                if outcome is not None and outcome.state is not None:
                    return outcome
        return None

    def _order(self) -> Iterator[int]:
        """Rules by their weights, then each once."""
        if self._places:
            for _ in range(PATIENCE):
                yield self._places[bisect(self._weights, self._random.random() * self._weights[-1])]
        yield from self._places

    def _candidates(self, state: State) -> Iterator[int]:
        random, bits = self._random, self.system.bits
        near = [0, 1 << bits - 1, *(state.values[i] for i in self._numbers)]
        for places, records in zip(self._fields, state.bags, strict=True):
            near += [record[i] for record in records for i in places]
        for _ in range(CANDIDATES):
            if random.random() < 0.5:
                yield random.getrandbits(bits)
            else:
                yield (random.choice(near) + random.choice(self._offsets)) % (1 << bits)


def _places_of_numbers(variables: tuple[Variable, ...]) -> tuple[int, ...]:
    """Places of the sequence numbers that rules can read."""
    return tuple(i for i, v in enumerate(variables) if v.term.sort == SEQ and not v.ghost)


def _offsets(system: TransitionSystem) -> tuple[int, ...]:
    """Distances at which comparisons turn over: the rules' constants, such as the window, and one beside."""
    computed = (p.term for rule in system.rules for p in row_parts(rule) if p.use in ("when", "pick", "set"))
    inside = (t for term in computed for t in subterms(term))
    constants = {0, *(int(str(t.payload)) for t in inside if t.op is Op.VALUE and t.sort == SEQ)}
    near = {c + beside for c in constants for beside in (-1, 0, 1)}
    return tuple(sorted(near | {-n for n in near}))


# Judging the claims.


class _Judge:
    """The claims that are not broken yet, and in how many states each claim's need was met."""

    def __init__(self, reference: Reference, claims: Sequence[Always]) -> None:
        self._reference = reference
        self._needs = tuple((c.name, reference.predicate(c.needs)) for c in claims)
        self.met = dict.fromkeys((c.name for c in claims), 0)
        self.broken: dict[str, Trace] = {}
        self._keep(claims)

    def _keep(self, claims: Sequence[Always]) -> None:
        self._left = tuple(claims)
        self._all_hold = self._reference.predicate(both(*(c.predicate for c in claims)))

    def hear(self, run: Trace) -> None:
        """Judge every state of a run."""
        for i, state in enumerate(run.states):
            for name, need in self._needs:
                if need(state):
                    self.met[name] += 1
            if not self._all_hold(state):
                self._break(replace(run, states=run.states[: i + 1], steps=run.steps[:i]))

    def _break(self, run: Trace) -> None:
        """Keep the run for the claims that its last state breaks."""
        fallen = [c for c in self._left if not self._reference.predicate(c.predicate)(run.last)]
        self.broken |= {c.name: replay(_shortened(self._reference, run, c)) for c in fallen}
        self._keep([c for c in self._left if c not in fallen])


def _shortened(reference: Reference, run: Trace, claim: Always) -> Trace:
    """A run that breaks the claim by steps of this one, no one of which can be left out."""
    holds = reference.predicate(claim.predicate)
    best, size = run, max(len(run) // 2, 1)
    while size:
        i, before = 0, len(best)
        while i < len(best):
            shorter = _broken_by(reference, (*best.steps[:i], *best.steps[i + size :]), holds)
            best, i = (best, i + size) if shorter is None else (shorter, i)
        if len(best) == before:
            size //= 2
    return best


def _broken_by(reference: Reference, steps: Sequence[Step], holds: Callable[[State], bool]) -> Trace | None:
    """The run by these steps to where the predicate is false, if it comes to be; what cannot be fired is left out."""
    states, taken = [reference.system.initial], list[Step]()
    for step in steps:
        if not holds(states[-1]):
            break
        outcome = _again(reference, step, states[-1])
        if outcome is not None and outcome.state is not None:
            states.append(outcome.state)
            taken.append(outcome.step)
    return None if holds(states[-1]) else Trace(reference.system, tuple(states), tuple(taken))
