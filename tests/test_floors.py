"""Imports only go down the stairs of the house, and nowhere in a circle."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import tcpmodel
import tcpmodel.tcp

PACKAGE = Path(tcpmodel.__file__).parent
HOUSE = (
    {"about", "exits"},
    {"beginning", "errors"},
    {"language", "public", "sharing"},
    {"systems"},
    {"captures", "explore", "export", "prove", "tcp"},
    {"conform", "judging"},
    {"studies"},
    {"draw"},
    {"cli"},
)
"""From the bottom up.  Rooms on one floor do not know each other: no engine knows TCP, and TCP no engine."""
TCP = ({"rfc9293"}, {"knobs", "observers"}, {"claims", "mistakes", "world"}, {"proofs"})
"""The floors within `tcp/`."""
DOORS = {"__init__", "__main__", "tcp.__init__"}
"""What users come in by: above everything, and asked by nobody inside."""


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


FILES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imported(file: str) -> set[str]:
    """The files that a file imports, for types or when it is called, too."""
    found = set()
    for node in ast.walk(ast.parse(FILES[file].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively: write the whole name"
            found |= {f"{node.module}.{name.name}" for name in node.names}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    ours = (name.removeprefix("tcpmodel").removeprefix(".") for name in found if name.split(".")[0] == "tcpmodel")
    return {its_file(name) for name in ours if name != "__version__"}


def its_file(name: str) -> str:
    """The file of a module, of a package, or of what one defines."""
    outer = name.rpartition(".")[0]
    return next(f for f in (name, f"{name}.__init__", outer, f"{outer}.__init__".lstrip(".")) if f in FILES)


IMPORTS = {file: imported(file) for file in FILES}


def room(file: str) -> tuple[str, ...]:
    """The room of a file: `tcp` has several."""
    parts = file.split(".")
    return tuple(parts[:2]) if parts[0] == "tcp" else (parts[0],)


def is_below(there: tuple[str, ...], here: tuple[str, ...]) -> bool:
    stairs, step = (TCP, 1) if there[0] == here[0] == "tcp" else (HOUSE, 0)
    return floor(there[step], stairs) < floor(here[step], stairs)


def floor(name: str, stairs: tuple[set[str], ...]) -> int:
    return next(number for number, rooms in enumerate(stairs) if name in rooms)


@pytest.mark.parametrize("file", sorted(FILES.keys() - DOORS))
def test_imports_only_go_down(file: str) -> None:
    for there in IMPORTS[file]:
        assert room(there) == room(file) or is_below(room(there), room(file)), f"{file} imports {there}"


def test_nobody_inside_comes_in_by_the_door() -> None:
    assert not [(file, door) for file in FILES.keys() - DOORS for door in IMPORTS[file] & DOORS]


def test_imports_go_in_no_circle() -> None:
    try:
        TopologicalSorter(IMPORTS).prepare()
    except CycleError as circle:
        pytest.fail(f"a circle: {' <- '.join(circle.args[1])}")


LONGEST = 400
"""How many lines a file may have."""


def test_no_file_is_longer_than_400_lines() -> None:
    assert [file for file, path in FILES.items() if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST] == []


def test_no_two_public_classes_of_a_room_share_a_name() -> None:
    there: dict[tuple[str, str], list[str]] = {}
    for file, path in FILES.items():
        classes = [node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)]
        for name in (name for name in classes if not name.startswith("_")):
            there.setdefault((room_of(file), name), []).append(file)
    assert {where: files for where, files in there.items() if len(files) > 1} == {}


def room_of(file: str) -> str:
    """The room of a file: of those in `tcp/` one of its seven."""
    parts = file.split(".")
    return ".".join(parts[: 2 if parts[0] == "tcp" else 1])
