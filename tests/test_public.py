"""The public API: `tcpmodel` and `tcpmodel.tcp` have what specs need, by names that stay."""

import ast
import re
import subprocess
import sys
from importlib import import_module
from inspect import ismodule
from pathlib import Path

import pytest
from reference import PAGE, defined, page, said_of

import tcpmodel
from tcpmodel import public
from tcpmodel.judging.load import spec_paths

NAMES = [(door, name) for door, names in public.DOORS.items() for name in names]
HEAVY = {"llvmlite", "networkx", "numpy", "scipy", "z3"}


@pytest.mark.parametrize("door", public.DOORS)
def test_the_table_and_the_imports_for_types_and_the_list_of_names_agree(door: str) -> None:
    module = import_module(door)
    typed = {
        name.name: node.module
        for block in ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")).body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    assert typed == public.DOORS[door]
    assert sorted(module.__all__) == dir(module)
    assert {*module.__all__} - {"__version__"} == typed.keys()


@pytest.mark.parametrize(("door", "name"), NAMES)
def test_every_name_is_there_and_says_what_it_is(door: str, name: str) -> None:
    assert getattr(import_module(door), name) is public.attribute(door, name)
    assert re.match(r"\S.{5}", said_of(door, name))


def test_the_reference_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: make reference"


def test_no_name_is_in_both() -> None:
    assert not public.TCPMODEL.keys() & public.TCP.keys()


@pytest.mark.parametrize("path", spec_paths().values(), ids=lambda path: path.stem)
def test_a_spec_imports_only_what_is_public(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] == "tcpmodel":
            assert {name.name for name in node.names} <= public.DOORS.get(str(node.module), {}).keys()
        elif isinstance(node, ast.Import):
            assert not any(name.name.startswith("tcpmodel.") for name in node.names)


@pytest.mark.parametrize("path", spec_paths().values(), ids=lambda path: path.stem)
def test_a_spec_asks_a_public_module_only_for_what_it_defines(path: Path) -> None:
    modules = {name: value for name in public.TCP if ismodule(value := public.attribute("tcpmodel.tcp", name))}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            assert node.attr in defined(modules[node.value.id])


def loaded(code: str) -> set[str]:
    """The modules that there are once this has run in a Python of its own."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_the_package_alone_imports_next_to_nothing() -> None:
    ours = {name for name in loaded("import tcpmodel") if name.split(".")[0] == "tcpmodel"}
    assert ours == {
        "tcpmodel",
        *(f"tcpmodel.{m}" for m in ("about", "beginning", "errors", "exits", "explore", "public")),
    }


def test_what_a_spec_imports_brings_no_engine() -> None:
    names = {door: ", ".join(n for n in names if names[n].startswith(SPEECH)) for door, names in public.DOORS.items()}
    found = loaded("\n".join(f"from {door} import {those}" for door, those in names.items()))
    assert not found & HEAVY
    assert not [name for name in found if re.match(r"tcpmodel\.(explore|prove|judging|draw|cli)\.", name)]


SPEECH = ("tcpmodel.language.", "tcpmodel.systems.", "tcpmodel.tcp.")
"""Where that is which a spec speaks of."""


def test_the_package_of_engines_does_not_take_the_name_of_the_function() -> None:
    code = "import tcpmodel.explore.fair; from tcpmodel import explore; assert explore.__name__ == 'explore'"
    assert "tcpmodel.explore.native.search" in loaded(code)
    assert callable(tcpmodel.explore)


@pytest.mark.parametrize(
    ("door", "name", "says"),
    [
        ("tcpmodel.tcp", "ESTABLISHD", "did you mean 'ESTABLISHED'?"),
        ("tcpmodel.tcp", "both", "write from tcpmodel import both"),
        ("tcpmodel", "promises", "write from tcpmodel.tcp import promises"),
        ("tcpmodel", "Alwys", "did you mean 'Always'?"),
        ("tcpmodel.tcp", "q", "docs/reference.md lists all"),
    ],
)
def test_a_name_that_there_is_not_is_answered_with_one_there_is(door: str, name: str, says: str) -> None:
    with pytest.raises(AttributeError, match=re.escape(f"module {door!r} has no attribute {name!r}: ")) as told:
        getattr(import_module(door), name)
    assert says in str(told.value)
    assert not hasattr(import_module(door), name)
