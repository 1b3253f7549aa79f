"""One endpoint alone: its rows under the reference reading, beside `rfc9293`, on any connection record and segment.

A record may be one that no run reaches, as long as it keeps what each state says of itself (`record_in`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

from tcp.rfc9293 import SYNCHRONIZED, Done, Rfc9293, Segment, Tcb

from tcpmodel.language.terms import TRUE, variable
from tcpmodel.systems.firing import Reference
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.systems.system import Bag, Component, Rule, State, Take, TransitionSystem, Variable, compose
from tcpmodel.tcp.knobs.isn import with_isn_policy
from tcpmodel.tcp.rfc9293.rules import ARRIVAL, Rules
from tcpmodel.tcp.rfc9293.segment import IN, OUT, seg
from tcpmodel.tcp.rfc9293.tcb import (
    STATE,
    irs,
    iss,
    last_nxt,
    passive,
    queued,
    rcv,
    rtx_elapsed,
    snd,
    state,
    time_wait_elapsed,
)

REMEMBERED = (
    *(state, iss, irs, snd.una, snd.nxt, rcv.nxt, rcv.wnd, snd.wnd),
    *(passive, queued.text, queued.fin, time_wait_elapsed),
)
"""In the order of `Tcb`."""
FIELDS = {"seq": seg.seq, "ack": seg.ack, "syn": seg.ctl.syn, "ackbit": seg.ctl.ack, "rst": seg.ctl.rst} | {
    "fin": seg.ctl.fin,
    "text": seg.text,
}
"""In the order of `Segment`."""
CALLS = {
    "passive OPEN": lambda rfc, case: rfc.open_passive(case.tcb),
    "active OPEN": lambda rfc, case: rfc.open_active(case.tcb, case.iss),
    "SEND": lambda rfc, case: rfc.send(case.tcb, case.iss),
    "CLOSE": lambda rfc, case: rfc.close(case.tcb),
    "ABORT": lambda rfc, case: rfc.abort(case.tcb),
    "queue is sent": lambda rfc, case: rfc.transmit(case.tcb),
    "user timeout": lambda rfc, case: rfc.user_timeout(case.tcb),
    "retransmission timeout": lambda rfc, case: rfc.retransmission_timeout(case.tcb),
    "time-wait timeout": lambda rfc, case: rfc.time_wait_timeout(case.tcb),
    ARRIVAL: lambda rfc, case: rfc.arrive(case.tcb, case.segment, case.iss),
}


class Case(NamedTuple):
    """An event at a record: which segment arrives, and which ISS is chosen where one is."""

    event: str
    tcb: Tcb
    segment: Segment
    iss: int


class Fired(NamedTuple):
    """What the rows made of a case, and which fired."""

    done: Done
    rows: tuple[Row, ...]


def by_rfc(rfc: Rfc9293, case: Case) -> Done:
    """What the RFC makes of a case."""
    return CALLS[case.event](rfc, case)


# The rows.


class Endpoint:
    """An endpoint that knows no peer: the steps of each of its events."""

    def __init__(self, rules: Rules, *, bits: int) -> None:
        self._rules, self._bits = with_isn_policy(rules, TRUE), bits
        self._steps: dict[str, Reference] = {}

    def does(self, case: Case) -> Fired:
        """What the rows make of a case; where none fires, nothing happens, and a segment that arrives is stuck."""
        if case.event not in self._steps:
            self._steps[case.event] = Reference(alone(case.event, self._rules.events[case.event], self._bits))
        reference = self._steps[case.event]
        outcomes = list(reference.steps(state_of(case), picks=(case.iss,)))
        if not outcomes:
            return Fired(Done(case.tcb, told=("no row",) if case.event == ARRIVAL else ()), ())
        (outcome,) = outcomes
        assert outcome.state is not None
        return fired(reference.system, outcome.state, outcome.step.rows)


def state_of(case: Case) -> State:
    """The state in which the case comes about."""
    values = (STATE.values.index(case.tcb.state), *_numbers(case.tcb), 0, 0)
    arriving = (tuple(map(int, case.segment)),) if case.event == ARRIVAL else ()
    return State(values, (arriving, ()))


def fired(system: TransitionSystem, after: State, places: tuple[tuple[int, int], ...]) -> Fired:
    """What a step did that led to this state by the rows at these places."""
    rows = tuple(system.rules[0].blocks[b].rows[r] for b, r in places)
    sent = tuple(_segment(record) for record in after.bags[1])
    return Fired(Done(_tcb(after.values), sent, tuple(row.tell for row in rows if row.tell)), rows)


def alone(event: str, blocks: tuple[FirstMatch, ...], bits: int) -> TransitionSystem:
    """The system of one endpoint, with the blocks of one event."""
    fields = tuple(Variable(variable(name, term.sort)) for name, term in FIELDS.items())
    kept = (*REMEMBERED, rtx_elapsed, last_nxt)
    rule = Rule(event, "A", event, blocks, take=Take(IN, "seg") if event == ARRIVAL else None)
    parts = Component(
        variables=tuple(Variable(term, top=5 if term is time_wait_elapsed else None) for term in kept),
        bags=(Bag(IN, fields, 1), Bag(OUT, fields, 2)),
        rules=(rule,),
    )
    return compose("endpoint", parts, bits=bits)


def _numbers(tcb: Tcb) -> tuple[int, ...]:
    return (
        *(tcb.iss, tcb.irs, tcb.una, tcb.nxt, tcb.rcv, tcb.wnd, tcb.peers_wnd),
        *(int(tcb.passive), tcb.text, int(tcb.fin), tcb.since_2msl),
    )


def _tcb(values: tuple[int, ...]) -> Tcb:
    word, *numbers = values[: len(REMEMBERED)]
    *plain, was_passive, text, fin, since = numbers
    return Tcb(STATE.values[word], *plain, bool(was_passive), text, bool(fin), since)


def _segment(record: tuple[int, ...]) -> Segment:
    seq, ack, *marks, text = record
    return Segment(seq, ack, *map(bool, marks), text)


# Cases at random, mostly about the numbers that matter.

CONNECTED = ("SYN-RECEIVED", *SYNCHRONIZED)


def cases(event: str, *, bits: int, count: int, unsent: bool = False) -> Iterator[Case]:
    """So many cases of an event, the same every time; `unsent` also those of a CLOSE that changes the state at once."""
    chance = random.Random(f"{event} {bits}")
    for n in range(count):
        tcb = record_in(STATE.values[n % len(STATE.values)], bits, chance, unsent=unsent)
        arriving = segment_near(tcb, bits, chance) if event == ARRIVAL else Segment(0)
        yield Case(event, tcb, arriving, chance.getrandbits(bits))


def record_in(word: str, bits: int, chance: random.Random, *, unsent: bool = False) -> Tcb:
    """A record of a connection in this state: its SYN or FIN is outstanding where the state says so."""
    mask, half = (1 << bits) - 1, 1 << (bits - 1)
    wnd, peers = (_window(half, chance) for _ in "us")
    if word in ("CLOSED", "LISTEN"):
        return Tcb(word, wnd=wnd, peers_wnd=peers)
    iss, text = chance.getrandbits(bits), chance.randrange(3)
    if word == "SYN-SENT":
        return Tcb(word, iss, 0, iss, (iss + 1) & mask, 0, wnd, peers, False, text)
    irs, passive = chance.getrandbits(bits), chance.random() < 0.5
    if word == "SYN-RECEIVED":
        fin = text > 0 and chance.random() < 0.5
        return Tcb(word, iss, irs, iss, (iss + 1) & mask, (irs + 1) & mask, wnd, peers, passive, text, fin)
    early = word in ("FIN-WAIT-1", "CLOSING") and chance.random() < 0.2
    una = iss if early else (iss + 1 + chance.randrange(half)) & mask
    owes = word in ("FIN-WAIT-1", "CLOSING", "LAST-ACK")
    open_half = word in ("ESTABLISHED", "CLOSE-WAIT") or (unsent and not early and word in ("FIN-WAIT-1", "CLOSING"))
    text = text if open_half else 0
    fin = open_half and (chance.random() < 0.3 or (unsent and owes))
    most = min(max(peers, 2), half - 2) + (not fin)
    span = 2 if early else chance.randrange(owes and not fin, most) if owes or open_half else 0
    rcv = (irs + 1 + chance.randrange(half)) & mask
    since = chance.randrange(1, 5) if word in ("CLOSING", "TIME-WAIT") else 0
    return Tcb(word, iss, irs, una, (una + span) & mask, rcv, wnd, peers, passive, text, fin, since)


def _window(half: int, chance: random.Random) -> int:
    """A window, small more often than large; one in ten is shut, or has room for one octet."""
    return chance.randrange(2) if chance.random() < 0.1 else 2 + int(chance.random() ** 3 * (half - 2))


def segment_near(tcb: Tcb, bits: int, chance: random.Random) -> Segment:
    """A segment about the record's numbers; one in eight has numbers from anywhere."""
    mask = (1 << bits) - 1

    def number(*centres: int) -> int:
        if chance.random() < 0.125:
            return chance.getrandbits(bits)
        return (chance.choice(centres) + chance.randrange(-2, 3)) & mask

    occupies = chance.choice(("syn", "fin", "fin", "text", "text", "text fin", "text fin", "syn text", "", ""))
    text = _length(bits, chance) if "text" in occupies else 0
    has_ack = chance.random() < 0.85
    ack = number(tcb.una, tcb.nxt, tcb.nxt, tcb.iss) if has_ack else 0
    marks = ("syn" in occupies, has_ack, chance.random() < 0.15, "fin" in occupies, text)
    last = (tcb.rcv - text) & mask
    return Segment(number(tcb.rcv, tcb.rcv, tcb.rcv, tcb.rcv + tcb.wnd, tcb.irs, last), ack, *marks)


def _length(bits: int, chance: random.Random) -> int:
    """A number of octets: one to three as often as not, else as many as a segment can have."""
    return chance.randint(1, 3) if chance.random() < 0.5 else chance.randint(1, min(65_535, (1 << (bits - 1)) - 1))
