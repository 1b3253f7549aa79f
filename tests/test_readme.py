import contextlib
import io
import re
import subprocess
import sys

import pytest
import readme

from tcpmodel.judging.load import spec_paths

TEXT = readme.README.read_text(encoding="utf-8")


@pytest.mark.long
def test_what_the_readme_shows_is_what_the_commands_print():
    assert readme.generated(TEXT) == TEXT


def test_the_list_of_specs_is_what_the_specs_say():
    assert readme.SPECS_README.read_text(encoding="utf-8") == readme.specs_readme()


def test_every_spec_has_a_place_in_the_list():
    listed = readme.SPECS_README.read_text(encoding="utf-8")
    assert [name for name in spec_paths() if not re.search(rf"[(/]{name}\.py\)", listed)] == []


def test_the_tutorial_of_the_readme_runs():
    code = "\n".join(block["code"] for block in readme.PYTHON.finditer(TEXT))
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {"__name__": "readme"})
    assert "('no_false_established', 'fails', 4)" in printed.getvalue()


def test_the_tutorial_of_the_readme_passes_the_strictest_type_check(tmp_path):
    file = tmp_path / "tutorial.py"
    file.write_text("\n".join(block["code"] for block in readme.PYTHON.finditer(TEXT)), encoding="utf-8")
    checked = subprocess.run([sys.executable, "-m", "mypy", "--strict", file], capture_output=True, text=True)
    assert (checked.returncode, checked.stdout) == (0, "Success: no issues found in 1 source file\n")


@pytest.mark.parametrize("command", ["make verify", "make test"])
def test_the_readme_names_both_commands(command):
    assert command in TEXT
