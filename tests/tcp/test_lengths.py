"""Segments of every length: three readings agree, and the law of coalescing holds.

The readings are the rows under the reference, the rows as native code, and RFC 9293 written a second time.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product
from typing import NamedTuple

import pytest
from tcp.compiled import WIDEST, Compiled
from tcp.endpoint import CONNECTED, Case, Endpoint, Fired, by_rfc, cases, record_in
from tcp.rfc9293 import DEPARTURES, Rfc9293, Segment, Tcb
from tcp.test_against_rfc import in_our_words

from tcpmodel.tcp.mistakes import mutants
from tcpmodel.tcp.rfc9293.checks import TEXT
from tcpmodel.tcp.rfc9293.rules import ARRIVAL, RFC_9293, Edit, Rules
from tcpmodel.tcp.rfc9293.tcb import STATE

LONGEST = 3


def every_arrival(bits: int, *, records: int, every_ack: bool) -> Iterator[Case]:
    """Every window, distance from RCV.NXT, length and control bits of a segment, at some records of each state.

    `every_ack` adds every number as SEG.ACK, and the segments without ACK; else SEG.ACK is SND.NXT.
    """
    numbers, chance = 1 << bits, random.Random(bits)
    parts = (range(numbers // 2), range(numbers), range(LONGEST + 1), *[(False, True)] * 3)
    for word, _ in product(CONNECTED, range(records)):
        record = record_in(word, bits, chance)
        acks = (None, *range(numbers)) if every_ack else (record.nxt,)
        for wnd, seq, text, syn, fin, rst in product(*parts):
            rcv = chance.getrandbits(bits)
            tcb = replace(record, wnd=wnd, rcv=rcv, irs=(rcv - 1) % numbers)
            for ack in acks:
                segment = Segment((rcv + seq) % numbers, ack or 0, syn, ack is not None, rst, fin, text)
                yield Case(ARRIVAL, tcb, segment, 0)


def told_apart(found: Iterator[Case], bits: int) -> Iterator[Case]:
    """The cases in which the rows, the rows compiled, and the RFC are not of one mind."""
    rows, compiled, rfc = Endpoint(RFC_9293, bits=bits), Compiled(RFC_9293, bits=bits), Rfc9293(bits, DEPARTURES)
    for case in found:
        plain = rows.does(case)
        if plain != compiled.does(case) or plain.done != in_our_words(by_rfc(rfc, case)):
            yield case


def alike(found: Iterator[Case], bits: int) -> bool:
    return list(islice(told_apart(found, bits), 3)) == []


@pytest.mark.parametrize("bits", [3, 4])
def test_three_readings_agree_on_every_segment_of_up_to_three_octets(bits: int) -> None:
    assert alike(every_arrival(bits, records=1, every_ack=False), bits)


@pytest.mark.long
@pytest.mark.parametrize(("bits", "records"), [(3, 4), (4, 1)])
def test_they_agree_with_every_ack_as_well(bits: int, records: int) -> None:
    assert alike(every_arrival(bits, records=records, every_ack=True), bits)


def test_they_agree_on_segments_of_up_to_65535_octets() -> None:
    """At random, of as many bits as are compiled; of 32 bits it is the rows and the RFC (`test_against_rfc`)."""
    found = [c for c in cases(ARRIVAL, bits=WIDEST, count=8_000) if c.tcb.state != "LISTEN"]
    assert max(c.segment.text for c in found) > 65_000
    assert alike(iter(found), WIDEST)


# Two adjacent pieces of text leave what the one segment leaves.


class Cut(NamedTuple):
    """A segment, and the two pieces that it is cut into; the FIN, if there is one, goes with the second."""

    tcb: Tcb
    whole: Segment
    pieces: tuple[Segment, Segment]


class Taken(NamedTuple):
    """What became of a cut: of the whole, and of the pieces in order, the first before the second."""

    cut: Cut
    whole: Fired
    pieces: tuple[Fired, Fired]

    @property
    def alike(self) -> bool:
        """Whether both leave the same TCB."""
        return self.pieces[1].done.tcb == self.whole.done.tcb


def cuts(bits: int, count: int, *, beyond: bool = False) -> Iterator[Cut]:
    """Segments of two octets or more near RCV.NXT, cut anywhere, without SYN or reset, at records of every state.

    With its FIN each ends in the window or in front of it; or else it reaches `beyond` the window.
    """
    chance, mask = random.Random(f"cuts {bits}"), (1 << bits) - 1
    for n in range(count):
        tcb = record_in(STATE.values[n % len(STATE.values)], bits, chance)
        most = min(9, (1 << (bits - 1)) - 1) if chance.random() < 0.5 else min(65_535, (1 << (bits - 1)) - 1)
        text, fin = chance.randint(2, most), chance.random() < 0.4
        tcb = replace(tcb, wnd=chance.randint(0, min(tcb.wnd, text))) if beyond else tcb
        room = tcb.wnd - fin
        highest = min(room, text + 1) if chance.random() < 0.7 else room
        near = chance.randint(-2, highest) if chance.random() < 0.9 else -chance.randint(2, most)
        ends = room + chance.randint(1, text) if beyond else near
        ack = chance.choice((tcb.una, tcb.nxt, tcb.nxt, tcb.iss, tcb.nxt + 1)) & mask
        whole = Segment((tcb.rcv + ends - text) & mask, ack, has_ack=chance.random() < 0.95, fin=fin, text=text)
        first = chance.randint(1, text - (not fin))
        rest = whole._replace(seq=(whole.seq + first) & mask, text=text - first)
        yield Cut(tcb, whole, (whole._replace(fin=False, text=first), rest))


def taken(rules: Rules, bits: int, found: Iterator[Cut]) -> Iterator[Taken]:
    endpoint = Endpoint(rules, bits=bits)
    for cut in found:
        first = endpoint.does(Case(ARRIVAL, cut.tcb, cut.pieces[0], 0))
        second = endpoint.does(Case(ARRIVAL, first.done.tcb, cut.pieces[1], 0))
        yield Taken(cut, endpoint.does(Case(ARRIVAL, cut.tcb, cut.whole, 0)), (first, second))


@pytest.mark.parametrize("bits", [4, 8, 32])
def test_two_adjacent_pieces_leave_the_same_tcb_as_the_one_segment(bits: int) -> None:
    """In every state, whatever the ACK says, be the text old, new, half of each or ahead, if it ends in the window."""
    found = list(taken(RFC_9293, bits, cuts(bits, 4_000)))
    assert [t for t in found if not t.alike][:3] == []
    assert sum(t.whole.done.tcb.rcv != t.cut.tcb.rcv for t in found) > 400


@pytest.mark.parametrize("bits", [4, 32])
def test_the_pieces_draw_the_same_answers_or_one_more_and_tell_of_text_once_more(bits: int) -> None:
    for t in taken(RFC_9293, bits, cuts(bits, 2_000)):
        sent, told = (sum((getattr(one.done, what) for one in t.pieces), ()) for what in ("sent", "told"))
        assert len(sent) - len(t.whole.done.sent) in (0, 1)
        assert sorted(told) in (sorted(t.whole.done.told), sorted((*t.whole.done.told, TEXT)))


@pytest.mark.parametrize("bits", [4, 32])
def test_beyond_the_window_pieces_may_bring_more_than_the_whole(bits: int) -> None:
    """The window stays as it is, so taking the first piece moves its right edge on; table 6 drops what covers it all.

    So where the TCBs differ, RCV.NXT has gone farther by the pieces, or the whole was not acceptable.
    """
    found = [t for t in taken(RFC_9293, bits, cuts(bits, 4_000, beyond=True)) if not t.alike]
    farther = [t for t in found if advance(t.pieces[1].done.tcb, t, bits) > advance(t.whole.done.tcb, t, bits)]
    dropped = [t for t in found if t.whole.rows[0].name == "an unacceptable segment is answered with an ACK"]
    assert farther
    assert dropped
    assert [t for t in found if t not in farther and t not in dropped] == []


def advance(tcb: Tcb, t: Taken, bits: int) -> int:
    """By how much RCV.NXT has gone on."""
    return (tcb.rcv - t.cut.tcb.rcv) % (1 << bits)


@pytest.mark.parametrize(
    "mutant", [mutants.text_must_begin_at_rcv_nxt, mutants.old_octets_are_taken_again, mutants.text_ahead_is_delivered]
)
def test_a_stack_that_trims_wrongly_breaks_the_law_of_coalescing(mutant: Edit) -> None:
    assert not all(t.alike for t in taken(mutant(RFC_9293), 32, cuts(32, 2_000)))
