"""Certificates: whole ones are re-checked by every solver, and whatever is damaged is named."""

import json
from dataclasses import replace
from importlib.util import find_spec

import pytest

from tcpmodel.errors import BadConfiguration, DefinitionError, UnreadableInput, UsageError
from tcpmodel.prove import solving
from tcpmodel.prove.certificate import (
    Certificate,
    Filed,
    Statement,
    Versions,
    digest_of,
    hash_of,
    read,
    readme,
    write,
)
from tcpmodel.prove.recheck import recheck, second_solver
from tcpmodel.prove.shape import Misshapen, Question, questions_of

SOLVERS = [name for name in ("cvc5", "bitwuzla", "z3") if find_spec(name)]

# A number that starts at 0 and is always raised by two; it is claimed never to be 3.

HEAD = "(set-logic QF_BV)\n(declare-const |n| (_ BitVec 3))\n"
IS_EVEN = "(define-fun even () Bool (= ((_ extract 0 0) |n|) #b0))\n"
INIT = (
    HEAD
    + IS_EVEN
    + "(assert (= |n| #b000))\n; expect unsat: even\n(push 1)\n(assert (not even))\n(check-sat)\n(pop 1)\n"
)
RULE = (
    HEAD
    + IS_EVEN
    + """(assert even)
; expect sat: the rule can fire
(push 1)
(check-sat)
(pop 1)
; expect unsat: even
(push 1)
(define-fun t1 () Bool (= ((_ extract 0 0) (bvadd |n| #b010)) #b0))
(assert (not t1))
(check-sat)
(pop 1)
"""
)
CLAIM = (
    HEAD + IS_EVEN + "(assert even)\n; expect unsat: never 3\n(push 1)\n(assert (= |n| #b011))\n(check-sat)\n(pop 1)\n"
)
WAYS = (
    HEAD
    + """(define-fun enabled () Bool (bvult |n| #b111))
; way rule raise
(define-fun way1 () Bool (bvult |n| #b111))
; expect unsat: the ways leave nothing out
(push 1)
(assert (and enabled (not (or way1 false))))
(check-sat)
(pop 1)
"""
)
IN_BITS = "(_ BitVec 3)"
N = f"((|n| {IN_BITS})) Bool"


def rule_of_system(name: str = "raise", way: str = "rule raise", where: str = "(bvult |n| #b111)", to: str = "#b010"):
    return f"""\
;! {{"rule": "{name}", "of": []}}
(push 1)
;! {{"enabled": "{name}"}}
(define-fun |enabled| () Bool {where})
;! {{"way": "{way}"}}
(define-fun |way 1| {N} {where})
;! {{"step": "{way}", "of": []}}
(push 1)
(define-fun |may be picked| () Bool true)
(define-fun |n'| () {IN_BITS} (bvadd |n| {to}))
(pop 1)
(pop 1)
"""


SYSTEM_OF_TWO = f"""\
(set-logic QF_BV)
;! {{"variable": "n"}}
(declare-const |n| {IN_BITS})
;! {{"init": "by_two"}}
(define-fun |init| {N} (= |n| #b000))
;! {{"clause": "even", "says": "the number is even", "of": []}}
(define-fun |clause even.0| {N} (= ((_ extract 0 0) |n|) #b0))
;! {{"claim": "never_three", "says": "the number is never 3", "of": []}}
(define-fun |claim never_three.0| {N} (not (= |n| #b011)))
{rule_of_system()}"""
COVERED = Question("the ways leave nothing out", "unsat")
EVEN, FIRES = Question("even", "unsat"), Question("the rule can fire", "sat")


def certificate(rule: str = RULE, claim: str = CLAIM, ways: str = WAYS, system: str = SYSTEM_OF_TWO) -> Certificate:
    return Certificate(
        spec="by_two",
        claims=(Statement("never_three", "the number is never 3", "(not (= n 3))"),),
        assumptions=(),
        invariant=(Statement("even", "the number is even", "n mod 2 = 0"),),
        rules={"raise": "raise"},
        obligations=(
            Filed("init", "init", "", (EVEN,), INIT),
            Filed("ways of raise", "ways", "raise", (COVERED,), ways),
            Filed("rule raise", "rule", "raise", (FIRES, EVEN), rule),
            Filed("property never_three", "property", "never_three", (Question("never 3", "unsat"),), claim),
        ),
        versions=Versions("tcpmodel 1", "z3", "5", 1000),
        system=system,
    )


