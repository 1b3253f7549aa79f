"""Bounded model checking (Biere, Cimatti, Clarke and Zhu 1999): a solver seeks the shortest run that decides a claim.

Such a run shows that a claim fails, or that something can happen.  Lengths are tried one after the other, so what is
found is shortest; it is replayed before it is returned.  What is not found within `depth` steps is unknown, and so is
all beyond a question that the solver gives up: a bounded search proves nothing.  A state in which a step could still
pick a number is not taken for one where the system stops.
"""

from __future__ import annotations

from tcpmodel.language.terms import Term
from tcpmodel.prove.lassos import Lassos
from tcpmodel.prove.smtlib import Script
from tcpmodel.prove.solving import DEEP_EFFORT, Answer, Solver, questions, solver
from tcpmodel.prove.unrolling import Unrolling
from tcpmodel.systems.claims import Always, Claim, DeadlockFree, LeadsTo, Witness
from tcpmodel.systems.system import TransitionSystem
from tcpmodel.systems.trace import Trace
from tcpmodel.systems.verdicts import Fails, Unknown, Witnessed


def search(
    system: TransitionSystem | Unrolling,
    claim: Claim,
    *,
    depth: int,
    by: Solver | None = None,
    effort: int = DEEP_EFFORT,
) -> Fails | Witnessed | Unknown:
    """The verdict on the claim by runs of at most `depth` steps."""
    run = system if isinstance(system, Unrolling) else Unrolling(system)
    run.system.check_claim(claim)
    asked, sought = by or solver("z3"), _Sought(run, claim)
    for length in range(depth + 1):
        answer = asked.ask(sought.question(length), effort=effort)
        if answer.word == "sat":
            trace = sought.trace(answer, length)
            return Witnessed(trace) if isinstance(claim, Witness) else Fails(trace)
        if answer.word == "unknown":
            return Unknown(
                _searched(asked, length - 1), f"{asked.name} gave up on runs of {length} steps: {answer.why}"
            )
    return Unknown(_searched(asked, depth), "no longer run was sought")


def _searched(asked: Solver, length: int) -> str:
    return f"{asked.name} sought runs of up to {length} steps" if length >= 0 else f"{asked.name} sought nothing"


class _Sought:
    """A claim's counterexample or witness as a question for each length."""

    def __init__(self, run: Unrolling, claim: Claim) -> None:
        self.run, self.claim = run, claim
        self._lassos = Lassos(run, claim) if isinstance(claim, LeadsTo) else None
        self._script = Script(bits=run.system.bits)
        self._assume = self._script.assert_
        self._assume(run.initial())
        self._length = 0

    def question(self, length: int) -> str:
        """The question whether a run of this length is what is sought, and no shorter part of it; lengths only grow."""
        for i in range(self._length, length):
            self._assume(self.run.step(i))
            if isinstance(self.claim, Always | Witness):
                self._assume(~self._ends(i))  # measured: Z3 finds a run in half the time
        self._length = length
        with self._script.scope():
            self._assume(self._ends(length))
            self._script.lines.append("(check-sat)")
        *_, asked = questions(self._script.text())
        return asked

    def _ends(self, length: int) -> Term:
        """Whether the run shows, at its end, what is sought."""
        match self.claim:
            case Always(predicate=predicate):
                return ~self.run.at(length, predicate)
            case Witness(predicate=predicate):
                return self.run.at(length, predicate)
            case DeadlockFree(predicate=predicate):
                return ~self.run.at(length, predicate) & ~self.run.moves(length)
            case LeadsTo():
                assert self._lassos is not None
                return self._lassos.closed(length)

    def trace(self, answer: Answer, length: int) -> Trace:
        """The run found."""
        loop = None if self._lassos is None else self._lassos.loop(answer.values, length)
        return self.run.trace(answer.values, length, loop=loop)
