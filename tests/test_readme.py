import contextlib
import io

import pytest
import readme

TEXT = readme.README.read_text(encoding="utf-8")


def test_what_the_readme_shows_is_what_the_commands_print():
    assert readme.generated(TEXT) == TEXT


def test_the_tutorial_of_the_readme_runs():
    code = "\n".join(block["code"] for block in readme.PYTHON.finditer(TEXT))
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {"__name__": "readme"})
    assert "('no_false_established', 'fails', 4)" in printed.getvalue()


@pytest.mark.parametrize("command", ["make verify", "make test"])
def test_the_readme_names_both_commands(command):
    assert command in TEXT