RULE_FILE, WAYS_FILE = "obligations/rule_raise.smt2", "obligations/ways_of_raise.smt2"


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, certificate())
    return tmp_path


def damage_of(folder, **how):
    report = recheck(folder, solver_name=SOLVERS[0], **how)
    assert not report.files or not report.damage
    return report.damage


def sealed(folder, change):
    """The manifest changed, with hashes, counts, digest and README made anew, as a careful forger would."""
    manifest = change(read(folder))
    hashes = [hash_of((folder / e.file).read_bytes()) for e in manifest.files]
    files = tuple(e._replace(sha256=h) for e, h in zip(manifest.files, hashes, strict=True))
    manifest = replace(manifest, files=files, system=hash_of((folder / "system.smt2").read_bytes()))
    document = json.loads((folder / "manifest.json").read_text())
    asked = [q for e in files for q in e.questions]
    document["rules"] = [{"name": name, "files": list(files)} for name, files in manifest.rules.items()]
    document["claims"] = [s._asdict() for s in manifest.claims]
    document["files"] = [e._asdict() | {"questions": [q._asdict() for q in e.questions]} for e in files]
    document["counts"] = {"files": len(files), "questions": len(asked)} | {
        word: sum(q.expected == word for q in asked) for word in ("unsat", "sat")
    }
    document["system"] = manifest.system
    document["digest"] = digest_of(manifest)
    (folder / "manifest.json").write_text(json.dumps(document))
    (folder / "README.md").write_text(readme(manifest))


def forged(folder, script):
    """The rule's script replaced, and the manifest made to fit."""
    (folder / RULE_FILE).write_text(script)
    sealed(folder, lambda manifest: manifest)


def without(file):
    return lambda m: replace(m, files=tuple(e for e in m.files if e.file != file))


# Whole certificates.


@pytest.mark.parametrize("name", SOLVERS)
def test_every_solver_agrees_with_a_whole_certificate(folder, name):
    report = recheck(folder, solver_name=name)

    assert (report.damage, report.wrong, report.unknown) == ((), (), ())
    # The start, the ways and the claim do not ask whether what they assume is possible: the re-check does.
    assert (report.count("unsat"), report.count("sat")) == (4, 4)


def test_workers_share_the_files_and_find_the_same(folder):
    one, two = (recheck(folder, solver_name=SOLVERS[0], workers=n) for n in (1, 2))

    assert [f.entry for f in one.files] == [f.entry for f in two.files]
    assert [f.asked for f in one.files] == [f.asked for f in two.files]


def test_the_same_proof_has_the_same_digest_whatever_found_it(tmp_path):
    one = write(tmp_path / "one", certificate())
    other = write(tmp_path / "other", replace(certificate(), versions=Versions("tcpmodel 2", "cvc5", "1", 5)))

    assert one.digest == other.digest
    assert write(tmp_path / "third", replace(certificate(), spec="other")).digest != one.digest


def test_what_is_read_is_what_was_written(tmp_path):
    assert write(tmp_path, certificate()) == read(tmp_path)


def test_the_text_for_people_says_first_what_made_it(folder):
    lines = (folder / "README.md").read_text().splitlines()

    assert "generated by tcpmodel" in lines[0]
    assert "**never_three**: the number is never 3" in lines


def test_writing_again_leaves_nothing_of_the_old_certificate(folder):
    (folder / "obligations" / "rule_old.smt2").write_text(RULE)
    write(folder, certificate())

    assert damage_of(folder) == ()


def test_files_that_are_no_certificate_are_left_alone(tmp_path):
    (tmp_path / "obligations").mkdir()
    (tmp_path / "obligations" / "mine.smt2").write_text(RULE)

    with pytest.raises(BadConfiguration, match="name a folder that is empty"):
        write(tmp_path, certificate())
    assert (tmp_path / "obligations" / "mine.smt2").exists()


