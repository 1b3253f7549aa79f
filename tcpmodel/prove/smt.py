"""Z3 as a solver of bit-vectors, in the only module that imports it; it reads the same SMT-LIB text as any other."""

from __future__ import annotations

import re
from collections.abc import Iterator

import z3

from tcpmodel.prove.smtlib import NUMBER, outline
from tcpmodel.prove.solving import EFFORT, Answer, Solver

DECLARED = re.compile(r"^\(declare-const \|([^|]*)\| (?:\(_ BitVec )?(\w+)", re.MULTILINE)
NUMBERS = re.compile(rf"^\(define-sort {NUMBER} \(\) \(_ BitVec (\d+)", re.MULTILINE)
BEFORE = ("simplify", "propagate-values", "solve-eqs")
IN_OUTLINE = (*BEFORE, "smt")
AT_ONCE = (((*BEFORE, "bit-blast", "sat"), 1.0),)
LAZILY = (((*BEFORE, "smt"), 0.2), ((*BEFORE, "bit-blast", "aig", "sat"), 1.0))
"""Z3's tactics, each with its share of the effort; most questions need few bits, which the first finds at once."""


class Z3:
    """Z3 as a solver of bit-vectors."""

    name = "z3"
    version = z3.get_version_string()

    def ask(self, text: str, *, effort: int = EFFORT, lazily: bool = False) -> Answer:
        """Whether the assertions of a text without commands can all be true; `lazily`, first in outline."""
        if lazily and cannot_be_in_outline(text, effort=effort // 10):
            return Answer("unsat")
        for tactics, share in LAZILY if lazily else AT_ONCE:
            asked = _asked(text, tactics, int(effort * share))
            found = asked.check()
            if found != z3.unknown:
                break
        if found == z3.sat:
            return Answer("sat", dict(_values(asked.model(), text)))
        return Answer("unsat") if found == z3.unsat else Answer("unknown", why=asked.reason_unknown())


def cannot_be_in_outline(text: str, *, effort: int = EFFORT) -> bool:
    """Whether the text is unsatisfiable even with numbers uninterpreted (`smtlib.outline`)."""
    return bool(_asked(outline(text), IN_OUTLINE, effort).check() == z3.unsat)


def _asked(text: str, tactics: tuple[str, ...], effort: int) -> z3.Solver:
    """A solver that has read the text."""
    asked = z3.Then(*tactics).solver()
    asked.set("rlimit", max(1, effort))
    asked.from_string(text)
    return asked


def _values(model: z3.ModelRef, text: str) -> Iterator[tuple[str, int]]:
    """The values of the variables that the text declares."""
    numbers = NUMBERS.search(text)
    for name, sort in DECLARED.findall(text):
        bits = int(numbers[1]) if numbers and sort == NUMBER else sort
        variable = z3.Bool(name) if sort == "Bool" else z3.BitVec(name, int(bits))
        value = model.eval(variable, model_completion=True)
        yield name, int(z3.is_true(value)) if sort == "Bool" else value.as_long()


def make() -> Solver:
    """The solver."""
    return Z3()
