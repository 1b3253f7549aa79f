"""On a terminal nothing is silent for long, and Ctrl-C keeps what there is."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

import pytest

PROGRAM = [sys.executable, "-m", "tcpmodel"]
ENDLESS = '''"""A story."""
from tcpmodel import *
from tcpmodel.language.terms import TRUE
user = User(active_opens=2, passive_opens=2, sends=2, closes=1)
system = connection(a=user, b=user, network=Network(lose=2, duplicate=2), bits=4)
claims = [Always("always", TRUE), Witness("at_once", TRUE)]
'''
QUICK = '''"""A story."""
from tcpmodel import *
from tcpmodel.language.terms import TRUE
system = connection(a=User(active_opens=1), b=User(passive_opens=1))
claims = [Witness("at_once", TRUE)]
'''


class OnTerminal:
    """The program with a terminal for its standard error."""

    def __init__(self, *arguments: str) -> None:
        self.master, slave = pty.openpty()
        environment = os.environ | {"COLUMNS": "100"}
        self.process = subprocess.Popen(
            [*PROGRAM, *arguments],
            stdout=subprocess.PIPE,
            stderr=slave,
            env=environment,
            start_new_session=True,
        )
        os.close(slave)
        self.told = ""

    def until(self, pattern: str, *, patience: float = 60) -> None:
        """Read until the progress says this."""
        end = time.monotonic() + patience
        while not re.search(pattern, self.told):
            assert time.monotonic() < end, self.told
            self._read(0.2)

    def _read(self, seconds: float) -> bool:
        if not select.select([self.master], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.master, 4096)
        except OSError:  # how Linux says that nobody holds the other side any more
            return False
        self.told += data.decode()
        return bool(data)

    def interrupted(self) -> tuple[int, str]:
        """Press Ctrl-C, as a terminal does for all processes: the exit code, and what was printed."""
        os.killpg(self.process.pid, signal.SIGINT)
        out = self.process.communicate(timeout=60)[0].decode()
        while self._read(0.1) and "EXIT" not in self.told:
            pass
        return self.process.returncode, out


@pytest.mark.parametrize(
    ("arguments", "tells", "keeps"),
    [
        (
            ["sweep", "time-wait", "--workers", "2"],
            r"[1-9]\d* of \d+ settings",
            r"\nack_bearing .*\n(.*\n)*not complete",
        ),
        (["matrix", "--workers", "2"], r"[1-9]\d* of \d+ worlds", r"\nthree-way .*(4|\?)"),
        (["prove", "time_wait_outlasts", "--workers", "2"], r"[1-9]\d* of \d+ tasks", "not complete: interrupted"),
    ],
    ids=["sweep", "matrix", "prove"],
)
def test_it_tells_how_far_it_is_and_ctrl_c_keeps_what_there_is(arguments, tells, keeps):
    running = OnTerminal(*arguments)
    running.until(tells)
    code, out = running.interrupted()

    assert re.search(keeps, out), out
    assert code == 20
    assert running.told.splitlines()[-1].endswith("EXIT 20 inconclusive")
    assert "Traceback" not in running.told + out


def test_several_specs_keep_what_is_judged_and_what_is_known_of_the_others(tmp_path):
    for name, text in (("quick", QUICK), ("endless", ENDLESS), ("never_begun", ENDLESS)):
        (tmp_path / f"{name}.py").write_text(text)
    paths = [str(tmp_path / f"{name}.py") for name in ("quick", "endless", "never_begun")]
    running = OnTerminal("verify", *paths, "--workers", "1", "--progress", "--junit", str(tmp_path / "j.xml"))
    running.until("endless: depth")
    code, out = running.interrupted()

    assert code == 20
    assert re.search(r"quick .*at_once +witnessed", out)
    assert re.search(r"always +UNKNOWN", out)
    assert "interrupted: 2 of 3 specs were judged" in out
    assert "never_begun" not in out
    assert (tmp_path / "j.xml").read_text().count("<testsuite ") == 2


def test_nothing_is_told_where_no_terminal_is_and_nobody_asks(said):
    assert said("why", "two-way")[2] == said("matrix", "quiet-time", "data")[2] == ""


@pytest.mark.parametrize("verb", ["verify", "matrix", "sweep", "prove", "recheck", "why", "diagram"])
def test_what_may_take_long_can_be_stopped_and_asked_how_far_it_is(verb, capsys):
    from tcpmodel.cli.main import main

    with pytest.raises(SystemExit):
        main([verb, "--help"])
    said = capsys.readouterr().out
    assert ("--timeout" in said, "--progress" in said) == (True, True)


@pytest.mark.parametrize("arguments", [["sweep", "time-wait"], ["prove", "unbounded"], ["why", "2msl"]])
def test_the_time_ends_it_soon(said, arguments):
    began = time.monotonic()
    code, _, _ = said(*arguments, "--timeout", "0.2s")

    assert code == 20
    assert time.monotonic() - began < 15
