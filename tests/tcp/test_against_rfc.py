"""The rows against RFC 9293 written a second time (`rfc9293`): the same on every case, but for what is declared.

A case is an event at a connection record: which segment arrives, or which call is made.  Each declared difference is
met, is met only where it says, and stands in a row's `reading` or among what is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

import pytest
from mutation import MUTANTS
from tcp import rfc9293
from tcp.endpoint import CALLS, CONNECTED, Case, Endpoint, Fired, by_rfc, cases
from tcp.rfc9293 import DEPARTURES, Done, Rfc9293

from tcpmodel.errors import DefinitionError
from tcpmodel.tcp.knobs.variants import vary
from tcpmodel.tcp.mistakes.equivalent import EQUIVALENT
from tcpmodel.tcp.mistakes.mutation import Mutant, mutants
from tcpmodel.tcp.rfc9293.checks import ALL_SENT
from tcpmodel.tcp.rfc9293.left_out import LEFT_OUT
from tcpmodel.tcp.rfc9293.rules import ARRIVAL, RFC_9293, Rules

BITS = (3, 4, 8, 32)
ARRIVALS, OTHER_EVENTS = 26_000, 1_100
"""How many cases of each size are compared, of arrivals and of each other event."""
WORDS = {
    "connection refused": "error: connection refused",
    "connection reset": "error: connection reset",
    "CLOSE: ok": ALL_SENT,
}
"""What the rows say for the RFC's words, where they do not use them."""


class Difference(NamedTuple):
    """Where the rows part from the letter, why, and where they say so: in rows' readings, or left out."""

    events: tuple[str, ...]
    states: tuple[str, ...]
    why: str
    rows: tuple[str, ...] = ()
    left_out: str | None = None
    knobs: Mapping[str, str] = {}


BUFFERS = "answers to each SEND and RECEIVE"
DIFFERENCES = {
    rfc9293.AHEAD: Difference(
        (ARRIVAL,),
        CONNECTED,
        "what is not held must be judged when it arrives",
        ("an acceptable segment is checked further",),
    ),
    rfc9293.BARE_ACK: Difference(
        (ARRIVAL,),
        ("TIME-WAIT",),
        "or two ends would answer each other for ever",
        ("TIME-WAIT starts over at a bare ACK",),
    ),
    rfc9293.SECOND_FIN: Difference(
        (ARRIVAL,),
        ("CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT"),
        "no peer sends two; in CLOSING only with the ACK that ends it",
        ("a FIN after the peer's FIN is ignored", "a FIN in TIME-WAIT starts 2MSL over"),
    ),
    rfc9293.TIMER_STARTS: Difference(
        (ARRIVAL,), ("CLOSING",), "nothing else could start it", ("CLOSING learns that its FIN arrived",)
    ),
    rfc9293.LAST_ACK_ACKS: Difference(
        (ARRIVAL,), ("LAST-ACK",), "text may be outstanding there as well", ("a new ACK advances SND.UNA",)
    ),
    rfc9293.NO_RCV_NXT_YET: Difference((ARRIVAL,), ("SYN-SENT",), "erratum 8167", ("SYN-SENT is refused",)),
    rfc9293.ALL_SENT: Difference(
        (ARRIVAL,),
        ("CLOSING", "LAST-ACK"),
        "3.6: who has closed hears that it succeeded",
        ("CLOSING learns that its FIN arrived", "LAST-ACK learns that its FIN arrived"),
    ),
    rfc9293.QUIET_TIME_WAIT: Difference(
        (ARRIVAL,), ("TIME-WAIT",), "3.10.7.4 signals nothing, 3.5.3 does", ("a reset ends TIME-WAIT",)
    ),
    rfc9293.NO_BUFFERS: Difference(
        (ARRIVAL, "CLOSE", "ABORT"),
        ("SYN-SENT", *(state for state in CONNECTED if state not in ("FIN-WAIT-2", "TIME-WAIT"))),
        "there are no buffers",
        left_out=BUFFERS,
    ),
    rfc9293.RANGE_BEHIND: Difference(
        (ARRIVAL,),
        ("SYN-RECEIVED",),
        "Linux does so; the RFC does not order the two",
        ("an ACK outside the range is challenged",),
        knobs={"ack_5961": "on"},
    ),
    rfc9293.WINDOW_IS_ROOM: Difference(
        ("SEND",), ("ESTABLISHED", "CLOSE-WAIT"), "the window is all the room there is", ("SEND finds no room",)
    ),
    rfc9293.CLOSE_WAITS: Difference(
        ("CLOSE", "queue is sent"),
        ("ESTABLISHED",),
        "a state tells then what has been sent; queued_close='at_once' is the letter",
        ("CLOSE waits until all is sent",),
    ),
    rfc9293.SYN_ALONE: Difference(
        (ARRIVAL,), ("SYN-SENT",), "its sender repeats them", ("SYN,ACK completes the caller's handshake",)
    ),
    rfc9293.SYN_IN_FRONT: Difference(
        (ARRIVAL,),
        ("SYN-RECEIVED",),
        "no SYN carries text but with the knobs syn_text and fast_open, which trim it",
        ("a second SYN sends a listener back to LISTEN",),
    ),
    rfc9293.OWED: Difference(
        ("user timeout",),
        ("LISTEN", "ESTABLISHED", "FIN-WAIT-2", "CLOSE-WAIT", "TIME-WAIT"),
        "3.9.1.1: it times what is sent",
        ("the user timeout ends the connection",),
    ),
}


