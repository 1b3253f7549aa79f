"""Argument types and output helpers that several verbs share."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

from tcpmodel.draw.wrapping import fitted
from tcpmodel.sharing import cores

UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
MOST_PER_CORE = 4
LEAST_COLUMNS = 40
SECONDS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}


def begin(parser: argparse.ArgumentParser, example: str) -> None:
    """Begin a verb's arguments with what all have: one example under its help, and `--json`."""
    parser.epilog = f"example: {example}"
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of text")


def size(text: str) -> int:
    """A size such as 500M or 2G, in bytes."""
    match = re.fullmatch(r"(\d+)([kmg]?)b?", text.lower())
    if not match or not int(match[1]):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size: write for example 500M or 2G")
    return int(match[1]) * UNITS[match[2]]


def duration(text: str) -> float:
    """A duration such as 30, 30s, 5m or 1h, in seconds."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text.lower())
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is not a duration: write for example 30s, 5m or 1h")
    return float(match[1]) * SECONDS[match[2]]


def count(text: str) -> int:
    """A whole number from 1."""
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number to stop at: write a whole number from 1")
    return int(text)


def workers(text: str) -> int:
    """A number of workers that the machine can use."""
    number, most = count(text), MOST_PER_CORE * cores()
    if number > most:
        raise argparse.ArgumentTypeError(f"{number} are more than {cores()} cores can use: write at most {most}")
    return number


def program() -> str:
    """The command that calls this program, as to be written in front of a verb."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return "python -m tcpmodel"
    found = shutil.which("tcpmodel")
    if called.name != "tcpmodel" or (found and Path(found).resolve() == called.resolve()):
        return "tcpmodel"
    return sys.argv[0]


def print_json(document: Any) -> None:
    """One JSON document on standard output, escaped where that cannot show every character."""
    unicode = "utf" in (sys.stdout.encoding or "utf-8").lower()
    json.dump(document, sys.stdout, indent=1, ensure_ascii=not unicode)
    print()


def screen(most: int) -> int:
    """Number of columns for text: the terminal's, or `COLUMNS`, at most so many."""
    return min(most, _columns() or most)


def fitting(text: str) -> str:
    """The text with lines broken that are wider than the terminal; as it is where none is."""
    width = _columns()
    return text if width is None else fitted(text, width)


def show(text: str) -> None:
    """Print what people read."""
    print(fitting(text), flush=True)


def _columns() -> int | None:
    asked = os.environ.get("COLUMNS", "")
    if not (asked.isdigit() and int(asked)) and not sys.stdout.isatty():
        return None
    return max(LEAST_COLUMNS, shutil.get_terminal_size().columns)
