"""Observer variables added to a finished system, where one claim needs to know more than the others.

`waited` is how long each end's TIME-WAIT lasted when its timer ended it, plus one; 0 says that the timer
has not ended it.  In a system whose TIME-WAIT may end at once (`Time(time_wait=0, measured=longest)`) the
runs in which nobody waited less than t ticks are the runs of the system with TIME-WAIT t: one
exploration judges every length.
"""

from __future__ import annotations

from dataclasses import replace

from tcpmodel.language.sorts import COUNT
from tcpmodel.language.terms import Term, at_least, both, equal, up, variable
from tcpmodel.systems.system import Rule, State, TransitionSystem, Variable
from tcpmodel.tcp.rfc9293.ends import ENDS, at
from tcpmodel.tcp.rfc9293.events import Event
from tcpmodel.tcp.rfc9293.tcb import time_wait_elapsed

waited = variable("waited", COUNT, says="one more than the ticks that TIME-WAIT lasted")


def with_waits(system: TransitionSystem, *, longest: int) -> TransitionSystem:
    """The system in which each end remembers how long its TIME-WAIT lasted."""
    noted = tuple(Variable(at(end, waited), top=longest + 1, ghost=True) for end in ENDS)
    start = State((*system.initial.values, *(0 for _ in noted)), system.initial.bags)
    rules = tuple(_noting(rule) if rule.event == Event.TIME_WAIT_TIMEOUT else rule for rule in system.rules)
    return replace(system, variables=(*system.variables, *noted), rules=rules, start=start)


def _noting(rule: Rule) -> Rule:
    return replace(rule, set={**rule.set, at(rule.agent, waited): up(at(rule.agent, time_wait_elapsed))})


def nobody_waited_less(ticks: int) -> Term:
    """Every TIME-WAIT that its timer ended had lasted so many ticks."""
    return both(*(at(end, equal(waited, 0) | at_least(waited, ticks + 1)) for end in ENDS))


def wait_is_over(end: str) -> Term:
    """The end's TIME-WAIT has been ended by its timer."""
    return at(end, at_least(waited, 1))
