"""How long the program takes from its call to its end, beside a Python that does nothing.

Whole processes, everything kept from an earlier run: Python's own compiled files, and the search's.  They take turns,
and the median is given with the extremes.  The time on the clock is what a user waits for, and grows with all else
that the machine does; the processor's does not, and is compared.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from tcpmodel.draw.tables import table

BIN = Path(sys.executable).parent
NOTHING = "python -c pass"
COMMANDS = {
    NOTHING: None,
    "python -c 'import tcpmodel'": None,
    "tcpmodel --help": 0.25,
    "tcpmodel states": 0.25,
    "tcpmodel rules": 0.25,
    "tcpmodel verify handshake": 0.4,
    "tcpmodel why two-way": 0.8,
}
"""How many seconds each may take on a machine that does nothing else."""


class Took(NamedTuple):
    """Seconds on the clock, and of the processor."""

    clock: float
    processor: float


def took(command: str) -> Took:
    """Run a command as a process of its own."""
    name, *arguments = command.split(maxsplit=2)
    arguments = [a.strip("'") for a in arguments]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    process = subprocess.Popen([BIN / name, *arguments], env=kept, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    if status:
        raise SystemExit(f"{command} ended with {os.waitstatus_to_exitcode(status)}")
    return Took(seconds, usage.ru_utime + usage.ru_stime)


def report(repeat: int) -> str:
    """Measure every command so often; the table that says it."""
    for command in COMMANDS:
        took(command)
    runs: dict[str, list[Took]] = {command: [] for command in COMMANDS}
    for _ in range(repeat):
        for command, found in runs.items():
            found.append(took(command))
    nothing = statistics.median(run.processor for run in runs[NOTHING])
    rows = []
    for command, found in runs.items():
        clock, processor = [run.clock for run in found], statistics.median(run.processor for run in found)
        most = COMMANDS[command]
        rows.append(
            [
                command,
                f"{statistics.median(clock):.3f}",
                f"{min(clock):.3f}-{max(clock):.3f}",
                f"{most}" if most else "",
                f"{processor:.3f}",
                f"{processor / nothing:.1f}",
            ]
        )
    header = ["command", "seconds", "spread", "may take", "of the processor", f"in '{NOTHING}'"]
    return table(header, rows, right=(1, 3, 4, 5))
