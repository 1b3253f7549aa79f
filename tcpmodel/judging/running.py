"""Guarded execution of a spec's file: anything that goes wrong in it becomes one sentence that names the file.

A spec is somebody's Python.  It may print, which goes to standard error, and it may raise anything, `SystemExit`
included: nothing that it raises ends the program, or passes for success.  Only Ctrl-C goes through.
"""

from __future__ import annotations

import runpy
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from tcpmodel.errors import DefinitionError, OutOfTime, UnreadableInput
from tcpmodel.judging.importing import advice

Given = ParamSpec("Given")
Made = TypeVar("Made")


def run_file(path: Path) -> Mapping[str, Any]:
    """The names that a file defines.  `UnreadableInput` if it is no Python, `DefinitionError` for what it raises."""
    _compiled(path)
    with _told_of(path):
        return runpy.run_path(str(path))


def guarded(path: Path, function: Callable[Given, Made]) -> Callable[Given, Made]:
    """A function that a spec defines, called later under the same rules."""

    @wraps(function)
    def call(*args: Given.args, **kwargs: Given.kwargs) -> Made:
        with _told_of(path):
            return function(*args, **kwargs)

    return call


def _compiled(path: Path) -> None:
    """Raise `UnreadableInput` with the line where the file is no text or no Python."""
    try:
        source = path.read_bytes()
    except OSError as wrong:
        raise UnreadableInput(f"{path} cannot be read: {wrong.strerror}") from wrong
    if b"\0" in source:
        line = source[: source.index(b"\0")].count(b"\n") + 1
        raise UnreadableInput(f"{path.name} is no text at line {line}: write a spec in Python")
    try:
        compile(source, str(path), "exec", dont_inherit=True)
    except SyntaxError as wrong:
        raise UnreadableInput(_no_python(path, wrong, source)) from wrong
    except (ValueError, RecursionError, MemoryError) as wrong:
        raise UnreadableInput(f"{path.name} is no Python: {wrong}") from wrong


def _no_python(path: Path, wrong: SyntaxError, source: bytes) -> str:
    """One sentence on where a file is no Python; where it is no UTF-8, Python itself gives no line."""
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as undecodable:
        if wrong.lineno is None or "codec" in str(wrong.msg):
            line = source[: undecodable.start].count(b"\n") + 1
            return f"{path.name} is not UTF-8 at line {line}: save it as UTF-8, or name its coding in its first line"
    return f"{path.name} is not Python at line {wrong.lineno or 1}: {wrong.msg}"


@contextmanager
def _told_of(path: Path) -> Iterator[None]:
    """A context in which prints go to standard error, and whatever is raised names the file."""
    try:
        with redirect_stdout(sys.stderr):
            yield
    except DefinitionError as wrong:
        raise DefinitionError(f"{path.name}{_line(path, wrong)}: {wrong}") from wrong
    except SyntaxError as wrong:
        beside = Path(wrong.filename or path).name
        raise UnreadableInput(f"{path.name} reads {beside}, not Python at line {wrong.lineno}: {wrong.msg}") from wrong
    except ImportError as wrong:
        raise DefinitionError(_no_import(path, wrong)) from wrong
    except BaseException as wrong:
        if type(wrong) in (KeyboardInterrupt, OutOfTime):
            raise
        said = f"{wrong}".strip() or "a spec defines a system and claims, and leaves the rest to the program"
        raise DefinitionError(f"{path.name} raises {type(wrong).__name__}{_line(path, wrong)}: {said}") from wrong


def _no_import(path: Path, wrong: ImportError) -> str:
    """One sentence on what could not be imported and, if it is of ours, what to import instead."""
    instead = advice(path, _number(path, wrong))
    said = f"{wrong}".partition(" (")[0] + f": {instead}" if instead else f"{wrong}"
    return f"{path.name} raises {type(wrong).__name__}{_line(path, wrong)}: {said}"


def _line(path: Path, wrong: BaseException) -> str:
    """The words " at line N" for the line of the file where it happened; "" if elsewhere."""
    number = _number(path, wrong)
    return f" at line {number}" if number else ""


def _number(path: Path, wrong: BaseException) -> int:
    """The number of that line, or 0."""
    lines = [frame.lineno for frame in traceback.extract_tb(wrong.__traceback__) if frame.filename == str(path)]
    return (lines and lines[-1]) or 0
