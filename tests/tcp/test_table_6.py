"""Table 6 of RFC 9293: which segments are acceptable, for every number and window of a small space."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tcpmodel.language.reference import evaluate
from tcpmodel.tcp.rfc9293.segment import seg_is_acceptable


@pytest.mark.parametrize("low", range(8))
@pytest.mark.parametrize("number", range(8))
def test_an_empty_segment_is_acceptable_at_a_shut_window_only_at_rcv_nxt(number: int, low: int) -> None:
    assert acceptable(number, length=0, low=low, window=0) == (number == low)


@pytest.mark.parametrize("kind", ["text", "syn", "fin"])
def test_no_segment_with_a_length_is_acceptable_at_a_shut_window(kind: str) -> None:
    assert not any(acceptable(n, length=1, low=low, window=0, kind=kind) for n, low in pairs())


@pytest.mark.parametrize("window", [1, 2, 4])
def test_an_empty_segment_is_acceptable_where_it_begins_in_the_window(window: int) -> None:
    wrong = [
        (n, low) for n, low in pairs() if acceptable(n, length=0, low=low, window=window) != inside(n, low, window)
    ]
    assert wrong == []


@pytest.mark.parametrize("window", [1, 2, 4])
@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_a_segment_is_acceptable_where_its_first_or_last_number_is_in_the_window(length: int, window: int) -> None:
    def first_or_last(n: int, low: int) -> bool:
        return inside(n, low, window) or inside((n + length - 1) % 8, low, window)

    wrong = [
        (n, low) for n, low in pairs() if acceptable(n, length=length, low=low, window=window) != first_or_last(n, low)
    ]
    assert wrong == []


def pairs() -> Iterator[tuple[int, int]]:
    """Every SEG.SEQ with every RCV.NXT, modulo 8."""
    return itertools.product(range(8), repeat=2)


def inside(number: int, low: int, window: int) -> bool:
    """Whether the number is one of the `window` numbers from `low`."""
    return number in [(low + i) % 8 for i in range(window)]


def acceptable(number: int, *, length: int, low: int, window: int, kind: str = "") -> bool:
    """Table 6 of RFC 9293, as our term says it."""
    occupies = {kind: 1} if kind else {"text": length - (length > 1), "fin": length > 1}
    values = {"seg.seq": number, "rcv.nxt": low, "rcv.wnd": window, "seg.text": 0, "seg.syn": 0, "seg.fin": 0}
    return bool(evaluate(seg_is_acceptable, values | {f"seg.{k}": n for k, n in occupies.items()}, bits=3))
