"""Re-checking a certificate: is the folder whole, and does another solver give every answer that the proof needs?

Nothing here makes obligations.  What is written is taken as it is: its shape, its hashes, its rules and its questions
are compared with the manifest, and the digest with the one that is pinned, if any.  Only then is a solver asked.  Each
goal must be `unsat`; what is assumed must be possible, which is asked of every script that does not ask it itself.
An answer `unknown` proves nothing and breaks nothing.

A folder shows that its own system keeps its own claims.  That they are those of a spec only the spec shows, or a pin.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from tcpmodel.errors import BadConfiguration
from tcpmodel.prove import certificate as written
from tcpmodel.prove.certificate import Entry, Manifest, Misshapen, Question
from tcpmodel.prove.parallel import in_parallel
from tcpmodel.prove.solving import EFFORT, installing, questions, solver

PREFERRED = ("bitwuzla", "cvc5")
"""The second solvers, in the order in which they are tried: not the one that proofs are found with."""
SHOWN = 90
"""How much of a line is shown."""
POSSIBLE = Question("what is assumed is possible", "sat")


class Asked(NamedTuple):
    """A question that was asked and the solver's word; `error` where it could not read the question."""

    question: Question
    said: str
    why: str


class Rechecked(NamedTuple):
    """A script all of whose questions were asked."""

    entry: Entry
    asked: tuple[Asked, ...]
    seconds: float


class Report(NamedTuple):
    """What is wrong with the folder, in sentences; and if nothing is, the answers of every script."""

    manifest: Manifest
    damage: tuple[str, ...]
    files: tuple[Rechecked, ...]
    solver: str
    solver_version: str
    seconds: float
    pinned: bool

    @property
    def wrong(self) -> tuple[str, ...]:
        """The answers that break the proof, as sentences."""
        return tuple(
            f"{f.entry.file} asks {a.question.name!r}, expecting {a.question.expected}: {self.solver} says {_told(a)}"
            for f in self.files
            for a in f.asked
            if a.said not in (a.question.expected, "unknown")
        )

    @property
    def unknown(self) -> tuple[str, ...]:
        """The questions on which the solver gave up, as sentences."""
        return tuple(
            f"{f.entry.file} asks {a.question.name!r}: {self.solver} says {_told(a)}"
            for f in self.files
            for a in f.asked
            if a.said == "unknown"
        )

    def count(self, word: str) -> int:
        """How many answers were this word."""
        return sum(a.said == word for f in self.files for a in f.asked)


def _told(asked: Asked) -> str:
    return f"{asked.said} ({asked.why})" if asked.why else asked.said


def second_solver() -> str:
    """The name of the solver to re-check with; `BadConfiguration` says how to install one."""
    for name in PREFERRED:
        try:
            solver(name)
        except BadConfiguration:
            continue
        return name
    raise BadConfiguration(f"no second solver is installed here: run `{installing(*PREFERRED)}`, or write --solver z3")


def recheck(
    folder: Path,
    *,
    solver_name: str,
    workers: int = 1,
    effort: int = EFFORT,
    pinned: Mapping[str, str] | None = None,
    expected: Mapping[str, str] | None = None,
) -> Report:
    """Look the folder over and, if it is whole, ask everything again; files are shared among the workers.

    `expected` are the texts that its files must have, by their paths.
    """
    asked = solver(solver_name)
    manifest = written.read(folder)
    found = tuple(damage(folder, manifest, pinned=pinned or {}, expected=expected))
    began = time.perf_counter()
    files = () if found else _ask_all(folder, manifest.files, solver_name, effort, workers)
    seconds = time.perf_counter() - began
    return Report(manifest, found, files, asked.name, asked.version, seconds, manifest.spec in (pinned or {}))


def _ask_all(
    folder: Path, entries: tuple[Entry, ...], solver_name: str, effort: int, workers: int
) -> tuple[Rechecked, ...]:
    ask = partial(_ask, folder, solver_name=solver_name, effort=effort)
    undone = partial(_unasked, entries)
    return tuple(in_parallel([partial(ask, entry) for entry in entries], workers=workers, undone=undone))


