"""The reference reading: a term as an expression over Python's integers.

This table is the meaning of the language.  Booleans are 0/1 or Python's own truth values, sequence
numbers are residues, counts are natural numbers.  An operator's entry is the text of a Python
expression over the texts of its arguments; `{m}` is the modulus.  Every other reading is compared
with this one.  A quantifier opens a scope, so a term is read from the outside in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from tcpmodel.language.operators import Op, complete
from tcpmodel.language.sorts import SEQ
from tcpmodel.language.terms import Term, bags_in, variables

PythonEntry = Callable[[Term, list[str], int], str]


class Records(NamedTuple):
    """Code for a bag: the text that gives its records, and the text that picks a field out of one."""

    text: str
    field: Callable[[str], str]


def _template(text: str) -> PythonEntry:
    return lambda term, args, m: text.format(*args, m=m)


def _value(term: Term, args: list[str], m: int) -> str:
    assert isinstance(term.payload, int)
    return str(term.payload % m if term.sort == SEQ else term.payload)


def _some(term: Term, args: list[str], m: int) -> str:
    condition, element, records = args
    return f"any({condition} for {element} in {records})"


_ENTRIES: Mapping[Op, PythonEntry] = {
    Op.VALUE: _value,
    Op.VARIABLE: _template("{0}"),  # its place
    Op.NAMED: _template("{0}"),
    Op.NOT: _template("(not {0})"),
    Op.AND: lambda term, args, m: f"({' and '.join(args)})",
    Op.OR: lambda term, args, m: f"({' or '.join(args)})",
    Op.CHOOSE: _template("({1} if {0} else {2})"),
    Op.EQUAL: _template("({0} == {1})"),
    Op.ADD: _template("(({0} + {1}) % {m})"),
    Op.SUBTRACT: _template("(({0} - {1}) % {m})"),
    Op.WITHIN: _template("(({0} - {1}) % {m} < {2})"),
    Op.UPTO: _template("(({1} - {0} - 1) % {m} < ({2} - {0}) % {m})"),
    Op.BEFORE: _template("(0 < ({1} - {0}) % {m} < {m} // 2)"),
    Op.UP: _template("({0} + 1)"),
    Op.DOWN: _template("max({0} - 1, 0)"),
    Op.AT_LEAST: _template("({0} >= {1})"),
    Op.SOME: _some,  # the condition, the name of a record, and the records
}
REFERENCE = complete("reference", _ENTRIES)


def identifier(name: str) -> str:
    """The name as a Python identifier: dots, blanks and hyphens become underscores."""
    return name.replace(".", "_").replace(" ", "_").replace("-", "_")


def expression(term: Term, *, bits: int, places: Mapping[str, str], bags: Mapping[str, Records]) -> str:
    """The term as Python text, where `places` gives the text of each variable, and `bags` each bag's."""

    def read(t: Term, scope: Mapping[str, Records]) -> str:
        if t.op is Op.VARIABLE:
            args = [_place(t.name, scope, places)]
        elif t.op is Op.SOME:
            assert isinstance(t.payload, tuple)
            bag, element = t.payload
            inside = {**scope, element: Records(identifier(element), bags[bag].field)}
            args = [read(t.args[0], inside), identifier(element), bags[bag].text]
        else:
            args = [read(arg, scope) for arg in t.args]
        return REFERENCE[t.op](t, args, 1 << bits)

    return read(term, {})


def _place(name: str, scope: Mapping[str, Records], places: Mapping[str, str]) -> str:
    owner, _, field = name.partition(".")
    return scope[owner].text + scope[owner].field(field) if owner in scope else places[name]


def evaluate(term: Term, values: Mapping[str, Any], *, bits: int) -> int:
    """The term's value where `values` gives each variable an integer and each bag a list of records.

    A record is a mapping from field name to integer.  Raises `KeyError` naming what is missing.
    """
    places = {v.name: f"values[{v.name!r}]" for v in variables(term)}
    bags = {bag: Records(f"values[{bag!r}]", lambda field: f"[{field!r}]") for bag, _ in bags_in(term)}
    return int(eval(expression(term, bits=bits, places=places, bags=bags), {"values": values}))
