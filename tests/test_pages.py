import re
import shlex
import subprocess
import sys
from pathlib import Path

import pages
import pytest

from tcpmodel.cli.main import VERBS, parser
from tcpmodel.errors import UsageError
from tcpmodel.exits import Exit
from tcpmodel.judging.load import spec_paths

TEXTS = {page.name: page.read_text(encoding="utf-8") for page in pages.PAGES}
PROGRAMS = [program for page in pages.PAGES for program in pages.programs(page)]
INLINE = re.compile(r"`tcpmodel ([^`]+)`")


@pytest.mark.parametrize("page", TEXTS)
def test_what_a_page_shows_is_what_its_commands_print(page):
    assert pages.with_outputs(TEXTS[page], long=False) == TEXTS[page]


@pytest.mark.long
@pytest.mark.parametrize("page", [name for name, text in TEXTS.items() if "<!-- make long -->\n```console" in text])
def test_what_takes_long_is_what_its_commands_print(page):
    assert pages.with_outputs(TEXTS[page]) == TEXTS[page]


def test_a_changed_output_is_noticed_and_a_changed_time_is_not():
    shown = "```console\n$ echo 'done in 2.5 s'\ndone in 1.7 s\n```\n"
    assert pages.with_outputs(shown) == shown
    assert pages.with_outputs(shown.replace("done in 1.7", "gone in 1.7")) == shown.replace("1.7", "2.5")


def test_tables_and_the_list_of_specs_are_what_they_are_made_of():
    for page, text in TEXTS.items():
        assert pages.with_tables(text) == text, page
    assert pages.SPECS_README.read_text(encoding="utf-8") == pages.specs_readme()


def test_every_spec_has_a_place_in_the_list():
    listed = pages.SPECS_README.read_text(encoding="utf-8")
    assert [name for name in spec_paths() if not re.search(rf"[(/]{name}\.py\)", listed)] == []


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: f"{program.page}:{program.title}")
def test_the_python_of_a_page_runs(program, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(compile(program.code, program.title, "exec"), {"__name__": "shown"})


def test_the_python_of_all_pages_passes_the_strictest_type_check(tmp_path):
    files = [tmp_path / f"shown_{number}.py" for number in range(len(PROGRAMS))]
    for file, program in zip(files, PROGRAMS, strict=True):
        file.write_text(program.code, encoding="utf-8")
    checked = subprocess.run([sys.executable, "-m", "mypy", "--strict", *files], capture_output=True, text=True)
    assert (checked.returncode, checked.stdout) == (0, f"Success: no issues found in {len(files)} source files\n")


def commands(text: str) -> list[str]:
    """Every use of the program that a page shows with its arguments, in a block or in a sentence; without pipes."""
    lines = [line for block in pages.blocks(text) if block["kind"] in ("console", "sh") for line in shown(block)]
    said = [said.replace("\n", " ") for said in INLINE.findall(text)]
    return [line for line in (*lines, *said) if not re.search(r"\[|…|\b[A-Z]{3,}\b", line)]


def shown(block: re.Match[str]) -> list[str]:
    lines = block["body"].splitlines()[: 1 if block["kind"] == "console" else None]
    parts = (part.strip() for line in lines for part in re.split(r"[|;&]+", line.removeprefix("$ ").partition(" #")[0]))
    return [part.removeprefix("tcpmodel ") for part in parts if part.startswith("tcpmodel ")]


@pytest.mark.parametrize("page", TEXTS)
def test_every_command_that_a_page_names_exists(page):
    for command in commands(TEXTS[page]):
        try:
            parser().parse_args(shlex.split(command))
        except (UsageError, SystemExit) as wrong:
            pytest.fail(f"tcpmodel {command}: {wrong}")


@pytest.mark.parametrize("page", TEXTS)
def test_every_target_of_make_that_a_page_names_exists(page):
    makefile = (pages.ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"`make ([\w-]+)", TEXTS[page])) | set(re.findall(r"(?m)^make ([\w-]+)", TEXTS[page]))
    assert [target for target in named if not re.search(rf"(?m)^{target}:", makefile)] == []


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"(?m)^#+ (.+)$", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", pages.PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page):
    for link in re.findall(r"\]\((?!https?:)([^)]+)\)", TEXTS[page.name]):
        file, _, anchor = link.partition("#")
        there = (page.parent / file).resolve() if file else page
        assert there.exists(), f"{page.name} links to {link}"
        assert not anchor or anchor in anchors(there), f"{page.name} links to {link}"


@pytest.mark.parametrize("page", TEXTS)
def test_files_that_a_page_names_exist(page):
    named = re.findall(r"`((?:tcpmodel|tests|specs|docs|diagrams)/[\w/.]+?)`", TEXTS[page])
    assert [name for name in named if not (pages.ROOT / name).exists()] == []


def test_the_readme_is_short_and_names_both_commands_and_every_verb():
    text = TEXTS["README.md"]
    assert len(text.splitlines()) <= 150
    assert "make verify" in text
    assert "make test" in text
    assert set(re.findall(r"(?m)^\| `tcpmodel ([\w-]+)", text)) == set(VERBS)


def test_the_exit_codes_of_the_page_are_those_of_the_program():
    table = re.findall(r"(?m)^\| (\d+) \| ([\w-]+) \|", TEXTS["how-to.md"])
    assert {int(code): word for code, word in table} == {int(e): e.line.split()[-1] for e in Exit}
