"""A stream that uses its sequence numbers more than once: A sends octets for ever, B takes them.

Specs let no incarnation use half of the number space; here it wraps, so ghosts count laps besides
octets, modulo `LAPS`, which is enough while no segment outlives a lap.  A sends at most `pace` octets in any
lifetime of a segment (the tick in which it is sent and MSL more).  The network may reorder A's segments
and let one of them arrive twice; acknowledgments come in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tcpmodel.language.sorts import BOOL, COUNT, SEQ
from tcpmodel.language.terms import (
    Term,
    at_least,
    both,
    choose,
    constant,
    either,
    equal,
    some,
    up,
    variable,
    within,
)
from tcpmodel.systems.row import Emission, Row
from tcpmodel.systems.system import Bag, Rule, State, TransitionSystem, Variable
from tcpmodel.tcp.observers.ghosts import delivered, seg_octet
from tcpmodel.tcp.rfc9293.ends import at, bag_from
from tcpmodel.tcp.rfc9293.events import TICK, Event
from tcpmodel.tcp.rfc9293.segment import NO_TEXT, fields_of
from tcpmodel.tcp.rfc9293.tcb import iss, rcv, snd
from tcpmodel.tcp.world.clock import Time
from tcpmodel.tcp.world.connection import connection
from tcpmodel.tcp.world.environment import Network, User

LAPS = 2
lap = variable("lap", COUNT, says="the lap of the last octet")
seg_lap = variable("seg.lap", COUNT)
again = variable("again", BOOL, says="an octet of an earlier lap was delivered", denies="no octet was delivered twice")
ZERO = constant(0, COUNT)
LEFT = "A.left.SEND"


def stream(*, bits: int, window: int, pace: int | None, msl: int | None) -> TransitionSystem:
    """The system; without `msl` there is no time, and segments live for ever."""
    wide = connection(
        name="stream",
        a=User(sends=1),
        b=User(),
        network=Network(capacity=min(8, max(3, window)), duplicate=1),
        time=None if msl is None else Time(msl=msl, time_wait=0),
        bits=bits + 2 + window.bit_length(),
        window=window,
        established=True,
    )
    slots = _slots(msl, pace)
    new = [Variable(at(end, lap), top=LAPS - 1, ghost=True) for end in ("A", "B")]
    new += [Variable(at("B", again), ghost=True), *(Variable(slot, top=pace) for slot in slots)]
    kept = [(v, value) for v, value in zip(wide.variables, wide.initial.values, strict=True) if v.name != LEFT]
    values = [value % (1 << bits) if v.term.sort == SEQ else value for v, value in kept]
    return replace(
        wide,
        bits=bits,
        variables=(*(v for v, _ in kept), *new),
        bags=tuple(_bag(bag) for bag in wide.bags),
        rules=tuple(_rule(rule, slots, pace) for rule in wide.rules if rule.name != "A: segment arrives, a copy stays"),
        forgettable={},
        start=State((*values, *(0 for _ in new)), wide.initial.bags),
    )


def _slots(msl: int | None, pace: int | None) -> list[Term]:
    """Counters of the octets sent in this tick, in the one before, and so on through a segment's lifetime."""
    return [] if pace is None else [variable(f"A.sent.{age}", COUNT) for age in range((msl or 0) + 1)]


def _bag(bag: Bag) -> Bag:
    if bag.name != bag_from("A"):
        return replace(bag, ordered=True)
    return replace(bag, fields=(*bag.fields, Variable(variable("lap", COUNT), top=LAPS - 1, ghost=True)))


def _rule(rule: Rule, slots: Sequence[Term], pace: int | None) -> Rule:
    blocks = tuple(replace(b, rows=tuple(_row(rule, row) for row in b.rows)) for b in rule.blocks)
    if rule.event == TICK:
        moved = dict(zip(slots, (ZERO, *slots), strict=False))
        return replace(rule, blocks=blocks, set={**rule.set, **moved})
    if rule.event != Event.SEND:
        return replace(rule, blocks=blocks)
    counted = {slots[0]: up(slots[0])} if slots else {}
    return replace(rule, blocks=blocks, when=(_fewer(slots, pace),) if pace else (), set=counted)


def _fewer(counts: Sequence[Term], than: int) -> Term:
    """The counts add up to less."""
    first, rest = counts[0], counts[1:]
    if not rest:
        return ~at_least(first, than)
    return either(*(~at_least(first, n + 1) & _fewer(rest, than - n) for n in range(than)))


def _row(rule: Rule, row: Row) -> Row:
    if rule.agent == "A" and row.send:
        row = _labelled(row, row.send)
    if rule.event == Event.SEND and not (row.send and row.send.fields["text"] is not NO_TEXT):
        row = replace(row, refuses=True)
    return _counting(row) if rule.agent == "B" and row.delivers else row


def _labelled(row: Row, send: Emission) -> Row:
    """The lap goes on where octet 0 is sent; what carries no octet has none."""
    if send.fields["text"] is NO_TEXT:
        return replace(row, send=replace(send, fields={**send.fields, "lap": ZERO}))
    wraps = at("A", equal(snd.nxt - iss, 0))
    notes = {at("A", lap): choose(wraps, _next(at("A", lap)), at("A", lap))}
    return replace(row, set={**row.set, **notes}, send=replace(send, fields={**send.fields, "lap": at("A", lap)}))


def _counting(row: Row) -> Row:
    """A delivered octet is new if it is the next one, of the lap that the next one has."""
    here, gone = at("B", lap), at("B", again)
    expected = choose(at("B", equal(delivered + 1, 0)), _next(here), here)
    new = equal(seg_octet, at("B", delivered) + 1) & equal(seg_lap, expected)
    return replace(row, set={**row.set, here: expected, gone: gone | ~new})


def _next(count: Term) -> Term:
    return choose(at_least(count, LAPS - 1), ZERO, up(count))


def delivered_again() -> Term:
    """An octet of an earlier lap was delivered."""
    return at("B", again)


def old_octet_in_window(window: int) -> Term:
    """An octet that is not the one that its place in B's window is for is in flight, and acceptable."""
    each, number = fields_of("each"), variable("each.octet", SEQ)
    here, count = at("B", lap), at("B", delivered) + 1
    fitting = []
    for ahead in range(window):
        wrapped = within(constant(0, SEQ), count, ahead + 1)
        its_lap = choose(wrapped, _next(here), here)
        fitting.append(equal(number, count + ahead) & equal(variable("each.lap", COUNT), its_lap))
    acceptable = within(each.seq, at("B", rcv.nxt), window)
    return some(bag_from("A"), "each", both(each.has_text, acceptable, ~either(*fitting)))
