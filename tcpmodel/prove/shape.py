"""Format of a script, a subset of SMT-LIB that leaves room for nothing but assumptions and questions.

A script has one command a line and no command but those of `COMMANDS`.  What it asserts outside of scopes is what it
assumes, and stands before its first question.  A question is a comment `; expect unsat: NAME` or `; expect sat: NAME`
and a scope that ends with `(check-sat)`; one that expects `unsat` asserts one thing, the negation of what is claimed.
That a variable just declared is less than a constant belongs to its declaration: its sort has no more values.  A
question that expects `sat` shows that what is assumed is possible.  A script about all ways of a rule names each.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

COMMANDS = ("set-logic", "define-sort", "declare-const", "define-fun", "assert", "push", "pop", "check-sat")
WAY = "; way "
"""The beginning of a line that names a way's obligation, in a script of the kind `ways`."""
Expected = Literal["unsat", "sat"]


class Question(NamedTuple):
    """A question of a script, and the only answer that keeps the proof."""

    name: str
    expected: Expected


class Misshapen(ValueError):
    """A script is not what the format allows; the text says at which line."""


_QUESTION = re.compile(r"; expect (unsat|sat): (\S.*)")
_COMMAND = re.compile(r"\(([a-z-]+)[ )]")
_RANGE = re.compile(r"\(assert \(bvult (\S+|\|[^|]*\|) \(_ bv[1-9]\d* \d+\)\)\)")
_FIXED = {"set-logic": "(set-logic QF_BV)", "push": "(push 1)", "pop": "(pop 1)", "check-sat": "(check-sat)"}


def questions_of(text: str) -> tuple[Question, ...]:
    """The questions that a script asks; `Misshapen` says which line has not the format's shape."""
    reading = _Reading()
    for number, line in enumerate(text.splitlines(), 1):
        try:
            reading.line(line)
        except Misshapen as wrong:
            raise Misshapen(f"line {number} {wrong}") from None
    if reading.within or reading.expected:
        raise Misshapen("the last line leaves a question open")
    return tuple(reading.questions)


class _Reading:
    """A script being read: what may still come depends on what came before."""

    def __init__(self) -> None:
        self.questions: list[Question] = []
        self.expected: Question | None = None
        self.within = self.asked = self.begun = False
        self.asserted = 0
        self.declared = ""

    def line(self, line: str) -> None:
        if line.startswith(";"):
            self._comment(line)
        elif line:
            self._command(line)

    def _comment(self, line: str) -> None:
        match = _QUESTION.fullmatch(line)
        if match:
            if self.expected:
                raise Misshapen(f"asks anew before {self.expected.name!r} has been asked")
            self.expected = Question(match[2], "sat" if match[1] == "sat" else "unsat")
        elif line.startswith("; expect"):
            raise Misshapen("expects neither unsat nor sat of a question with a name")

    def _command(self, line: str) -> None:
        match = _COMMAND.match(line)
        word = match[1] if match else ""
        if word not in COMMANDS or not _is_one_command(line) or _FIXED.get(word, line) != line:
            raise Misshapen(f"is not one of the commands {', '.join(COMMANDS)}, alone on its line: {line[:40]!r}")
        if (word == "set-logic") is self.begun:
            raise Misshapen("must be the only one that sets the logic, and the first")
        self.begun = True
        if self.asked and word != "pop":
            raise Misshapen(f"has {word} between (check-sat) and (pop 1)")
        if word in ("assert", "push", "pop", "check-sat"):
            {"assert": self._assert, "push": self._push, "pop": self._pop, "check-sat": self._check}[word](line)
        self.declared = line.removeprefix("(declare-const ") if word == "declare-const" else ""

    def _assert(self, line: str) -> None:
        ranges = _RANGE.fullmatch(line)
        if ranges and self.declared.startswith(ranges[1] + " "):
            return
        if re.fullmatch(r"\(assert\s+false\s*\)", line):
            raise Misshapen("asserts false, from which anything follows")
        if not self.within and (self.questions or self.expected):
            raise Misshapen("assumes more behind a question: assume it before the first")
        self.asserted += self.within

    def _push(self, _: str) -> None:
        if self.within:
            raise Misshapen("opens a scope within a scope")
        self.within, self.asserted = True, 0

    def _check(self, _: str) -> None:
        if not self.within or self.expected is None:
            raise Misshapen("asks outside of a scope, or without an expected answer")
        if self.expected.expected == "unsat" and self.asserted != 1:
            raise Misshapen(f"asks {self.expected.name!r} of {self.asserted} assertions: assert its negation alone")
        self.questions.append(self.expected)
        self.expected, self.asked = None, True

    def _pop(self, _: str) -> None:
        if not self.asked:
            raise Misshapen("closes a scope in which nothing was asked")
        self.within = self.asked = False


def _is_one_command(line: str) -> bool:
    """Whether the parenthesis that opens the line is closed by its last character; names between bars may hold any."""
    bare = re.sub(r"\|[^|]*\|", "", line)
    depth = 0
    for place, character in enumerate(bare):
        depth += (character == "(") - (character == ")")
        if depth == 0 and place < len(bare) - 1:
            return False
    return depth == 0 and not re.search(r'[;"|]', bare)


def ways_of(text: str) -> tuple[str, ...]:
    """The ways that a script of the kind `ways` is about: the names of their obligations."""
    return tuple(line.removeprefix(WAY) for line in text.splitlines() if line.startswith(WAY))
