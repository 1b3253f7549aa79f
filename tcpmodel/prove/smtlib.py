"""SMT-LIB reading of terms: text over bit-vectors, which any solver of the logic QF_BV reads.

A truth value is a `Bool`; a sequence number, a count and a named alternative are bit-vectors, of `bits`, of
`COUNT_BITS`, and of as many bits as the alternatives need.  Quantifiers have been unfolded before a term comes here
(`systems.moments`).  A term that occurs again is defined once and named, so a text is as long as its term.

A text begins with the sort `Number` and the functions of numbers; behind that it uses numbers through these alone.  So
it can be read in *outline*, too: with the sort and the functions uninterpreted, as if nothing were known of numbers but
which are equal (uninterpreted abstraction, Burch and Dill 1994).  What follows from an outline follows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tcpmodel.language.operators import Op, complete
from tcpmodel.language.sorts import BOOL, COUNT, SEQ, Enum, Sort
from tcpmodel.language.terms import Term

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNT_BITS = 8
"""The bits of a count: no count of a system that is read goes beyond them."""
LOGIC = "(set-logic QF_BV)"
NUMBER = "Number"
_DONE_WITH_NUMBERS = {
    "$plus": ("(x Number) (y Number)", NUMBER, "(bvadd x y)"),
    "$minus": ("(x Number) (y Number)", NUMBER, "(bvsub x y)"),
    "$within": ("(x Number) (low Number) (size Number)", "Bool", "(bvult (bvsub x low) size)"),
    # counted back from `high`, solvers find it easier
    "$upto": ("(low Number) (x Number) (high Number)", "Bool", "(bvult (bvsub high x) (bvsub high low))"),
    # the difference is positive as a signed number: it lies in the half of the number space behind the first
    "$before": ("(x Number) (y Number)", "Bool", "(bvsgt (bvsub y x) {zero})"),
}
"""Functions of numbers: their arguments, their sort and what they are."""

SmtEntry = Callable[[Term, list[str], int], str]


def width(sort: Sort, *, bits: int) -> int | None:
    """The bits of a sort's values; None for truth values."""
    if sort == BOOL:
        return None
    if isinstance(sort, Enum):
        return max(1, (len(sort.values) - 1).bit_length())
    return bits if sort == SEQ else COUNT_BITS


def head(*, bits: int) -> list[str]:
    """The lines with which a text begins: the logic, and what numbers of so many bits are."""
    zero = literal(0, SEQ, bits=bits)
    functions = [
        f"(define-fun {name} ({given}) {sort} {body.format(zero=zero)})"
        for name, (given, sort, body) in _DONE_WITH_NUMBERS.items()
    ]
    return [LOGIC, f"(define-sort {NUMBER} () (_ BitVec {bits}))", *functions]


_NUMBER = re.compile(r"\(define-fun (\$\d+) ")


def outline(text: str) -> str:
    """The text with numbers and their functions uninterpreted; if that is unsatisfiable, so is the text."""
    _, _, *lines = text.splitlines()
    lines = lines[len(_DONE_WITH_NUMBERS) :]
    numbers = [match[1] for match in map(_NUMBER.match, lines) if match]
    declared = [f"(declare-sort {NUMBER} 0)"]
    for name, (given, sort, _) in _DONE_WITH_NUMBERS.items():
        declared.append(f"(declare-fun {name} ({' '.join([NUMBER] * given.count(NUMBER))}) {sort})")
    declared += [f"(declare-const {number} {NUMBER})" for number in numbers]
    if len(numbers) > 1:
        declared.append(f"(assert (distinct {' '.join(numbers)}))")
    return "\n".join((*declared, *(line for line in lines if not _NUMBER.match(line)))) + "\n"


def literal(value: int, sort: Sort, *, bits: int) -> str:
    """A value of the sort."""
    size = width(sort, bits=bits)
    if size is None:
        return "true" if value else "false"
    return f"(_ bv{value % (1 << size)} {size})"


def sort_text(sort: Sort, *, bits: int) -> str:
    """The sort's name."""
    size = width(sort, bits=bits)
    if sort == SEQ:
        return NUMBER
    return "Bool" if size is None else f"(_ BitVec {size})"


def symbol(name: str) -> str:
    """A variable's name as SMT-LIB writes it: dots, marks and hyphens stay."""
    return f"|{name}|"


def _template(text: str) -> SmtEntry:
    return lambda term, args, bits: text.format(*args)


