"""Two endpoints, A and B, joined by two bags of segments: the transition system that specs explore.

Each endpoint is the same rules with its own copy of the variables; what one sends is what the other
takes.  Who may call what, and what the network may do to segments, are budgets: variables that
only the environment's own rules count down.

The field's words: a parallel composition of communicating state machines (Brand and Zafiropulo 1983), interleaved
step by step, over lossy multiset channels, with a bounded environment.

*Composition.*  The rows of an endpoint speak of `state`, `snd.nxt`, `seg.seq`, and know neither A nor B.  Here each is
renamed twice, so that `snd.nxt` becomes `A.snd.nxt` and `B.snd.nxt`, and the bag "out" of one end is the bag "in" of
the other.  A step is one rule of one component: an endpoint processes one event to its end, or the network, the
attacker or time does something.  Two ends share nothing but the bags, apart from ghosts and from the assumption about
a new ISS (`knobs.isn`); so their steps come in any order in which each is enabled.

*Network.*  A rule for arrivals takes a segment out of a bag; a second rule takes one and leaves a copy, which is how a
segment is duplicated; a third, the network's, takes one that nobody gets.  Delay needs no rule: a segment that no
step takes stays.  Reordering needs none either, as any segment of a bag may be taken (with reorder=False the oldest).
A tick makes all segments older, and one that is MSL old is gone.

*Budgets.*  None is no limit and costs no variable; 0 leaves the rule out; N adds a variable that the rule asks for and
counts down.  So a budget is a part of the system: a verdict is about a world in which a host crashes N times at most.

*Why it is finite, and what it costs.*  Numbers are residues modulo 2^bits, bags have a capacity, clocks stop at their
largest value, and history is kept of so many incarnations of an end.  Where a run would go beyond, its step is a bound
that is met, and counted.  The number of states grows with the combinations of all that may be in flight, so specs
keep capacity and bits small.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tcpmodel.errors import DefinitionError
from tcpmodel.language.sorts import COUNT, SEQ
from tcpmodel.language.terms import TRUE, Substitution, Term, at_least, constant, down, up, variable
from tcpmodel.systems.row import FirstMatch, Row, renamed
from tcpmodel.systems.system import Bag, Component, Limit, Rule, Sweep, Take, TransitionSystem, Variable, compose
from tcpmodel.tcp.knobs.choices import kept_by
from tcpmodel.tcp.knobs.departures import marked
from tcpmodel.tcp.knobs.isn import ruled_out
from tcpmodel.tcp.knobs.segmenting import SEND_AND_CLOSE
from tcpmodel.tcp.knobs.stacks import knobs_of_profile
from tcpmodel.tcp.knobs.variants import vary
from tcpmodel.tcp.knobs.waiting import OUTLAST_SEGMENTS
from tcpmodel.tcp.observers.ghosts import (
    INCARNATIONS,
    SEGMENT_GHOSTS,
    forgettable,
    inc,
)
from tcpmodel.tcp.observers.provenance import PROVENANCE, uses
from tcpmodel.tcp.rfc9293.ends import ENDS, at, bag_from, nothing_in_flight, other_end
from tcpmodel.tcp.rfc9293.events import LOSS, TICK, USER_CALLS, Event
from tcpmodel.tcp.rfc9293.rules import ARRIVAL, RFC_9293, Rules
from tcpmodel.tcp.rfc9293.segment import IN, OUT, fields_of, seg
from tcpmodel.tcp.rfc9293.tcb import (
    rcv,
    rtx_budget,
    snd,
    theirs,
)
from tcpmodel.tcp.world.beginning import after_handshake
from tcpmodel.tcp.world.clock import Time, may_tick, nothing_expires, tick
from tcpmodel.tcp.world.endpoint import endpoint_rules, own_variables
from tcpmodel.tcp.world.environment import FAULTLESS, Attacker, Network, Setting, User, check_sizes
from tcpmodel.tcp.world.outsiders import off_path
from tcpmodel.tcp.world.path import Part, check_path, component, let_through


def connection(
    *,
    name: str = "connection",
    a: User,
    b: User,
    network: Network = FAULTLESS,
    time: Time | None = None,
    attacker: Attacker | None = None,
    path: Sequence[Part] = (),
    bits: int = 3,
    window: int = 2,
    established: bool = False,
    ghosts: bool | str = True,
    span: int | None = None,
    rules: Rules = RFC_9293,
    profile: str | None = None,
    **knobs: str | bool,
) -> TransitionSystem:
    """The system of two endpoints; `tcpmodel rules --knobs` lists the `knobs`, a `profile` turns those of a stack.

    With `established` it starts where the three-way handshake of RFC 9293 figure 6 ends (A called),
    and the budgets say what may happen after that.  With ghosts=False nothing is remembered but what an
    endpoint knows: fewer states, and only claims about those; "provenance" and "both" are for proofs,
    "told" notes besides what users hear.  With `span` no
    incarnation uses more numbers than that: steps beyond are cut.
    Raises `DefinitionError` for a knob or size out of range.
    """
    _check_arguments(a, b, network, time, attacker, path, knobs)
    knobs = {**knobs_of_profile(profile), **knobs}
    arguments = {"a": a, "b": b, "network": network, "time": time, "bits": bits, "window": window}
    arguments |= {
        "path": path,
        "attacker": attacker,
        "established": established,
        "ghosts": ghosts,
        "rules": rules,
        "span": span,
    }
    arguments |= knobs
    watched = {True: "history", False: "none"}[ghosts] if isinstance(ghosts, bool) else ghosts
    if established and any(own.get("handshake", "three") != "three" for own in (knobs, a.knobs or {}, b.knobs or {})):
        raise DefinitionError(
            "established=True starts after a three-way handshake: leave out the one or the other knob"
        )
    if established:
        a = replace(a, active_opens=_one_more(a.active_opens))
        b = replace(b, passive_opens=_one_more(b.passive_opens))
    setting = Setting(name, a, b, network, time, bits, window, knobs, rules, watched, attacker, span, tuple(path))
    check_sizes(setting)
    _check_apart(setting)
    forgotten = {k: t for end in ENDS for k, t in forgettable(end).items()} if setting.history else {}
    system = compose(name, *_components(setting), bits=bits, origin=arguments, forgettable=forgotten)
    return replace(system, start=after_handshake(system, (a.first_isn, b.first_isn))) if established else system


def _check_apart(setting: Setting) -> None:
    """Raise `DefinitionError` where one number rules out every ISS that is to lie apart from it."""
    for end in ENDS:
        out = ruled_out(units=setting.units(end), window=setting.window)
        if setting.policy(end) == "apart" and out >= 1 << setting.bits:
            raise DefinitionError(
                f"bits={setting.bits} leaves no ISS apart from a number, which rules out {out}: "
                f"write bits={out.bit_length()} or more, or a smaller window or span"
            )


def _check_arguments(
    a: User,
    b: User,
    network: Network,
    time: Time | None,
    attacker: Attacker | None,
    path: Sequence[Part],
    knobs: Mapping[str, Any],
) -> None:
    """Raise `DefinitionError` where something stands in another's place."""
    kinds = (("a", a, User), ("b", b, User), ("network", network, Network))
    optional = (("time", time, Time), ("attacker", attacker, Attacker))
    for name, given, kind in (*kinds, *(entry for entry in optional if entry[1] is not None)):
        if not isinstance(given, kind):
            raise DefinitionError(f"{name}={given!r} is no {kind.__name__}: write {name}={kind.__name__}(...)")
    check_path(path)
    for name, given in knobs.items():
        if isinstance(given, User):
            raise DefinitionError(f"a connection has two ends, and {name!r} is none: write a=User(...) or b=User(...)")


