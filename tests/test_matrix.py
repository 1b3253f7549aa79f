"""The matrix: RFC 9293 keeps every promise in every world, each mechanism is missed somewhere, kept cells are right."""

import json

import pytest

from tcpmodel.cli.main import main
from tcpmodel.draw.matrix import matrix_markdown, matrix_svg, matrix_text, shown
from tcpmodel.judging.pins import read_matrix
from tcpmodel.studies.matrix import MECHANISMS, PROMISES, Cell, Judgement, Matrix, jobs, judged
from tcpmodel.studies.worlds import world, worlds
from tcpmodel.systems.trace import replay
from tcpmodel.systems.verdicts import Fails, Holds, Unknown, Vacuous

KEPT = read_matrix()
JOBS = [job for job in jobs(worlds()) if job[1] != "calling again" or job[0] is None]
"""All but the largest, which `make matrix` explores."""


@pytest.fixture(scope="module")
def explored():
    found = {}

    def once(job):
        if job not in found:
            found[job] = judged(world(job[1]), job[0])
        return found[job]

    return once


@pytest.mark.parametrize("name", [w.name for w in worlds()])
def test_every_promise_is_kept_where_nothing_is_taken_away(name, explored):
    assert {promise: v.word for promise, v in explored((None, name)).verdicts.items() if v.word != "holds"} == {}


@pytest.mark.long
@pytest.mark.parametrize("job", [j for j in JOBS if j[0]], ids=lambda j: f"{j[1]} without {j[0]}")
def test_no_world_breaks_sooner_than_the_kept_cell_says(job, explored):
    for promise, verdict in explored(job).verdicts.items():
        if isinstance(verdict, Vacuous):
            continue
        kept = KEPT[job[0], promise]
        if isinstance(verdict, Fails):
            assert replay(verdict.trace) == verdict.trace
            assert kept.isdigit()
            assert int(kept) <= len(verdict.trace)
        else:
            assert isinstance(verdict, Holds)
            assert kept


def test_the_kept_matrix_has_a_cell_for_every_mechanism_and_promise():
    assert set(KEPT) == {(m.name, promise) for m in MECHANISMS for promise in PROMISES}


@pytest.mark.parametrize("m", MECHANISMS, ids=lambda m: m.name)
def test_every_mechanism_is_missed_by_some_promise(m):
    assert any(KEPT[m.name, promise].isdigit() for promise in PROMISES)


@pytest.mark.parametrize("promise", PROMISES)
def test_every_promise_needs_some_mechanism(promise):
    assert any(KEPT[m.name, promise].isdigit() for m in MECHANISMS)


def test_the_shortest_run_of_several_worlds_is_shown(explored):
    found = Matrix((explored(("three-way", "old SYNs")),))
    where, trace = found.cell("three-way", "established").shortest
    assert (where, len(trace)) == ("old SYNs", 4)


def test_a_cell_that_a_limit_left_open_is_neither_holding_nor_failing():
    cell = Cell("isn", "data", {"old SYNs": Unknown("10 states", "the limit"), "crash": Holds("explored")})
    assert (cell.word, shown(cell)) == ("unknown", "?")


def test_text_markdown_and_picture_show_every_cell():
    for drawn in (matrix_text(KEPT), matrix_markdown(KEPT), matrix_svg(KEPT)):
        assert all(m.title in drawn for m in MECHANISMS)
        assert all(promise in drawn for promise in PROMISES)


def test_a_promise_that_cannot_fail_in_a_world_is_not_judged_there():
    vacuous = Judgement("three-way", "two listeners", {"service": Vacuous("nobody is in SYN-RECEIVED")}, 1)
    assert Matrix((vacuous,)).cell("three-way", "service").word == "absent"


def test_one_cell_is_explained_with_its_ladder(capsys):
    assert main(["matrix", "three-way", "established"]) == 0
    said = capsys.readouterr().out
    assert "fails in 4 steps (old SYNs)" in said
    assert "LISTEN answers a SYN with SYN,ACK" in said


def test_a_row_is_told_in_json(capsys):
    assert main(["matrix", "quiet-time", "data", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["length"], told["world"]) == ("fails", 9, "crash")


def test_a_limit_leaves_the_cell_unknown_and_exits_20(capsys):
    assert main(["matrix", "isn", "numbers", "--max-states", "10"]) == 20
    assert "unknown" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [["three-ways"], ["three-way", "date"]])
def test_a_wrong_name_is_answered_with_the_right_ones(wrong, capsys):
    assert main(["matrix", *wrong]) == 2
    assert "did you mean" in capsys.readouterr().err
