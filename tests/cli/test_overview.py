"""A run over all specs is told in a line per chapter and one sentence; ladders are for what is not as expected."""

import re

import pytest

from tcpmodel.judging.load import spec_paths

FEW = ("handshake", "normal_close", "abort", "ack_loop", "no_time_wait")


@pytest.fixture
def few(monkeypatch):
    """A collection of five specs of three chapters."""
    known = spec_paths()
    monkeypatch.setattr("tcpmodel.cli.verify.spec_paths", lambda: {name: known[name] for name in FEW})


def test_all_specs_are_told_of_in_a_line_per_chapter_and_one_sentence(said, few):
    code, out, _ = said("verify")
    chapters, sentence, following = (part.splitlines() for part in out.rstrip("\n").split("\n\n"))

    assert code == 0
    assert sorted(line.split()[0] for line in chapters) == ["figures", "half_open", "time_wait"]
    assert all(line.endswith("all as expected") for line in chapters)
    assert re.fullmatch(
        r"5 specs, \d+ claims: all as expected; \d+ hold or are witnessed, .*3 fail as they should \([\d,]+ states\)",
        sentence[0],
    )
    assert [line.split("  ")[1].split()[1] for line in following[1:]] == ["why", "verify", "matrix"]


def test_what_fails_as_it_should_is_not_shouted(said, few):
    for arguments in (["verify"], ["verify", "--table", "--ladders"], ["verify", "no_time_wait"], ["why", "time-wait"]):
        assert "FAIL" not in said(*arguments)[1]
    assert "passive_closer_succeeds fails: " in said("verify", "no_time_wait")[1]


def test_what_is_not_as_expected_stands_out_and_is_drawn(said, few):
    code, out, _ = said("verify", "--expect", "passive_closer_succeeds=holds")

    assert code == 12
    assert "NOT as expected: no_time_wait.passive_closer_succeeds" in out
    assert re.search(r"passive_closer_succeeds +FAILS +holds +7", out)
    assert "no_time_wait: passive_closer_succeeds: 7 steps" in out
    assert "1 FAILS though it should not" in out
    assert "ack_loop: falls_silent" not in out


def test_claims_and_ladders_are_there_for_whom_asks(said, few):
    assert re.search(r"passive_closer_succeeds +fails +fails +7", said("verify", "--table")[1])
    assert "no_time_wait: passive_closer_succeeds: 7 steps" in said("verify", "--ladders")[1]
    named = said("verify", "no_time_wait", "ack_loop")[1]
    assert re.search(r"passive_closer_succeeds +fails +fails +7", named)
    assert "7 steps" not in named
    assert "7 steps" not in said("verify", "no_time_wait", "--no-ladders")[1]
    assert "7 steps" in said("verify", "no_time_wait")[1]


def test_a_pin_that_differs_is_named_among_all_specs(said, few, monkeypatch):
    monkeypatch.setattr("tcpmodel.judging.pins.PinFile.read", lambda *_: {"abort": {"states": 1}})
    code, out, _ = said("verify")

    assert code == 10
    assert re.search(r"half_open .*NOT as expected: abort\n", out)
    assert "abort: differs from specs/pinned.toml: " in out
