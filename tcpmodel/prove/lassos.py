"""Lassos as formulas: fair runs that end in a loop, in which what is to happen never does.

*Problem.*  "p leads to q" fails only on runs without end, and a solver is asked about finitely many states.

*Idea.*  If a system with finitely many states has such a run, it has one that ends in a loop: an ultimately periodic
run, a *lasso*.  So a run of n steps is sought, and a state l to which it returns (Biere, Cimatti, Clarke and Zhu 1999).
It is a counterexample if p holds in state l or before it, q neither there nor in any state after it, and the loop is
fair (`systems.claims`).  A truth value for each l says whether the run returns there; one of them is true at least.

*A run that stops* is a lasso, too: it returns to its last state by no step at all, and is fair if no entry of the claim
is enabled there.

*Fairness* is asked of each entry of the claim, around the loop.  Either a step of the loop takes the entry, and changes
something; or the entry is disabled: in one state of the loop at least (weak), or in all of them (strong).  These are
the conditions of justice and compassion (Manna and Pnueli 1992).

*Why it is right.*  A loop that passes these tests can be gone round for ever, and that run is fair: each entry is taken
in every round, or its premise fails.  An entry counts as enabled wherever a number might be picked, whether or not
there is one to pick.  So an entry is thought enabled too often, never too seldom: some fair runs may be missed, and
none is found that is not fair.  What is found is replayed besides (`prove.unrolling`).

*What it costs.*  The question for length n compares its last state with each of the n + 1, and each of its steps with
a stutter.  Not to find a lasso of n steps proves nothing about longer ones.
"""

from __future__ import annotations

from collections.abc import Mapping

from tcpmodel.language.sorts import BOOL
from tcpmodel.language.terms import Term, both, either, equal, implies, variable
from tcpmodel.prove.unrolling import Unrolling
from tcpmodel.systems.claims import Fair, LeadsTo
from tcpmodel.systems.relation import same_records


class Lassos:
    """Lassos of a system that break a claim of progress."""

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
        """A run with a loop from state `to` to the last breaks the claim: no goal follows, and the loop is fair."""
        missed = [~self.run.at(i, self.claim.predicate) for i in range(length + 1)]
        unmet = either(*(both(self.run.at(i, self.claim.given), *missed[i:]) for i in range(to + 1)))
        return both(unmet, *(self._fair(entry, to, length) for entry in self.claim.fair))

    def _fair(self, entry: Fair, to: int, length: int) -> Term:
        """The loop takes the entry; or the entry is disabled, in some state of the loop (weak) or in all (strong)."""
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
