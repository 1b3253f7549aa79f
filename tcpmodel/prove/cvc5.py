"""cvc5 as a solver of bit-vectors (`pip install 'tcpmodel[recheck]'`)."""

from __future__ import annotations

from importlib.metadata import version

import cvc5

from tcpmodel.prove.solving import EFFORT, Answer, Solver


class Cvc5:
    """cvc5."""

    name = "cvc5"
    version = version("cvc5")

    def ask(self, text: str, *, effort: int = EFFORT, lazily: bool = False) -> Answer:
        """Whether the assertions of a text without commands can all be true."""
        manager = cvc5.TermManager()
        solver, symbols = cvc5.Solver(manager), cvc5.SymbolManager(manager)
        for option, value in (("produce-models", "true"), ("rlimit-per", str(effort))):
            solver.setOption(option, value)
        parser = cvc5.InputParser(solver, symbols)
        parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "obligation")
        while not (command := parser.nextCommand()).isNull():
            command.invoke(solver, symbols)
        result = solver.checkSat()
        if result.isSat():
            return Answer("sat", {str(t).strip("|"): _number(solver.getValue(t)) for t in symbols.getDeclaredTerms()})
        return Answer("unsat") if result.isUnsat() else Answer("unknown", why=str(result.getUnknownExplanation()))


def _number(value: cvc5.Term) -> int:
    return int(value.getBooleanValue()) if value.getSort().isBoolean() else int(value.getBitVectorValue(10))


def make() -> Solver:
    """The solver."""
    return Cvc5()
