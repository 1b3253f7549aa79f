"""Lassos: runs that return to one of their states and so go on for ever, in which what is to happen never does.

A run of n steps that returns to state l is a counterexample to "p leads to q" if p holds in state l or before it, q
neither there nor in any state after it, and the loop is fair (`systems.claims`).  A run that stops returns to its last
state by no step at all.  An entry of the claim counts as enabled wherever a number
might be picked, so what is found is fair.
"""

from __future__ import annotations

from collections.abc import Mapping

from tcpmodel.language.sorts import BOOL
from tcpmodel.language.terms import Term, both, either, equal, implies, variable
from tcpmodel.prove.unrolling import Unrolling
from tcpmodel.systems.claims import Fair, LeadsTo
from tcpmodel.systems.relation import same_records


class Lassos:
    """The lassos of a system that break a claim."""

    def __init__(self, run: Unrolling, claim: LeadsTo) -> None:
        self.run, self.claim = run, claim
        self._place = {rule.name: k for k, rule in enumerate(run.system.rules)}
        self._enabled = {e: run.relation.moves(self._place[e.rule], taking=e.taking) for e in claim.fair}

    def closed(self, length: int) -> Term:
        """A run of this length returns to one of its states, and breaks the claim."""
        ends = range(length + 1)
        return both(
            either(*(_returns(to) for to in ends)),
            *(implies(_returns(to), both(self._same(to, length), self._broken(to, length))) for to in ends),
        )

    def loop(self, values: Mapping[str, int], length: int) -> int:
        """The state to which the run found returns."""
        return next(to for to in range(length + 1) if values.get(_returns(to).name, 0))

    def _broken(self, to: int, length: int) -> Term:
        """What is given is not followed, in a run that goes round from state `to` to the last and is fair."""
        missed = [~self.run.at(i, self.claim.predicate) for i in range(length + 1)]
        unmet = either(*(both(self.run.at(i, self.claim.given), *missed[i:]) for i in range(to + 1)))
        return both(unmet, *(self._fair(entry, to, length) for entry in self.claim.fair))

    def _fair(self, entry: Fair, to: int, length: int) -> Term:
        """The loop takes the entry, or does not enable it: weakly, not all the way; strongly, nowhere."""
        disabled = [~self.run.numbered(i, self._enabled[entry]) for i in range(to, max(length, to + 1))]
        taken = [self._takes(entry, i) for i in range(to, length)]
        return either(*taken, both(*disabled) if entry.strong else either(*disabled))

    def _takes(self, entry: Fair, i: int) -> Term:
        """The step from state i changes something and is of the entry's kind."""
        place, relation = self._place[entry.rule], self.run.relation
        kind = both(relation.fires(place), relation.read_taken(place, entry.taking))
        return both(self.run.numbered(i, kind), ~self._same(i, i + 1))

    def _same(self, i: int, j: int) -> Term:
        """States i and j are one: the same values, and the same records in every bag."""
        run, layout = self.run, self.run.relation.layout
        bags = [same_records(bag, run.places(i, bag.name), run.places(j, bag.name)) for bag in run.system.bags]
        return both(*bags, *(equal(run.numbered(i, t), run.numbered(j, t)) for t in layout.values.values()))


def _returns(to: int) -> Term:
    return variable(f"returns to {to}", BOOL)
