"""An independent reading of terms, as Z3 expressions, with which the reference reading is compared.

A sequence number is a bit-vector, a count or a named alternative an integer, a truth value a Bool.
A quantifier is unrolled over the records of its bag, whose fields are given as integers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

import z3

from tcpmodel.language.operators import Op, complete
from tcpmodel.language.sorts import BOOL, SEQ, Sort
from tcpmodel.language.terms import Term

Bags = Mapping[str, Sequence[Mapping[str, int]]]
NOTHING: Mapping[str, Any] = MappingProxyType({})


def literal(value: int, sort: Sort, bits: int) -> z3.ExprRef:
    if sort is SEQ:
        return z3.BitVecVal(value, bits)
    return z3.BoolVal(bool(value)) if sort is BOOL else z3.IntVal(value)


def unknown(name: str, sort: Sort, bits: int) -> z3.ExprRef:
    if sort is SEQ:
        return z3.BitVec(name, bits)
    return z3.Bool(name) if sort is BOOL else z3.Int(name)


_TABLE: Mapping[Op, Callable[[Term, list[Any], int], z3.ExprRef]] = {
    Op.VALUE: lambda t, a, bits: literal(t.payload, t.sort, bits),
    Op.VARIABLE: lambda t, a, bits: unknown(t.name, t.sort, bits),
    Op.NAMED: lambda t, a, bits: a[0],
    Op.NOT: lambda t, a, bits: z3.Not(a[0]),
    Op.AND: lambda t, a, bits: z3.And(*a),
    Op.OR: lambda t, a, bits: z3.Or(*a),
    Op.CHOOSE: lambda t, a, bits: z3.If(*a),
    Op.EQUAL: lambda t, a, bits: a[0] == a[1],
    Op.ADD: lambda t, a, bits: a[0] + a[1],
    Op.SUBTRACT: lambda t, a, bits: a[0] - a[1],
    Op.WITHIN: lambda t, a, bits: z3.ULT(a[0] - a[1], a[2]),
    Op.UPTO: lambda t, a, bits: z3.And(a[0] != a[1], z3.ULE(a[1] - a[0], a[2] - a[0])),
    Op.BEFORE: lambda t, a, bits: a[1] - a[0] > 0,  # signed: the half of the number space that follows
    Op.UP: lambda t, a, bits: a[0] + 1,
    Op.DOWN: lambda t, a, bits: z3.If(a[0] > 0, a[0] - 1, z3.IntVal(0)),
    Op.AT_LEAST: lambda t, a, bits: a[0] >= a[1],
    Op.SOME: lambda t, a, bits: z3.Or(*a),
}
Z3 = complete("Z3", _TABLE)


def formula(term: Term, *, bits: int, bags: Bags = NOTHING, here: Mapping[str, int] = NOTHING) -> z3.ExprRef:
    """The term as a Z3 expression; `here` gives the fields of the records that quantifiers have bound."""
    if term.op is Op.SOME:
        bag, element = term.payload
        args = [
            formula(
                term.args[0], bits=bits, bags=bags, here={**here, **{f"{element}.{f}": x for f, x in record.items()}}
            )
            for record in bags[bag]
        ]
    elif term.op is Op.VARIABLE and term.name in here:
        return literal(here[term.name], term.sort, bits)
    else:
        args = [formula(a, bits=bits, bags=bags, here=here) for a in term.args]
    return Z3[term.op](term, args, bits)


def number(e: z3.ExprRef) -> int:
    """The value of a closed expression."""
    e = z3.simplify(e)
    return int(z3.is_true(e)) if z3.is_bool(e) else e.as_long()


def value(term: Term, values: Mapping[str, Any], *, bits: int, variables: Sequence[Term]) -> int:
    """The term's value by Z3; `values` also gives each bag its records."""
    return value_at(formula(term, bits=bits, bags=bags_of(values)), values, bits=bits, variables=variables)


def bags_of(values: Mapping[str, Any]) -> Bags:
    """Those of the values that are records of a bag."""
    return {name: x for name, x in values.items() if isinstance(x, list)}


def value_at(e: z3.ExprRef, values: Mapping[str, Any], *, bits: int, variables: Sequence[Term]) -> int:
    """The value of an expression over the variables, by substitution."""
    return number(z3.substitute(e, *(_pair(v.name, v.sort, values[v.name], bits) for v in variables)))


@cache
def _pair(name: str, sort: Sort, x: int, bits: int) -> tuple[z3.ExprRef, z3.ExprRef]:
    return unknown(name, sort, bits), literal(x, sort, bits)
