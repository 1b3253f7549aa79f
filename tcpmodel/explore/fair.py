"""Fair runs on an explored graph: is there one that avoids a goal for ever, and a short one to show it.

What a run is and when it is fair stands in `systems.claims`.  Of a run that avoids the goal for ever,
let S be the states and E the steps that occur infinitely often: S is strongly connected by E, or one
state at which the run stops.  A run with the same S that takes every step within S infinitely often is
fair if any with this S is.  So fair runs are found by strong components: one that breaks a weak entry
breaks it in all its parts and is dropped; one that breaks a strong entry can only keep a fair part
among the states that do not enable it, so the others are removed and the rest is decomposed again.

This is emptiness of a Streett automaton by repeated decomposition (Emerson and Lei 1987), with Tarjan's
strong components (1972) as scipy computes them.  It ends, since each round drops or splits a component.  Each round
takes time in proportion to the steps left.  It errs on neither side: a
component that is kept has a fair run, round all its steps; one that is dropped has none, since S and E of such a run
would lie in a smaller component that is looked at in a later round, or break an entry.

A run is shown by a shortest way to where it repeats and a cycle that keeps every entry: a shortest
lasso, unless the search for it would cost more than `PATIENCE`, then a short one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Truth = NDArray[np.bool_]
Places = NDArray[np.int64]
Masks = NDArray[np.uint64]

MOST_ENTRIES = 64
"""How many fairness entries a graph can tell apart, one bit each."""
PATIENCE = 200_000
"""How many steps to try for a shortest cycle before a short one will do."""
NONE, START = -2, -1
"""In place of the step by which a state was reached: not reached; where the search began."""


@dataclass(frozen=True)
class StepGraph:
    """The steps that lead elsewhere, by the state that they leave; state 0 is the initial one.

    The steps from state s are those from `first[s]` up to `first[s + 1]`.  Bit i of `taken` says that
    the step takes fairness entry i, of `enabled` that a step from the state would, be it cut or not.
    """

    first: Places
    target: Places
    taken: Masks
    enabled: Masks

    @property
    def states(self) -> int:
        """The number of states."""
        return len(self.first) - 1

    def source(self) -> Places:
        """The state that each step leaves."""
        states: Places = np.repeat(np.arange(self.states), np.diff(self.first))
        return states

    def steps_from(self, states: Places) -> Places:
        """The steps that leave these states, in the order of the states."""
        begin, many = self.first[states], np.diff(self.first)[states]
        ends = np.cumsum(many)
        steps: Places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(begin - ends + many, many)
        return steps


@dataclass(frozen=True)
class Fairness:
    """The entries, as bits, that a run must be weakly and strongly fair to."""

    weak: int = 0
    strong: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "weak", self.weak & ~self.strong)

    @property
    def all(self) -> int:
        """Every entry."""
        return self.weak | self.strong


class BadRun(NamedTuple):
    """A run that avoids the goal for ever.

    It goes by a shortest trace to the state `start`, where something is given, by the steps `path` to
    where it repeats, and then round by the steps `cycle` for ever; without a cycle it stops.
    """

    start: int
    path: tuple[int, ...]
    cycle: tuple[int, ...]


def bad_run(graph: StepGraph, given: Truth, goal: Truth, fairness: Fairness) -> BadRun | None:
    """A shortest fair run that comes to a state where `given` is true and from there avoids `goal` for ever."""
    ways = _ways(graph, given & ~goal, ~goal)
    stops = np.flatnonzero((ways.length >= 0) & (graph.enabled & np.uint64(fairness.all) == 0))
    part = fair_parts(graph, ways.length >= 0, fairness)
    best = _Best(int(ways.length[stops].min()), int(stops[ways.length[stops].argmin()])) if len(stops) else None
    members = np.flatnonzero(part >= 0)
    if len(members):
        best = _with_cycle(graph, fairness, part, members[np.argsort(ways.length[members], kind="stable")], ways, best)
    return None if best is None else BadRun(*ways.back(graph, best.at), best.cycle)


def pending(graph: StepGraph, given: Truth, goal: Truth) -> Truth:
    """The states to which a run can come that was where `given` is true and has avoided the goal since."""
    return _ways(graph, given & ~goal, ~goal).length >= 0


def lasting(graph: StepGraph, fairness: Fairness) -> Truth:
    """The states from which there is a fair run at all; if no step was cut, these are all."""
    everywhere = np.ones(graph.states, np.bool_)
    ends = (fair_parts(graph, everywhere, fairness) >= 0) | (graph.enabled & np.uint64(fairness.all) == 0)
    back, length, by = _reversed(graph), np.where(ends, 0, -1), np.full(graph.states, NONE)
    front = np.flatnonzero(ends)
    while len(front):
        front = _next(back, front, everywhere, length, by, 1)
    found: Truth = length >= 0
    return found


def _reversed(graph: StepGraph) -> StepGraph:
    """The same steps backwards."""
    order = np.argsort(graph.target, kind="stable")
    first = np.concatenate(([0], np.cumsum(np.bincount(graph.target, minlength=graph.states))))
    return StepGraph(first, graph.source()[order], graph.taken[order], graph.enabled)


class _Best(NamedTuple):
    """The shortest lasso so far: its length, where it repeats, and by which steps."""

    length: int
    at: int
    cycle: tuple[int, ...] = ()


# Strong components.


def fair_parts(graph: StepGraph, inside: Truth, fairness: Fairness) -> Places:
    """A number for each state in which fair runs that stay inside may go round; -1 for every other state.

    States of one number are strongly connected, and a run that takes all steps among them is fair.
    """
    source, part = graph.source(), np.full(graph.states, -1)
    label, numbered = np.where(inside, 0, -1), 0
    steps = np.flatnonzero(inside[source] & inside[graph.target])
    while len(steps):
        label = _components(label, source[steps], graph.target[steps])
        steps = _staying(label, source, graph.target, steps)
        weakly, strongly = _broken(graph, fairness, label, steps)
        at = np.flatnonzero(label >= 0)
        weak, strong = weakly[label[at]], strongly[label[at]]
        fair = at[weak | strong == 0]
        part[fair] = label[fair] + numbered
        numbered += graph.states
        label[fair] = -1
        label[at[weak | strong & graph.enabled[at] != 0]] = -1
        steps = _staying(label, source, graph.target, steps)
    return part


def _staying(label: Places, source: Places, target: Places, steps: Places) -> Places:
    """Those of the steps that lead from a component to itself."""
    here = label[source[steps]]
    kept: Places = steps[(here >= 0) & (here == label[target[steps]])]
    return kept


def _components(label: Places, source: Places, target: Places) -> Places:
    """The strongly connected components that these steps make; -1 for the states that they do not connect.

    The steps come in the order of their sources.
    """
    from scipy.sparse import csr_array  # its import takes longer than most explorations
    from scipy.sparse.csgraph import connected_components

    met = np.zeros(len(label), np.bool_)
    met[source], met[target] = True, True
    states, place = np.flatnonzero(met), np.cumsum(met) - 1
    first = np.concatenate(([0], np.cumsum(np.bincount(place[source], minlength=len(states)))))
    matrix = csr_array((np.ones(len(source)), place[target], first), shape=(len(states), len(states)))
    matrix.sum_duplicates()  # with parallel steps scipy's search may never end
    _, found = connected_components(matrix, connection="strong")
    alone = np.bincount(found)[found] == 1
    result = np.full(len(label), -1)
    result[states] = np.where(alone, -1, found)
    return result


def _broken(graph: StepGraph, fairness: Fairness, label: Places, steps: Places) -> tuple[Masks, Masks]:
    """For each component the weak and the strong entries that no run round all of it keeps."""
    at, size = np.flatnonzero(label >= 0), int(label.max()) + 1
    taken, enabled, resting = (np.zeros(size, np.uint64) for _ in range(3))
    np.bitwise_or.at(taken, label[graph.target[steps]], graph.taken[steps])
    np.bitwise_or.at(enabled, label[at], graph.enabled[at])
    np.bitwise_or.at(resting, label[at], ~graph.enabled[at])
    return ~resting & ~taken & np.uint64(fairness.weak), enabled & ~taken & np.uint64(fairness.strong)


# Ways.


@dataclass(frozen=True)
class _Ways:
    """Distance of each state by steps that stay inside, and the step that reached it; -1 if none does.

    Lengths count from the initial state.
    """

    length: Places
    by: Places

    def back(self, graph: StepGraph, state: int) -> tuple[int, tuple[int, ...]]:
        """The state where the way to a state begins, and the steps of the way."""
        steps = []
        while self.by[state] != START:
            steps.append(int(self.by[state]))
            state = int(np.searchsorted(graph.first, steps[-1], side="right")) - 1
        return state, tuple(reversed(steps))


def _ways(graph: StepGraph, starts: Truth, inside: Truth) -> _Ways:
    """Shortest ways from the initial state to one of the starts, and on from there inside."""
    far, unused = (np.full(graph.states, -1) for _ in range(2))
    ways = _Ways(np.full(graph.states, -1), np.full(graph.states, NONE))
    outside, front, length = np.array([0]), np.array([], dtype=np.int64), 0
    far[0] = 0
    while len(outside) or len(front):
        begun = outside[starts[outside] & (ways.length[outside] < 0)]
        ways.length[begun], ways.by[begun] = length, START
        front = np.concatenate((front, begun))
        length += 1
        outside = _next(graph, outside, np.ones_like(inside), far, unused, length)
        front = _next(graph, front, inside, ways.length, ways.by, length)
    return ways


def _next(graph: StepGraph, front: Places, inside: Truth, length: Places, by: Places, now: int) -> Places:
    """The states inside that are first reached by a step from the front; their lengths and steps are noted."""
    steps = graph.steps_from(front)
    targets = graph.target[steps]
    fresh = inside[targets] & (length[targets] < 0)
    new, which = np.unique(targets[fresh], return_index=True)
    length[new], by[new] = now, steps[fresh][which]
    return new.astype(np.int64)


# Cycles.


class _Kept(NamedTuple):
    """Promises kept by a cycle so far: the entries kept, and the strong entries that it must keep."""

    kept: int
    owed: int


_Place = tuple[int, _Kept]
_Came = dict[_Place, tuple[_Place, int] | None]
"""How each place of a search was reached: from which one, and by which step."""


@dataclass(frozen=True)
class _Round:
    """The cycles within one fair part."""

    graph: StepGraph
    fairness: Fairness
    inside: Truth
    tried: list[int] = field(default_factory=lambda: [0])

    def begin(self, state: int) -> _Kept:
        enabled = int(self.graph.enabled[state])
        return _Kept(self.fairness.weak & ~enabled, self.fairness.strong & enabled)

    def after(self, done: _Kept, step: int) -> _Kept:
        there = self.begin(int(self.graph.target[step]))
        taken = int(self.graph.taken[step]) & self.fairness.all
        return _Kept(done.kept | there.kept | taken, done.owed | there.owed)

    def missing(self, done: _Kept) -> int:
        return (self.fairness.weak | done.owed) & ~done.kept

    def steps(self, state: int) -> Iterator[int]:
        for step in range(int(self.graph.first[state]), int(self.graph.first[state + 1])):
            if self.inside[self.graph.target[step]]:
                yield step

    def shortest(self, anchor: int, most: int) -> tuple[int, ...] | None:
        """A shortest cycle from a state that keeps every entry, if it has at most so many steps and can be found."""
        begin = (anchor, self.begin(anchor))
        came: _Came = {begin: None}
        front = [begin]
        for _ in range(most):
            new = []
            for place in front:
                for step in self.steps(place[0]):
                    self.tried[0] += 1
                    there = (int(self.graph.target[step]), self.after(place[1], step))
                    if there[0] == anchor and not self.missing(there[1]):
                        return (*_unwound(came, place), step)
                    if there not in came:
                        came[there] = (place, step)
                        new.append(there)
                if self.tried[0] > PATIENCE:
                    return None
            front = new
        return None

    def some(self, anchor: int) -> tuple[int, ...]:
        """A cycle from a state that keeps every entry: to the nearest place for an entry, again and again, and back."""
        needs = 0
        while True:
            cycle = self._through(anchor, needs)
            done = self.begin(anchor)
            for step in cycle:
                done = self.after(done, step)
            if not self.missing(done):
                return cycle
            needs |= self.missing(done)

    def _through(self, anchor: int, needs: int) -> tuple[int, ...]:
        """A cycle from a state that keeps these entries, and perhaps not others."""
        here, done = anchor, self.begin(anchor)
        cycle: tuple[int, ...] = ()
        while missing := needs & ~done.kept:
            unenabled = ~self.graph.enabled[self.graph.target] & np.uint64(self.fairness.weak)
            wanted = (self.graph.taken | unenabled) & np.uint64(missing) != 0
            way = self._nearest(here, wanted)
            for step in way:
                done = self.after(done, step)
            here, cycle = int(self.graph.target[way[-1]]), (*cycle, *way)
        return cycle if cycle and here == anchor else (*cycle, *self._nearest(here, self.graph.target == anchor))

    def _nearest(self, here: int, wanted: Truth) -> tuple[int, ...]:
        """The steps of a shortest way inside that ends with a wanted step."""
        ways = _Ways(np.full(self.graph.states, -1), np.full(self.graph.states, NONE))
        ways.length[here], ways.by[here] = 0, START
        front = np.array([here])
        for length in range(1, self.graph.states + 1):
            steps = self.graph.steps_from(front)
            found = steps[wanted[steps] & self.inside[self.graph.target[steps]]]
            if len(found):
                last = int(found[0])
                source = int(np.searchsorted(self.graph.first, last, side="right")) - 1
                return (*ways.back(self.graph, source)[1], last)
            front = _next(self.graph, front, self.inside, ways.length, ways.by, length)
        raise AssertionError("a strongly connected part has a way from everywhere to everywhere")


def _unwound(came: _Came, place: _Place) -> list[int]:
    """The steps that led to a place."""
    steps = []
    while (before := came[place]) is not None:
        place, step = before
        steps.append(step)
    return steps[::-1]


def _with_cycle(
    graph: StepGraph, fairness: Fairness, part: Places, members: Places, ways: _Ways, best: _Best | None
) -> _Best:
    """The best lasso so far, or a shorter one that goes round; `members` are the states where it may, nearest first."""
    nearest, tried = int(members[0]), [0]
    rounds = {int(part[nearest]): _Round(graph, fairness, part == part[nearest], tried)}
    cycle = rounds[int(part[nearest])].some(nearest)
    length = int(ways.length[nearest])
    if best is None or length + len(cycle) < best.length:
        best = _Best(length + len(cycle), nearest, cycle)
    for anchor in map(int, members):
        length = int(ways.length[anchor])
        if length + 2 >= best.length or tried[0] > PATIENCE:
            break
        which = int(part[anchor])
        if which not in rounds:
            rounds[which] = _Round(graph, fairness, part == which, tried)
        shorter = rounds[which].shortest(anchor, best.length - length - 1)
        if shorter is not None:
            best = _Best(length + len(shorter), anchor, shorter)
    return best
