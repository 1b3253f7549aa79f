"""The verb `recheck` as a user meets it."""

import json
import subprocess
import sys
from importlib.util import find_spec

import pytest

from tcpmodel.cli.main import main
from tcpmodel.prove.certificate import Certificate, Obligation, Question, Statement, Versions, read, write
from tcpmodel.prove.recheck import second_solver

pytestmark = pytest.mark.skipif(not find_spec("cvc5"), reason="cvc5 is not installed: pip install 'tcpmodel[recheck]'")

ON = "(set-logic QF_BV)\n(declare-const |on| Bool)\n"
FIRES = "(assert |on|)\n; expect sat: it can fire\n(push 1)\n(check-sat)\n(pop 1)\n"
STAYS = "; expect unsat: on\n(push 1)\n(assert (not |on|))\n(check-sat)\n(pop 1)\n"


def lamp(folder, rule: str = ON + FIRES + STAYS) -> Certificate:
    on = Question("on", "unsat")
    return write(
        folder,
        Certificate(
            "lamp",
            (Statement("never_off", "the lamp is never off"),),
            (),
            (Statement("on", "the lamp is on"),),
            {"switch": "switch"},
            (
                Obligation("init", "init", "", (on,), ON + "(assert |on|)\n" + STAYS),
                Obligation("rule switch", "rule", "switch", (Question("it can fire", "sat"), on), rule),
                Obligation("property never_off", "property", "never_off", (on,), ON + "(assert |on|)\n" + STAYS),
            ),
            Versions("tcpmodel 1", "z3", "5", 1000),
        ),
    )


@pytest.fixture
def said(capsys, tmp_path, monkeypatch):
    """What the program says of the certificate in this folder, where one spec of no system stands."""
    lamp(tmp_path / "proof")
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "nothing.py").write_text("")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str):
        code = main(["recheck", "proof", "--workers", "1", *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_the_last_line_says_who_asked_what_again(said):
    code, out, _ = said()

    assert code == 0
    assert "obligations/rule_switch.smt2" in out
    assert out.splitlines()[-1].startswith(f"lamp: re-checked with {second_solver()} ")
    assert "3 scripts, 6 questions, 3 unsat, 3 sat" in out.splitlines()[-1]


def test_json_is_one_document(said):
    document = json.loads(said("--json")[1])

    assert (document["schema"], document["exit"], document["spec"]) == (1, 0, "lamp")
    assert (document["questions"], document["unsat"], document["sat"]) == (6, 3, 3)
    assert document["files"][1]["questions"][0] == {
        "name": "it can fire", "expected": "sat", "said": "sat", "why": "",
    }  # fmt: skip


def test_a_damaged_certificate_fails_the_self_check(said, tmp_path):
    (tmp_path / "proof" / "obligations" / "init.smt2").unlink()
    code, out, err = said()

    assert code == 10
    assert "obligations/init.smt2 is missing" in out
    assert err.splitlines()[-1] == "EXIT 10 self-check"


def test_a_wrong_answer_fails_the_self_check(said, tmp_path):
    lamp(tmp_path / "proof", rule=ON + FIRES.replace("|on|", "(or |on| (not |on|))") + STAYS)
    code, out, _ = said()

    assert code == 10
    assert f"asks 'on', expecting unsat: {second_solver()} says sat" in out


def test_another_digest_than_expected_fails_the_self_check(said, tmp_path):
    digest = read(tmp_path / "proof").digest

    assert said("--expect", digest)[0] == 0
    code, out, _ = said("--expect", "0" * 64)
    assert code == 10
    assert "lamp is pinned with the digest 000000000000…" in out


def test_digests_pinned_beside_the_specs_are_compared(said, tmp_path):
    pins = tmp_path / "specs" / "certificates.toml"
    pins.write_text(f'lamp = "{read(tmp_path / "proof").digest}"\n')
    assert said()[0] == 0

    pins.write_text('lamp = "1234"\n')
    assert said()[0] == 10

    pins.write_text("lamp = \n")
    assert said()[0] == 150


def test_a_folder_that_is_no_certificate_is_unreadable(said, tmp_path):
    (tmp_path / "proof" / "manifest.json").write_text("{}")
    code, _, err = said()

    assert code == 150
    assert "manifest.json is not of schema 1" in err


def test_a_solver_that_does_not_exist_is_a_mistake_of_usage(said):
    code, _, err = said("--solver", "cvc")

    assert code == 2
    assert "did you mean 'cvc5'?" in err


def test_re_checking_imports_neither_z3_nor_what_writes_terms_for_it(tmp_path):
    lamp(tmp_path)
    program = (
        "import sys; from tcpmodel.cli.main import main; code = main(sys.argv[1:]); "
        "print(sorted({'z3', 'tcpmodel.prove.smtlib', 'tcpmodel.prove.smt'} & set(sys.modules))); sys.exit(code)"
    )
    asked = subprocess.run(
        [sys.executable, "-c", program, "recheck", str(tmp_path), "--workers", "2"], capture_output=True, text=True
    )

    assert asked.returncode == 0, asked.stderr
    assert asked.stdout.splitlines()[-1] == "[]"
