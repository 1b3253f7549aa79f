"""Judgement of a trace on a claim: whether it breaks or witnesses it; every step is known to be one already."""

from __future__ import annotations

from tcpmodel.explore.eventually import Entries
from tcpmodel.systems.claims import Always, Claim, DeadlockFree, LeadsTo, Witness
from tcpmodel.systems.firing import reference_of
from tcpmodel.systems.trace import Trace, value_of


def decides(trace: Trace, claim: Claim) -> bool:
    """Whether the trace shows that the claim fails, or that what the claim asks for can happen."""
    met = value_of(trace.system, claim.predicate, trace.last)
    match claim:
        case Witness():
            return met
        case Always():
            return not met
        case DeadlockFree():
            stays = reference_of(trace.system).steps(trace.last)
            return not met and all(outcome.state == trace.last for outcome in stays)
        case LeadsTo():
            return trace.loop is not None and _never_comes(trace, trace.loop, claim) and _is_fair(trace, claim)


def _never_comes(trace: Trace, loop: int, claim: LeadsTo) -> bool:
    """Whether there is a state from which on the predicate is never true, though it should have become so."""
    met = [value_of(trace.system, claim.predicate, state) for state in trace.states]
    late = max((i + 1 for i, true in enumerate(met) if true), default=0)
    asked = any(value_of(trace.system, claim.given, state) for state in trace.states[late:])
    return late <= loop and asked


def _is_fair(trace: Trace, claim: LeadsTo) -> bool:
    """Whether nothing is put off for ever that the claim says is not."""
    entries, reference = Entries(trace.system, [claim]), reference_of(trace.system)
    fairness, round = entries.fairness(claim), range(trace.loop or 0, len(trace))
    taken, always, ever = 0, fairness.all, 0
    for i in round or (len(trace),):
        moves = [o.step for o in reference.steps(trace.states[i]) if o.state != trace.states[i]]
        enabled = 0
        for step in moves:
            enabled |= entries.mask(step)
        always, ever = always & enabled, ever | enabled
    for i in round:
        taken |= entries.mask(trace.steps[i]) if trace.states[i] != trace.states[i + 1] else 0
    return not ((fairness.weak & always | fairness.strong & ever) & ~taken)
