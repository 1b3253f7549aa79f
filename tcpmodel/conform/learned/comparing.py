"""Comparing a learned machine with the rows: every input word at which they differ, the shortest first.

The machine and our side are walked together, breadth first.  Our side is a set of situations, each with what had to be
assumed for it and has not been told yet.  A word differs where no situation is left without such assumptions; the
cheapest are then told, with the rows instead of which they fired, and the walk goes on from there.  So an answer that
shows a departure only later is traced back to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from tcpmodel.conform.assumptions import Assumption, Kind
from tcpmodel.conform.learned.departures import HIDDEN, ORDER, UNEXPLAINED, Departure, departures
from tcpmodel.conform.learned.machine import Machine, load
from tcpmodel.conform.learned.mapper import HABITS, Habits
from tcpmodel.conform.learned.side import START, Move, Side, Situation
from tcpmodel.conform.learned.words import Reply, shown_reply
from tcpmodel.tcp.rfc9293.rules import RFC_9293, Rules
from tcpmodel.tcp.rfc9293.tcb import STATE


class Class(StrEnum):
    """What kind of difference one is, the gravest first."""

    NEW = "new"
    DEVIATION = "known deviation"
    ARTEFACT = "artefact of the learning"
    CHOICE = "choice left by the RFC"


def class_of(assumes: Assumption) -> Class:
    """The class of a difference that an assumption explains."""
    if assumes is UNEXPLAINED:
        return Class.NEW
    return {Kind.OPTION: Class.CHOICE, Kind.DEVIATION: Class.DEVIATION, Kind.ENVIRONMENT: Class.ARTEFACT}[assumes.kind]


class Cause(NamedTuple):
    """Something assumed, and the row of ours that would have fired instead."""

    assumes: Assumption
    row: str


class Difference(NamedTuple):
    """A word whose last letter is answered otherwise by the machine, and what explains that.

    `where` is the machine's state before that letter, `state` ours.
    """

    where: str
    word: tuple[str, ...]
    state: str
    ours: str
    theirs: str
    causes: tuple[Cause, ...]

    @property
    def key(self) -> tuple[str, str, tuple[Cause, ...]]:
        """By what one difference is told from another: the transition, and what is assumed instead of which row."""
        return self.where, self.word[-1], self.causes

    @property
    def kind(self) -> Class:
        """Its class: of several causes the gravest counts."""
        return min((class_of(cause.assumes) for cause in self.causes), key=[*Class].index)

    @property
    def is_new(self) -> bool:
        """Nothing that we know explains it."""
        return self.kind is Class.NEW


class Comparison(NamedTuple):
    """All differences of a machine, the shortest word first, and how much was walked."""

    name: str
    states: int
    inputs: int
    places: int
    """How many places the walk has met: a state of the machine with what our side may be in it."""
    habits: Habits
    differences: tuple[Difference, ...]
    complete: bool = True
    """False where the walk has met more places than it may."""
    rules: Rules = RFC_9293

    @property
    def differing(self) -> int:
        """How many of the machine's transitions differ on some word."""
        return len({(d.where, d.word[-1]) for d in self.differences})

    @property
    def new(self) -> tuple[Difference, ...]:
        """The differences that nothing explains."""
        return tuple(d for d in self.differences if d.is_new)


def compare(path: Path) -> Comparison:
    """The machine in a dot file, compared with RFC 9293's rows."""
    return compared(load(path))


def compared(machine: Machine, *, rules: Rules = RFC_9293) -> Comparison:
    """The machine compared with rules, by the first mapper under which nothing is new, or the least."""
    walks = [Walk(machine, habits, rules) for habits in HABITS]
    for walk in walks:
        if walk.ends(most_new=0):
            return walk.comparison()
    allowed = 1
    while not (ended := [walk for walk in walks if walk.ends(most_new=allowed)]):
        allowed = 2 * allowed + 1
    found = [walk.comparison() for walk in ended]
    return min(found, key=lambda c: (len(c.new), len(c.differences)))


@lru_cache(maxsize=1)
def _departures() -> tuple[Departure, ...]:
    return departures()


Untold = frozenset[Cause]
Beliefs = Mapping[Situation, Untold]


class _Place(NamedTuple):
    """A state of the machine, and what our side may be in it."""

    state: str
    beliefs: frozenset[tuple[Situation, Untold]]


MOST_PLACES = 5_000
"""The walk ends behind so many places: thirty times what a published machine of 55 states has needed."""
AHEAD = 4
"""So many letters ahead it is asked whether a belief lasts."""
MOST_UNTOLD = 2
"""A situation for which more new departures than this wait to be told is given up: a machine shows each by itself."""


