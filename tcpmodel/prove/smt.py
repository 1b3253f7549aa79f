"""Z3: the only module that imports it.  It reads the same SMT-LIB text as any other solver."""

from __future__ import annotations

import re
from collections.abc import Iterator

import z3

from tcpmodel.prove.solving import EFFORT, Answer, Solver, Word

DECLARED = re.compile(r"^\(declare-const \|([^|]*)\| (?:\(_ BitVec )?(\w+)", re.MULTILINE)
AT_ONCE = ((("simplify", "qfbv"), 1.0),)
LAZILY = (
    (("simplify", "propagate-values", "solve-eqs", "smt"), 0.2),
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
            return Answer(word, dict(_values(asked.model(), DECLARED.findall(text))))
        return Answer(word, why=asked.reason_unknown() if word == "unknown" else "")


def _word(said: str) -> Word:
    return "sat" if said == "sat" else "unsat" if said == "unsat" else "unknown"


def _values(model: z3.ModelRef, declared: list[tuple[str, str]]) -> Iterator[tuple[str, int]]:
    """The values of the variables declared, with the bits of each, or "Bool"."""
    for name, sort in declared:
        variable = z3.Bool(name) if sort == "Bool" else z3.BitVec(name, int(sort))
        value = model.eval(variable, model_completion=True)
        yield name, int(z3.is_true(value)) if sort == "Bool" else value.as_long()


def make() -> Solver:
    """The solver."""
    return Z3()
