"""k-induction (Sheeran, Singh and Stålmarck 2000): proof of a claim from runs of k steps.

Two things are shown.  Base: no run of up to k - 1 steps from the start breaks the claim.  Step: k steps in a row,
through states in which it holds, lead to no state in which it does not.  Then it holds in every reachable state.  With
k = 1 this is plain induction; a larger k rules out more of the unreachable states from which a step breaks the claim.
This is for systems whose bags have room for few records (`prove.unrolling`).  A run that breaks a claim is
replayed before it is returned.
"""

from __future__ import annotations

from collections.abc import Sequence

from tcpmodel.language.terms import Term, both, equal
from tcpmodel.prove.smtlib import Script
from tcpmodel.prove.solving import DEEP_EFFORT, Answer, Solver, questions, solver
from tcpmodel.prove.unrolling import Unrolling
from tcpmodel.systems.claims import Always
from tcpmodel.systems.firing import bounds_of, reference_of
from tcpmodel.systems.relation import same_records
from tcpmodel.systems.system import State, TransitionSystem
from tcpmodel.systems.verdicts import Fails, Holds, Unknown


class Growing:
    """A script to which assumptions are added, and questions asked about those added so far."""

    def __init__(self, run: Unrolling, by: Solver, effort: int) -> None:
        self.run, self.by, self.effort = run, by, effort
        self._script = Script(bits=run.system.bits)

    def assume(self, *terms: Term) -> None:
        """Assume these, too."""
        for term in terms:
            self._script.assert_(term)  # noqa: PT009 - it writes an assertion

    def ask(self, *terms: Term) -> Answer:
        """Whether these can be true together with what is assumed."""
        with self._script.scope():
            self.assume(*terms)
            self._script.lines.append("(check-sat)")
        *_, asked = questions(self._script.text())
        return self.by.ask(asked, effort=self.effort)


def unrolled(system: TransitionSystem | Unrolling) -> Unrolling:
    """The system's unrolling, which may be at hand."""
    return system if isinstance(system, Unrolling) else Unrolling(system)


def called(by: Solver) -> str:
    """The solver's name and version."""
    return f"{by.name} {by.version}"


def k_induction(
    system: TransitionSystem | Unrolling,
    claim: Always,
    *,
    bound: int,
    helpers: Sequence[Always] = (),
    simple: bool = False,
    by: Solver | None = None,
    effort: int = DEEP_EFFORT,
) -> Holds | Fails | Unknown:
    """The verdict on the claim by k-induction for k = 1, 2, ..., `bound`.

    Helpers are shown along with the claim: they are assumed only as it is.  With `simple` no state of a run is like
    another, which makes the search complete where the states are finitely many.
    """
    run, asked = unrolled(system), by or solver("z3")
    for one in (claim, *helpers):
        run.system.check_claim(one)
    good = both(claim.predicate, *(helper.predicate for helper in helpers))
    start, step = Growing(run, asked, effort), Growing(run, asked, effort)
    start.assume(run.initial())
    step.assume(run.possible(0))
    for k in range(1, bound + 1):
        if k > 1:
            start.assume(run.step(k - 2))
        broken = start.ask(~run.at(k - 1, good))
        if broken.word != "unsat":
            return _based(run, claim, helpers, broken, k - 1, asked)
        step.assume(run.at(k - 1, good), run.step(k - 1))
        if simple:
            step.assume(*(_differ(run, i, k) for i in range(k)))
        stuck = step.ask(~run.at(k, good))
        if stuck.word == "unsat":
            return Holds(_by(k, helpers, asked), bounds_of(run.system))
        if stuck.word == "unknown":
            return Unknown(f"{k - 1}-induction", f"{asked.name} gave up on k = {k}: {stuck.why}")
    return Unknown(f"{bound}-induction", f"a bad state follows {bound} where it holds: {_last(run, stuck, bound)}")


def _by(k: int, helpers: Sequence[Always], by: Solver) -> str:
    along = f", with {', '.join(h.name for h in helpers)}" if helpers else ""
    return f"{k}-induction with {called(by)}{along}"


def _based(
    run: Unrolling, claim: Always, helpers: Sequence[Always], broken: Answer, length: int, by: Solver
) -> Fails | Unknown:
    """The verdict where the base fails: a run from the start was found, or the solver gave up."""
    if broken.word == "unknown":
        return Unknown(f"{length}-induction", f"{by.name} gave up on runs of {length} steps: {broken.why}")
    trace = run.trace(broken.values, length)
    holds = reference_of(run.system).predicate
    if not holds(claim.predicate)(trace.last):
        return Fails(trace)
    wrong = ", ".join(h.name for h in helpers if not holds(h.predicate)(trace.last))
    return Unknown(f"{length}-induction", f"what should help fails itself after {length} steps: {wrong}")


def _differ(run: Unrolling, i: int, j: int) -> Term:
    """States i and j are not one: a value differs, or the records of a bag do."""
    layout = run.relation.layout
    bags = [same_records(bag, run.places(i, bag.name), run.places(j, bag.name)) for bag in run.system.bags]
    return ~both(*bags, *(equal(run.numbered(i, t), run.numbered(j, t)) for t in layout.values.values()))


def _last(run: Unrolling, answer: Answer, k: int) -> str:
    return described(run.system, run.state(answer.values, k - 1))


def described(system: TransitionSystem, state: State) -> str:
    """One line that says how a state differs from the initial one."""
    initial = system.initial
    values = [
        f"{v.name} = {system.value(state, v.name)}"
        for v, now, then in zip(system.variables, state.values, initial.values, strict=True)
        if now != then
    ]
    bags = [
        f"{bag.name} holds {', '.join(map(str, system.records(state, bag.name)))}"
        for bag in system.bags
        if system.records(state, bag.name)
    ]
    return "; ".join((*values, *bags)) or "the initial state"
