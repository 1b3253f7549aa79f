"""README.md, docs/ and specs/README.md: what their commands print, what their Python does, their tables.

`python tests/pages.py` (or `make pages`) writes anew what is made, and `tests/test_pages.py` compares.

- A block of `console` is a command and what it prints.  The commands of a page run in its order in one folder that has
  `docs/` and is empty but for that.
- A block of `python` with a `title="NAME.py"` begins a program, which is also a file of that name in the folder; the
  blocks without a title that follow go on from there.
- A block behind `<!-- make long -->` takes long: `make long` compares it, `make test` does not.
- `<!-- made of ... -->` begins a table that is made, `<!-- end -->` ends it.
- Times and versions differ from run to run: they are compared as such, not as numbers.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from test_floors import HOUSE, TCP

from tcpmodel.draw.catalogue import catalogue, chapters, markdown
from tcpmodel.draw.matrix import matrix_markdown
from tcpmodel.judging.load import Spec, load, spec_paths
from tcpmodel.judging.pins import VERDICTS, read_matrix

ROOT = Path(__file__).resolve().parents[1]
SPECS = ROOT / "specs"
SPECS_README = SPECS / "README.md"
REFERENCE = ROOT / "docs" / "reference.md"
PAGES = (ROOT / "README.md", *sorted(set((ROOT / "docs").glob("*.md")) - {REFERENCE}))
"""Written by hand, with parts that are made; the reference and the list of specs are made whole."""

BLOCK = re.compile(
    r"(?P<long><!-- make long -->\n)?```(?P<kind>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<body>.*?)```\n", re.DOTALL
)
TABLE = re.compile(r"(?P<head><!-- made of (?P<of>[^\n]+) -->\n)(?P<table>.*?)(?P<tail><!-- end -->)", re.DOTALL)
VARIES = re.compile(r" *(?<![\w.])\d+\.\d+(?= s\b|$)|(?<=z3 )[\d.]+|(?<=bitwuzla )[\d.]+", re.MULTILINE)
"""What differs from run to run: seconds, in a sentence or at the end of a table's row, and a solver's version."""


class Program(NamedTuple):
    """A Python program that a page shows, in one block or more."""

    page: str
    title: str
    code: str


def blocks(text: str) -> Iterator[re.Match[str]]:
    """Every fenced block of a page."""
    return BLOCK.finditer(text)


def programs(page: Path) -> list[Program]:
    """The Python of a page, a program for each block that has a title."""
    found: list[Program] = []
    for block in blocks(page.read_text(encoding="utf-8")):
        if block["kind"] == "python" and (block["title"] or not found):
            found.append(Program(page.name, block["title"] or page.name, block["body"]))
        elif block["kind"] == "python":
            found[-1] = found[-1]._replace(code=f"{found[-1].code}\n{block['body']}")
    return found


def with_outputs(text: str, *, long: bool = True) -> str:
    """A page's text with what its commands print; what takes long is left as it is if not `long`."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "docs").symlink_to(ROOT / "docs")
        return BLOCK.sub(lambda block: _block(block, Path(folder), long=long), text)


def with_tables(text: str) -> str:
    """A page's text with its tables made anew."""
    return TABLE.sub(lambda part: part["head"] + TABLES[part["of"]]() + part["tail"], text)


def _block(block: re.Match[str], folder: Path, *, long: bool) -> str:
    if block["kind"] == "python" and block["title"]:
        (folder / block["title"]).write_text(block["body"], encoding="utf-8")
    if block["kind"] != "console" or (block["long"] and not long):
        return block[0]
    command, _, old = block["body"].partition("\n")
    new = output_of(command.removeprefix("$ "), folder)
    if alike(old) == alike(new):
        return block[0]
    return f"{block['long'] or ''}```console\n{command}\n{new}```\n"


def alike(text: str) -> str:
    """The text without what differs from run to run."""
    return VARIES.sub("#", text)


def output_of(command: str, folder: Path) -> str:
    """What a command prints, run in this folder with the program beside this Python."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    plain = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LANG", "LC_ALL")}
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=plain | {"PATH": path}, capture_output=True, text=True, check=False
    )
    if done.returncode and not done.stdout.strip():
        raise RuntimeError(f"{command} prints nothing: {done.stderr.strip()}")
    return done.stdout.rstrip("\n") + "\n" if done.stdout.strip() else ""


def chapters_table() -> str:
    """Every chapter of the specs with what it holds, as a Markdown table."""
    return chapters(_specs(), VERDICTS.read(SPECS)) + "\n"


def matrix_table() -> str:
    """Mechanisms and promises, as kept."""
    return matrix_markdown(read_matrix())


def mutants_table() -> str:
    """How many mistakes some claim notices, at both ends and at one."""
    kept = tomllib.loads((SPECS / "mutants.toml").read_text(encoding="utf-8"))
    rows = []
    for where, part, one in (("at both ends", "killed", False), ("at one end", "killed_on_one_end", True)):
        noticed = sum(map(len, kept[part].values()))
        missed = sum(name.endswith(", on one end") is one for name in kept["survivors"])
        rows.append((where, f"{noticed + missed:,}", f"{noticed:,}", missed))
    return markdown(("a mistake", "tried", "noticed", "not yet"), rows, right=(1, 2, 3)) + "\n"


def floors_table() -> str:
    """The rooms of the house from above, those within `tcp/` below it, and what each is, as its first line has it."""
    rows: list[tuple[str, str, str]] = []
    for number, rooms in reversed(list(enumerate(HOUSE, 1))):
        rows += [(str(number), f"`{room}`", _first_line(room)) for room in sorted(rooms)]
        within = reversed(list(enumerate(TCP, 1))) if "tcp" in rooms else ()
        rows += [(f"{number}.{n}", f"`tcp/{r}`", _first_line(f"tcp/{r}")) for n, rs in within for r in sorted(rs)]
    return markdown(("floor", "room", "what it is"), rows) + "\n"


def _first_line(room: str) -> str:
    """What a room's or file's docstring begins with."""
    place = ROOT / "tcpmodel" / room
    path = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").splitlines()[0]


TABLES: dict[str, Callable[[], str]] = {
    "the specs and specs/pinned.toml by `make pages`": chapters_table,
    "specs/matrix.toml by `make pages`": matrix_table,
    "specs/mutants.toml by `make pages`": mutants_table,
    "tests/test_floors.py by `make pages`": floors_table,
}
"""The tables that pages have, by what they say they are made of."""


def specs_readme() -> str:
    """The whole of specs/README.md."""
    return catalogue(_specs(), VERDICTS.read(SPECS))


@cache
def _specs() -> list[Spec]:
    return [load(path) for path in spec_paths(SPECS).values()]


if __name__ == "__main__":
    SPECS_README.write_text(specs_readme(), encoding="utf-8")
    for page in PAGES:
        page.write_text(with_tables(with_outputs(page.read_text(encoding="utf-8"))), encoding="utf-8")
