"""Whether a mutant does in one step whatever the rules do, with every TCB and segment that there can be: asked of Z3.

What an end does at an event is read as one function of its TCB and the segment (its ways, one for each case), at 32
bits, observers' notes included; a mutant whose function is the same is none.  A TCB and a segment are taken to be as
`POSSIBLE` says, which claims of the specs and proofs say of every state.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from tcpmodel import Time, User, connection
from tcpmodel.language.bare import bare
from tcpmodel.language.operators import Op
from tcpmodel.language.sorts import COUNT, SEQ
from tcpmodel.language.terms import (
    FALSE,
    TRUE,
    Term,
    both,
    choose,
    constant,
    equal,
    implies,
    upto,
    walk,
    within,
)
from tcpmodel.prove.smtlib import Script
from tcpmodel.prove.solving import solver
from tcpmodel.systems.paths import Way, ways
from tcpmodel.systems.system import Rule, TransitionSystem
from tcpmodel.tcp.mistakes.mutation import Mutant
from tcpmodel.tcp.rfc9293.ends import at
from tcpmodel.tcp.rfc9293.rules import RFC_9293
from tcpmodel.tcp.rfc9293.segment import ctl, seg
from tcpmodel.tcp.rfc9293.tcb import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    ESTABLISHED,
    FIN_WAIT_2,
    LAST_ACK,
    LISTEN,
    SYN_RECEIVED,
    SYN_SENT,
    TIME_WAIT,
    in_state,
    irs,
    iss,
    passive,
    queued,
    rcv,
    sent_fin,
    snd,
    time_wait_elapsed,
)
from tcpmodel.tcp.world.connection import sibling

BITS = 32
SYSTEM = connection(
    a=User(
        active_opens=None,
        passive_opens=None,
        sends=1,
        closes=None,
        aborts=None,
        crashes=None,
        retransmissions=None,
        timeouts=None,
    ),
    b=User(),
    time=Time(),
    bits=BITS,
    window=65535,
)
"""A is the end that is looked at."""

POSSIBLE = (
    # segments (`hygiene.own_numbers`): with ACK, a SYN or a reset; SYN and reset are alone
    ctl.ack | ctl.syn | ctl.rst,
    *(~(one & other) for one, other in ((seg.has_text, ctl.syn), (ctl.syn, ctl.fin))),
    *(~(ctl.rst & other) for other in (seg.has_text, ctl.syn, ctl.fin)),
    implies(~ctl.ack, equal(seg.ack, 0)),
    # numbers (`promises.typing`, `hygiene.all_is_forgotten`)
    implies(in_state(CLOSED, LISTEN), both(*(equal(n, 0) for n in (iss, irs, snd.una, snd.nxt, rcv.nxt)), ~passive)),
    implies(in_state(SYN_SENT), both(equal(irs, 0), equal(rcv.nxt, 0), ~passive)),
    implies(in_state(SYN_SENT), equal(snd.una, iss) & equal(snd.nxt, iss + 1)),
    implies(in_state(SYN_RECEIVED), equal(snd.una, iss) & equal(snd.nxt, iss + 1)),
    implies(in_state(ESTABLISHED, FIN_WAIT_2, CLOSE_WAIT, LAST_ACK, TIME_WAIT), ~equal(snd.una, iss)),
    implies(in_state(CLOSING), ~equal(snd.una, snd.nxt)) & implies(in_state(LAST_ACK), ~equal(snd.una, snd.nxt)),
    implies(in_state(FIN_WAIT_2, TIME_WAIT), equal(snd.una, snd.nxt)),
    implies(sent_fin, ~equal(snd.nxt, iss + 1)),
    # queues and clocks
    implies(sent_fin, equal(queued.text, 0) & ~queued.fin),
    implies(in_state(CLOSED, LISTEN), equal(queued.text, 0)),
    implies(in_state(CLOSED, LISTEN, SYN_SENT), ~queued.fin),
    implies(~in_state(TIME_WAIT), equal(time_wait_elapsed, 0)),
)

FEW_OUTSTANDING = upto(snd.una, snd.nxt, snd.una + (1 << 20)) | equal(snd.una, snd.nxt)
"""No more is sent than the window takes, besides SYN and FIN."""
NOT_TOO_LONG = within(seg.text, constant(0, SEQ), 1 << 16)
"""No segment is longer than IP lets it be."""


def differs(mutant: Mutant) -> bool:
    """Whether there are a TCB and a segment with which the mutant does something else than the rules."""
    changed = mutant(RFC_9293)
    if changed.timers != RFC_9293.timers:
        return True
    system = sibling(SYSTEM, rules=changed)
    pairs = zip(SYSTEM.rules, system.rules, strict=True)
    return any(
        _differ(effect(SYSTEM, rule), effect(system, other))
        for rule, other in pairs
        if rule.agent == "A" and changed.events.get(rule.event) != RFC_9293.events.get(rule.event)
    )


def _differ(was: Mapping[str, Term], now: Mapping[str, Term]) -> bool:
    """Whether one of them may be different; asked of each by itself, which is far easier than of all at once."""
    return any(_may_be_true(~equal(was[name], now[name])) for name in was if was[name] is not now[name])


def _may_be_true(apart: Term) -> bool:
    if apart is FALSE or any(t.op is Op.SOME for t in walk(apart)):
        return apart is not FALSE
    script = Script(bits=BITS)
    for fact in (*(bare(at("A", fact)) for fact in (*POSSIBLE, FEW_OUTSTANDING, NOT_TOO_LONG)), apart):
        script.assert_(fact)  # noqa: PT009
    return solver("z3").ask(script.text()).word != "unsat"


@lru_cache(maxsize=32)
def effect(system: TransitionSystem, rule: Rule) -> Mapping[str, Term]:
    """What the rule makes of each variable, of each field of what it sends, and among what it picks."""
    taken = list(ways(system, rule))
    own = {bare(v.term) for v in system.variables if v.name.startswith("A.")}
    found = {v.name: _case(taken, [way.set.get(v, v) for way in taken], v) for v in own}
    found["enabled"] = _case(taken, [TRUE for _ in taken], FALSE)
    found["among"] = _case(taken, [both(*(among for _, among in way.picks)) for way in taken], TRUE)
    return found | dict(_sent(taken))


def _sent(taken: Sequence[Way]) -> Iterator[tuple[str, Term]]:
    """How many segments are sent, and each field of the first and the second."""
    none = constant(0, COUNT)
    yield "sends", _case(taken, [constant(len(way.sends), COUNT) for way in taken], none)
    sorts = {field: t.sort for way in taken for send in way.sends for field, t in send.fields.items()}
    for k in (0, 1):
        for field, sort in sorts.items():
            zero = constant(0, sort)
            values = [way.sends[k].fields[field] if len(way.sends) > k else zero for way in taken]
            yield f"{k}: {field}", _case(taken, values, zero)


def _case(taken: Sequence[Way], values: Sequence[Term], otherwise: Term) -> Term:
    """The value that belongs to the way that can be taken."""
    term = otherwise
    for way, value in zip(taken, values, strict=True):
        term = choose(both(*way.guards), value, term)
    return term
