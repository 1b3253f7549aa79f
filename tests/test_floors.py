"""Imports only go down the stairs of the house."""

import ast
from pathlib import Path

import pytest

import tcpmodel

PACKAGE = Path(tcpmodel.__file__).parent
FLOORS = {"language": 1, "systems": 2, "tcp": 3, "explore": 4, "prove": 4, "spec": 5, "draw": 5, "export": 5, "cli": 6}
BELOW = {"errors": 0, "sharing": 0, "beginning": 0}
MODULES = sorted(path for floor in FLOORS for path in (PACKAGE / floor).rglob("*.py"))


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("tcpmodel."):
            names.add(node.module.split(".")[1])
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda p: ".".join(p.relative_to(PACKAGE).parts))
def test_imports_only_go_down(path: Path):
    here = path.relative_to(PACKAGE).parts[0]
    for there in imported(path):
        level = BELOW.get(there, FLOORS.get(there))

        assert level is not None
        assert level < FLOORS[here] or there == here or (here, there) == ("draw", "spec")


def test_explorers_know_nothing_of_tcp():
    assert not any("tcp" in imported(path) for path in (PACKAGE / "explore").glob("*.py"))