def _joined(word: str) -> SmtEntry:
    return lambda term, args, bits: f"({word} {' '.join(args)})"


def _unfolded(term: Term, args: list[str], bits: int) -> str:
    raise TypeError(f"{term!r} speaks of all records of a bag: unfold it into the places of the bag first")


_ZERO, _ONE = (literal(value, COUNT, bits=0) for value in (0, 1))

_ENTRIES: Mapping[Op, SmtEntry] = {
    Op.VALUE: lambda term, args, bits: args[0],
    Op.VARIABLE: lambda term, args, bits: args[0],
    Op.NAMED: _template("{0}"),
    Op.NOT: _template("(not {0})"),
    Op.AND: _joined("and"),
    Op.OR: _joined("or"),
    Op.CHOOSE: _template("(ite {0} {1} {2})"),
    Op.EQUAL: _template("(= {0} {1})"),
    Op.ADD: _joined("$plus"),
    Op.SUBTRACT: _joined("$minus"),
    Op.WITHIN: _joined("$within"),
    Op.UPTO: _joined("$upto"),
    Op.BEFORE: _joined("$before"),
    Op.UP: _template(f"(bvadd {{0}} {_ONE})"),
    Op.DOWN: _template(f"(ite (= {{0}} {_ZERO}) {{0}} (bvsub {{0}} {_ONE}))"),
    Op.AT_LEAST: _template("(bvuge {0} {1})"),
    Op.SOME: _unfolded,
}


def _has_a_value(name: str, sort: Sort) -> list[str]:
    """An assertion that a variable has one of its sort's values, where bits have more."""
    if not isinstance(sort, Enum) or len(sort.values) == 1 << len(sort.values).bit_length() - 1:
        return []
    return [f"(assert (bvult {name} {literal(len(sort.values), sort, bits=0)}))"]


SMTLIB = complete("SMT-LIB", _ENTRIES)


class Script:
    """A text being written: declarations, definitions and assertions, in their order."""

    def __init__(self, *, bits: int) -> None:
        self.bits = bits
        self.lines: list[str] = []
        self._declared: set[str] = set()
        self._texts: dict[Term, str] = {}
        self._defined = 0

    def assert_(self, term: Term) -> None:
        """Assume the term."""
        text = self.read(term)
        self.lines.append(f"(assert {text})")

    def read(self, term: Term) -> str:
        """The term's text, once its variables are declared and what it shares is defined."""
        if term not in self._texts:
            for arg in term.args:
                self.read(arg)
            self._texts[term] = self._text(term)
        return self._texts[term]

    def _text(self, t: Term) -> str:
        if t.op is Op.VALUE:
            assert isinstance(t.payload, int)
            return self._value(t.payload, t.sort)
        if t.op is Op.VARIABLE:
            return self._variable(t)
        text = SMTLIB[t.op](t, [self._texts[a] for a in t.args], self.bits)
        return text if t.op in (Op.NOT, Op.NAMED) else self._named(text, t.sort)

    def _variable(self, variable: Term) -> str:
        name = symbol(variable.name)
        if name not in self._declared:
            self._declared.add(name)
            self.lines.append(f"(declare-const {name} {sort_text(variable.sort, bits=self.bits)})")
            self.lines += _has_a_value(name, variable.sort)
        return name

    def _value(self, value: int, sort: Sort) -> str:
        text = literal(value, sort, bits=self.bits)
        if sort != SEQ:
            return text
        name = f"${value % (1 << self.bits)}"
        if name not in self._declared:
            self._declared.add(name)
            self.lines.append(f"(define-fun {name} () {NUMBER} {text})")
        return name

    def _named(self, text: str, sort: Sort) -> str:
        self._defined += 1
        name = f"t{self._defined}"
        self.lines.append(f"(define-fun {name} () {sort_text(sort, bits=self.bits)} {text})")
        return name

    @contextmanager
    def scope(self) -> Iterator[None]:
        """A scope, `(push 1)` to `(pop 1)`: what is written within is forgotten behind it."""
        kept = set(self._declared), dict(self._texts), self._defined
        self.lines.append("(push 1)")
        yield
        self.lines.append("(pop 1)")
        self._declared, self._texts, self._defined = kept

    def text(self) -> str:
        """The whole text."""
        return "\n".join((*head(bits=self.bits), *self.lines)) + "\n"
