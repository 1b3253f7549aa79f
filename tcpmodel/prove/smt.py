"""Z3: the only module that imports it.  It reads the same SMT-LIB text as any other solver."""

from __future__ import annotations

import re
from collections.abc import Iterator

import z3

from tcpmodel.prove.solving import EFFORT, Answer, Solver, Word

DECLARED = re.compile(r"^\(declare-const \|([^|]*)\|", re.MULTILINE)
AT_ONCE = ((("simplify", "qfbv"), 1.0),)
LAZILY = (
    (("simplify", "propagate-values", "solve-eqs", "smt"), 0.01),
    (("simplify", "propagate-values", "solve-eqs", "bit-blast", "aig", "sat"), 1.0),
)
"""Z3's tactics, each with its share of the effort; most questions need few bits, which the first finds at once."""


class Z3:
    """Z3 as a solver of bit-vectors."""

    name = "z3"
    version = z3.get_version_string()

    def ask(self, text: str, *, effort: int = EFFORT, lazily: bool = False) -> Answer:
        """Whether the assertions of a text without commands can all be true."""
        word: Word = "unknown"
        for tactics, share in LAZILY if lazily else AT_ONCE:
            asked = z3.Then(*tactics).solver()
            asked.set("rlimit", int(effort * share))
            asked.from_string(text)
            word = _word(str(asked.check()))
            if word != "unknown":
                break
        if word == "sat":
            return Answer(word, dict(_values(asked.model(), set(DECLARED.findall(text)))))
        return Answer(word, why=asked.reason_unknown() if word == "unknown" else "")


def _word(said: str) -> Word:
    return "sat" if said == "sat" else "unsat" if said == "unsat" else "unknown"


def _values(model: z3.ModelRef, names: set[str]) -> Iterator[tuple[str, int]]:
    """The values of the variables; a model also lists what a text defines."""
    for declared in model.decls():
        if declared.name() not in names:
            continue
        value = model.eval(declared(), model_completion=True)
        yield declared.name(), int(z3.is_true(value)) if z3.is_bool(value) else value.as_long()


def make() -> Solver:
    """The solver."""
    return Z3()
