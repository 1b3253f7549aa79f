"""What several verbs' arguments have in common."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tcpmodel.sharing import cores

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Verbs = argparse._SubParsersAction

UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
MOST_PER_CORE = 4
SECONDS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}


def verb(verbs: Verbs, name: str, help: str, example: str) -> argparse.ArgumentParser:
    """A verb's parser, with one example under its help and `--json`."""
    parser = verbs.add_parser(
        name, help=help, description=help, epilog=f"example: {example}", formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of text")
    return parser


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
    """How this program is called: what to write in front of a verb."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return "python -m tcpmodel"
    found = shutil.which("tcpmodel")
    if called.name != "tcpmodel" or (found and Path(found).resolve() == called.resolve()):
        return "tcpmodel"
    return sys.argv[0]


def print_json(document: Any) -> None:
    """One JSON document on standard output."""
    json.dump(document, sys.stdout, indent=1, ensure_ascii=False)
    print()