def _unasked(entries: tuple[Entry, ...], place: int, why: str) -> Rechecked:
    return Rechecked(entries[place], tuple(Asked(q, "unknown", why) for q in entries[place].questions), 0.0)


def _ask(folder: Path, entry: Entry, *, solver_name: str, effort: int) -> Rechecked:
    began, asked, answers = time.perf_counter(), solver(solver_name), []
    # What stands outside of all scopes is what is assumed: the text of one more question, asked at the end.
    *texts, assumed = questions((folder / entry.file).read_text(encoding="utf-8") + "(check-sat)\n")
    wanted = list(zip(entry.questions, texts, strict=True))
    if not any(q.expected == "sat" for q in entry.questions):
        wanted.append((POSSIBLE, assumed))
    for question, text in wanted:
        try:
            answer = asked.ask(text, effort=effort)
        except Exception as wrong:  # each solver has its own exceptions for a text that it cannot read
            answers.append(Asked(question, "error", " ".join(str(wrong).split())))
        else:
            answers.append(Asked(question, answer.word, answer.why))
    return Rechecked(entry, tuple(answers), time.perf_counter() - began)


# Damage.


def damage(
    folder: Path, manifest: Manifest, *, pinned: Mapping[str, str], expected: Mapping[str, str] | None = None
) -> Iterator[str]:
    """What is wrong with a certificate before any question is asked, one sentence each."""
    yield from _files(folder, manifest)
    for entry in manifest.files:
        if (folder / entry.file).is_file():
            yield from _script(entry, (folder / entry.file).read_bytes())
    yield from _completeness(manifest)
    yield from _ways(folder, manifest)
    yield from _agreement(folder, manifest, pinned)
    if expected is not None:
        yield from _text(folder, manifest, expected)


def _files(folder: Path, manifest: Manifest) -> Iterator[str]:
    listed = [entry.file for entry in manifest.files]
    there = sorted(f"{written.OBLIGATIONS}/{path.name}" for path in (folder / written.OBLIGATIONS).glob("*"))
    for file in listed:
        if file not in there:
            yield f"{file} is missing: the manifest lists it"
    for file in there:
        if file not in listed:
            yield f"{file} is not listed by the manifest: no one knows what it is for"
    for file in sorted({file for file in listed if listed.count(file) > 1}):
        yield f"{file} is listed twice by the manifest"


def _script(entry: Entry, content: bytes) -> Iterator[str]:
    if written.hash_of(content) != entry.sha256:
        yield f"{entry.file} has been edited: it has not the hash that the manifest gives"
    try:
        found = written.questions_of(content.decode("utf-8"))
    except Misshapen as wrong:
        yield f"{entry.file}: {wrong}"
        return
    except UnicodeDecodeError:
        yield f"{entry.file} is not text"
        return
    for question in entry.questions:
        if question not in found:
            yield f"{entry.file} does not ask {question.name!r}, expecting {question.expected}: the manifest says so"
    for question in found:
        if question not in entry.questions:
            yield f"{entry.file} asks {question.name!r}, expecting {question.expected}: the manifest does not list it"
    if sorted(found) == sorted(entry.questions) and found != entry.questions:
        yield f"{entry.file} asks its questions in another order than the manifest"


def _completeness(manifest: Manifest) -> Iterator[str]:
    """Everything that a proof by an invariant consists of: the start, each rule, each claim."""
    by_file = {entry.file: entry for entry in manifest.files}
    if not any(entry.kind == "init" for entry in manifest.files):
        yield "no file is about how the system starts: the manifest lists none of the kind init"
    for rule, files in manifest.rules.items():
        scripts = [by_file[file] for file in files if file in by_file and by_file[file].kind == "rule"]
        if not scripts or len(scripts) < len(files):
            yield f"the rule {rule!r} has no script: {', '.join(files) or 'nothing'} is none about it"
        elif rule in manifest.never:
            yield from (
                f"the rule {rule!r} is said never to fire: {entry.file} asks more than whether it can"
                for entry in scripts
                if [q.expected for q in entry.questions] != ["unsat"]
            )
        elif not any(q.expected == "sat" for entry in scripts for q in entry.questions):
            yield f"the rule {rule!r} may be vacuous: {files[0]} never asks whether the rule can fire"
    listed = {file for files in manifest.rules.values() for file in files}
    for entry in manifest.files:
        if entry.kind == "rule" and entry.file not in listed:
            yield f"{entry.file} is about {entry.about!r}, but no rule of the manifest names it"
    if not manifest.claims:
        yield "no claim is made: the manifest lists none"
    for claim in manifest.claims:
        if not any((entry.kind, entry.about) == ("property", claim.name) for entry in manifest.files):
            yield f"the claim {claim.name!r} has no script: nothing shows that the invariant implies it"


