"""What is said of each public name, where it is defined."""

from __future__ import annotations

import ast
import inspect
from functools import cache
from importlib import import_module
from itertools import pairwise

from tcpmodel import public
from tcpmodel.language.operators import Op
from tcpmodel.language.terms import Term


def said_of(door: str, name: str) -> str:
    """What a name is or does: its docstring; of a constant the string below it, or the phrase that prose has for it."""
    value = public.attribute(door, name)
    if inspect.isfunction(value) or inspect.isclass(value) or inspect.ismodule(value):
        return inspect.getdoc(value) or ""
    return below(public.DOORS[door][name]).get(name) or phrase(value)


@cache
def below(module: str) -> dict[str, str]:
    """The string below each assignment of a module, by the names assigned."""
    body = ast.parse(inspect.getsource(import_module(module))).body
    found = {}
    for line, following in pairwise(body):
        if isinstance(line, ast.Assign) and isinstance(following, ast.Expr):
            doc = ast.literal_eval(following.value)
            found |= {n.id: inspect.cleandoc(doc) for t in line.targets for n in ast.walk(t) if isinstance(n, ast.Name)}
    return found


def phrase(value: object) -> str:
    """How prose states a variable or a definition; "" of anything else."""
    if not isinstance(value, Term) or value.op not in (Op.VARIABLE, Op.NAMED):
        return ""
    return str(value.payload[1]) if isinstance(value.payload, tuple) else str(value.payload)
