"""Advice on imports that fail in a spec: modules move, `tcpmodel` and `tcpmodel.tcp` stay (the public API)."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from inspect import ismodule
from pathlib import Path

from tcpmodel import public
from tcpmodel.errors import choices

NAMES = {name for door in public.DOORS.values() for name in door}


def advice(path: Path, line: int) -> str:
    """Advice on the import of ours in this line of a file: what to write instead; "" where there is no such import."""
    return "; ".join(filter(None, (_meant(module, names) for module, names in _imports(path, line))))


def _imports(path: Path, line: int) -> Iterator[tuple[str, Sequence[str]]]:
    """The modules of ours that the statement in a line imports, each with the names that it wants of it."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import | ast.ImportFrom) and node.lineno == line:
            whole = [(name.name, [name.name.rpartition(".")[2]]) for name in node.names]
            part = [(getattr(node, "module", None) or "", [name.name for name in node.names])]
            asked = whole if isinstance(node, ast.Import) else part
            yield from ((module, names) for module, names in asked if module.split(".")[0] == "tcpmodel")


def _meant(module: str, names: Sequence[str]) -> str:
    """Places of names that a module was asked for: in a door, in a module that is in a door, or under another name."""
    wrong = [name for name in names if name not in public.DOORS.get(module, ())]
    there, unknown = [n for n in wrong if n in NAMES], [n for n in wrong if n not in NAMES]
    last, uses = module.rpartition(".")[2], ""
    if unknown and last in public.TCP and ismodule(public.attribute("tcpmodel.tcp", last)):
        uses, unknown = "".join(f", and {last}.{name}" for name in unknown), []
        there.append(last)
    told = [f"write {public.imports(there)}{uses}"] if there else []
    return ", ".join(told + [f"for {name!r} {choices(name, NAMES, listed_by=public.REFERENCE)}" for name in unknown])
