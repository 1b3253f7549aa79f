"""The verb `recheck` as a user meets it."""

import json
import subprocess
import sys
from importlib.util import find_spec

import pytest

from tcpmodel.cli.main import main
from tcpmodel.judging import pins
from tcpmodel.prove.certificate import Certificate, Filed, Statement, Versions, read, write
from tcpmodel.prove.recheck import second_solver
from tcpmodel.prove.shape import Question

pytestmark = pytest.mark.skipif(not find_spec("cvc5"), reason="cvc5 is not installed: pip install 'tcpmodel[recheck]'")

ON = "(set-logic QF_BV)\n(declare-const |on| Bool)\n"
FIRES = "(assert |on|)\n; expect sat: it can fire\n(push 1)\n(check-sat)\n(pop 1)\n"
STAYS = "; expect unsat: on\n(push 1)\n(assert (not |on|))\n(check-sat)\n(pop 1)\n"
COVERED = Question("the ways leave nothing out", "unsat")
WAYS = (
    ON + "; way rule switch\n; expect unsat: the ways leave nothing out\n"
    "(push 1)\n(assert (and |on| (not (or |on| false))))\n(check-sat)\n(pop 1)\n"
)


ITS = "((|on| Bool)) Bool |on|)"
SYSTEM = f"""\
(set-logic QF_BV)
;! {{"variable": "on"}}
(declare-const |on| Bool)
;! {{"init": "lamp"}}
(define-fun |init| {ITS}
;! {{"clause": "on", "says": "the lamp is on", "of": []}}
(define-fun |clause on.0| {ITS}
;! {{"claim": "never_off", "says": "the lamp is never off", "of": []}}
(define-fun |claim never_off.0| {ITS}
;! {{"rule": "switch", "of": []}}
;! {{"enabled": "switch"}}
(define-fun |enabled| () Bool |on|)
;! {{"way": "rule switch"}}
(define-fun |way 1| {ITS}
;! {{"step": "rule switch", "of": []}}
(define-fun |may be picked| () Bool true)
"""


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
                Filed("init", "init", "", (on,), ON + "(assert |on|)\n" + STAYS),
                Filed("ways of switch", "ways", "switch", (COVERED,), WAYS),
                Filed("rule switch", "rule", "switch", (Question("it can fire", "sat"), on), rule),
                Filed("property never_off", "property", "never_off", (on,), ON + "(assert |on|)\n" + STAYS),
            ),
            Versions("tcpmodel 1", "z3", "5", 1000),
            SYSTEM,
        ),
    )


@pytest.fixture
def said(capsys, tmp_path, monkeypatch):
    """What the program says of the certificate in this folder, where one spec of no system stands."""
    lamp(tmp_path / "proof")
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "nothing.py").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pins, "spec_folder", lambda: tmp_path / "specs")

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
    assert "4 scripts, 8 questions, 4 unsat, 4 sat, and 5 derived from system.smt2" in out.splitlines()[-1]


def test_json_is_one_document(said):
    document = json.loads(said("--json")[1])

    assert (document["schema"], document["exit"], document["spec"]) == (1, 0, "lamp")
    assert (document["questions"], document["unsat"], document["sat"]) == (8, 4, 4)
    assert document["files"][2]["questions"][0] == {
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


def test_a_certificate_that_nobody_pinned_says_so_loudly_and_does_not_pass_where_a_pin_is_demanded(said, tmp_path):
    code, out, _ = said()
    assert code == 0
    assert "UNPINNED: no digest is pinned for 'lamp'" in out
    assert json.loads(said("--json")[1])["pinned"] is False
    assert said("--pinned")[0] == 10

    digest = read(tmp_path / "proof").digest
    code, out, _ = said("--expect", digest, "--pinned")
    assert code == 0
    assert "UNPINNED" not in out
    assert json.loads(said("--expect", digest, "--json")[1])["pinned"] is True


def test_a_folder_that_is_no_certificate_is_unreadable(said, tmp_path):
    (tmp_path / "proof" / "manifest.json").write_text("{}")
    code, _, err = said()

    assert code == 150
    assert "manifest.json is not of schema 2" in err


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


# A folder beside its spec.

TOKENS = '''"""A token is passed on."""

from prove.tokens import COMES, ITS_TURN, SAME, of_tokens, tokens
from tcpmodel.language.terms import TRUE

system, claims = tokens(), [COMES]


def proof():
    return of_tokens(COMES, ITS_TURN, SAME{more})
'''


@pytest.fixture
def of_spec(said, tmp_path, capsys):
    """The certificate of a spec, and what is said of it beside that spec, or another one of the same name."""
    spec = tmp_path / "tokens.py"
    spec.write_text(TOKENS.format(more=""))
    assert main(["prove", str(spec), "--out", "proof", "--workers", "1", "--no-teeth"]) == 0
    capsys.readouterr()

    def run(*more: str, spec_says: str = ""):
        spec.write_text(TOKENS.format(more=spec_says))
        return said("--spec", str(spec), *more)

    return run


def test_a_certificate_is_compared_with_its_spec_byte_by_byte(of_spec):
    code, out, _ = of_spec()

    assert code == 0
    assert "every file says what" in out
    assert "UNPINNED" in out
    assert json.loads(of_spec("--json")[1])["compared_with"].endswith("tokens.py")


def test_a_certificate_of_other_rules_than_the_spec_s_is_named_with_the_way(of_spec):
    code, out, _ = of_spec(spec_says=", among=TRUE")

    assert code == 10
    assert "obligations/send_send.smt2 (send: send) is not what the spec says: line" in out


def test_a_certificate_that_claims_less_than_its_spec_says_so(of_spec):
    code, out, _ = of_spec(spec_says=", claims=(COMES, SAME)")

    assert code == 0
    assert "claims besides, and this certificate does not: a_turn_has_one_number" in out
