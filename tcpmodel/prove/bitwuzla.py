"""Bitwuzla as a solver of bit-vectors (`pip install 'tcpmodel[recheck]'`)."""

from __future__ import annotations

from importlib.metadata import version

import bitwuzla

from tcpmodel.prove.solving import EFFORT, Answer, Solver, Word

UNITS_A_MILLISECOND = 1_000
"""Bitwuzla counts time where others count work: so many units of effort are a millisecond."""


class Bitwuzla:
    """Bitwuzla, which limits time and not work."""

    name = "bitwuzla"
    version = version("bitwuzla")

    def ask(self, text: str, *, effort: int = EFFORT, lazily: bool = False) -> Answer:
        """Whether the assertions of a text without commands can all be true."""
        options = bitwuzla.Options()
        options.set(bitwuzla.Option.PRODUCE_MODELS, True)
        options.set(bitwuzla.Option.TIME_LIMIT_PER, max(1, effort // UNITS_A_MILLISECOND))
        parser = bitwuzla.Parser(bitwuzla.TermManager(), options)
        parser.parse(text, True, False)
        asked = parser.bitwuzla()
        word = _word(str(asked.check_sat()))
        if word != "sat":
            return Answer(word, why="its time is over" if word == "unknown" else "")
        return Answer(word, {t.symbol().strip("|"): _number(asked.get_value(t)) for t in parser.get_declared_funs()})


def _word(said: str) -> Word:
    return "sat" if said == "sat" else "unsat" if said == "unsat" else "unknown"


def _number(value: bitwuzla.Term) -> int:
    return int(value.value()) if value.sort().is_bool() else int(value.value(10))


def make() -> Solver:
    """The solver."""
    return Bitwuzla()
