"""Interface to SMT solvers: the text that a solver is asked and the answer that it gives, whichever solver it is.

`z3` is the project's own; `cvc5` and `bitwuzla` come with `tcpmodel[recheck]`.  Each takes SMT-LIB text, and none is
imported before it is asked for.  A solver that gives up within its limit answers `unknown`, which is never a proof.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Literal, Protocol

from tcpmodel.errors import BadConfiguration, UsageError, choices

Word = Literal["sat", "unsat", "unknown"]
EFFORT = 20_000_000
"""The most work a solver may spend on one question, in units of its own (Z3's and cvc5's `rlimit`)."""
DEEP_EFFORT = 500_000_000
"""The same for questions about runs, which are few and long."""


@dataclass(frozen=True)
class Answer:
    """The solver's word; of a satisfiable text the values of its variables, of an unknown one the reason."""

    word: Word
    values: Mapping[str, int] = field(default_factory=dict)
    why: str = ""


class Solver(Protocol):
    """A solver of the logic QF_BV."""

    name: str
    version: str

    def ask(self, text: str, *, effort: int = EFFORT, lazily: bool = False) -> Answer:
        """Whether the assertions of a text without commands can all be true.

        `lazily`: little of the text is expected to matter, as in a proof by induction; only speed depends on it.
        """


SOLVERS: Mapping[str, str] = {"z3": "smt", "cvc5": "cvc5", "bitwuzla": "bitwuzla"}
"""The module of this package in which each solver is."""


METHODS = ("invariant", "k-induction", "mining")
"""The methods of proof for claims that hold (`judging.methods`)."""


def solver(name: str) -> Solver:
    """The solver of this name; `UsageError` says which there are, `BadConfiguration` how to install it."""
    if name not in SOLVERS:
        raise UsageError(f"there is no solver {name!r}: {choices(name, SOLVERS)}")
    try:
        make: Callable[[], Solver] = import_module(f"tcpmodel.prove.{SOLVERS[name]}").make
        return make()
    except ModuleNotFoundError as missing:
        raise BadConfiguration(
            f"{name} is not installed here: run `{installing(name)}` ({missing.name} is missing)"
        ) from None


def installing(*names: str) -> str:
    """The line that installs these solvers beside the program that is running."""
    packages = ("z3-solver" if name == "z3" else name for name in names)
    return f"{shlex.quote(sys.executable)} -m pip install {' '.join(packages)}"


def questions(text: str) -> Iterator[str]:
    """The text behind each `(check-sat)` of a script: what is asserted there, without commands.

    Commands stand on lines of their own: `(push 1)`, `(pop 1)`, `(check-sat)`.
    """
    scopes: list[list[str]] = [[]]
    for line in text.splitlines():
        if line == "(push 1)":
            scopes.append([])
        elif line == "(pop 1)":
            scopes.pop()
        elif line == "(check-sat)":
            yield "\n".join(written for scope in scopes for written in scope) + "\n"
        else:
            scopes[-1].append(line)
