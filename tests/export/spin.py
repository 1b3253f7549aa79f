"""Running SPIN on an exported model: what it stores, how far it goes, what it finds violated."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ABSENT = [tool for tool in ("spin", "cc") if shutil.which(tool) is None]
"""The programs that are needed and not there."""
COUNT = r"(\d[\d.e+]*)"
MODES = ("-DSAFETY", "-DNOREDUCE", "-DNOFAIR", "-DNOCOMP")


@dataclass(frozen=True)
class Found:
    """What SPIN reports; `steps` leaves out its transition into the initial state.

    From a hundred million on SPIN prints seven or eight digits of a count and rounds.
    """

    states: int
    steps: int
    depth: int
    errors: int
    violated: frozenset[str]
    vector: int
    seconds: float


def build(model: str, folder: Path, *, optimize: str = "-O0", claims: Sequence[str] = (), modes: Sequence[str] = ()):
    """Make the verifier `pan` of a model in a folder; `claims` are macros such as CLAIMS_ALL or CLAIM_typing."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.pml").write_text(model, encoding="utf-8")
    _run(["spin", "-a", *(f"-D{claim}" for claim in claims), "model.pml"], folder)
    _run(["cc", optimize, "-w", *MODES, *modes, "-o", "pan", "pan.c"], folder)
    return folder / "pan"


def search(pan: Path, *options: str, depth: int = 1_000_000, table: int = 20, timeout: int = 600) -> Found:
    """Run a verifier; `table` is the hash table's size as a power of two."""
    said = _run(["./pan", f"-m{depth}", f"-w{table}", "-n", *options], pan.parent, timeout=timeout)

    def number(pattern: str) -> float:
        match = re.search(pattern, said)
        return float(match[1]) if match else 0

    return Found(
        states=round(number(rf"{COUNT} states, stored")),
        steps=round(number(rf"{COUNT} transitions")) - 1,
        depth=int(number(r"at depth (\d+)") or number(r"depth reached (\d+)")),
        errors=int(number(r"errors: (\d+)")),
        violated=frozenset(re.findall(r"assertion violated \(?(\w+)", said)),
        vector=int(number(r"State-vector (\d+) byte")),
        seconds=number(r"elapsed time ([\d.e+-]+) seconds"),
    )


def _run(command: list[str], folder: Path, *, timeout: int = 600) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=timeout)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout
