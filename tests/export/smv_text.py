"""Reads an SMV model as its text says, without knowing what it was written from: types, definitions and constraints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from tcpmodel.language.sorts import BOOL, SEQ, Enum
from tcpmodel.language.terms import Term

Values = Mapping[str, Any]
TOKEN = re.compile(r"0ud\d+_\d+|\w+|>=|[()!?:&|=<>+-]")


class Word(int):
    """A number of three bits or as many as there are."""

    bits: int

    def __new__(cls, value: int, bits: int) -> Word:
        word = super().__new__(cls, value % (1 << bits))
        word.bits = bits
        return word

    def __add__(self, other: int) -> Word:
        return Word(int(self) + int(other), self.bits)

    def __sub__(self, other: int) -> Word:
        return Word(int(self) - int(other), self.bits)


class Model:
    """The lines of a model by kind."""

    def __init__(self, text: str) -> None:
        self.sections: dict[str, dict[str, str]] = {}
        section: dict[str, str] = {}
        self.init = ""
        self.trans: list[str] = []
        self.claims: dict[str, str] = {}
        for line in text.splitlines():
            if line in ("VAR", "IVAR", "DEFINE"):
                section = self.sections[line] = {}
            elif line.startswith("  "):
                name, value = re.split(r" :=? ", line.strip().removesuffix(";"), maxsplit=1)
                assert name not in {n for s in self.sections.values() for n in s}
                section[name] = value
            elif line.startswith("INVARSPEC NAME "):
                name, value = line.removeprefix("INVARSPEC NAME ").removesuffix(";").split(" := ")
                self.claims[name] = value
            elif line.startswith("TRANS "):
                self.trans.append(line.removeprefix("TRANS "))
            elif line.startswith("INIT "):
                self.init = line.removeprefix("INIT ")
            else:
                assert line.startswith("--") or line == "MODULE main", line

    def value(self, text: str, values: Values) -> Any:
        """What an expression is worth; `next(...)` is not asked."""
        return _Reading(self, values).expression(text)

    def value_of(self, term: Term, bits: int) -> Any:
        """A constant as the model writes it."""
        assert isinstance(term.payload, int)
        if isinstance(term.sort, Enum):
            return re.sub(r"\W", "_", f"{term.sort.name} {term.sort.values[term.payload]}")
        return (
            Word(term.payload, bits) if term.sort == SEQ else bool(term.payload) if term.sort == BOOL else term.payload
        )


@cache
def tokens(text: str) -> tuple[str, ...]:
    assert not TOKEN.sub("", text).strip(), text
    return tuple(TOKEN.findall(text))


class _Reading:
    def __init__(self, model: Model, values: Values) -> None:
        self.model, self.values = model, dict(values)

    def expression(self, text: str) -> Any:
        left = iter((*tokens(text), ")"))
        return self._inside(left)

    def _inside(self, left: Iterator[str]) -> Any:
        """What stands between parentheses: operands and one kind of operator, from left to right, or a choice."""
        found = self._operand(left)
        for sign in left:
            if sign in ")":
                return found
            if sign == "?":
                yes = self._operand(left)
                assert next(left) == ":"
                no = self._operand(left)
                found = yes if found else no
                continue
            other = self._operand(left)
            found = {
                "&": lambda a, b: a and b,
                "|": lambda a, b: a or b,
                "=": lambda a, b: a == b,
                "<": lambda a, b: a < b,
                ">": lambda a, b: a > b,
                ">=": lambda a, b: a >= b,
                "+": lambda a, b: a + b,
                "-": lambda a, b: a - b,
            }[sign](found, other)
        raise AssertionError("a parenthesis is not closed")

    def _operand(self, left: Iterator[str]) -> Any:
        token = next(left)
        if token == "!":
            return not self._operand(left)
        if token == "(":
            return self._inside(left)
        if token.startswith("0ud"):
            bits, value = token.removeprefix("0ud").split("_")
            return Word(int(value), int(bits))
        if token.isdigit() or token in ("TRUE", "FALSE"):
            return int(token) if token.isdigit() else token == "TRUE"
        if token not in self.values and token in self.model.sections["DEFINE"]:
            self.values[token] = self.expression(self.model.sections["DEFINE"][token])
        return self.values.get(token, token)
