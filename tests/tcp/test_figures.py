"""Figures 6 to 13 of RFC 9293: the specs' witnesses are those runs, segment by segment and state by state.

Each figure is written down as it stands in the RFC, with its numbers, and played on the spec's own
system.  The witness that the search found must show the same segments (but for their numbers, which
are the search's own) arriving in the same order, with the same connection states after each.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pytest
from tcp.playing import Move, arrives, firings, holds_at_end, picking, play, shown_by, spec

from tcpmodel import Trace, replay
from tcpmodel.draw.segments import written

Line = tuple[str, str, str]
"""A's state, the segment that arrived and which way it went, B's state; both states after it."""


class Figure(NamedTuple):
    """A figure: the spec and claim that show it, its lines, and how to play it with the RFC's numbers."""

    spec: str
    witness: str
    lines: tuple[Line, ...]
    moves: tuple[Move, ...]
    a: Mapping[int, int | str]
    b: Mapping[int, int | str]


FIGURES = {
    "figure 6, basic three-way handshake": Figure(
        "handshake",
        "both_established",
        (
            ("SYN-SENT", "--> <SEQ=100><CTL=SYN>", "SYN-RECEIVED"),
            ("ESTABLISHED", "<-- <SEQ=300><ACK=101><CTL=SYN,ACK>", "SYN-RECEIVED"),
            ("ESTABLISHED", "--> <SEQ=101><ACK=301><CTL=ACK>", "ESTABLISHED"),
        ),
        ("B: passive OPEN", "A: active OPEN", picking("B: segment arrives", 4), arrives("A"), arrives("B")),
        {0: 100, 1: 101},
        {4: 300, 5: 301},
    ),
    "figure 7, simultaneous OPEN, with the two arrivals that the text of 3.10.7.4 adds": Figure(
        "simultaneous_open",
        "both_established",
        (
            ("SYN-RECEIVED", "<-- <SEQ=300><CTL=SYN>", "SYN-SENT"),
            ("SYN-RECEIVED", "--> <SEQ=100><CTL=SYN>", "SYN-RECEIVED"),
            ("SYN-RECEIVED", "<-- <SEQ=300><ACK=101><CTL=SYN,ACK>", "SYN-RECEIVED"),
            ("SYN-RECEIVED", "--> <SEQ=100><ACK=301><CTL=SYN,ACK>", "SYN-RECEIVED"),
            ("ESTABLISHED", "<-- <SEQ=301><ACK=101><CTL=ACK>", "SYN-RECEIVED"),
            ("ESTABLISHED", "--> <SEQ=101><ACK=301><CTL=ACK>", "ESTABLISHED"),
        ),
        ("A: active OPEN", picking("B: active OPEN", 4), *(arrives(end) for end in "ABABAB")),
        {0: 100, 1: 101},
        {4: 300, 5: 301},
    ),
    "figure 8, recovery from an old duplicate SYN": Figure(
        "old_duplicate_syn",
        "figure_8",
        (
            ("SYN-SENT", "--> <SEQ=90><CTL=SYN>", "SYN-RECEIVED"),
            ("SYN-SENT", "<-- <SEQ=300><ACK=91><CTL=SYN,ACK>", "SYN-RECEIVED"),
            ("SYN-SENT", "--> <SEQ=91><CTL=RST>", "LISTEN"),
            ("SYN-SENT", "--> <SEQ=100><CTL=SYN>", "SYN-RECEIVED"),
            ("ESTABLISHED", "<-- <SEQ=400><ACK=101><CTL=SYN,ACK>", "SYN-RECEIVED"),
            ("ESTABLISHED", "--> <SEQ=101><ACK=401><CTL=ACK>", "ESTABLISHED"),
        ),
        (
            "A: active OPEN",
            "A: ABORT",
            "B: passive OPEN",
            picking("A: active OPEN", 3),
            arrives("B", "<SEQ=0><CTL=SYN>"),
            "A: segment arrives",
            arrives("B", "<CTL=RST>"),
            picking("B: segment arrives", 6),
            "A: segment arrives",
            "B: segment arrives",
        ),
        {0: 90, 1: 91, 3: 100, 4: 101},
        {4: 300, 5: 301, 6: 400, 7: 401},
    ),
    "figure 9, half-open connection discovery": Figure(
        "half_open_reconnect",
        "figure_9_line_5",
        (
            ("SYN-SENT", "--> <SEQ=400><CTL=SYN>", "ESTABLISHED"),
            ("SYN-SENT", "<-- <SEQ=300><ACK=100><CTL=ACK>", "ESTABLISHED"),
            ("SYN-SENT", "--> <SEQ=100><CTL=RST>", "CLOSED"),
        ),
        ("A: crash", picking("A: active OPEN", 4), arrives("B"), arrives("A"), arrives("B")),
        {1: 100, 4: 400},
        {5: 300},
    ),
    "figure 10, active side causes half-open connection discovery": Figure(
        "half_open_discovery",
        "figure_10",
        (
            ("CLOSED", "<-- <SEQ=300><ACK=100><CTL=ACK><DATA>", "ESTABLISHED"),
            ("CLOSED", "--> <SEQ=100><CTL=RST>", "CLOSED"),
        ),
        ("A: crash", "B: SEND", arrives("A"), arrives("B")),
        {1: 100},
        {5: 300},
    ),
    "figure 11, old duplicate SYN initiates a reset on two passive sockets": Figure(
        "two_passive_sockets",
        "figure_11",
        (
            ("LISTEN", "--> <SEQ=Z><CTL=SYN>", "SYN-RECEIVED"),
            ("LISTEN", "<-- <SEQ=X><ACK=Z+1><CTL=SYN,ACK>", "SYN-RECEIVED"),
            ("LISTEN", "--> <SEQ=Z+1><CTL=RST>", "LISTEN"),
        ),
        (
            "A: active OPEN",
            "A: ABORT",
            "A: passive OPEN",
            "B: passive OPEN",
            picking("B: segment arrives", 4),
            "A: segment arrives",
            "B: segment arrives",
        ),
        {0: "Z", 1: "Z+1"},
        {4: "X"},
    ),
    "figure 12, normal close sequence": Figure(
        "normal_close",
        "figure_12_line_5",
        (
            ("FIN-WAIT-1", "--> <SEQ=100><ACK=300><CTL=FIN,ACK>", "CLOSE-WAIT"),
            ("FIN-WAIT-2", "<-- <SEQ=300><ACK=101><CTL=ACK>", "CLOSE-WAIT"),
            ("TIME-WAIT", "<-- <SEQ=300><ACK=101><CTL=FIN,ACK>", "LAST-ACK"),
            ("TIME-WAIT", "--> <SEQ=101><ACK=301><CTL=ACK>", "CLOSED"),
        ),
        ("A: CLOSE", arrives("B"), arrives("A"), "B: CLOSE", arrives("A"), arrives("B")),
        {1: 100, 2: 101},
        {9: 300, 10: 301},
    ),
    "figure 13, simultaneous close sequence": Figure(
        "simultaneous_close",
        "figure_13_line_4",
        (
            ("CLOSING", "<-- <SEQ=300><ACK=100><CTL=FIN,ACK>", "FIN-WAIT-1"),
            ("CLOSING", "--> <SEQ=100><ACK=300><CTL=FIN,ACK>", "CLOSING"),
            ("TIME-WAIT", "<-- <SEQ=301><ACK=101><CTL=ACK>", "CLOSING"),
            ("TIME-WAIT", "--> <SEQ=101><ACK=301><CTL=ACK>", "TIME-WAIT"),
        ),
        ("A: CLOSE", "B: CLOSE", *(arrives(end) for end in "ABAB")),
        {1: 100, 2: 101},
        {9: 300, 10: 301},
    ),
}


