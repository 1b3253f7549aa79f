"""Segments of every length: the rows and RFC 9293 written a second time agree, and the law of coalescing holds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product
from typing import NamedTuple

import pytest
from tcp.endpoint import CONNECTED, Case, Endpoint, by_rfc, record_in
from tcp.rfc9293 import DEPARTURES, Rfc9293, Segment, Tcb
from tcp.test_against_rfc import in_our_words

from tcpmodel.tcp.mistakes import mutants
from tcpmodel.tcp.rfc9293.rules import ARRIVAL, RFC_9293, Rules

LONGEST = 3


def every_arrival(bits: int) -> Iterator[Case]:
    """Every place, window and length of a segment with text, FIN or both, of a reset, and of a bare one.

    RCV.NXT is 0: only distances from it matter (the numbers of the other direction stay as they are).
    """
    numbers = 1 << bits
    chance = random.Random(bits)
    records = [replace(record_in(word, bits, chance), rcv=0, irs=numbers - 1) for word in CONNECTED]
    windows, forms = range(numbers // 2), ((False, False), (True, False), (False, True))
    for record, wnd, seq, text, (fin, rst) in product(records, windows, range(numbers), range(LONGEST + 1), forms):
        tcb = replace(record, wnd=wnd)
        yield Case(ARRIVAL, tcb, Segment(seq, tcb.nxt, has_ack=True, rst=rst, fin=fin, text=text), 0)


@pytest.mark.parametrize("bits", [3, 4])
def test_rows_and_rfc_agree_on_every_segment_of_up_to_three_octets(bits: int) -> None:
    endpoint, rfc = Endpoint(RFC_9293, bits=bits), Rfc9293(bits, DEPARTURES)
    apart = (c for c in every_arrival(bits) if endpoint.does(c).done != in_our_words(by_rfc(rfc, c)))
    assert list(islice(apart, 3)) == []


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
