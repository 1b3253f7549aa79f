"""What users are told: a word dropped or swapped is noticed by the claim, or by the RFC's second writing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tcp.endpoint import CALLS, Case, Endpoint, by_rfc
from tcp.playing import spec
from tcp.rfc9293 import DEPARTURES, Rfc9293
from tcp.test_against_rfc import in_our_words, met

from tcpmodel import explore
from tcpmodel.systems.row import Row
from tcpmodel.tcp.knobs.variants import KNOBS, vary
from tcpmodel.tcp.rfc9293.calls import CLOSING_DOWN, EXISTS, NO_CONNECTION, NO_ROOM
from tcpmodel.tcp.rfc9293.checks import ALL_SENT, FIN_CHECK, PEER_CLOSES, REFUSED, RESET, TEXT
from tcpmodel.tcp.rfc9293.rules import ARRIVAL, RFC_9293, Rules
from tcpmodel.tcp.rfc9293.tcb import CLOSED, rcv
from tcpmodel.tcp.rfc9293.timeouts import TIMED_OUT
from tcpmodel.tcp.world.connection import sibling

SIGNALS = (RESET, REFUSED, PEER_CLOSES, ALL_SENT, TIMED_OUT)
WORDS = (*SIGNALS, TEXT, NO_CONNECTION, EXISTS, CLOSING_DOWN, NO_ROOM)
SIGNALLING = [row for _, _, row in RFC_9293.rows() if row.tell in SIGNALS]


def telling(row: Row, word: str | None) -> Rules:
    return RFC_9293.changed(row.name, tell=word)


@pytest.mark.parametrize("row", SIGNALLING, ids=lambda row: row.name)
def test_the_claim_notices_a_signal_that_is_dropped(row: Row) -> None:
    story = spec("user_is_told")
    found = explore(sibling(story.system, rules=telling(row, None)), [story.claim("user_is_told")])
    assert found.verdicts["user_is_told"].word == "fails"


def test_the_claim_notices_a_reset_that_is_told_to_who_knows_that_both_halves_closed() -> None:
    story = spec("user_is_told")
    rules = telling(RFC_9293.row("a reset ends TIME-WAIT"), RESET)
    found = explore(sibling(story.system, rules=rules), [story.claim("user_is_told")])
    assert found.verdicts["user_is_told"].word == "fails"


def one_case_of_each_row() -> dict[str, Case]:
    """For each row a case in which it fires."""
    return {row.name: case for case, fired in met(RFC_9293, bits=4, arrivals=9_000, others=300) for row in fired.rows}


def retold(row: Row) -> Iterator[Rules]:
    """The rules in which a row tells something else; one that tells nothing tells one word."""
    for word in (None, *WORDS) if row.tell else (RESET,):
        if word != row.tell:
            yield telling(row, word)


def test_every_word_dropped_swapped_or_added_is_told_apart_from_the_rfc() -> None:
    rfc, known = Rfc9293(4, DEPARTURES), one_case_of_each_row()
    rows = [row for event, _, row in RFC_9293.rows() if event in CALLS]
    assert set(known) == {row.name for row in rows}
    for row in rows:
        case = known[row.name]
        for rules in retold(row):
            assert Endpoint(rules, bits=4).does(case).done != in_our_words(by_rfc(rfc, case)), row.name


# MUST-12 of whatever a knob brings.

UNTOLD = {
    "a reset ends TIME-WAIT": "the user knows that both halves closed in peace",
    "text after CLOSE is answered with a reset": "the user has closed both ways, and the peer has aborted nothing",
}


@pytest.mark.parametrize(("knob", "value"), [(k.name, v) for k in KNOBS for v in k.values])
def test_whoever_is_closed_by_the_peer_is_told_so(knob: str, value: str) -> None:
    for event, block, row in vary(RFC_9293, {knob: value}).rows():
        if event == ARRIVAL and row.name not in UNTOLD:
            assert row.tell or not ends_a_connection(row), row.name
            assert row.tell == PEER_CLOSES or not (block.title == FIN_CHECK.title and rcv.nxt in row.set), row.name


def ends_a_connection(row: Row) -> bool:
    return row.ends is not None and row.goto is CLOSED