class Walk:
    """The product of a machine and our side, from the start on."""

    def __init__(self, machine: Machine, habits: Habits, rules: Rules) -> None:
        self.machine, self.rules = machine, rules
        self.words: dict[_Place, tuple[str, ...]] = {}
        self._lasting: dict[tuple[Situation, str, int], bool] = {}
        self.shown: set[Assumption] = {HIDDEN}
        """What has been told of the machine: a stack that departs once does so again, so that costs no more."""
        self.side = Side(serves=machine.serves, habits=habits, rules=rules, ways=_departures())
        self.found: list[Difference] = []
        self._walking = self._differences()

    def _differences(self) -> Iterator[Difference]:
        """The differences, as they are met: one for each transition of the machine and what explains it."""
        first = _Place(self.machine.start, frozenset({(START, frozenset())}))
        waiting, met = [first], set()
        self.words[first] = ()
        for place in waiting:
            if len(waiting) > MOST_PLACES:
                break
            for letter in self.machine.inputs:
                after, difference = self._step(place, letter, self.words[place])
                if difference is not None and difference.key not in met:
                    met.add(difference.key)
                    yield difference
                if after.beliefs and after not in self.words:
                    self.words[after] = (*self.words[place], letter)
                    waiting.append(after)

    def ends(self, *, most_new: int) -> bool:
        """Walk on until all is walked, or more differences are new than may be; whether all is walked."""
        while sum(difference.is_new for difference in self.found) <= most_new:
            difference = next(self._walking, None)
            if difference is None:
                return True
            self.found.append(difference)
        return False

    def comparison(self) -> Comparison:
        """What the walk has found."""
        sizes = len(self.machine.states), len(self.machine.inputs), len(self.words)
        complete = len(self.words) <= MOST_PLACES
        return Comparison(self.machine.name, *sizes, self.side.habits, tuple(self.found), complete, self.rules)

    def _step(self, place: _Place, letter: str, word: tuple[str, ...]) -> tuple[_Place, Difference | None]:
        edge = self.machine.steps[place.state, letter]
        beliefs = self._after(place, letter, edge.reply)
        told = min(beliefs.values(), key=self._price)
        left = {s: untold - told for s, untold in beliefs.items() if self._is_held(untold - told)}
        is_new = any(cause.assumes is UNEXPLAINED for cause in told)
        likely = self._lasting_of(beliefs, edge.target) if is_new else self._likely(left, edge.target)
        after = _Place(edge.target, frozenset(likely.items()))
        self.shown.update({cause.assumes for cause in told} - {UNEXPLAINED})
        return after, self._difference(place, letter, word, edge.reply, told) if told else None

    def _after(self, place: _Place, letter: str, reply: Reply | None) -> Beliefs:
        """What our side may be behind the machine's answer, each with the least that is untold."""
        found: dict[Situation, Untold] = {}
        for situation, untold in place.beliefs:
            moves = self.side.moves(situation, letter)
            for move in moves:
                if move.reply == reply:
                    self._keep(found, move.situation, untold | _causes(move))
        if found:
            return found
        for situation, untold in place.beliefs:
            if not untold:
                for move in self.side.unexplained(situation, letter, reply):
                    self._keep(found, move.situation, _causes(move))
        return found

    def _likely(self, beliefs: Beliefs, state: str) -> Beliefs:
        """The beliefs without those that are about to be refuted, where one that is not assumes no more."""
        lasting = {s: untold for s, untold in beliefs.items() if self._lasts(s, state, AHEAD)}
        return {
            situation: untold
            for situation, untold in beliefs.items()
            if situation in lasting or not any(other <= untold for other in lasting.values())
        }

    def _lasting_of(self, beliefs: Beliefs, state: str) -> Beliefs:
        """Of what may be behind an answer that nothing explains only what lasts: guesses would draw more guesses."""
        return {situation: frozenset() for situation in beliefs if self._lasts(situation, state, AHEAD)}

    def _lasts(self, situation: Situation, state: str, depth: int) -> bool:
        """Every word of so many letters can be answered from here as the machine answers it."""
        known = self._lasting.get((situation, state, depth))
        if known is None:
            known = depth == 0 or all(self._answers(situation, state, letter, depth) for letter in self.machine.inputs)
            self._lasting[situation, state, depth] = known
        return known

    def _answers(self, situation: Situation, state: str, letter: str, depth: int) -> bool:
        edge = self.machine.steps[state, letter]
        moves = self.side.moves(situation, letter)
        return any(m.reply == edge.reply and self._lasts(m.situation, edge.target, depth - 1) for m in moves)

    def _keep(self, found: dict[Situation, Untold], situation: Situation, untold: Untold) -> None:
        known = found.get(situation)
        if known is None or self._price(untold) < self._price(known):
            found[situation] = untold

    def _price(self, untold: Untold) -> tuple[int, int, list[tuple[int, Cause]]]:
        order = sorted((ORDER.get(cause.assumes, len(ORDER)), cause) for cause in untold)
        new = {cause.assumes for cause in untold} - self.shown
        return sum(assumes.kind.value for assumes in new), len(untold), order

    def _is_held(self, untold: Untold) -> bool:
        return len({cause.assumes for cause in untold} - self.shown) <= MOST_UNTOLD

    def _difference(
        self, place: _Place, letter: str, word: tuple[str, ...], theirs: Reply | None, told: Untold
    ) -> Difference:
        situation = next(s for s, untold in sorted(place.beliefs, key=lambda b: b[0]) if not untold)
        ours = self.side.moves(situation, letter)[0].reply
        causes = tuple(sorted(told, key=lambda c: (c.assumes.kind is not Kind.DEVIATION, c.assumes.name, c.row)))
        state = STATE.values[situation.tcb.state]
        return Difference(place.state, (*word, letter), state, shown_reply(ours), shown_reply(theirs), causes)


def _causes(move: Move) -> Untold:
    return frozenset(Cause(assumed, move.row) for assumed in move.assumes)
