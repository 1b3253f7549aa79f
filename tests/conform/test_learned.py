"""Learned machines: the reader, the walk, and that each departure is found in a machine that has it and nothing else.

The machines here are made by a learner of our own, which plays every letter in every situation of the model.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

import pytest

from tcpmodel.conform.assumptions import (
    ABORT_WITH_ACK,
    DEAF_TIME_WAIT,
    REOPENS,
    SYN_COOKIE,
    SYN_RESETS,
    TIME_WAIT_RESETS_SYN,
    Assumption,
)
from tcpmodel.conform.learned import departures as d
from tcpmodel.conform.learned.comparing import Class, Comparison, compare, compared
from tcpmodel.conform.learned.machine import Edge, Machine, load, read
from tcpmodel.conform.learned.mapper import HABITS, Habits
from tcpmodel.conform.learned.side import START, Move, Side
from tcpmodel.conform.learned.told import as_document, drawn, table
from tcpmodel.conform.learned.words import shown_reply
from tcpmodel.errors import UnreadableInput

SEGMENTS = (
    *(f"{flags}(V,V,0)" for flags in ("SYN", "SYN+ACK", "ACK", "FIN+ACK", "RST", "ACK+RST")),
    "ACK+PSH(V,V,1)",
)
CALLER = ("CLOSE", "CONNECT", "RCV", *SEGMENTS)
SERVER = ("ACCEPT", "CLOSE", "CLOSECONNECTION", "LISTEN", "RCV", "SEND", *SEGMENTS)
BOTH = pytest.mark.parametrize("alphabet", [CALLER, SERVER], ids=["caller", "server"])


def edges(
    alphabet: Iterable[str], *, habits: Habits = HABITS[0], departing: frozenset[Assumption] = frozenset()
) -> Iterator[Edge]:
    """The machine of a model that departs so wherever it can."""
    ways = d.departures(tuple((a, edit) for a, edit in d.ALL if a in departing))
    side = Side(serves="LISTEN" in alphabet, habits=habits, ways=ways)
    names = {START: "s0"}
    waiting = [START]
    for where in waiting:
        for letter in alphabet:
            move = chosen(side.moves(where, letter), departing)
            if move.situation not in names:
                names[move.situation] = f"s{len(names)}"
                waiting.append(move.situation)
            yield Edge(names[where], letter, move.reply, names[move.situation])


def chosen(moves: tuple[Move, ...], departing: frozenset[Assumption]) -> Move:
    """The move that departs most among those that depart in these ways only."""
    return max((move for move in moves if departing >= {*move.assumes}), key=lambda move: len(move.assumes))


def machine(
    alphabet: Iterable[str], *, habits: Habits = HABITS[0], departing: frozenset[Assumption] = frozenset()
) -> Machine:
    return Machine("made", "s0", tuple(edges(alphabet, habits=habits, departing=departing)))


def dot(made: Machine, *, html: bool) -> str:
    """The machine in one of the two forms of dot files."""
    lines = [f'  {made.start} [color="red"];' if html else f"  __start0 -> {made.start};"]
    for edge in made.edges:
        given, output = edge.given, shown_reply(edge.reply)
        cells = "".join(f"<tr><td>{escape(text)}</td></tr>" for text in (given, "/", output))
        label = f'<<table border="0">{cells}</table>>' if html else f'"{given}/{output}"'
        lines.append(f"  {edge.source} -> {edge.target} [label={label}];")
    return "\n".join(["digraph g {", '  __start0 [label="" shape="none"];', *lines, "}", ""])


def names(comparison: Comparison) -> set[str]:
    return {cause.assumes.name for difference in comparison.differences for cause in difference.causes}


# The reader.


@BOTH
@pytest.mark.parametrize("html", [False, True], ids=["text", "table"])
def test_both_forms_of_dot_files_are_read(alphabet: tuple[str, ...], html: bool) -> None:
    made = machine(alphabet)
    again = read(dot(made, html=html))
    assert (again.start, again.steps) == (made.start, made.steps)
    assert set(again.inputs) == set(alphabet)


def test_quotes_comments_flags_in_any_order_and_split_lines_are_read() -> None:
    text = """strict digraph "a b" { // a comment
      graph [rankdir=LR]; node [shape=circle] rankdir = LR
      "s0"->"s0"
        [label="SYN + ACK(V,V,0) / SYN+ACK(FRESH,NEXT,0)", color=blue] /* another */
      __start0 -> s0; }"""
    (edge,) = read(text).edges
    assert (edge.given, str(edge.reply)) == ("SYN+ACK(V,V,0)", "ACK+SYN(FRESH,NEXT,0)")


GOOD = '__start0 -> s0; s0 -> s0 [label="RCV/TIMEOUT"];'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "does not begin as a dot file does: write digraph"),
        ("\xd4\xc3\xb2\xa1", "close every quote"),
        ("graph { a -- b; }", "close every quote|does not begin"),
        ("digraph g { " + GOOD, "ends in the middle: write '}'"),
        ('digraph g { s0 -> s0 [label="RCV/TIMEOUT }', "line 1 is no dot at .*: close every quote"),
        ("digraph g { s0 -> s0 [label=<<b>RCV/TIMEOUT]; }", "not closed: write '>'"),
        ("digraph g { " + GOOD + ' s0 -> s1 [label="RCV/TIMEOUT" }', "not closed: write ']'|has no value"),
        ("digraph g { " + GOOD + " [ }", "stands where a state's name is expected|has no value"),
        ("digraph g { }", "has no transition: write"),
        ('digraph g { s0 -> s0 [label="RCV/TIMEOUT"]; }', "has 0 initial states: write __start0 -> s0"),
        ("digraph g { __start0 -> s1; " + GOOD + " }", "has 2 initial states"),
        ("digraph g { __start0 -> s0; s0 -> s0; }", "is no input and output: write"),
        ('digraph g { __start0 -> s0; s0 -> s0 [label="RCV"]; }', "is no input and output: write"),
        ('digraph g { __start0 -> s0; s0 -> s1 -> s0 [label="RCV/TIMEOUT"]; }', "is a chain: write each"),
        ("digraph g { " + GOOD + ' s0 -> s1 [label="RCV/TIMEOUT"]; }', "has two transitions for RCV"),
        ("digraph g { " + GOOD + ' s0 -> s1 [label="CLOSE/TIMEOUT"]; }', "s1 has no transition for CLOSE: write one"),
        ("digraph g { " + GOOD + ' s0 -> s0 [label="CLOSED/TIMEOUT"]; }', "did you mean 'CLOSE'?"),
        ("digraph g { " + GOOD + ' s0 -> s0 [label="SYN(V,INV,0)/TIMEOUT"]; }', "write .V,V,0."),
        ("digraph g { " + GOOD + ' s0 -> s0 [label="SYNC(V,V,0)/TIMEOUT"]; }', "did you mean 'SYN'?"),
        ("digraph g { " + GOOD + ' s0 -> s0 [label="SYN(V,V,0)/ACK(NEXT,OLD,0)"]; }', "write NEXT, CURRENT"),
        ("digraph g { " + GOOD + ' s0 -> s0 [label="SYN(V,V,0)/QUIET"]; }', "is no letter of a learned machine"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(UnreadableInput, match=sentence) as wrong:
        read(text)
    assert "\n" not in str(wrong.value)


def test_a_file_that_is_not_there_or_no_text_or_a_folder_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "bytes.dot").write_bytes(b"\xff\xfe\x00")
    for name in ("missing.dot", "bytes.dot", "."):
        with pytest.raises(UnreadableInput, match="give a dot file"):
            load(tmp_path / name)


def test_a_file_cut_anywhere_is_read_or_refused() -> None:
    text = dot(machine(CALLER), html=False)
    for end in range(0, len(text), 97):
        with pytest.raises(UnreadableInput):
            read(text[:end])


# The walk.


@BOTH
@pytest.mark.parametrize("habits", HABITS, ids=lambda habits: habits.name)
def test_a_model_does_not_differ_from_itself(alphabet: tuple[str, ...], habits: Habits) -> None:
    found = compared(machine(alphabet, habits=habits))
    assert found.differences == ()
    assert found.complete


INVISIBLE = {
    "ACK ahead not heard": "no valid number is ahead",
    "ACK of ISS establishes": "no valid ACK is of the ISS",
    "ACK of an unacceptable segment used": "every valid segment is acceptable",
    "Linux's sequence test": "no valid number is at the edge of the window",
    "TIME-WAIT reopens": "the mapper sends a new number only after a reset, which ends TIME-WAIT",
    "TIME-WAIT reopens unheard": "likewise",
    "bad ACK ignored": "a bad ACK comes only after a reset, which ends SYN-RECEIVED",
    "bad ACK ends SYN-RECEIVED": "a bad ACK comes only after a reset, which ends SYN-RECEIVED",
    "crossing SYN,ACK establishes": "it is answered with an ACK either way, and text establishes as well",
    "old ACK challenged": "no valid ACK is old",
    "reset anywhere": "every reset is at RCV.NXT",
    "reset at RCV.NXT-1": "every reset is at RCV.NXT",
    "reset in the window": "likewise",
    "text on SYN taken": "no SYN carries text",
    "text with an ACK of unsent octets taken": "no valid ACK is of unsent octets",
}
"""Departures that by themselves make no difference to valid numbers, and why."""
AT_CALLS = (
    (d.UNREAD_RESETS,),
    (d.UNREAD_RESETS, ABORT_WITH_ACK),
    (d.UNACCEPTED_RESET,),
    (d.UNACCEPTED_RESET, ABORT_WITH_ACK),
    (d.HALF_OPEN_DROPPED,),
)
AT_ARRIVALS = tuple((assumes,) for assumes in dict.fromkeys(assumes for assumes, _ in d.ALL))
SEVERAL = [
    (d.SYN_ACK_AGAIN, d.HIDDEN),
    (d.RESET_WITH_ACK_IGNORED, d.BAD_ACK_ENDS),
    (DEAF_TIME_WAIT, REOPENS, d.UNHEARD),
]
ALSO = {
    d.SYN_UNSEEN.name: {d.TIME_WAIT_DROPS_SYN.name},
    SYN_COOKIE.name: {d.RESET_WITH_ACK_IGNORED.name},
    TIME_WAIT_RESETS_SYN.name: {SYN_RESETS.name},
}
"""What explains the same answers as well."""


def named(ways: tuple[Assumption, ...]) -> str:
    return " + ".join(way.name for way in ways)


@pytest.mark.parametrize(
    "ways", [*AT_CALLS, *(pytest.param(ways, marks=pytest.mark.long) for ways in AT_ARRIVALS)], ids=named
)
def test_a_machine_that_departs_differs_by_exactly_that(ways: tuple[Assumption, ...]) -> None:
    found = compared(machine(CALLER, departing=frozenset(ways)))
    if not found.differences:
        found = compared(machine(SERVER, departing=frozenset(ways)))
    assert found.new == ()
    assert names(found) - ALSO.get(ways[0].name, set()) == {way.name for way in ways} - INVISIBLE.keys()


@pytest.mark.parametrize("ways", SEVERAL, ids=named)
def test_departures_that_show_only_together_are_told_apart(ways: tuple[Assumption, ...]) -> None:
    found = compared(machine(SERVER, departing=frozenset(ways)))
    assert found.new == ()
    assert names(found) == {way.name for way in ways}


def test_a_departure_that_shows_later_is_traced_back_to_its_row() -> None:
    found = compared(machine(CALLER, departing=frozenset({DEAF_TIME_WAIT})))
    first = found.differences[0]
    assert [cause.row for cause in first.causes] == ["a reset ends TIME-WAIT"]
    assert first.word[-2:] == ("RST(V,V,0)", "ACK(V,V,0)") or first.word[-2] == "ACK+RST(V,V,0)"
    assert (first.ours, first.theirs) == ("RST(ZERO,ZERO,0)", "ACK(FRESH,FRESH,0)")


def test_an_answer_that_nothing_explains_is_new_at_its_shortest_word() -> None:
    made = machine(CALLER, departing=frozenset({SYN_RESETS}))
    sent = next(e for e in made.edges if e.given == "SYN+ACK(V,V,0)" and str(e.reply) == "ACK(NEXT,NEXT,0)")
    established = sent.target
    odd = made.steps[established, "CLOSE"]
    changed = tuple(odd._replace(reply=None) if edge == odd else edge for edge in made.edges)
    found = compared(Machine("odd", made.start, changed))
    assert [(d.word, d.ours, d.theirs) for d in found.new] == [
        (("CONNECT", "SYN+ACK(V,V,0)", "CLOSE"), "ACK+FIN(NEXT,CURRENT,0)", "TIMEOUT")
    ]
    assert names(found) == {"unexplained", SYN_RESETS.name}


def test_every_difference_has_the_row_and_section_that_would_have_fired() -> None:
    found = compared(machine(SERVER, departing=frozenset({SYN_RESETS, d.TEXT_AFTER_FIN})))
    for group in as_document(found)["groups"]:
        for cause in group["causes"]:
            assert cause["row"]
            assert cause["rfc"].startswith("3.10.")


# What is told.


def test_a_comparison_is_told_to_people_and_to_programs() -> None:
    found = compared(machine(CALLER, departing=frozenset({d.FORGOTTEN_AT_SYN})))
    text = "\n".join(drawn(found))
    assert "2 of 180 transitions differ from RFC 9293's rows" in text
    assert "known deviation: SYN ends FIN-WAIT-2 (2 transitions)" in text
    assert "instead of: a SYN in the window is challenged (3.10.7.4 fourth; RFC 5961 4.2)" in text
    document = json.loads(json.dumps(as_document(found)))
    assert (document["differing"], document["new"]) == (2, 0)
    assert document["groups"][0]["words"][0]["word"] == ["CONNECT", "SYN(V,V,0)", "CLOSE", "ACK(V,V,0)", "SYN(V,V,0)"]
    assert drawn(compared(machine(CALLER)))[-1] == "every word is answered as by RFC 9293's rows"


def test_a_difference_has_the_gravest_class_of_its_causes() -> None:
    found = compared(machine(CALLER, departing=frozenset({d.UNREAD_RESETS, ABORT_WITH_ACK})))
    assert {difference.kind for difference in found.differences} == {Class.DEVIATION}
    found = compared(machine(CALLER, departing=frozenset({d.UNREAD_RESETS})))
    assert {difference.kind for difference in found.differences} == {Class.CHOICE}


# Real machines.

PAGE = Path(__file__).parents[2] / "docs" / "learned-machines.md"
FOLDER = os.environ.get("TCPMODEL_LEARNED", "")
REAL = ("linux_client.dot", "freebsd_server.dot")
real = pytest.mark.skipif(not FOLDER, reason="TCPMODEL_LEARNED names no folder with learned machines")


def with_table(page: str, name: str) -> str:
    """The page with the table of one machine made anew."""
    begins, ends = f"<!-- table of {name} -->\n", f"<!-- end of {name} -->"
    head, _, rest = page.partition(begins)
    tail = rest.partition(ends)[2]
    found = compare(Path(FOLDER) / name)
    lines = [*drawn(found)[:4], "", *table(found)]
    return (
        f"{head}{begins}\n{lines[0]}; {lines[1]}. {lines[2]}; {lines[3]}.\n\n"
        + "\n".join(lines[5:])
        + f"\n\n{ends}{tail}"
    )


@real
@pytest.mark.parametrize("name", REAL)
def test_the_page_shows_what_a_real_machine_shows(name: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_table(page, name) == page


@real
@pytest.mark.parametrize("name", REAL)
def test_every_difference_of_a_real_machine_is_explained(name: str) -> None:
    found = compare(Path(FOLDER) / name)
    assert found.differences
    assert found.new == ()


@pytest.mark.parametrize(
    "assumes", [*dict.fromkeys(a for a, _ in d.OWN), *dict.fromkeys(w for ws in AT_CALLS for w in ws)]
)
def test_the_page_gives_a_reason_for_every_departure_of_its_own(assumes: Assumption) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert f"**{assumes.name}**" in page


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    for machine_name in REAL:
        text = with_table(text, machine_name)
    PAGE.write_text(text, encoding="utf-8")