def lines(trace: Trace, a: Mapping[int, int | str], b: Mapping[int, int | str]) -> tuple[Line, ...]:
    """The arrivals of a run with A's and B's sequence numbers called what the figure calls them."""
    found = []
    for fired, state in firings(trace):
        if fired.taken is not None:
            arrow, own, other = ("-->", a, b) if fired.rule.agent == "B" else ("<--", b, a)
            numbers = {"seq": own[int(fired.taken["seq"])]}
            if fired.taken["ackbit"]:
                numbers["ack"] = other[int(fired.taken["ack"])]
            states = [str(trace.system.value(state, f"{end}.state")) for end in "AB"]
            found.append((states[0], f"{arrow} {written({**fired.taken, **numbers})}", states[1]))
    return tuple(found)


def unnumbered(found: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines with the control bits alone."""
    return tuple((a, f"{text[:4]}{text[text.index('CTL') :]}", b) for a, text, b in found)


SAME = {n: n for n in range(16)}


@pytest.fixture(params=FIGURES.values(), ids=FIGURES)
def figure(request: pytest.FixtureRequest) -> Figure:
    return request.param


def played(figure: Figure) -> Trace:
    return play(spec(figure.spec).system, *figure.moves)


def test_the_figure_is_a_run_with_the_numbers_of_the_rfc(figure: Figure) -> None:
    assert lines(replay(played(figure)), figure.a, figure.b) == figure.lines


def test_the_figure_ends_where_the_witness_wants_to_be(figure: Figure) -> None:
    assert holds_at_end(played(figure), spec(figure.spec).claim(figure.witness).predicate)


def test_the_witness_found_has_the_segments_and_states_of_the_figure_in_order(figure: Figure) -> None:
    found = lines(shown_by(figure.spec, figure.witness), SAME, SAME)
    assert unnumbered(found) == unnumbered(figure.lines)


def test_the_figure_is_a_shortest_run(figure: Figure) -> None:
    assert len(figure.moves) == len(shown_by(figure.spec, figure.witness))


def test_figure_7_takes_eight_events_and_not_six() -> None:
    assert len(shown_by("simultaneous_open", "both_established")) == 8


def test_figure_9_goes_on_to_a_new_connection_with_a_repeated_syn() -> None:
    again = (
        "A: retransmission timeout",
        "B: passive OPEN",
        picking("B: segment arrives", 0),
        "A: segment arrives",
        "B: segment arrives",
    )
    half_open = FIGURES["figure 9, half-open connection discovery"]
    trace = play(spec("half_open_reconnect").system, *half_open.moves, *again)
    assert lines(trace, half_open.a | {5: 401}, half_open.b | {0: 500, 1: 501})[3:] == (
        ("SYN-SENT", "--> <SEQ=400><CTL=SYN>", "SYN-RECEIVED"),
        ("ESTABLISHED", "<-- <SEQ=500><ACK=401><CTL=SYN,ACK>", "SYN-RECEIVED"),
        ("ESTABLISHED", "--> <SEQ=401><ACK=501><CTL=ACK>", "ESTABLISHED"),
    )


def test_figure_12_ends_with_2msl() -> None:
    trace = shown_by("normal_close", "figure_12_line_6")
    assert "TIME-WAIT has lasted long enough" in [fired.title for fired, _ in firings(trace)]