def _one_more(budget: int | None) -> int | None:
    return None if budget is None else budget + 1


def rules_of(system: TransitionSystem, end: str) -> Rules:
    """The rules of one end of a connection, as its stack and its knobs make them, departures marked."""
    given = dict(system.origin)
    if not given:
        raise DefinitionError(f"{system.name} is no connection: it has no ends with rules of RFC 9293")
    sizes = {
        name: given.pop(name) for name in ("a", "b", "network", "time", "bits", "window", "rules", "attacker", "span")
    }
    for name in ("established", "ghosts", "path"):
        del given[name]
    knobs = Setting(system.name, **sizes, knobs=given).knobs_of(end)
    return marked(vary(Setting(system.name, **sizes, knobs=given).rules_of(end), knobs), knobs)


def sibling(system: TransitionSystem, **changes: Any) -> TransitionSystem:
    """The system of the same environment, sizes and knobs with some of them changed, or with those of a `profile`."""
    turned = knobs_of_profile(changes.pop("profile", None))
    return connection(name=system.name, **{**system.origin, **turned, **changes})


def _components(setting: Setting) -> Iterator[Component]:
    """The two endpoints with their users, the network, and time where there is any."""
    for end in ENDS:
        yield Component(
            variables=tuple(_variables(setting, end)),
            bags=(_bag(setting, end),),
            rules=tuple(_endpoint_rules(setting, end)),
            limits=tuple(_limits(setting, end)),
        )
    yield Component(variables=tuple(_network_variables(setting)), rules=tuple(_network_rules(setting)))
    for part in setting.parts:
        yield component(part, more=setting.nobodys)
    if setting.attacker:
        yield off_path(setting, setting.attacker)
    if setting.time:
        yield Component(rules=(_tick_rule(setting, setting.time),))


