"""How long TIME-WAIT, the quiet time and a number's life must be: thresholds by search, and the runs beside them."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import pytest
from tcp.playing import firings, holds_at_end, state_of

from tcpmodel import explore, replay
from tcpmodel.cli.main import main
from tcpmodel.draw.chart import Point, chart
from tcpmodel.draw.sweeps import thresholds_svg
from tcpmodel.exits import Exit
from tcpmodel.explore.exploration import Limits
from tcpmodel.judging.pins import SWEEPS
from tcpmodel.studies.sweeps import quiet_time, sequence_space, time_wait
from tcpmodel.studies.sweeps.findings import Finding
from tcpmodel.studies.sweeps.forms import Form, Row, fits, linear
from tcpmodel.studies.sweeps.time_wait import PROMISES, WaitCase

ROOT = Path(__file__).parents[2]
PINNED = SWEEPS.read()["time_wait"]
SAMPLE = [
    WaitCase("ack_bearing", 1, 2, 0, 1),
    WaitCase("ack_bearing", 2, 3, 1, 1),
    WaitCase("ack_bearing", 1, 2, 2, 1),
    WaitCase("fin", 2, 2, 0, 1),
    WaitCase("literal", 1, 0, 0, 0),
    WaitCase("literal", 1, 2, 1, 1),
    WaitCase("never", 1, 3, 1, 1),
]


@cache
def found(case: WaitCase) -> Finding:
    """The thresholds of a case, with the runs one tick below."""
    return time_wait.sweep([case], traces=True)[0]


def ticks(case: WaitCase) -> dict[str, int | None]:
    """The smallest TIME-WAIT for each promise."""
    return {name: entry.value for name, entry in found(case).entries.items()}


# TIME-WAIT.


@pytest.mark.parametrize(
    "case", [SAMPLE[0], *(pytest.param(case, marks=pytest.mark.long) for case in SAMPLE[1:])], ids=str
)
def test_the_pinned_thresholds_are_what_a_search_finds(case: WaitCase) -> None:
    pinned = next(row for row in PINNED if all(row[k] == v for k, v in case.axes.items()))
    assert ticks(case) == {p.name: pinned[p.name] for p in PROMISES}
    assert not found(case).bounds


def test_one_exploration_of_all_lengths_judges_as_one_for_each_length_does() -> None:
    case = WaitCase("literal", 1, 2, 1, 1)
    smallest = ticks(case)
    for length in (4, 5, 7, 8):
        claims = {p.name: time_wait.claim(p, length) for p in PROMISES}
        verdicts = explore(time_wait.system(case, time_wait=length), list(claims.values())).verdicts
        for name, claim in claims.items():
            kept = length >= (smallest[name] or 0)
            assert verdicts[claim.name].word == ("holds" if kept else "fails")


@pytest.mark.parametrize("case", SAMPLE[:2], ids=str)
def test_one_tick_below_the_promise_is_broken_in_a_run_of_that_length_of_time_wait(case: WaitCase) -> None:
    for name, entry in found(case).entries.items():
        assert entry.shown is not None
        assert entry.value is not None
        trace = replay(entry.shown.trace)
        assert trace.system.origin["time"].time_wait == entry.value - 1
        assert not holds_at_end(trace, entry.shown.claim.predicate), name
        assert state_of(trace, "A") == "CLOSED"


def test_without_a_loss_and_restarted_by_every_ack_the_waits_are_one_two_and_one_lifetimes_and_a_tick() -> None:
    for life in (1, 2):
        assert ticks(WaitCase("ack_bearing", life, 2, 0, 1)) == {"Q1": life + 1, "Q2": 2 * life + 1, "Q3": life + 1}


def test_the_pinned_thresholds_of_restarting_at_every_ack_have_closed_forms() -> None:
    for row in (r for r in PINNED if r["restart"] == "ack_bearing"):
        life, delay = row["msl"], row["losses"] * row["rto"] + row["msl"]
        assert (row["Q1"], row["Q2"], row["Q3"]) == (life + 1, max(2 * life, delay) + 1, delay + 1)


def test_by_the_letter_of_the_rfc_a_repeat_without_need_makes_the_wait_longer() -> None:
    without, with_it = (ticks(WaitCase("literal", 1, rto, 0, n)) for rto, n in ((0, 0), (2, 1)))
    assert without == {"Q1": 3, "Q2": 4, "Q3": 2}
    assert with_it == {"Q1": 4, "Q2": 5, "Q3": 2}


@pytest.mark.long
def test_end_to_end_an_old_octet_enters_the_next_connection_up_to_twice_the_msl() -> None:
    finding = time_wait.end_to_end(longest=3, workers=2, traces=True)
    entry = finding.entries["end_to_end"]
    assert (entry.value, entry.broken) == (3, 2)
    assert entry.shown is not None
    assert "text at RCV.NXT is delivered and acknowledged" in [f.title for f, _ in firings(entry.shown.trace)][-1]


# Quiet time.


@pytest.mark.long
def test_quiet_time_clears_the_network_of_a_host_s_own_segments_after_a_lifetime_and_a_tick() -> None:
    entries = quiet_time.sweep([1], made=["own_gone", "own_data"], traces=True)[0].entries
    assert [e.value for e in entries.values()] == [2, 2]
    for entry in entries.values():
        assert entry.shown is not None
        assert not holds_at_end(replay(entry.shown.trace), entry.shown.claim.predicate)


@pytest.mark.long
def test_no_quiet_time_keeps_the_surviving_peer_s_old_octets_out_but_its_isn_does() -> None:
    entries = quiet_time.sweep([1], made=["peer_data", "peer_data_monotone"])[0].entries
    assert entries["peer_data"].known == "none"
    assert entries["peer_data"].broken == 1 + quiet_time.BEYOND
    assert entries["peer_data_monotone"].value == 0


# Sequence space.


@pytest.mark.parametrize(("window", "octets"), [(2, 6), (3, 5)])
def test_octets_in_a_lifetime_and_the_window_fit_into_the_sequence_numbers(window: int, octets: int) -> None:
    case = sequence_space.StreamCase(3, window, 1)
    entry = sequence_space.sweep([case], made=["in_window"], traces=True)[0].entries["in_window"]
    assert entry.value == octets == 8 - window
    assert entry.shown is not None
    assert not holds_at_end(replay(entry.shown.trace), entry.shown.claim.predicate)


def test_with_as_many_octets_as_numbers_one_is_delivered_twice_in_23_steps() -> None:
    case = sequence_space.StreamCase(3, 2, 1)
    entry = sequence_space.sweep([case], made=["delivered"], traces=True)[0].entries["delivered"]
    assert (entry.value, entry.broken, entry.length) == (7, 8, 23)


# Closed forms, limits, the verb and the chart.


def test_a_form_is_found_for_rows_that_have_one_and_none_is_invented() -> None:
    rows = [
        Row(life, r, k, 1, max(3 * life, k * r + life) + 1) for life in (1, 2, 3) for r in (2, 3) for k in (0, 1, 2)
    ]
    assert [str(fit.form) for fit in fits(rows)] == ["max(3L, kR + L) + 1"]
    assert [fit.form for fit in fits([Row(1, 2, 1, 1, 3), Row(1, 2, 1, 1, 9), Row(1, 2, 1, 1, 4)])] == [None]
    assert str(Form(2, 1, 1, 1)) == "(k+1)R + 2L + 1"
    numbers = {"m": "m", "w": "W"}
    assert linear([({"m": m, "w": w}, m - w) for m in (8, 16) for w in (2, 3)], numbers) == "m - W"


def test_a_limit_leaves_what_is_not_found_unknown() -> None:
    case = WaitCase("literal", 2, 2, 1, 1)
    entries = time_wait.sweep([case], limits=Limits(states=2000))[0].entries
    assert {e.known for e in entries.values()} == {"unknown"}
    assert all(e.value is None and e.why for e in entries.values())


@pytest.fixture
def said(capsys):
    def run(*arguments: str):
        code = main(["sweep", *arguments])
        out, err = capsys.readouterr()
        if code:
            assert err.splitlines()[-1] == Exit(code).line
            assert "Traceback" not in err
        return code, out, err

    return run


ONE = ("time-wait", "--msl", "1", "--losses", "0", "--rto", "2", "--repeats", "1", "--restart", "literal")


def test_one_threshold_comes_with_the_ladder_of_the_run_one_tick_below(said) -> None:
    code, out, _ = said(*ONE, "--promise", "Q3")
    assert code == 0
    assert "Q3_after_1 fails: " in out


def test_json_is_one_document_and_out_holds_every_run(said, tmp_path) -> None:
    code, out, _ = said(*ONE, "--json", "--out", str(tmp_path))
    document = json.loads(out)
    assert (code, document["schema"], document["exit"], document["sweep"]) == (0, 1, 0, "time-wait")
    assert {k: v["value"] for k, v in document["rows"][0]["thresholds"].items()} == {"Q1": 4, "Q2": 5, "Q3": 2}
    assert json.loads((tmp_path / "table.json").read_text())["rows"] == document["rows"]
    assert [len(list(tmp_path.glob(f"Q*{ending}"))) for ending in (".itf.json", ".txt", ".svg")] == [3, 3, 3]


def test_a_limit_makes_the_verb_say_that_it_is_not_complete(said) -> None:
    code, out, _ = said(
        "time-wait", "--msl", "1,2", "--losses", "1", "--rto", "2", "--restart", "fin", "--max-states", "9"
    )
    assert code == 20
    assert "unknown" in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("tim-wait",), "did you mean 'time-wait'?"),
        (("time-wait", "--msl", "0"), "write numbers from 1 to 6"),
        (("time-wait", "--msl", "a"), "write numbers from 1 to 6"),
        (("time-wait", "--promise", "Q9"), "there is no promise 'Q9'"),
        (("time-wait", "--restart", "finn"), "did you mean 'fin'?"),
        (("quiet-time", "--losses", "1"), "quiet-time does not vary losses"),
        (("quiet-time", "--end-to-end"), "has nothing end to end"),
        (("sequence-space", "--bits", "3", "--window", "5"), "write a smaller --window"),
        (("sequence-space", "--svg", "x.svg"), "--svg is for the thresholds of time-wait"),
    ],
)
def test_a_mistake_is_answered_with_what_to_write_instead(said, arguments, told) -> None:
    code, _, err = said(*arguments)
    assert code == 2
    assert told in err


def test_the_chart_in_the_gallery_is_drawn_from_the_pinned_thresholds() -> None:
    drawn = (ROOT / "diagrams" / "time_wait_thresholds.svg").read_text(encoding="utf-8")
    assert drawn == thresholds_svg(PINNED)


def test_a_chart_has_a_panel_for_each_promise_and_rule_and_a_line_for_each_number_of_losses() -> None:
    points = [Point(p, r, k, life, life + k) for p in "PQ" for r in "abc" for k in (0, 1) for life in (1, 2)]
    root = ET.fromstring(chart(points))
    lines = [e for e in root.iter("{http://www.w3.org/2000/svg}path") if e.get("class")]
    assert len(lines) == 2 * 3 * 2
