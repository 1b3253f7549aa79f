"""Whatever the terminal can show: few columns, few characters; and Ctrl-C however early."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tcpmodel.draw.ladder import ladder
from tcpmodel.draw.wrapping import columns, fitted

PROGRAM = [sys.executable, "-m", "tcpmodel"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["rules"],
        ["rules", "--knobs"],
        ["rules", "--requirements"],
        ["states"],
        ["why"],
        ["why", "--lang", "zh"],
        ["diagram", "figure5"],
        ["matrix", "quiet-time", "silence"],
        ["verify", "handshake", "normal_close", "--no-ladders"],
    ],
)
def test_no_line_is_wider_than_a_narrow_terminal(said, monkeypatch, arguments):
    monkeypatch.setenv("COLUMNS", "60")
    out = said(*arguments)[1]

    assert out
    assert [line for line in out.splitlines() if columns(line) > 60] == []


def test_a_ladder_is_as_narrow_as_its_segments_allow(said, monkeypatch):
    wide = said("verify", "no_time_wait")[1]
    monkeypatch.setenv("COLUMNS", "60")
    narrow = said("verify", "no_time_wait")[1]
    text = narrow[narrow.index("no_time_wait: passive_closer_succeeds") : narrow.rindex("1 spec, ")]

    assert "passive_closer_succeeds: 7 steps" in wide
    assert max(map(len, text.splitlines())) <= 72
    assert "<SEQ=" in text


def test_what_goes_to_a_file_or_a_program_is_not_broken(said, monkeypatch, tmp_path):
    whole = said("matrix", "quiet-time", "data")[1]
    monkeypatch.setenv("COLUMNS", "60")
    target = tmp_path / "cell.txt"
    said("matrix", "quiet-time", "data", "--out", str(target))
    assert target.read_text().strip() == whole.strip()
    json.loads(said("verify", "handshake", "--json")[1])


def test_a_broken_line_keeps_its_words_and_stands_deeper():
    line = "  one   two three four five six"
    assert fitted(line, 16).splitlines() == ["  one   two", "      three four", "      five six"]
    assert fitted(line, 80) == line


@pytest.mark.parametrize(
    "encoding",
    [
        {"PYTHONIOENCODING": "latin-1"},
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    ],
    ids=["latin-1", "ascii", "POSIX"],
)
def test_characters_that_cannot_be_shown_are_replaced(encoding):
    known = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    for arguments in (
        ["why", "--lang", "zh"],
        ["matrix", "three-way", "established"],
        ["why", "--json", "--lang", "zh"],
    ):
        done = subprocess.run([*PROGRAM, *arguments], env=known | encoding, capture_output=True, check=False)

        assert (done.returncode, done.stderr) == (0, b"")
    questions = json.loads(done.stdout)["topics"]
    assert all("?" not in topic["question"] for topic in questions)


@pytest.mark.parametrize("way", [PROGRAM, [str(Path(sys.executable).parent / "tcpmodel")]], ids=["module", "script"])
def test_ctrl_c_while_everything_is_still_being_imported_is_one_line(way, tmp_path):
    """The interpreter is waited for: what is read first of the package says that it is there."""
    begun = tmp_path / "begun"
    test = f"name == 'import' and a[0] == 'argparse' and open({str(begun)!r}, 'w')"
    spy = f"import sys; sys.addaudithook(lambda name, a: {test})"
    (tmp_path / "usercustomize.py").write_text(spy)
    (tmp_path / "sitecustomize.py").write_text(spy)
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    process = subprocess.Popen([*way, "states"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    patience = time.monotonic() + 60
    while not begun.exists() and time.monotonic() < patience:
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert (process.returncode, out) == (20, b"")
    assert err.decode().splitlines() == ["tcpmodel: interrupted", "EXIT 20 inconclusive"]


def test_more_workers_than_the_cores_can_use_are_refused(said):
    for verb in (["verify", "handshake"], ["matrix"], ["sweep", "time-wait"], ["prove", "unbounded"], ["recheck", "x"]):
        code, _, err = said(*verb, "--workers", "100000")

        assert (code, "cores can use: write at most" in err) == (2, True)


def test_a_ladder_says_no_less_where_it_is_narrow():
    from tcpmodel import explore, load, trace_of

    spec = load("two_way_stale_syn")
    claim = spec.claim("no_false_established")
    trace = trace_of(explore(spec.system, [claim]).verdicts[claim.name])
    narrow, wide = (ladder(trace, claim=claim, width=width).split() for width in (60, 110))

    assert sorted(w for w in narrow if "-" * 5 not in w) == sorted(w for w in wide if "-" * 5 not in w)