def _ways(folder: Path, manifest: Manifest) -> Iterator[str]:
    """For each rule one script shows that its ways leave nothing out; each way that it names has its own."""
    said = {entry.about: entry for entry in manifest.files if entry.kind == "ways"}
    of_rules: dict[str, list[str]] = {}
    for entry in manifest.files:
        if entry.kind == "rule":
            of_rules.setdefault(entry.about, []).append(entry.name)
    for rule in sorted({*of_rules, *said}):
        if rule not in said:
            yield f"the ways of the rule {rule!r} may leave something out: no script asks whether they do"
            continue
        path = folder / said[rule].file
        named = written.ways_of(path.read_text("utf-8", "replace")) if path.is_file() else ()
        for name in sorted({*named} - {*of_rules.get(rule, ())}):
            yield f"the way {name!r} has no script: nothing shows that it keeps the invariant"
        for name in sorted({*of_rules.get(rule, ())} - {*named}):
            yield f"{said[rule].file} does not name the way {name!r}, which has a script"


def _agreement(folder: Path, manifest: Manifest, pinned: Mapping[str, str]) -> Iterator[str]:
    """The manifest against itself, against the text for people, and against what is pinned."""
    digest, pin = written.digest_of(manifest), pinned.get(manifest.spec)
    if digest != manifest.digest:
        yield f"{written.MANIFEST} has been edited: its digest is {digest[:12]}…, not {manifest.digest[:12]}…"
    if dict(manifest.counts) != written.counts_of(manifest.files):
        yield f"{written.MANIFEST} counts otherwise than its lists: {written.counts_of(manifest.files)}"
    if pin is not None and pin != digest:
        yield f"{manifest.spec} is pinned with the digest {pin[:12]}…: this certificate, {digest[:12]}…, is another one"
    text = folder / written.README
    if not text.is_file():
        yield f"{written.README} is missing"
    elif text.read_text(encoding="utf-8", errors="replace") != written.readme(manifest):
        yield f"{written.README} does not say what {written.MANIFEST} says"


def _text(folder: Path, manifest: Manifest, expected: Mapping[str, str]) -> Iterator[str]:
    """The files against the texts that the spec has: the first that differs, and how many do."""
    about = {entry.file: entry.name for entry in manifest.files}
    there = {*about, written.MANIFEST, written.README}
    scripts_first = sorted({*expected, *there}, key=lambda file: (not file.startswith(written.OBLIGATIONS), file))
    differing = [file for file in scripts_first if _read(folder / file) != expected.get(file)]
    if differing:
        first = differing[0]
        called = f" ({about[first]})" if first in about else ""
        place = _first_difference(_read(folder / first), expected.get(first))
        so_many = f"{len(differing)} of {len(scripts_first)} files differ"
        yield f"{first}{called} is not what the spec says: {place}; {so_many}"


def _read(path: Path) -> str | None:
    return path.read_text("utf-8", "replace") if path.is_file() else None


def _first_difference(found: str | None, expected: str | None) -> str:
    if found is None or expected is None:
        return "it is missing here" if found is None else "the spec has no such file"
    pairs = enumerate(zip_longest(found.splitlines(), expected.splitlines()), 1)
    number, (ours, theirs) = next((n, pair) for n, pair in pairs if pair[0] != pair[1])
    return f"line {number} is {_shortly(ours)}, where the spec has {_shortly(theirs)}"


def _shortly(line: str | None) -> str:
    return "not there" if line is None else repr(line if len(line) <= SHOWN else line[:SHOWN] + "…")
