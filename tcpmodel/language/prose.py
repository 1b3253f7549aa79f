"""The prose reading: a term as the RFC would say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tcpmodel.language.operators import Op, complete
from tcpmodel.language.sorts import BOOL, Enum
from tcpmodel.language.terms import Term

Say = Callable[[Term], str]


def _value(t: Term, say: Say) -> str:
    assert isinstance(t.payload, int)
    if isinstance(t.sort, Enum):
        return t.sort.values[t.payload]
    return ("never", "always")[t.payload] if t.sort == BOOL else str(t.payload)


def _variable(t: Term, say: Say) -> str:
    assert isinstance(t.payload, tuple)
    name, says, _ = t.payload
    return says or (f"{name} is set" if t.sort == BOOL else name.upper())


def _not(t: Term, say: Say) -> str:
    (inner,) = t.args
    if inner.op is Op.VARIABLE and isinstance(inner.payload, tuple):
        return inner.payload[2] or f"{inner.payload[0]} is not set"
    if inner.op is Op.EQUAL:
        return f"{say(inner.args[0])} is not {say(inner.args[1])}"
    if inner.op is Op.OR:
        return " and ".join(say(~a) for a in inner.args)
    if inner.op is Op.NAMED:
        return f"not ({say(inner)})"
    return f"it is not so that {say(inner)}"


def _or(t: Term, say: Say) -> str:
    enums = [a for a in t.args if a.op is Op.EQUAL and isinstance(a.args[0].sort, Enum)]
    if len(enums) == len(t.args) and len({a.args[0] for a in enums}) == 1:
        return f"{say(t.args[0].args[0])} is one of {', '.join(say(a.args[1]) for a in enums)}"
    conditions = [a.args[0] for a in t.args if a.op is Op.NOT and a.args[0].op is not Op.SOME]
    consequences = [a for a in t.args if a.op is not Op.NOT or a.args[0].op is Op.SOME]
    if t.args[0].op is Op.NOT and conditions and consequences:
        return f"(if {' and '.join(map(say, conditions))}, then {' or '.join(map(say, consequences))})"
    return f"({' or '.join(say(a) for a in t.args)})"


_ENTRIES: Mapping[Op, Callable[[Term, Say], str]] = {
    Op.VALUE: _value,
    Op.VARIABLE: _variable,
    Op.NAMED: lambda t, say: t.name,
    Op.NOT: _not,
    Op.AND: lambda t, say: " and ".join(say(a) for a in t.args),
    Op.OR: _or,
    Op.CHOOSE: lambda t, say: f"({say(t.args[1])} if {say(t.args[0])}, else {say(t.args[2])})",
    Op.EQUAL: lambda t, say: f"{say(t.args[0])} = {say(t.args[1])}",
    Op.ADD: lambda t, say: f"{say(t.args[0])}+{say(t.args[1])}",
    Op.SUBTRACT: lambda t, say: f"{say(t.args[0])}-{say(t.args[1])}",
    Op.WITHIN: lambda t, say: f"{say(t.args[1])} =< {say(t.args[0])} < {say(t.args[1])}+{say(t.args[2])}",
    Op.UPTO: lambda t, say: f"{say(t.args[0])} < {say(t.args[1])} =< {say(t.args[2])}",
    Op.BEFORE: lambda t, say: f"{say(t.args[0])} < {say(t.args[1])}",
    Op.UP: lambda t, say: f"{say(t.args[0])} plus one",
    Op.DOWN: lambda t, say: f"{say(t.args[0])} minus one",
    Op.AT_LEAST: lambda t, say: f"{say(t.args[0])} is at least {say(t.args[1])}",
    Op.SOME: lambda t, say: f"a segment is in flight of which: {say(t.args[0])}",
}
PROSE = complete("prose", _ENTRIES)


def prose(term: Term) -> str:
    """The term in words; a named definition is said by its name."""
    return PROSE[term.op](term, prose)
