"""An attacker off the path of a connection (RFC 5961 1.1), who sees nothing of it and writes what he likes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tcpmodel.errors import DefinitionError
from tcpmodel.language.sorts import COUNT, SEQ
from tcpmodel.language.terms import (
    Term,
    at_least,
    both,
    down,
    equal,
    implies,
    one_of,
    up,
    variable,
    within,
)
from tcpmodel.systems.row import Emission, FirstMatch, Pick, Row
from tcpmodel.systems.system import Component, Rule, Variable
from tcpmodel.tcp.knobs.extensions import COOKIE, PLACES, held
from tcpmodel.tcp.rfc9293.checks import OTHERS
from tcpmodel.tcp.rfc9293.ends import at, bag_from, other_end
from tcpmodel.tcp.rfc9293.segment import ACK, FIN, RST, SYN, emit
from tcpmodel.tcp.rfc9293.tcb import LISTEN, SYN_SENT, passive, rcv, snd, state
from tcpmodel.tcp.world.environment import Attacker, Setting

guess = variable("guess", SEQ, says="his guess")
chosen_seq = variable("attacker.seq", SEQ, says="the attacker's SEG.SEQ")
FORGED = {
    "resets": ("a reset", emit(seq=guess, ctl=(RST,))),
    "syns": ("a SYN", emit(seq=guess, ctl=(SYN,))),
    "octets": ("text", emit(seq=chosen_seq, ack=guess, ctl=(ACK,), text=1)),
    "fins": ("a FIN", emit(seq=chosen_seq, ack=guess, ctl=(FIN, ACK))),
    "tails": ("text with a FIN", emit(seq=chosen_seq, ack=guess, ctl=(FIN, ACK), text=1)),
    "acks": ("an ACK", emit(seq=chosen_seq, ack=guess, ctl=(ACK,))),
}
"""Forms of forged segments, by kind.  One with an acknowledgment number needs two guesses, SEG.SEQ first."""
SOURCE = "RFC 5961 1.1"


def off_path(setting: Setting, attacker: Attacker) -> Component:
    """The attacker: what he may still forge, and how."""
    offers = [(kind, getattr(attacker, kind), _forges(setting, attacker, kind)) for kind in FORGED]
    if attacker.floods != 0:
        offers.append(("floods", attacker.floods, _floods(setting, attacker)))
    offered = [(kind, budget, rule) for kind, budget, rule in offers if budget != 0]
    counts = [Variable(_left(kind), initial=budget, top=budget) for kind, budget, _ in offered if budget]
    chooses = any(kind in ("octets", "fins", "tails", "acks") for kind, _, _ in offered)
    return Component(
        variables=(*counts, *((Variable(chosen_seq),) if chooses else ())),
        rules=tuple(rule if budget is None else _while_left(rule, kind) for kind, budget, rule in offered),
    )


def _left(kind: str) -> Term:
    return variable(f"attacker.left.{kind}", COUNT, says=f"the attacker's budget of {kind}")


def _while_left(rule: Rule, kind: str) -> Rule:
    budget = _left(kind)
    return replace(rule, when=(*rule.when, at_least(budget, 1)), set={**rule.set, budget: down(budget)})


def _forges(setting: Setting, attacker: Attacker, kind: str) -> Rule:
    called, form = FORGED[kind]
    blocks = []
    seq_guessed = Pick(guess, _guessed(attacker, "seq", _expected(attacker, rcv.nxt, OTHERS)))
    send = _from_nobody(setting, other_end(attacker.target), form)
    if chosen_seq in form.fields.values():
        row = Row("the attacker chooses SEG.SEQ", SOURCE, pick=seq_guessed, set={chosen_seq: guess}, more=True)
        blocks.append(FirstMatch("SEG.SEQ", None, (), (row,)))
        answers = _expected(attacker, snd.nxt, (SYN_SENT, *OTHERS)) | _expected_cookie(setting, attacker)
        ack_guessed = Pick(guess, _guessed(attacker, "ack", answers))
        row = Row(f"the attacker forges {called}", SOURCE, pick=ack_guessed, send=send, forget=(chosen_seq,))
    else:
        row = Row(f"the attacker forges {called}", SOURCE, pick=seq_guessed, send=send)
    blocks.append(FirstMatch("forgery", None, (), (row,)))
    return Rule(f"attacker: forges {called} to {attacker.target}", "attacker", "forgery", tuple(blocks))


def _guessed(attacker: Attacker, what: str, expected: Mapping[Term, Term]) -> Term:
    """The condition on the number that the attacker writes.

    If he knows the number that the target expects, he writes that one; if not, one that misses it by `misses_by` or
    more.  Where the target expects none, any number will do.
    """
    if what in attacker.knows:
        return both(*(implies(here, equal(guess, number)) for here, number in expected.items()))
    off, most = attacker.misses_by - 1, 2 * attacker.misses_by - 1
    return both(*(implies(here, ~within(guess, number - off, most)) for here, number in expected.items()))


def _expected(attacker: Attacker, number: Term, states: tuple[Term, ...]) -> dict[Term, Term]:
    """The number of its own that the target expects, under the condition that it is in one of these states."""
    return {at(attacker.target, one_of(state, states)): at(attacker.target, number)}


def _expected_cookie(setting: Setting, attacker: Attacker) -> dict[Term, Term]:
    """The ACK that a listener with SYN cookies expects; it follows from the SEG.SEQ that the attacker chose."""
    if setting.knobs_of(attacker.target).get("listener", "tcb") != "cookies":
        return {}
    return {at(attacker.target, equal(state, LISTEN)): chosen_seq + COOKIE}


def _from_nobody(setting: Setting, seeming: str, form: Emission) -> Emission:
    """A segment that seems to come from an end, and is nobody's as the ghosts see it."""
    return Emission(bag_from(seeming), {**form.fields, **setting.nobodys})


def _floods(setting: Setting, attacker: Attacker) -> Rule:
    """A SYN of a stranger takes a place of the backlog; the SYN,ACK that answers it goes nowhere."""
    places = PLACES.get(str(setting.knobs_of(attacker.target).get("backlog")))
    if places is None:
        raise DefinitionError(f"floods={attacker.floods} fill a backlog: write backlog='one' or 'two'")
    place = at(attacker.target, held)
    when = (at(attacker.target, equal(state, LISTEN) | passive), ~at_least(place, places))
    row = Row("a stranger's SYN takes a place of the backlog", "RFC 4987 2", when=when, set={place: up(place)})
    return Rule(f"attacker: floods {attacker.target}", "attacker", "flood", (FirstMatch("flood", None, (), (row,)),))
