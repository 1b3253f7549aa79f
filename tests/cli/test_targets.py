"""Results go where the user says, in the format that the name promises, or it is said at once that they cannot."""

import errno
import json
import xml.etree.ElementTree as ET

import pytest

from tcpmodel.studies.matrix import Matrix, judged
from tcpmodel.studies.worlds import world

SVG_HEAD = "<svg"


@pytest.mark.parametrize(
    ("arguments", "file", "sentence"),
    [
        (["diagram", "endpoint"], "x.png", "would hold dot: write a name that ends in .dot or .gv"),
        (["diagram", "endpoint", "--as", "svg"], "x.dot", "would hold svg: write a name that ends in .svg"),
        (["diagram", "handshake", "--as", "mermaid"], "x.svg", "would hold mermaid"),
        (["matrix", "three-way", "established"], "x.json", "would hold text: write a name that ends in .txt"),
        (["matrix", "--as", "markdown"], "x.svg", "would hold markdown: write a name that ends in .md"),
        (["trace", "no.itf.json", "--as", "svg"], "x.png", "would hold svg"),
        (["export", "handshake", "--to", "promela"], "x.smv", "would hold promela"),
        (
            ["verify", "handshake", "--junit"],
            "x.json",
            "--junit x.json would hold junit: write a name that ends in .xml",
        ),
        (["verify", "handshake", "--sarif"], "x.xml", "would hold sarif: write a name that ends in .sarif or .json"),
        (["verify", "handshake"], "x.json", "would be a folder, and is named as a file is"),
        (["sweep", "time-wait", "--svg"], "x.png", "--svg x.png would hold svg"),
        (["sweep", "time-wait", "--pin"], "x.json", "--pin x.json would hold toml"),
        (["prove", "unbounded"], "x.json", "would be a folder"),
    ],
)
def test_a_name_that_does_not_fit_what_would_be_written_is_refused(
    said, tmp_path, monkeypatch, arguments, file, sentence
):
    monkeypatch.chdir(tmp_path)
    option = [] if arguments[-1] in ("--junit", "--sarif", "--svg", "--pin") else ["--out"]
    code, out, err = said(*arguments, *option, file)

    assert (code, out, list(tmp_path.iterdir())) == (2, "", [])
    assert sentence in err
    assert len(err.splitlines()) == 2


@pytest.mark.parametrize("option", ["--out", "--junit", "--sarif"])
def test_a_target_that_cannot_be_is_refused_before_the_work(said, tmp_path, monkeypatch, option):
    monkeypatch.setattr("tcpmodel.cli.verify._judge_all", lambda *_: pytest.fail("it was worked"))
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    wrong = {"--out": "file", "--junit": "folder", "--sarif": "folder"}[option]
    for target in (tmp_path / wrong, tmp_path / "file" / "x"):
        code, out, err = said("verify", "handshake", option, str(target))

        assert (code, out) == (150, "")
        assert f"{option} {target}" in err


def test_one_file_is_not_written_twice(said, tmp_path):
    target = str(tmp_path / "x")
    code, _, err = said("verify", "handshake", "--junit", target, "--sarif", target)

    assert (code, "is named for two outputs: give each its own" in err) == (2, True)


@pytest.mark.parametrize("options", [["--junit", "/dev/full"], ["--sarif", "/dev/full"]])
def test_no_verdict_is_lost_where_a_file_cannot_be_written_in_the_end(said, options):
    code, out, err = said("verify", "no_time_wait", *options)

    assert code == 150
    assert "8 claims: all as expected" in out
    assert "/dev/full could not be written: No space left on device" in err


