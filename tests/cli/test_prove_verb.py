"""`tcpmodel prove`: verdicts by solvers at 32 bits, certificates, and what is said of bad input."""

import json

import pytest

from tcpmodel.cli.main import main
from tcpmodel.judging.load import load, spec_paths
from tcpmodel.judging.methods import instance
from tcpmodel.judging.pins import read_digests
from tcpmodel.prove import solving

CLAIM = ("--claim", "no_false_established")
SPEC = '''"""A story."""
from tcpmodel import DeadlockFree, User, connection
system = connection(a=User(), b=User())
claims = [DeadlockFree(expected="holds")]
'''


@pytest.fixture
def said(capsys):
    def say(*arguments: str) -> tuple[int, str, str]:
        code = main(["prove", *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return say


def test_a_two_way_handshake_fails_in_four_steps_at_32_bits_too(said):
    code, out, _ = said("two_way_stale_syn", *CLAIM, "--json")
    document = json.loads(out)

    assert code == document["exit"] == 0
    assert document["bits"] == 32
    assert [(c["verdict"], c["expected"], c["length"], c["by"]) for c in document["claims"]] == [
        ("fails", "fails", 4, "bounded search")
    ]


def test_the_run_that_was_found_is_shown_and_written(said, tmp_path):
    code, out, _ = said("two_way_stale_syn", *CLAIM, "--out", str(tmp_path))

    assert code == 0
    assert "LISTEN answers a SYN with SYN,ACK" in out
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".svg", ".txt"]


@pytest.mark.parametrize("solver", ["cvc5", "bitwuzla"])
def test_another_solver_finds_a_run_of_the_same_length(said, solver):
    pytest.importorskip(solver, reason=f"{solver} is not installed")
    code, out, _ = said("two_way_stale_syn", *CLAIM, "--solver", solver, "--no-ladders")

    assert code == 0
    assert solver in out.splitlines()[-1]


def test_a_depth_that_is_too_small_leaves_the_claim_unknown(said):
    code, out, err = said("two_way_stale_syn", *CLAIM, "--depth", "3")

    assert code == 20
    assert "no_false_established is unknown" in out
    assert err.endswith("EXIT 20 inconclusive\n")


def test_a_solver_that_gives_up_is_no_pass(said, monkeypatch):
    monkeypatch.setattr("tcpmodel.prove.smt.Z3.ask", lambda *given, **more: solving.Answer("unknown", why="tired"))
    code, out, _ = said("two_way_stale_syn", *CLAIM)

    assert code == 20
    assert "tired" in out


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("two_way_stale_syn", "--solver", "z4"), 2, "there is no solver 'z4': "),
        (("two_way_stale_syn", "--claim", "no_such"), 2, "there is no claim 'no_such' to prove: "),
        (("two_way_stale_syn", "--bits", "2"), 2, "needs 3 bits: write --bits 3 or more"),
        (("two_way_stale_syn", "--pin"), 2, "--pin is of a certificate: write --out DIR, too"),
        (("no_such_spec",), 2, "there is no spec 'no_such_spec'"),
    ],
)
def test_bad_input_is_answered_with_one_sentence(said, arguments, code, sentence):
    given, out, err = said(*arguments)

    assert given == code
    assert out == ""
    assert sentence in err
    assert "Traceback" not in err


def test_a_spec_without_a_claim_that_can_be_proved_is_refused(said, tmp_path):
    path = tmp_path / "stops.py"
    path.write_text(SPEC, encoding="utf-8")
    code, _, err = said(str(path))

    assert code == 151
    assert "has no claim that can be proved" in err


def test_a_missing_wheel_is_named_with_what_to_install(said, monkeypatch):
    def missing(name: str) -> None:
        raise ModuleNotFoundError(f"No module named {name!r}", name="cvc5")

    monkeypatch.setattr(solving, "import_module", missing)
    code, _, err = said("two_way_stale_syn", "--solver", "cvc5")

    assert code == 151
    assert "-m pip install cvc5`" in err


def test_of_the_isn_clock_it_is_told_what_a_host_must_keep_and_that_steps_are_possible(said):
    code, out, _ = said("isn_clock", "--json", "--workers", "1", "--no-teeth")
    document = json.loads(out)

    assert code == document["exit"] == 0
    assert document["possible"] == ["with numbers of 2 old incarnations about"]
    assert [a["name"] for a in document["assumptions"]] == ["clock", "pace", "span", "wait", "life"]


def test_isss_that_lie_apart_are_assumed_where_that_is_the_policy():
    def assumed(spec, **more):
        return {a.name: a.says for a in instance(load(spec).system, **more).assumptions}.get("fresh_numbers", "")

    assert "modulo 2^32" in assumed("two_way_stale_syn")
    assert "modulo 2^6 " in assumed("two_way_stale_syn", bits=6)
    assert assumed("isn_zero_replay") == ""


def test_every_pinned_certificate_is_of_a_spec_that_is_proved():
    assert set(read_digests()) == {"unbounded", "isn_clock", "time_wait_outlasts"} <= set(spec_paths())
