"""Forged certificates, by someone who has this program and seals what he changes: who notices which.

The forger's rules take any token for the one that is waited for, so the one that came last need not be the one that was
sent: a claim that fails.  Where a folder contradicts itself, or claims what does not follow, `recheck` notices; where
it is about another system or another claim, only the spec can tell, or a pinned digest.
"""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from prove.tokens import COMES, ITS_TURN, SAME, came, expected, field, of_tokens, one, tokens, waiting

from tcpmodel.language.terms import FALSE, equal
from tcpmodel.prove.certificate import Certificate, Filed, files_of, read, write
from tcpmodel.prove.certify import certificate, retold
from tcpmodel.prove.recheck import Recheck, recheck, second_solver
from tcpmodel.prove.shape import questions_of
from tcpmodel.prove.unbounded import prove
from tcpmodel.systems.proof import Proof
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.systems.system import Take

ITS = equal(field("it", "number"), expected)
TAKES = Row("takes it", "toy", when=(waiting, ITS), set={waiting: FALSE, came: field("it", "turn")})
TAKES_ANY = replace(TAKES, when=(waiting,))
LATE = Row("nobody waits for it", "toy", when=(~waiting,))
STRAY = Row("has another number", "toy")
BAD, WAYS = "receive: takes it", "receive: ways"


def passing(*rows: Row) -> Proof:
    """A token that arrives is taken, or not."""
    system = tokens()
    receive = replace(one("receive", rows[0], take=Take("post", "it")), blocks=(FirstMatch("it", None, (), rows),))
    return replace(of_tokens(COMES, ITS_TURN, SAME), system=replace(system, rules=(system.rules[0], receive)))


HONEST = passing(TAKES, LATE, STRAY)


def certified(proof: Proof) -> Certificate:
    return certificate(prove(proof, workers=1), spec="tokens", tool="tcpmodel")


@cache
def honest() -> Certificate:
    return certified(HONEST)


@cache
def false() -> Certificate:
    """What the prover would write if it did not mind that a way breaks a clause."""
    return certified(passing(TAKES_ANY, LATE))


# The forger's tools.

Change = tuple[str, str]


def changed(text: str, *changes: Change) -> str:
    for old, new in changes:
        text, count = re.subn(old, new, text, flags=re.DOTALL | re.MULTILINE)
        assert count, old
    return text


def system(made: Certificate, *changes: Change) -> Certificate:
    """The system's file changed."""
    return replace(made, system=changed(made.system, *changes))


def script(made: Certificate, name: str, *changes: Change) -> Certificate:
    """A script changed, and what is listed of it."""

    def forged(o: Filed) -> Filed:
        text = changed(o.text, *changes) if o.name == name else o.text
        return o._replace(text=text, questions=questions_of(text))

    return replace(made, obligations=tuple(map(forged, made.obligations)))


def left_out(made: Certificate) -> Certificate:
    """Without the script of the way that breaks a clause."""
    return replace(made, obligations=tuple(o for o in made.obligations if o.name != BAD))


UNNAMED = (rf"; way {BAD}\n\(define-fun way1 \(\) Bool [^\n]*", "(define-fun way1 () Bool false)")
SMALLER = (r"\(define-fun enabled \(\) Bool [^\n]*", "(define-fun enabled () Bool (not |waiting|))")
NO_WAY = (rf"^;! {{\"way\": \"{BAD}\"}}\n[^\n]*\n", "")
NO_STEP = (rf"^;! {{\"step\": \"{BAD}\"[^\n]*\n\(push 1\)\n.*?\(pop 1\)\n", "")
SMALLER_RULE = (r"(\"enabled\": \"receive\"}\n\(define-fun \|enabled\| \(\) Bool )[^\n]*", r"\1(not |waiting|))")
CLAIM = r"(\(define-fun \|claim the_one_just_sent_comes.0\| [^\n]*?\)\) Bool )[^\n]*"
CANNOT_HAPPEN = "; expect unsat: this cannot happen\n(push 1)\n(assert (and t7 (not t7)))\n(check-sat)\n(pop 1)\n"
ANY_NUMBER = (r"(\(define-fun \|way 1\| )[^\n]*= \|it.number\| [^\n]*", r"\1((|waiting| Bool)) Bool |waiting|)")
GIVEN = "((|came| (_ BitVec 8)) (|turn| (_ BitVec 8)) (|waiting| Bool)) Bool (or |waiting| (= |came| |turn|))"
COMES_ASSUMED = (
    r"^;! {\"new\": \"turn\", \"of\": \[\]}",
    f';! {{"limit": "none in which another came"}}\n(define-fun |limit 1| {GIVEN})\n\\g<0>',
)
BREAKS = f"system.smt2 ({BAD}) asks 'it keeps what is said of the variables', expecting unsat"


class Forgery(NamedTuple):
    """What is forged, and what `recheck` says of it alone; "" where only the spec or a pin can tell."""

    made: Callable[[], Certificate]
    alone: str