def test_a_certificate_without_an_obligation_for_a_rule_is_not_written(tmp_path):
    with pytest.raises(DefinitionError, match="about the rule 'lower'"):
        write(tmp_path, replace(certificate(), rules={"raise": "raise", "lower": "lower"}))


def test_a_certificate_that_lists_other_questions_than_it_asks_is_not_written(tmp_path):
    with pytest.raises(DefinitionError, match="'rule raise' asks"):
        write(tmp_path, certificate(rule=RULE.replace("expect unsat: even", "expect unsat: odd")))


# Damaged folders.


def test_a_removed_file_is_named(folder):
    (folder / RULE_FILE).unlink()

    assert f"{RULE_FILE} is missing" in "\n".join(damage_of(folder))


def test_an_extra_file_is_named(folder):
    (folder / "obligations" / "extra.smt2").write_text(RULE)

    assert "obligations/extra.smt2 is not listed" in "\n".join(damage_of(folder))


def test_an_edited_file_is_named(folder):
    (folder / RULE_FILE).write_text(RULE.replace("#b010", "#b100"))

    assert f"{RULE_FILE} has been edited" in "\n".join(damage_of(folder))


def test_a_dropped_question_is_named(folder):
    forged(folder, RULE[: RULE.index("; expect unsat")])

    assert f"{RULE_FILE} does not ask 'even', expecting unsat" in "\n".join(damage_of(folder))


def test_a_question_turned_round_is_named(folder):
    forged(folder, RULE.replace("expect unsat: even", "expect sat: even"))

    assert f"{RULE_FILE} asks 'even', expecting sat" in "\n".join(damage_of(folder))


def test_questions_in_another_order_are_named(folder):
    sealed(folder, lambda m: replace(m, files=tuple(e._replace(questions=e.questions[::-1]) for e in m.files)))

    assert damage_of(folder) == (f"{RULE_FILE} asks its questions in another order than the manifest",)


@pytest.mark.parametrize("part", ["claims", "assumptions", "invariant", "rules", "digest", "spec"])
def test_a_manifest_edited_without_its_digest_is_named(folder, part):
    document = json.loads((folder / "manifest.json").read_text())
    more = {"name": "more", "files": [RULE_FILE]} if part == "rules" else {"name": "x", "words": "y", "formula": "z"}
    document[part] = document[part] + ("0" if isinstance(document[part], str) else [more])
    (folder / "manifest.json").write_text(json.dumps(document))

    assert "manifest.json has been edited" in "\n".join(damage_of(folder))


def test_wrong_counts_are_named(folder):
    document = json.loads((folder / "manifest.json").read_text())
    document["counts"]["sat"] = 7
    (folder / "manifest.json").write_text(json.dumps(document))

    assert "manifest.json counts otherwise" in "\n".join(damage_of(folder))


def test_an_edited_text_for_people_is_named(folder):
    (folder / "README.md").write_text("It is all true.\n")
    assert damage_of(folder) == ("README.md does not say what manifest.json says",)

    (folder / "README.md").unlink()
    assert damage_of(folder) == ("README.md is missing",)


def test_a_rule_whose_script_is_gone_with_its_entry_is_named(folder):
    (folder / RULE_FILE).unlink()
    sealed(folder, without(RULE_FILE))

    assert "the rule 'raise' has no script" in "\n".join(damage_of(folder))


def test_a_way_whose_script_is_gone_with_its_entry_is_named(folder):
    """All that a way left out leaves behind is its guard, without which the ways do not cover the rule."""
    (folder / RULE_FILE).unlink()
    sealed(folder, without(RULE_FILE))

    assert "the way 'rule raise' has no script" in "\n".join(damage_of(folder))


