"""The program, called in this process."""

import pytest

from tcpmodel.cli.main import main
from tcpmodel.exits import Exit


@pytest.fixture
def said(capsys):
    """Call with arguments: the exit code, and what was printed to either stream."""

    def run(*arguments: str):
        code = main(arguments)
        out, err = capsys.readouterr()
        if code:
            assert err.splitlines()[-1] == Exit(code).line
            assert "Traceback" not in err
        return code, out, err

    return run