def in_our_words(done: Done) -> Done:
    return done._replace(told=tuple(WORDS.get(word, word) for word in done.told))


def met(rules: Rules, *, bits: int, arrivals: int, others: int, unsent: bool = False) -> Iterator[tuple[Case, Fired]]:
    """Cases of every event, with what the rows make of each."""
    endpoint = Endpoint(rules, bits=bits)
    for event in CALLS:
        for case in cases(event, bits=bits, count=arrivals if event == ARRIVAL else others, unsent=unsent):
            yield case, endpoint.does(case)


def told_apart(rfc: Rfc9293, found: list[tuple[Case, Fired]]) -> Iterator[tuple[Case, Done, Fired]]:
    """The cases in which the RFC, so read, and the rows do different things."""
    for case, fired in found:
        wanted = in_our_words(by_rfc(rfc, case))
        if wanted != fired.done:
            yield case, wanted, fired


@pytest.mark.parametrize("bits", [pytest.param(n, marks=[pytest.mark.long] * (n in (4, 8))) for n in BITS])
def test_the_rows_do_what_the_rfc_says_but_for_the_declared_differences(bits: int) -> None:
    found = list(met(RFC_9293, bits=bits, arrivals=ARRIVALS, others=OTHER_EVENTS))
    assert list(islice(told_apart(Rfc9293(bits, DEPARTURES), found), 3)) == []


def test_a_hundred_thousand_arrivals_are_compared() -> None:
    assert len(BITS) * ARRIVALS >= 100_000


def test_every_row_of_these_events_is_met() -> None:
    found = [f for bits in BITS for _, f in met(RFC_9293, bits=bits, arrivals=3_000, others=300)]
    fired = {row.name for f in found for row in f.rows}
    assert [r.name for event, _, r in RFC_9293.rows() if event in CALLS and r.name not in fired] == []


def test_each_declared_difference_is_met_and_only_where_it_is_declared() -> None:
    assert set(DIFFERENCES) == DEPARTURES
    for knobs in ({}, {"ack_5961": "on"}):
        found = list(met(vary(RFC_9293, knobs), bits=4, arrivals=6_000, others=600))
        for what, declared in DIFFERENCES.items():
            if dict(declared.knobs) == knobs:
                letter = Rfc9293(4, DEPARTURES - {what}, ack_5961="ack_5961" in knobs)
                where = {(case.event, case.tcb.state) for case, _, _ in told_apart(letter, found)}
                assert {event for event, _ in where} == set(declared.events), what
                assert {state for _, state in where} == set(declared.states), what