def test_a_way_that_is_left_out_everywhere_is_a_wrong_answer(tmp_path):
    write(tmp_path, certificate(ways=WAYS.replace("way1 () Bool (bvult |n| #b111)", "way1 () Bool (bvult |n| #b110)")))

    (wrong,) = recheck(tmp_path, solver_name=SOLVERS[0]).wrong
    assert "ways_of_raise.smt2 asks 'the ways leave nothing out', expecting unsat" in wrong


def test_a_rule_of_which_nobody_asks_whether_its_ways_leave_something_out_is_named(folder):
    (folder / WAYS_FILE).unlink()
    sealed(folder, without(WAYS_FILE))

    assert "the ways of the rule 'raise' may leave something out" in "\n".join(damage_of(folder))


def test_a_way_with_a_script_that_the_rule_does_not_have_is_named(folder):
    (folder / WAYS_FILE).write_text(WAYS.replace("; way rule raise\n", ""))
    sealed(folder, lambda manifest: manifest)

    assert f"{WAYS_FILE} does not name the way 'rule raise'" in "\n".join(damage_of(folder))


def texts_of(folder):
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


def test_whoever_knows_the_text_names_the_first_file_and_line_that_differ(folder):
    """A rule removed everywhere leaves a folder that is whole: only the spec knows of it."""
    expected = texts_of(folder)
    assert damage_of(folder, expected=expected) == ()

    for file in (RULE_FILE, WAYS_FILE):
        (folder / file).unlink()
    (folder / "system.smt2").write_text(SYSTEM_OF_TWO.replace(rule_of_system(), ""))
    sealed(folder, lambda m: replace(without(WAYS_FILE)(without(RULE_FILE)(m)), rules={}))
    assert damage_of(folder) == ()
    (said,) = damage_of(folder, expected=expected)
    assert said == f"{RULE_FILE} is not what the spec says: it is missing here; 5 of 8 files differ"


def test_a_line_that_differs_is_shown_with_what_it_should_be(folder):
    expected = texts_of(folder)
    forged(folder, RULE.replace("(not t1)", "(not (or t1 even))"))
    for file in ("README.md", "manifest.json"):
        expected[file] = (folder / file).read_text()

    (said,) = damage_of(folder, expected=expected)
    assert said == (
        f"{RULE_FILE} (rule raise) is not what the spec says: line 12 is '(assert (not (or t1 even)))', "
        "where the spec has '(assert (not t1))'; 1 of 8 files differ"
    )


def test_a_claim_without_a_script_is_named(folder):
    file = "obligations/property_never_three.smt2"
    (folder / file).unlink()
    sealed(folder, without(file))

    assert "the claim 'never_three' has no script" in "\n".join(damage_of(folder))


def test_a_certificate_that_claims_nothing_is_named(folder):
    sealed(folder, lambda m: replace(m, claims=()))

    assert "no claim is made: the manifest lists none" in damage_of(folder)


def test_a_proof_that_does_not_say_how_the_system_starts_is_named(folder):
    (folder / "obligations/init.smt2").unlink()
    sealed(folder, without("obligations/init.smt2"))

    assert "no file is about how the system starts" in "\n".join(damage_of(folder))


def test_a_certificate_forged_with_its_manifest_is_named_by_a_pinned_digest(folder):
    digest = read(folder).digest
    forged(folder, RULE.replace("(not t1)", "(not (or t1 even))"))

    assert damage_of(folder) == ()
    assert "by_two is pinned with the digest" in "\n".join(damage_of(folder, pinned={"by_two": digest}))


def test_the_pinned_digest_itself_is_no_damage(folder):
    assert damage_of(folder, pinned={"by_two": read(folder).digest}) == ()


# Weakened scripts, with a manifest that fits.