def test_no_verdict_is_lost_where_a_trace_cannot_be_written(said, tmp_path, monkeypatch):
    def full(folder, trace, **_):
        raise OSError(errno.ENOSPC, "No space left on device", str(folder / "trace"))

    monkeypatch.setattr("tcpmodel.cli.verify.write_trace", full)
    monkeypatch.setattr("tcpmodel.cli.sweep.write_trace", full)
    one = ("time-wait", "--msl", "1", "--losses", "0", "--rto", "2", "--repeats", "1", "--restart", "literal")
    for arguments in (["verify", "no_time_wait"], ["sweep", *one, "--promise", "Q3"]):
        code, out, err = said(*arguments, "--out", str(tmp_path / "run"), "--json")

        assert (code, "trace could not be written: No space left on device" in err) == (150, True)
        assert json.loads(out)["schema"] == 1


def test_an_svg_without_a_layout_engine_is_refused_and_says_what_to_install(said, tmp_path, monkeypatch):
    monkeypatch.setattr("tcpmodel.draw.layout._has_program", lambda: False)
    monkeypatch.setattr("tcpmodel.draw.layout._has_pygraphviz", lambda: False)
    for arguments in (["--as", "svg"], ["--out", str(tmp_path / "e.svg")]):
        code, out, err = said("diagram", "endpoint", *arguments)

        assert (code, out) == (151, "")
        assert "install Graphviz, or pip install 'tcpmodel[pictures]'; or write --as dot" in err


@pytest.fixture(scope="module")
def small_matrix():
    """What one world shows of one mechanism."""
    where = world("old SYNs")
    return Matrix((judged(where, None), judged(where, "three-way")))


def test_every_cell_and_row_of_the_matrix_is_drawn_and_written_as_asked(said, tmp_path, monkeypatch, small_matrix):
    monkeypatch.setattr("tcpmodel.cli.matrix._explored", lambda *_: small_matrix)
    cell, row, text = (tmp_path / name for name in ("cell.svg", "row.md", "cell.txt"))
    said("matrix", "three-way", "established", "--out", str(cell))
    said("matrix", "three-way", "--as", "markdown", "--out", str(row))
    code, out, _ = said("matrix", "three-way", "established", "--out", str(text), "--json")

    assert ET.parse(cell).getroot().tag.endswith("svg")
    assert [line[:14] for line in row.read_text().splitlines()[2:]] == ["| `three-way`:"]
    assert "no_false_established" in text.read_text()
    assert (code, json.loads(out)["length"]) == (0, 4)
    assert said("matrix", "three-way", "established", "--as", "svg")[1].startswith(SVG_HEAD)
    assert "write --as text or svg" in said("matrix", "three-way", "established", "--as", "markdown")[2]
    assert "leave out --pin or the mechanism" in said("matrix", "three-way", "--pin")[2]


def test_a_cell_that_no_world_judges_is_told_in_a_sentence(said):
    code, out, _ = said("matrix", "2msl", "established")

    assert (code, "no world in which 'established' can fail has it" in out) == (0, True)
    assert "there is no run to draw" in said("matrix", "2msl", "established", "--as", "svg")[2]


def test_json_is_printed_and_the_file_written_where_both_are_asked_for(said, tmp_path):
    for arguments, name in (
        (["diagram", "endpoint"], "e.dot"),
        (["export", "handshake"], "h.pml"),
    ):
        code, out, _ = said(*arguments, "--out", str(tmp_path / name), "--json")

        assert (code, json.loads(out)["text"].strip()) == (0, (tmp_path / name).read_text().strip())


def test_the_gallery_is_told_in_json(said, tmp_path, monkeypatch):
    monkeypatch.setattr("tcpmodel.draw.gallery.write_gallery", lambda folder: [folder / "endpoint.dot"])
    code, out, _ = said("diagram", "gallery", "--out", str(tmp_path), "--json")

    assert (code, json.loads(out)["files"]) == (0, [str(tmp_path / "endpoint.dot")])


def test_older_spellings_of_what_draws_still_work(said):
    assert said("diagram", "endpoint", "--format", "dot") == said("diagram", "endpoint", "--as", "dot")
    assert said("rules", "--knob", "handshake=two_blind") == said("rules", "--set", "handshake=two_blind")