@pytest.mark.parametrize("declared", DIFFERENCES.values(), ids=list(DIFFERENCES))
def test_each_difference_is_said_where_a_reader_looks(declared: Difference) -> None:
    rules = vary(RFC_9293, declared.knobs)
    assert all(rules.row(name).reading for name in declared.rows)
    assert declared.rows or declared.left_out in {part.what for part in LEFT_OUT}


def test_a_row_that_is_missing_is_told_apart() -> None:
    lacking = RFC_9293.replaced("SYN-SENT drops what is neither SYN nor reset")
    assert list(told_apart(Rfc9293(4, DEPARTURES), list(met(lacking, bits=4, arrivals=3_000, others=0))))


KINDS = ("condition", "target", "assignment", "segment", "ending", "row")
"""The kinds of mutants that change one row in all its states."""


@pytest.mark.long
def test_every_mutant_of_a_row_that_is_not_equivalent_is_told_apart() -> None:
    rfc, event_of = Rfc9293(4, DEPARTURES), {row.name: event for event, _, row in RFC_9293.rows()}
    judged = {event: as_wanted(rfc, event, 6_000 if event == ARRIVAL else 900) for event in CALLS}
    asked = [(m, event_of.get(m.place)) for m in mutants() if m.kind in KINDS]
    unnoticed = [m.name for m, event in asked if event in CALLS and not notices(judged[event], m)]
    assert len(asked) > 400
    assert set(unnoticed) <= set(EQUIVALENT) | set(MUTANTS.read()["same"])


def as_wanted(rfc: Rfc9293, event: str, count: int) -> list[tuple[Case, Done]]:
    return [(case, in_our_words(by_rfc(rfc, case))) for case in cases(event, bits=4, count=count)]


def notices(judged: list[tuple[Case, Done]], mutant: Mutant) -> bool:
    """Whether some case goes another way under the mutated rules, or cannot go at all."""
    try:
        endpoint = Endpoint(mutant(RFC_9293), bits=4)
        return any(endpoint.does(case).done != wanted for case, wanted in judged)
    except (AssertionError, ValueError, DefinitionError):
        return True


KNOBS: list[tuple[dict[str, str], dict[str, Any]]] = [
    ({"rst_5961": "off"}, {"rst_5961": False}),
    ({"syn_5961": "off"}, {"syn_5961": False}),
    ({"ack_5961": "on"}, {"ack_5961": True}),
    (
        {"rst_5961": "off", "syn_5961": "off", "ack_5961": "on"},
        {"rst_5961": False, "syn_5961": False, "ack_5961": True},
    ),
    ({"second_fin": "acknowledged"}, {"departs": DEPARTURES | {rfc9293.ONLY_ANSWERED}}),
    ({"second_fin": "consumed"}, {"departs": DEPARTURES - {rfc9293.SECOND_FIN}}),
    ({"queued_close": "at_once"}, {"departs": DEPARTURES - {rfc9293.CLOSE_WAITS}}),
]


@pytest.mark.parametrize(
    ("knobs", "choice"), KNOBS, ids=[" ".join(f"{k}={v}" for k, v in knobs.items()) for knobs, _ in KNOBS]
)
def test_a_knob_for_the_letter_is_the_letter(knobs: dict[str, str], choice: dict[str, Any]) -> None:
    rfc = Rfc9293(4, **{"departs": DEPARTURES, **choice})
    found = list(met(vary(RFC_9293, knobs), bits=4, arrivals=5_000, others=1_000, unsent="queued_close" in knobs))
    assert list(islice(told_apart(rfc, found), 3)) == []