GOAL = "(assert (not t1))\n"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (RULE.replace(GOAL, "(assert false)\n"), "asserts false"),
        (RULE.replace(GOAL, ""), "of 0 assertions"),
        (RULE.replace(GOAL, GOAL + "(assert (= |n| #b001))\n"), "of 2 assertions"),
        (RULE.replace("; expect unsat", "(assert (not even))\n; expect unsat"), "assumes more behind a question"),
        (RULE.replace(GOAL, "(assert (not t1)) (assert false)\n"), "alone on its line"),
        (RULE.replace(GOAL, "(reset-assertions)\n" + GOAL), "is not one of the commands"),
        (RULE.replace(GOAL, "(push 1)\n" + GOAL), "opens a scope within a scope"),
        (RULE.replace(GOAL, GOAL + "(check-sat)\n"), "has check-sat between"),
        (RULE.replace("; expect unsat: even\n", ""), "without an expected answer"),
        (RULE + "; expect unsat: nothing\n", "leaves a question open"),
        (RULE + "; expect perhaps: even\n", "expects neither"),
        (RULE.replace("(set-logic QF_BV)\n", ""), "sets the logic"),
        (RULE.replace("QF_BV", "ALL"), "is not one of the commands"),
        (RULE.replace("(check-sat)\n(pop 1)\n; expect unsat", "(pop 1)\n; expect unsat"), "in which nothing was asked"),
        (RULE.replace("(check-sat)", "(check-sat) ; (assert even)"), "is not one of the commands"),
    ],
)
def test_a_weakened_script_is_named_though_its_hash_fits(folder, script, said):
    with pytest.raises(Misshapen, match="line"):
        questions_of(script)
    forged(folder, script)

    assert any(sentence.startswith(RULE_FILE) and said in sentence for sentence in damage_of(folder))


def test_a_rule_that_never_asks_whether_it_can_fire_is_named(folder):
    (folder / RULE_FILE).write_text(
        RULE.replace("; expect sat: the rule can fire\n(push 1)\n(check-sat)\n(pop 1)\n", "")
    )
    sealed(folder, lambda m: replace(m, files=tuple(e._replace(questions=e.questions[-1:]) for e in m.files)))

    assert "the rule 'raise' may be vacuous" in "\n".join(damage_of(folder))


IS_ODD = "(= ((_ extract 0 0) |n|) #b1)"


def lowering(*, odd: str = "(not even)", where: str = IS_ODD) -> Certificate:
    """With a second rule, which fires where the number is odd, as it never is."""
    never = Question("this cannot happen", "unsat")
    asked = f"; expect unsat: {never.name}\n(push 1)\n(assert {odd})\n(check-sat)\n(pop 1)\n"
    usual = certificate()
    return replace(
        usual,
        rules={**usual.rules, "lower": "lower"},
        obligations=(
            *usual.obligations,
            Filed("ways of lower", "ways", "lower", (COVERED,), WAYS.replace("rule raise", "rule lower")),
            Filed("rule lower", "rule", "lower", (never,), HEAD + IS_EVEN + "(assert even)\n" + asked),
        ),
        never=("lower",),
        system=SYSTEM_OF_TWO + rule_of_system("lower", "rule lower", where),
    )


def test_a_rule_that_never_fires_says_so_and_is_asked(tmp_path):
    write(tmp_path, lowering())
    report = recheck(tmp_path, solver_name=SOLVERS[0])

    assert (report.damage, report.wrong, report.manifest.never) == ((), (), ("lower",))
    assert "## Rules that never fire\n\n- lower" in (tmp_path / "README.md").read_text()


def test_a_rule_that_fires_though_it_is_said_never_to_is_a_wrong_answer(tmp_path):
    write(tmp_path, lowering(odd="even"))

    assert "asks 'this cannot happen'" in recheck(tmp_path, solver_name=SOLVERS[0]).wrong[0]


def test_a_rule_that_is_said_never_to_fire_and_asked_for_more_is_named(tmp_path):
    write(tmp_path, replace(certificate(), never=("raise",)))

    assert damage_of(tmp_path) == (
        f"the rule 'raise' is said never to fire: {RULE_FILE} asks more than whether it can",
    )


def test_the_range_of_a_variable_just_declared_is_no_further_assertion():
    declared = "(declare-const |kind| (_ BitVec 2))\n"
    ranges = "(assert (bvult |kind| (_ bv3 2)))\n"

    assert questions_of(RULE.replace(GOAL, declared + ranges + GOAL)) == (FIRES, EVEN)
    for script in (ranges + declared, declared + ranges + ranges, declared + ranges.replace("bv3", "bv0")):
        with pytest.raises(Misshapen, match="of 2 assertions"):
            questions_of(RULE.replace(GOAL, script + GOAL))