FORGERIES = {
    "the script of a way left out": Forgery(lambda: left_out(false()), f"the way '{BAD}' has no script"),
    "and the way not named where all are": Forgery(
        lambda: script(left_out(false()), WAYS, UNNAMED), f"system.smt2 has the way '{BAD}': the manifest has not"
    ),
    "and not in the system's file": Forgery(
        lambda: system(script(left_out(false()), WAYS, UNNAMED), NO_WAY, NO_STEP),
        "obligations/receive_ways.smt2 asks 'the ways leave nothing out', expecting unsat",
    ),
    "and the rule made smaller in the scripts": Forgery(
        lambda: system(script(left_out(false()), WAYS, UNNAMED, SMALLER), NO_WAY, NO_STEP),
        "system.smt2 (receive) asks 'its ways leave nothing out', expecting unsat",
    ),
    "and the rule made smaller everywhere": Forgery(
        lambda: system(script(left_out(false()), WAYS, UNNAMED, SMALLER), NO_WAY, NO_STEP, SMALLER_RULE), ""
    ),
    "a way weakened by an assumption": Forgery(lambda: script(false(), BAD, (r"\(and t2 t6", "(and t3 t2 t6")), BREAKS),
    "a clause dropped from one step only": Forgery(lambda: script(false(), BAD, (r"\(define-fun t8.*", "")), BREAKS),
    "an answer turned round": Forgery(lambda: script(false(), BAD, ("expect unsat", "expect sat")), BREAKS),
    "a way said to be impossible": Forgery(
        lambda: script(
            false(),
            BAD,
            (r"; expect sat.*", CANNOT_HAPPEN),
        ),
        BREAKS,
    ),
    "a step changed in the system's file only": Forgery(
        lambda: system(honest(), (r"(\(define-fun \|came'\| [^\n]*) \|it.turn\|", r"\1 (bvadd |it.turn| |it.turn|)")),
        BREAKS,
    ),
    "a way's guard weakened in the system's file only": Forgery(
        lambda: system(honest(), ANY_NUMBER),
        BREAKS,
    ),
    "a start that cannot be": Forgery(
        lambda: system(honest(), (r"(\(define-fun \|init\| [^\n]*?\) Bool \(and)", r"\1 false")),
        "system.smt2 (start) asks 'it can be', expecting sat",
    ),
    "an assertion in the system's file": Forgery(
        lambda: system(honest(), (r"^\(push 1\)", "(push 1)\n(assert false)")),
        "system.smt2 has not the shape of a system: this neither declares nor defines one thing",
    ),
    "a clause left out of the system's file": Forgery(
        lambda: system(honest(), (r"^;! {\"clause\": \"its_number_is_its_turns\"[^\n]*\n[^\n]*\n", "")),
        "system.smt2 has no clause ('its_number_is_its_turns', '')",
    ),
    "a rule said to do what another does": Forgery(
        lambda: system(false(), (r"^;! {\"rule\": \"receive\".*", ';! {"rule": "receive", "as": "send"}\n')),
        f"system.smt2 has no way '{BAD}': the manifest has",
    ),
    "another start": Forgery(
        lambda: system(honest(), (r"(\(define-fun \|init\| [^\n]*\(= \|expected\| )\(_ bv0 32\)", r"\1(_ bv7 32)")), ""
    ),
    "a claim weakened": Forgery(lambda: system(honest(), (CLAIM, r"\1true)")), ""),
    "a claim assumed of every state": Forgery(
        lambda: system(script(false(), BAD, (r"\(define-fun t8.*", "")), COMES_ASSUMED), ""
    ),
    "another spec's certificate": Forgery(
        lambda: replace(certified(of_tokens(COMES, ITS_TURN, SAME)), spec="tokens"), ""
    ),
}


def looked_at(folder: Path, **how: object) -> Recheck:
    return recheck(folder, solver_name=second_solver(), **how)  # type: ignore[arg-type]


def said(report: Recheck) -> str:
    return "\n".join((*report.damage, *report.wrong))


def expected_texts(folder: Path) -> dict[str, str]:
    return files_of(retold(HONEST, read(folder), spec="tokens"))[1]


def test_the_honest_certificate_passes_alone_and_beside_its_spec(tmp_path: Path) -> None:
    digest = write(tmp_path, honest()).digest
    report = looked_at(tmp_path, pinned={"tokens": digest}, expected=expected_texts(tmp_path))
    assert (said(report), report.unknown, report.pinned) == ("", (), True)


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_named_by_the_recheck_or_else_by_the_spec_and_the_pin(name: str, tmp_path: Path) -> None:
    forgery = FORGERIES[name]
    write(tmp_path, forgery.made())
    alone = looked_at(tmp_path)
    assert forgery.alone in said(alone)
    assert bool(forgery.alone) == bool(said(alone))
    assert "is not what the spec says: " in said(looked_at(tmp_path, expected=expected_texts(tmp_path)))
    digest = files_of(honest())[0].digest
    assert "another one" in said(looked_at(tmp_path, pinned={"tokens": digest}))


def test_what_the_prover_itself_would_write_of_false_rules_is_a_wrong_answer(tmp_path: Path) -> None:
    write(tmp_path, false())
    assert BREAKS in said(looked_at(tmp_path))


def test_an_edited_script_that_checks_is_named(tmp_path: Path) -> None:
    write(tmp_path, honest())
    (tmp_path / "check.py").write_text("print('all is well')\n")
    assert said(looked_at(tmp_path)) == "check.py is not the script that this program writes: run that one"


# The script that stands in the folder.


def run_check(folder: Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, str(folder / "check.py"), str(folder)]
    return subprocess.run(line, capture_output=True, text=True, cwd=folder)


def test_the_script_in_the_folder_checks_it_without_this_program(tmp_path: Path) -> None:
    write(tmp_path, honest())
    asked = run_check(tmp_path)
    assert (asked.returncode, asked.stdout) == (0, "15 questions, 0 without the expected answer\n")
    assert "tcpmodel" not in "".join(
        line for line in (tmp_path / "check.py").read_text().splitlines() if line.startswith(("import", "from"))
    )


def test_the_script_in_the_folder_names_what_does_not_follow(tmp_path: Path) -> None:
    write(tmp_path, false())
    asked = run_check(tmp_path)
    assert asked.returncode == 1
    assert f"{BAD}: it keeps what is said of the variables: sat, not unsat" in asked.stdout