def _limits(setting: Setting, end: str) -> Iterator[Limit]:
    if setting.history:
        few = at_least(constant(INCARNATIONS, COUNT), inc)
        yield Limit(f"{end} has more than {INCARNATIONS} incarnations", at(end, few))
    if setting.span is not None:
        yield Limit(f"an incarnation of {end} uses more than {setting.span} numbers", at(end, uses(setting.span)))


# Variables.


def _variables(setting: Setting, end: str) -> Iterator[Variable]:
    for v in own_variables(setting, end):
        yield replace(v, term=at(end, v.term))
    for call, budget in _budgets(setting.user(end)).items():
        if budget:
            yield Variable(_budget(end, call), initial=budget, top=budget)


def _budgets(user: User) -> dict[str, int | None]:
    """The budget of each event that has one; retransmissions are counted by the endpoint itself."""
    return {
        Event.PASSIVE_OPEN: user.passive_opens,
        Event.ACTIVE_OPEN: user.active_opens,
        Event.SEND: user.sends,
        Event.CLOSE: user.closes,
        Event.ABORT: user.aborts,
        Event.CRASH: user.crashes,
        Event.USER_TIMEOUT: user.timeouts,
    }


def _budget(end: str, call: str) -> Term:
    return variable(f"{end}.left.{call.replace(' ', '_')}", COUNT, says=f"{end}'s budget of {call}")


def _network_variables(setting: Setting) -> Iterator[Variable]:
    for fault in ("lose", "duplicate"):
        budget = getattr(setting.network, fault)
        if budget:
            yield Variable(_fault(fault), initial=budget, top=budget)


def _fault(fault: str) -> Term:
    return variable(f"network.left.{fault}", COUNT, says=f"the network's budget to {fault}")


def _bag(setting: Setting, end: str) -> Bag:
    named = {"seq": seg.seq, "ack": seg.ack, "syn": seg.ctl.syn, "ackbit": seg.ctl.ack, "rst": seg.ctl.rst}
    named |= {"fin": seg.ctl.fin, "text": seg.text}
    if setting.time:
        named["age"] = seg.age
    real = [
        Variable(variable(name, term.sort), top=setting.time.msl if setting.time and name == "age" else None)
        for name, term in named.items()
    ]
    ghosts = [
        Variable(
            variable(g.name.removeprefix("seg."), g.sort),
            ghost=True,
            top=INCARNATIONS + 1 if setting.history and g.sort == COUNT else None,
        )
        for g in (*(SEGMENT_GHOSTS if setting.ghosts != "none" else ()), *(PROVENANCE if setting.provenance else ()))
    ]
    network = setting.network
    return Bag(
        bag_from(end), (*real, *ghosts), network.capacity, ordered=not network.reorder, when_full=network.when_full
    )


# Rules.


def _endpoint_rules(setting: Setting, end: str) -> Iterator[Rule]:
    user = setting.user(end)
    rules = endpoint_rules(setting, end)
    own = _renaming(setting, end)
    for event, blocks in rules.events.items():
        grounded = tuple(renamed(block, own) for block in blocks)
        rule = Rule(f"{end}: {event}", end, event, grounded)
        if event == ARRIVAL:
            yield from _arrivals(setting, let_through(rule, setting.parts), own)
        elif event == Event.RETRANSMISSION_TIMEOUT:
            if setting.retransmits(end):
                yield _counted(rule, at(end, rtx_budget)) if user.retransmissions else rule
        elif event in _budgets(user):
            yield from _called(setting, rule, grounded)
        elif event == SEND_AND_CLOSE:
            yield from _called_in_a_row(rule, user)
        elif event in OUTLAST_SEGMENTS:
            yield replace(rule, when=(*rule.when, nothing_in_flight()))
        else:
            yield rule


def _renaming(setting: Setting, end: str) -> Substitution:
    own = {v.term: at(end, v.term) for v in own_variables(setting, end)}
    their = {theirs(v.term): at(other_end(end), v.term) for v in own_variables(setting, other_end(end))}
    sizes = {
        rcv.wnd: constant(setting.window_of(end), SEQ),
        snd.wnd: constant(setting.window_of(other_end(end)), SEQ),
    }
    return Substitution(own | their | sizes, bags={OUT: bag_from(end), IN: bag_from(other_end(end))})


