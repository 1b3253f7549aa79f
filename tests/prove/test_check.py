"""The script that derives everything from the system's file: it finds what the prover finds, and nothing else."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from prove.test_forgeries import HONEST, LATE, STRAY, TAKES, TAKES_ANY, passing
from prove.test_obligations import BLUE, CATCH, LOSE, PROMPT, SOMEWHERE, THROW, TICK, YOUNG, game
from prove.tokens import COMES, ITS_TURN, SAME, of_tokens

from tcpmodel import load
from tcpmodel.language.terms import TRUE, equal
from tcpmodel.prove import check
from tcpmodel.prove.check import System
from tcpmodel.prove.making import Maker
from tcpmodel.prove.solving import solver
from tcpmodel.prove.system_file import system_file
from tcpmodel.prove.unbounded import prove
from tcpmodel.systems.claims import Always
from tcpmodel.systems.proof import Lemma, Proof

Z3 = solver("z3")
MOST = 175
"""How many lines the script has, but for blank ones and what it says of itself."""


def wrong(proof: Proof) -> set[str]:
    """About what an answer is not the one that must be, by the script."""
    return set(_wrong(System(system_file(Maker(proof), spec="toy"))))


def _wrong(system: System) -> Iterator[str]:
    for group in system.questions():
        for about, _, expected, text in group:
            answer = Z3.ask(text, lazily=False).word
            if answer not in (expected or "sat", expected or "unsat"):
                yield about
            if not expected and answer == "unsat":
                break


def by_prover(proof: Proof) -> set[str]:
    return {"start" if o.name == "init" else o.name for o in prove(proof, workers=1).failed}


def played(*rules: object, clauses: tuple[Always, ...] = (SOMEWHERE,), claims: tuple[Always, ...] = ()) -> Proof:
    return Proof(game(*rules), clauses, claims)


NEVER = Always("never_waits", ~equal(TRUE, TRUE), needs=TRUE)
LEAVES = replace(COMES, predicate=~COMES.predicate)
PROOFS = {
    "a toy": of_tokens(COMES, ITS_TURN, SAME),
    "a weak invariant": of_tokens(COMES),
    "numbers that are not fresh": of_tokens(COMES, ITS_TURN, SAME, among=TRUE),
    "a wrong start and claim": of_tokens(NEVER, claims=(NEVER,)),
    "a claim that does not follow": of_tokens(COMES, ITS_TURN, SAME, claims=(LEAVES,)),
    "a lemma": replace(of_tokens(COMES, ITS_TURN, SAME), lemmas=(Lemma(replace(SAME, name="again"), (SAME.name,)),)),
    "three ways": HONEST,
    "any token is taken": passing(TAKES_ANY, LATE),
    "no other number": passing(TAKES, STRAY),
    "something in flight": played(THROW, CATCH, BLUE),
    "it may be taken": played(THROW, CATCH, LOSE),
    "it may be dropped": played(THROW, CATCH, TICK),
    "nothing is dropped": played(THROW, CATCH, PROMPT, clauses=(SOMEWHERE, YOUNG)),
    "what is dropped need not be young": played(THROW, CATCH, TICK, clauses=(YOUNG,)),
}  # fmt: skip
KEPT = {"a toy", "a lemma", "three ways", "no other number", "something in flight", "nothing is dropped"}
BROKEN = set(PROOFS) - KEPT - {"what is dropped need not be young"}


@pytest.mark.parametrize("name", PROOFS)
def test_the_script_and_the_prover_find_the_same_broken(name: str) -> None:
    found = wrong(PROOFS[name])
    assert found == by_prover(PROOFS[name])
    assert bool(found) == (name in BROKEN)


@pytest.mark.long
@pytest.mark.parametrize("name", ["unbounded", "isn_clock", "time_wait_outlasts"])
def test_all_that_is_derived_of_the_shipped_proofs_is_shown(name: str) -> None:
    assert wrong(load(name).proof()) == set()


@pytest.mark.long
def test_the_script_finds_the_way_at_which_two_segments_are_not_enough() -> None:
    proof = load("unbounded").proof()
    tooth = next(t for t in proof.teeth if t.name == "two_segments")
    found = wrong(replace(proof, system=tooth.system, crowds=()))
    assert any(about.endswith(tooth.breaks) for about in found)


# The script itself.


def test_the_script_imports_nothing_of_this_program_and_is_short() -> None:
    path = Path(check.__file__)
    tree = ast.parse(path.read_text())
    imported = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    imported |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    assert not any(str(name).startswith("tcpmodel") for name in imported)
    documented = [n for n in ast.walk(tree) if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef)]
    words = [line for n in documented for line in (ast.get_docstring(n) or "").splitlines()]
    lines = [line for line in path.read_text().splitlines() if line.strip()]
    assert len(lines) - len(words) <= MOST


@pytest.mark.parametrize(
    "line",
    [
        "(assert false)",
        "(assert (bvult |a| (_ bv3 2))) (assert false)",
        "(define-fun |a| () Bool true) (assert false)",
        "(define-fun |a| () Bool true",
        "(check-sat)",
        '(define-fun |a| () Bool (= "x" "x"))',
        "(define-fun |a| () Bool true) ; (assert false)",
    ],
)
def test_a_line_that_does_more_than_declare_or_define_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="neither declares nor defines one thing"):
        check.one_command(line)


def test_the_whole_file_is_text_that_a_solver_reads() -> None:
    import z3

    asked = z3.Solver()
    asked.from_string(system_file(Maker(HONEST), spec="toy"))
    assert str(asked.check()) == "sat"
