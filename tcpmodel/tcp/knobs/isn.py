"""Policies for the initial sequence number (ISN) that an endpoint may choose (RFC 9293 3.4.1; RFC 6528).

A policy is a condition on the number, or a memory with such a condition.  `fresh` is the assumption
under which the three-way handshake is safe; the others are what hosts do, or must not do.

*Problem.*  A segment of an old incarnation may be in flight when the same pair of sockets is opened again.  If its
numbers lie where the new incarnation's do, the receiver cannot tell it from a new one (Tomlinson 1975; Sunshine and
Dalal 1978).  The three-way handshake catches an old SYN because its ACK does not fit, and so works only if it does
not fit by accident.

*Idea.*  Hosts keep numbers apart in time: an ISN clock, quiet time after a crash, TIME-WAIT.  A model without time
cannot say that, so `fresh` says what it is for: no old number of this end (SEG.SEQ of its segments in flight, SEG.ACK
of the peer's, RCV.NXT of a peer that remembers one) lies among the numbers that the new incarnation may use or in the
window behind them.  The condition quantifies over the bags.  No host could check it; it is an assumption about the
choice (an oracle), and so stands in the pick of the ISS and in no row's condition.

*Two strengths.*  `fresh` looks upwards from the new ISS, and keeps the ISS itself out of the peer's window.  `apart`
asks for the distance `reach` below the ISS, too, so that no window reaches from the old numbers to the new ones or
back.  An invariant needs that: it tells from a number whose it is (`tcp.proofs.invariant`).

*Cost.*  One old number rules out `ruled_out` ISSs in a row.  With few bits none may be left: then the pick finds no
value, which is counted as a bound that was met.  `always_left` says how many old incarnations leave one in any case.

*Others.*  `zero`, `last_used_plus`, `monotone`, `clock` and `free` are policies that a host can follow; specs show
which old segments get past each.
"""

from __future__ import annotations

from dataclasses import replace

from tcpmodel.language.terms import (
    TRUE,
    Term,
    before,
    both,
    equal,
    every,
    implies,
    one_of,
    substitute,
    variables,
    within,
)
from tcpmodel.systems.row import Pick, Row
from tcpmodel.tcp.rfc9293.checks import OTHERS
from tcpmodel.tcp.rfc9293.rules import Edit, Rules
from tcpmodel.tcp.rfc9293.segment import IN, OUT, fields_of
from tcpmodel.tcp.rfc9293.tcb import TCB, isn, isn_clock, isn_drawn, isn_is_allowed, last_nxt, rcv, snd, state, theirs


def fresh_isn(*, units: int, window: int) -> Term:
    """The condition on an ISS that no number in flight or expected by the peer passes for one of its numbers.

    `units` is the number of sequence numbers that an incarnation may use (SYN, octets, FIN).
    """
    each = fields_of("each")
    span = units + window
    they_expect = theirs(rcv.nxt)
    remembers = one_of(theirs(state), OTHERS)
    return both(
        every(OUT, "each", ~within(each.seq, isn, span)),
        every(IN, "each", implies(each.ctl.ack, ~within(each.ack, isn, span))),
        implies(remembers, ~within(they_expect, isn, span) & ~within(isn, they_expect, window)),
    )


def reach(*, units: int, window: int) -> int:
    """Distance that two ISSs of one end need, so that no number of one incarnation passes for one of the other."""
    return units + window + 1


def ruled_out(*, units: int, window: int) -> int:
    """Number of ISSs that one number rules out, where ISSs are to lie apart from it."""
    return 2 * reach(units=units, window=window) + units + 2


def always_left(*, bits: int, units: int, window: int) -> int:
    """Number of old incarnations whose remains still leave an ISS that lies apart, wherever their numbers are.

    The numbers of one are units + 2 in a row at most (a reset may acknowledge one more), so they rule out so many ISSs
    in a row, and those of several rule out no more than the sum of that.
    """
    in_a_row = ruled_out(units=units, window=window) + units + 1
    return ((1 << bits) - 1) // in_a_row


def apart_isn(*, units: int, window: int) -> Term:
    """The condition on an ISS so far from all old numbers that no window reaches from the ones to the others.

    As `fresh_isn`, and besides the old numbers must not lie just below the new ones.
    """
    each, far = fields_of("each"), reach(units=units, window=window)

    def clear(number: Term) -> Term:
        return ~within(number, isn - far, ruled_out(units=units, window=window))

    return both(
        every(OUT, "each", clear(each.seq)),
        every(IN, "each", implies(each.ctl.ack, clear(each.ack))),
        implies(one_of(theirs(state), OTHERS), clear(theirs(rcv.nxt))),
    )


def with_isn_policy(rules: Rules, policy: Term) -> Rules:
    """The rules with the open definition "the ISN policy allows it" bound, where a knob has not bound it."""

    def bind(event: str, block: object, row: Row) -> tuple[Row, ...]:
        if row.pick is None or isn_is_allowed not in variables(row.pick.among):
            return (row,)
        return (replace(row, pick=Pick(isn, substitute(row.pick.among, {isn_is_allowed: policy}))),)

    return rules.map(bind)


def _chosen_by(policy: Term) -> Edit:
    return lambda rules: with_isn_policy(rules, policy)


def _remembering(rules: Rules) -> Rules:
    """The end remembers the first number that it has not used yet."""

    def remember(event: str, block: object, row: Row) -> tuple[Row, ...]:
        return (replace(row, set={**row.set, last_nxt: row.set[snd.nxt]}) if snd.nxt in row.set else row,)

    return rules.map(remember)


zero = _chosen_by(equal(isn, 0))
free = _chosen_by(TRUE)
by_clock = _chosen_by(equal(isn, isn_clock))


def last_used_plus(rules: Rules) -> Rules:
    """The ISS follows the last number used; the memory of it is real and a crash loses it."""
    return _remembering(_chosen_by(equal(isn, last_nxt + 1))(rules))


def monotone(rules: Rules) -> Rules:
    """The ISS lies behind no number used before, as of a clock that outruns every connection; a crash spares it."""
    crash = rules.row("a crash forgets everything")
    spared = rules.replaced(crash.name, replace(crash, forget=TCB))
    return _remembering(_chosen_by(~before(isn, last_nxt))(spared))


def with_first_isn(rules: Rules, first: int) -> Rules:
    """The rules in which an endpoint's first ISS is given and later ones follow the policy."""
    given = implies(~isn_drawn, equal(isn, first))

    def bind(event: str, block: object, row: Row) -> tuple[Row, ...]:
        if row.pick is None or row.pick.variable is not isn:
            return (row,)
        return (replace(row, pick=Pick(isn, row.pick.among & given), set={**row.set, isn_drawn: TRUE}),)

    return rules.map(bind)
