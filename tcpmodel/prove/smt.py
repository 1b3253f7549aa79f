"""Z3: the only module that imports it.  It reads the same SMT-LIB text as any other solver."""

from __future__ import annotations

from collections.abc import Iterator

import z3

from tcpmodel.prove.solving import EFFORT, Answer, Solver, Word


class Z3:
    """Z3 as a solver of bit-vectors."""

    name = "z3"
    version = z3.get_version_string()

    def ask(self, text: str, *, effort: int = EFFORT) -> Answer:
        """Whether the assertions of a text without commands can all be true."""
        asked = z3.SolverFor("QF_BV", ctx=z3.Context())
        asked.set("rlimit", effort)
        asked.from_string(text)
        word = _word(str(asked.check()))
        if word == "sat":
            return Answer(word, dict(_values(asked.model())))
        return Answer(word, why=asked.reason_unknown() if word == "unknown" else "")


def _word(said: str) -> Word:
    return "sat" if said == "sat" else "unsat" if said == "unsat" else "unknown"


def _values(model: z3.ModelRef) -> Iterator[tuple[str, int]]:
    for declared in model.decls():
        value = model[declared]
        yield declared.name(), int(z3.is_true(value)) if z3.is_bool(value) else value.as_long()


def make() -> Solver:
    """The solver."""
    return Z3()
