"""The reference reading: a term as an expression over Python's integers.

This table is the meaning of the language.  Booleans are 0/1 or Python's own truth values, sequence
numbers are residues, counts are natural numbers.  An operator's entry is the text of a Python
expression over the texts of its arguments; `{m}` is the modulus.  Every other reading is compared
with this one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tcpmodel.language.operators import Op, complete
from tcpmodel.language.terms import Payload, Term, walk

Texts = list[str]


def _template(text: str) -> Callable[[Payload, Texts, int], str]:
    return lambda payload, args, m: text.format(*args, m=m)


def _variable(payload: Payload, args: Texts, m: int) -> str:
    assert isinstance(payload, tuple)
    return identifier(payload[0])


def _some(payload: Payload, args: Texts, m: int) -> str:
    assert isinstance(payload, tuple)
    bag, element = payload
    return f"any({args[0]} for {identifier(element)} in {identifier(bag)})"


REFERENCE = complete(
    "reference",
    {
        Op.VALUE: lambda payload, args, m: str(payload),
        Op.VARIABLE: _variable,
        Op.NAMED: _template("{0}"),
        Op.NOT: _template("(not {0})"),
        Op.AND: lambda payload, args, m: f"({' and '.join(args)})",
        Op.OR: lambda payload, args, m: f"({' or '.join(args)})",
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
        Op.SOME: _some,
    },
)


def identifier(name: str) -> str:
    """The name as a Python identifier: dots become underscores."""
    return name.replace(".", "_").replace(" ", "_").replace("-", "_")


def expression(term: Term, *, bits: int, places: Mapping[str, str] | None = None) -> str:
    """The term as Python text; `places` gives the text of a variable or bag, by its name."""
    places = places or {}
    texts: dict[Term, str] = {}
    for t in walk(term):
        if t.op is Op.VARIABLE and t.name in places:
            texts[t] = places[t.name]
        elif t.op is Op.SOME and isinstance(t.payload, tuple) and t.payload[0] in places:
            bag, element = t.payload
            texts[t] = f"any({texts[t.args[0]]} for {identifier(element)} in {places[bag]})"
        else:
            texts[t] = REFERENCE[t.op](t.payload, [texts[a] for a in t.args], 1 << bits)
    return texts[term]


def evaluate(term: Term, values: Mapping[str, Any], *, bits: int) -> int:
    """The term's value where `values` gives each variable an integer and each bag a list of records.

    A record is a mapping from field name to integer.  Raises `KeyError` naming a missing variable.
    """
    elements = {t.payload[1] for t in walk(term) if t.op is Op.SOME and isinstance(t.payload, tuple)}
    places = {}
    for t in walk(term):
        if t.op is Op.VARIABLE:
            owner, _, field = t.name.partition(".")
            places[t.name] = f"{identifier(owner)}[{field!r}]" if owner in elements else f"values[{t.name!r}]"
        elif t.op is Op.SOME and isinstance(t.payload, tuple):
            places[t.payload[0]] = f"values[{t.payload[0]!r}]"
    return int(eval(expression(term, bits=bits, places=places), {"values": values}))