def _arrivals(setting: Setting, rule: Rule, own: Substitution) -> Iterator[Rule]:
    """The arrivals of an end: of what is taken, of a copy that the network leaves, of what the end holds itself."""
    source, network = bag_from(other_end(rule.agent)), setting.network
    kept = kept_by(setting.knobs_of(rule.agent))
    if kept is not None:
        held = replace(rule, blocks=(renamed(kept.gate(held=True), own), *rule.blocks))
        yield replace(held, name=f"{rule.name}, and is held", take=Take(source, "seg", keep=True))
        rule = replace(rule, blocks=(renamed(kept.gate(held=False), own), *rule.blocks))
    yield replace(rule, take=Take(source, "seg"))
    if network.duplicate != 0:
        copying = replace(rule, name=f"{rule.name}, a copy stays", take=Take(source, "seg", keep=True))
        yield _counted(copying, _fault("duplicate")) if network.duplicate else copying


def _counted(rule: Rule, budget: Term) -> Rule:
    """The rule while its budget lasts."""
    return replace(rule, when=(*rule.when, at_least(budget, 1)), set={**rule.set, budget: down(budget)})


def _called(setting: Setting, rule: Rule, blocks: tuple[FirstMatch, ...]) -> Iterator[Rule]:
    """A user's call, a crash or a timeout with a budget; a call answered with an error costs nothing."""
    user = setting.user(rule.agent)
    budget = _budgets(user)[rule.event]
    if budget != 0:
        accepted = replace(rule, blocks=tuple(_refusing(block, wrong=True) for block in blocks))
        if rule.event.endswith("OPEN") and not setting.network.old_duplicates:
            accepted = replace(accepted, sweeps=tuple(Sweep(bag_from(end), "each", TRUE, {}) for end in ENDS))
        yield accepted if budget is None else _counted(accepted, _budget(rule.agent, rule.event))
    if user.wrong_calls and rule.event in USER_CALLS:
        wrong = tuple(_refusing(block, wrong=False) for block in blocks)
        yield replace(rule, name=f"{rule.name}, wrongly", blocks=wrong)


def _called_in_a_row(rule: Rule, user: User) -> Iterator[Rule]:
    """SEND and CLOSE as one event, which takes the budget of both."""
    left = {_budget(rule.agent, call): _budgets(user)[call] for call in (Event.SEND, Event.CLOSE)}
    if all(budget != 0 for budget in left.values()):
        for budget in (b for b, most in left.items() if most is not None):
            rule = _counted(rule, budget)
        yield rule


def _refusing(block: FirstMatch, *, wrong: bool) -> FirstMatch:
    """The block with its wrong calls (or all but them) kept in place but not offered."""
    rows = tuple(replace(row, refuses=True) if row.error is wrong else row for row in block.rows)
    return replace(block, rows=rows)


def _network_rules(setting: Setting) -> Iterator[Rule]:
    if setting.network.lose == 0:
        return
    row = Row("a segment is lost", "3.1", reading="IP promises no delivery")
    for end in ENDS:
        block = FirstMatch("loss", None, (), (row,))
        rule = Rule(f"network: loses a segment from {end}", "network", LOSS, (block,), take=Take(bag_from(end), "seg"))
        yield _counted(rule, _fault("lose")) if setting.network.lose else rule


def _tick_rule(setting: Setting, time: Time) -> Rule:
    age = fields_of("each").age
    changes: dict[Term, Term] = {}
    when: list[Term] = []
    for end in ENDS:
        retransmits = setting.retransmits(end)
        clocks = tick(time, retransmits=retransmits, isn_by_clock=setting.policy(end) == "clock")
        changes |= {at(end, k): at(end, v) for k, v in clocks.items()}
        when.append(
            at(end, may_tick(time, retransmits=retransmits, counted=setting.user(end).retransmissions is not None))
        )
        if time.prompt:
            when.append(nothing_expires(bag_from(end), time))
    return Rule(
        "time: a tick",
        "time",
        TICK,
        (
            FirstMatch(
                "tick", None, (), (Row("time passes", "3.4.1", set=changes, reading="MSL bounds a segment's age"),)
            ),
        ),
        when=tuple(when),
        sweeps=tuple(Sweep(bag_from(end), "each", at_least(age, time.msl), {"age": up(age)}) for end in ENDS),
    )
