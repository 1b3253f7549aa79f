"""One endpoint of a system: its variables, and its rules as its knobs, its clock and its observers make them.

Each pass over the rules knows nothing of the others: knobs first, observers last, so that what a knob
changes is observed, too.
"""

from __future__ import annotations

from dataclasses import replace

from tcpmodel.language.sorts import COUNT
from tcpmodel.language.terms import constant
from tcpmodel.systems.system import Variable
from tcpmodel.tcp.knobs.departures import marked
from tcpmodel.tcp.knobs.isn import apart_isn, fresh_isn, with_first_isn, with_isn_policy
from tcpmodel.tcp.knobs.variants import remembered, vary
from tcpmodel.tcp.observers.ghosts import SENDER_TOOK_US, ghost_variables, observed
from tcpmodel.tcp.observers.provenance import NUMBERS_TOOK_US, provenance_variables, traced
from tcpmodel.tcp.observers.told import noted, told_variables
from tcpmodel.tcp.rfc9293.calls import MOST_QUEUED
from tcpmodel.tcp.rfc9293.rules import Rules
from tcpmodel.tcp.rfc9293.tcb import (
    irs,
    isn_clock,
    isn_drawn,
    iss,
    last_nxt,
    passive,
    queued,
    rcv,
    rtx_budget,
    rtx_elapsed,
    snd,
    state,
    time_wait_elapsed,
)
from tcpmodel.tcp.world.clock import clock_variables, timed
from tcpmodel.tcp.world.environment import Setting


def own_variables(setting: Setting, end: str) -> tuple[Variable, ...]:
    """One endpoint's variables, under their local names."""
    user = setting.user(end)
    real = [Variable(t) for t in (state, iss, irs, snd.una, snd.nxt, rcv.nxt, passive)]
    # One more than may wait, so that a claim can say that no more do.
    real += [Variable(queued.text, top=MOST_QUEUED + 1), Variable(queued.fin)]
    if _first_is_given(setting, end):
        real.append(Variable(isn_drawn))
    real += [_started(setting, end, v) for v in remembered(setting.knobs_of(end))]
    if setting.time:
        real += clock_variables(setting.time, retransmits=setting.retransmits(end))
    if user.retransmissions is not None and user.retransmissions > 0:
        real.append(Variable(rtx_budget, initial=user.retransmissions, top=user.retransmissions))
    if setting.ghosts == "none":
        return tuple(real)
    noted_besides = (provenance_variables() if setting.provenance else ()) + (told_variables() if setting.told else ())
    return (*real, *ghost_variables(history=setting.history), *noted_besides)


def _first_is_given(setting: Setting, end: str) -> bool:
    """Whether the first ISS is a number to be chosen; a clock starts at it instead."""
    return setting.user(end).first_isn is not None and setting.policy(end) != "clock"


def _started(setting: Setting, end: str, v: Variable) -> Variable:
    """The ISN clock starts at the first ISS."""
    return replace(v, initial=setting.user(end).first_isn or 0) if v.term is isn_clock else v


# Rules, pass by pass.


def _turned(rules: Rules, setting: Setting, end: str) -> Rules:
    return vary(rules, setting.knobs_of(end))


def _marked(rules: Rules, setting: Setting, end: str) -> Rules:
    return marked(rules, setting.knobs_of(end))


def _with_policy(rules: Rules, setting: Setting, end: str) -> Rules:
    policy = apart_isn if setting.policy(end) == "apart" else fresh_isn
    return with_isn_policy(rules, policy(units=setting.units(end), window=setting.window))


def _with_first(rules: Rules, setting: Setting, end: str) -> Rules:
    given = _first_is_given(setting, end)
    return with_first_isn(rules, setting.user(end).first_isn or 0) if given else rules


def _timed(rules: Rules, setting: Setting, end: str) -> Rules:
    return timed(rules, setting.time, retransmits=setting.retransmits(end)) if setting.time else rules


def _without(rules: Rules, setting: Setting, end: str) -> Rules:
    absent = OPTIONAL - {v.term for v in own_variables(setting, end)}
    return rules.map(
        lambda event, block, row: (
            replace(
                row,
                set={k: v for k, v in row.set.items() if k not in absent},
                forget=tuple(v for v in row.forget if v not in absent),
            ),
        )
    )


def _observed(rules: Rules, setting: Setting, end: str) -> Rules:
    if setting.ghosts == "none":
        return rules
    return observed(rules, took_us=SENDER_TOOK_US if setting.history else NUMBERS_TOOK_US, history=setting.history)


def _traced(rules: Rules, setting: Setting, end: str) -> Rules:
    return traced(rules) if setting.provenance else rules


def _noted(rules: Rules, setting: Setting, end: str) -> Rules:
    return noted(rules) if setting.told else rules


def _aged(rules: Rules, setting: Setting, end: str) -> Rules:
    if not setting.time:
        return rules
    new = {"age": constant(0, COUNT)}
    return rules.map(
        lambda event, block, row: (
            replace(row, send=row.send and replace(row.send, fields={**row.send.fields, **new})),
        )
    )


OPTIONAL = frozenset({time_wait_elapsed, rtx_elapsed, last_nxt})
"""Variables that an endpoint has only where its system asks for them."""
PASSES = (
    ("the knobs change rows", _turned),
    ("rows that depart from the RFC say so", _marked),
    ("the ISN policy says which ISS may be picked", _with_policy),
    ("the first ISS is the given one", _with_first),
    ("the clock makes timeouts wait and starts timers over", _timed),
    ("what the endpoint does not have is neither set nor forgotten", _without),
    ("ghosts note who took whom and what was delivered", _observed),
    ("ghosts note whose numbers a segment bears", _traced),
    ("ghosts note what the user is told", _noted),
    ("every segment starts at age 0", _aged),
)
"""The passes that make an endpoint's rules, in order; one that a setting does not ask for changes nothing."""


def endpoint_rules(setting: Setting, end: str) -> Rules:
    """The rows of one endpoint under its knobs, observed, with or without a clock."""
    rules = setting.rules_of(end)
    for _, made in PASSES:
        rules = made(rules, setting, end)
    return rules