def test_names_between_bars_may_hold_parentheses():
    assert questions_of(RULE.replace("|n|", "|n (of A; the first)|")) == (FIRES, EVEN)


# Wrong answers.


@pytest.mark.parametrize("name", SOLVERS)
def test_a_goal_that_does_not_follow_is_a_wrong_answer(tmp_path, name):
    write(tmp_path, certificate(rule=RULE.replace("#b010", "#b001")))

    assert recheck(tmp_path, solver_name=name).wrong == (f"{RULE_FILE} asks 'even', expecting unsat: {name} says sat",)


def test_an_assumption_that_cannot_be_is_a_wrong_answer(tmp_path):
    write(tmp_path, certificate(claim=CLAIM.replace("(assert even)", "(assert (and even (not even)))")))

    (wrong,) = recheck(tmp_path, solver_name=SOLVERS[0]).wrong
    assert "'what is assumed is possible', expecting sat" in wrong


@pytest.mark.parametrize("name", SOLVERS)
def test_a_text_that_the_solver_cannot_read_is_a_wrong_answer(tmp_path, name):
    write(tmp_path, certificate(rule=RULE.replace("(not t1)", "(not t2)")))

    (wrong,) = recheck(tmp_path, solver_name=name).wrong
    assert wrong.startswith(f"{RULE_FILE} asks 'even', expecting unsat: {name} says error")


@pytest.mark.parametrize("name", sorted({"cvc5", "z3"} & set(SOLVERS)))
def test_a_question_that_is_too_hard_is_unknown_and_not_wrong(tmp_path, name):
    hard = "(assert (and (= (bvmul a b) #x3b9aca0000000007) (distinct a #x0000000000000001) (bvult a b)))\n"
    declared = "".join(f"(declare-const {x} (_ BitVec 64))\n" for x in "ab")
    write(tmp_path, certificate(rule=RULE.replace(GOAL, declared + hard)))
    report = recheck(tmp_path, solver_name=name, effort=1000)

    assert report.wrong == ()
    assert any(sentence.startswith(f"{RULE_FILE} asks 'even'") for sentence in report.unknown)


# What cannot be read, and who is asked.


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"schema": 1}', '{"schema": 2}', '{"schema": 2, "claims": 5}'],
)
def test_a_manifest_that_is_none_cannot_be_read(folder, text):
    (folder / "manifest.json").write_text(text)

    with pytest.raises(UnreadableInput, match=r"manifest\.json .* write the certificate anew"):
        read(folder)


@pytest.mark.parametrize("file", ["/etc/passwd", "obligations/../manifest.json", "init.smt2", 5])
def test_a_manifest_cannot_list_files_outside_of_its_folder(folder, file):
    document = json.loads((folder / "manifest.json").read_text())
    document["files"][0]["file"] = file
    (folder / "manifest.json").write_text(json.dumps(document))

    with pytest.raises(UnreadableInput):
        read(folder)


def test_a_folder_without_a_manifest_cannot_be_read(tmp_path):
    with pytest.raises(UnreadableInput, match="write the folder of a certificate"):
        read(tmp_path)


def test_a_solver_that_does_not_exist_is_a_mistake_of_usage(folder):
    with pytest.raises(UsageError, match="there is no solver 'cvc4'"):
        recheck(folder, solver_name="cvc4")


def test_a_solver_that_is_not_installed_says_how_to_install_it(monkeypatch):
    def missing(name):
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr(solving, "import_module", missing)

    monkeypatch.setattr(solving.sys, "executable", "/a folder/bin/python")
    for name in ("cvc5", "bitwuzla"):
        with pytest.raises(BadConfiguration, match=f"run `'/a folder/bin/python' -m pip install {name}`"):
            solving.solver(name)
    with pytest.raises(BadConfiguration, match=r"'/a folder/bin/python' -m pip install bitwuzla cvc5`.* --solver z3"):
        second_solver()
