"""The program, called in this process."""

import pytest

from tcpmodel.cli.main import WORDS, main


@pytest.fixture
def said(capsys):
    """Call with arguments: the exit code, and what was printed to either stream."""

    def run(*arguments: str):
        code = main(arguments)
        out, err = capsys.readouterr()
        if code:
            assert err.splitlines()[-1] == f"EXIT {code} {WORDS[code]}"
            assert "Traceback" not in err
        return code, out, err

    return run
