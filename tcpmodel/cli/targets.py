"""Output files and folders: checked before the work, and written so that a failed write loses no verdict."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tcpmodel.errors import UnwritableOutput, UsageError
from tcpmodel.exits import Exit, worst

ENDINGS: Mapping[str, Sequence[str]] = {
    "text": (".txt",),
    "ladder": (".txt",),
    "markdown": (".md", ".markdown"),
    "svg": (".svg",),
    "dot": (".dot", ".gv"),
    "mermaid": (".mmd", ".mermaid"),
    "itf": (".json",),
    "promela": (".pml", ".promela"),
    "smv": (".smv",),
    "junit": (".xml",),
    "sarif": (".sarif", ".json"),
    "toml": (".toml",),
}
"""Endings of file names for each format; a name without an ending may hold any."""
OF_FILES = {ending for endings in ENDINGS.values() for ending in endings} | {".png", ".pdf", ".html", ".smt2"}


def format_of(name: str | None, formats: Sequence[str], chosen: str | None, *, default: str) -> str:
    """The format that is chosen, or that the file is named for, or else the default."""
    suffix = Path(name).suffix.lower() if name else ""
    return chosen or next((f for f in formats if suffix and suffix in ENDINGS[f]), default)


def check_file(name: str | None, format: str, *, option: str = "--out") -> None:
    """Raise an error if the file cannot be written, or is named for something else than what it would hold."""
    if name is None:
        return
    path, endings = Path(name), ENDINGS[format]
    if path.suffix and path.suffix.lower() not in endings:
        raise UsageError(f"{option} {name} would hold {format}: write a name that ends in {' or '.join(endings)}")
    if path.is_dir() or name.endswith(os.sep):
        raise UnwritableOutput(f"{option} {name} is a folder: write the name of a file")
    _check_access(path, option)


def check_folder(name: str | None, *, option: str = "--out") -> None:
    """Raise an error if the folder cannot be made or written into, or is named as a file is."""
    if name is None:
        return
    path = Path(name)
    if path.exists() and not path.is_dir():
        raise UnwritableOutput(f"{option} {name} is a file: write the name of a folder")
    if not path.exists() and path.suffix.lower() in OF_FILES:
        raise UsageError(f"{option} {name} would be a folder, and is named as a file is: write a folder's name")
    _check_access(path, option)


def check_apart(*names: str | None) -> None:
    """Raise an error if two outputs would be one file."""
    given = [os.path.realpath(name) for name in names if name is not None]
    for name in given:
        if given.count(name) > 1:
            raise UsageError(f"{name} is named for two outputs: give each its own")


def _check_access(path: Path, option: str) -> None:
    there = next(p for p in (path, *path.absolute().parents) if p.exists())
    if there != path and not there.is_dir():
        raise UnwritableOutput(f"{option} {path} cannot be written: {there} is no folder")
    if not os.access(there, os.W_OK | (os.X_OK if there.is_dir() else 0)):
        raise UnwritableOutput(f"{option} {path} cannot be written: there is no permission to write {there}")


def write_text(path: str | Path, text: str) -> None:
    """Write a text file, and the folders that it lies in."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@dataclass
class Writing:
    """Writes what it can; what it cannot is said once the verdicts are out."""

    unwritten: list[str] = field(default_factory=list)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Note it if what is done here cannot be written."""
        try:
            yield
        except OSError as wrong:
            self.unwritten.append(f"{wrong.filename or 'a file'} could not be written: {wrong.strerror}")

    def text(self, path: str | Path | None, make: Callable[[], str]) -> None:
        """Write the text that is made, if there is somewhere to write it."""
        if path is not None:
            with self.attempt():
                try:
                    write_text(path, make())
                except OSError as wrong:
                    wrong.filename = wrong.filename or str(path)
                    raise

    def code(self, code: Exit) -> Exit:
        """The exit code, after saying what could not be written."""
        for sentence in self.unwritten:
            print(f"tcpmodel: {sentence}", file=sys.stderr)
        return worst([code, Exit.UNREADABLE]) if self.unwritten else code
