"""Segments of every length: the rows their native code and RFC 9293 written a second time agree, and the law of coalescing holds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product
from typing import NamedTuple

import pytest
from tcp.compiled import WIDEST, Compiled
from tcp.endpoint import CONNECTED, Case, Endpoint, by_rfc, cases, record_in
from tcp.rfc9293 import DEPARTURES, Rfc9293, Segment, Tcb
from tcp.test_against_rfc import in_our_words

from tcpmodel.tcp.mistakes import mutants
from tcpmodel.tcp.rfc9293.rules import ARRIVAL, RFC_9293, Rules

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


def cuts(bits: int, count: int) -> Iterator[Cut]:
    """Segments of two octets or more that end in the window or in front of it, near RCV.NXT, cut anywhere.

    A longer one is another matter where the window is a constant: taking the first piece moves the right edge on,
    so that the second may bring more than the whole could.
    """
    chance, mask = random.Random(f"cuts {bits}"), (1 << bits) - 1
    for n in range(count):
        tcb = record_in(CONNECTED[n % len(CONNECTED)], bits, chance)
        most = min(9, (1 << (bits - 1)) - 1) if chance.random() < 0.5 else min(65_535, (1 << (bits - 1)) - 1)
        text, fin = chance.randint(2, most), chance.random() < 0.4
        ends = chance.randint(-2, tcb.wnd - fin) if chance.random() < 0.9 else -chance.randint(2, most)
        ack = chance.choice((tcb.una, tcb.nxt, tcb.nxt, tcb.iss, tcb.nxt + 1)) & mask
        whole = Segment((tcb.rcv + ends - text) & mask, ack, has_ack=chance.random() < 0.95, fin=fin, text=text)
        first = chance.randint(1, text - (not fin))
        rest = whole._replace(seq=(whole.seq + first) & mask, text=text - first)
        yield Cut(tcb, whole, (whole._replace(fin=False, text=first), rest))


def apart(rules: Rules, bits: int, count: int) -> Iterator[Cut]:
    """The cuts whose pieces, in order, leave another TCB than the whole."""
    endpoint = Endpoint(rules, bits=bits)
    for cut in cuts(bits, count):
        tcb = cut.tcb
        for piece in cut.pieces:
            tcb = endpoint.does(Case(ARRIVAL, tcb, piece, 0)).done.tcb
        if tcb != endpoint.does(Case(ARRIVAL, cut.tcb, cut.whole, 0)).done.tcb:
            yield cut


@pytest.mark.parametrize("bits", [4, 8, 32])
def test_two_adjacent_pieces_leave_the_same_tcb_as_the_one_segment(bits: int) -> None:
    assert list(islice(apart(RFC_9293, bits, 4_000), 3)) == []


@pytest.mark.parametrize(
    "mutant", [mutants.text_must_begin_at_rcv_nxt, mutants.old_octets_are_taken_again, mutants.text_ahead_is_delivered]
)
def test_a_stack_that_trims_wrongly_breaks_the_law_of_coalescing(mutant: object) -> None:
    assert any(apart(mutant(RFC_9293), 32, 2_000))  # type: ignore[operator]
