"""Independent re-checking of a certificate: a second solver must give every answer that the proof needs.

Everything is asked twice over: the scripts, which hold what was asked when the proof was found, and what `check.py`
derives from `system.smt2` alone.  Each goal must be `unsat`; what is assumed must be possible, which is asked of every
script that does not ask it itself.  An answer `unknown` proves nothing and breaks nothing.

A folder shows that its own system keeps its own claims.  Only the spec, or a pinned digest, shows that system and
claims are those of the spec.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tcpmodel.errors import BadConfiguration
from tcpmodel.prove import certificate as written
from tcpmodel.prove.certificate import SYSTEM, Manifest, ManifestEntry
from tcpmodel.prove.check import Question as Derived
from tcpmodel.prove.check import System
from tcpmodel.prove.damage import SHAPELESS, damage
from tcpmodel.prove.parallel import in_parallel
from tcpmodel.prove.shape import Question
from tcpmodel.prove.solving import EFFORT, Answer, installing, questions, solver

PREFERRED = ("bitwuzla", "cvc5")
"""The second solvers, in the order in which they are tried: not the one that proofs are found with."""
POSSIBLE = Question("what is assumed is possible", "sat")


class Asked(NamedTuple):
    """A question with the solver's word for it, `error` where it could not read the question; and why."""

    question: Question
    said: str
    why: str


class Rechecked(NamedTuple):
    """A script all of whose questions were asked."""

    entry: ManifestEntry
    asked: tuple[Asked, ...]
    seconds: float


class Rederived(NamedTuple):
    """Questions derived about the start, a rule, a way or a claim, with answers; `impossible` where a way is so."""

    about: str
    asked: tuple[Asked, ...]
    impossible: bool


class Recheck(NamedTuple):
    """Outcome of a re-check: what is wrong with the folder, in sentences; if nothing is, all answers."""

    manifest: Manifest
    damage: tuple[str, ...]
    files: tuple[Rechecked, ...]
    solver: str
    solver_version: str
    seconds: float
    pinned: bool

    derived: tuple[Rederived, ...] = ()
    never: tuple[str, ...] = ()

    @property
    def wrong(self) -> tuple[str, ...]:
        """The answers that break the proof, as sentences."""
        broken = [
            f"{where} asks {a.question.name!r}, expecting {a.question.expected}: {self.solver} says {_told(a)}"
            for where, a in self._asked()
            if a.said not in (a.question.expected, "unknown")
        ]
        of_rules = [rule for rule in self.manifest.rules if (rule in self.never) != (rule in self.manifest.never)]
        idle = [f"{SYSTEM}: whether {r!r} ever fires is not as the manifest says" for r in of_rules if self.derived]
        return (*broken, *([] if self.unknown else idle))

    @property
    def unknown(self) -> tuple[str, ...]:
        """The questions on which the solver gave up, as sentences."""
        return tuple(
            f"{where} asks {a.question.name!r}: {self.solver} says {_told(a)}"
            for where, a in self._asked()
            if a.said == "unknown"
        )

    def _asked(self) -> Iterator[tuple[str, Asked]]:
        yield from ((f.entry.file, a) for f in self.files for a in f.asked)
        yield from ((f"{SYSTEM} ({d.about})", a) for d in self.derived for a in d.asked)

    def count(self, word: str) -> int:
        """The number of answers of scripts that were this word."""
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
) -> Recheck:
    """Look the folder over and, if it is whole, ask everything again; files are shared among the workers.

    `expected` are the texts that its files must have, by their paths.
    """
    asked = solver(solver_name)
    manifest = written.read(folder)
    pins = pinned or {}
    found = tuple(damage(folder, manifest, pinned=pins, expected=expected))
    report = Recheck(manifest, found, (), asked.name, asked.version, 0.0, manifest.spec in pins)
    if found:
        return report
    began, ask = time.perf_counter(), partial(_answer, solver_name, effort)
    system = System((folder / SYSTEM).read_text(encoding="utf-8"))
    scripts = [partial(_ask, folder, entry, ask) for entry in manifest.files]
    try:
        groups = [partial(_ask_derived, group, ask) for group in system.questions()]
    except SHAPELESS as wrong:
        return report._replace(damage=(f"{SYSTEM} has not the shape of a system: {wrong}",))
    done = in_parallel([*scripts, *groups], workers=workers, undone=partial(_unasked, manifest.files))
    files, derived = tuple(done[: len(scripts)]), tuple(done[len(scripts) :])
    never = system.never({group.about for group in derived if group.impossible})
    seconds = time.perf_counter() - began
    return report._replace(files=files, derived=derived, never=tuple(never), seconds=seconds)


def _unasked(entries: tuple[ManifestEntry, ...], place: int, why: str) -> Rechecked | Rederived:
    """Stand-in for a script or a group of questions not asked because all was stopped: its answer is unknown."""
    if place >= len(entries):
        return Rederived("not asked", (Asked(Question("all that is derived", "unsat"), "unknown", why),), False)
    return Rechecked(entries[place], tuple(Asked(q, "unknown", why) for q in entries[place].questions), 0.0)


Ask = Callable[[str], Answer | str]
"""The solver's answer to a text, or why it could not read it."""


def _answer(solver_name: str, effort: int, text: str) -> Answer | str:
    try:
        return solver(solver_name).ask(text, effort=effort)
    except Exception as wrong:  # each solver has its own exceptions for a text that it cannot read
        return " ".join(str(wrong).split())


def _ask(folder: Path, entry: ManifestEntry, ask: Ask) -> Rechecked:
    began = time.perf_counter()
    # What stands outside of all scopes is what is assumed: the text of one more question, asked at the end.
    *texts, assumed = questions((folder / entry.file).read_text(encoding="utf-8") + "(check-sat)\n")
    wanted = list(zip(entry.questions, texts, strict=True))
    if not any(q.expected == "sat" for q in entry.questions):
        wanted.append((POSSIBLE, assumed))
    asked = tuple(_asked(question, ask(text)) for question, text in wanted)
    return Rechecked(entry, asked, time.perf_counter() - began)


def _ask_derived(group: Iterable[Derived], ask: Ask) -> Rederived:
    try:
        return _ask_group(group, ask)
    except SHAPELESS as wrong:
        return Rederived("", (Asked(Question("what its lines say", "unsat"), "error", repr(wrong)),), False)


def _ask_group(group: Iterable[Derived], ask: Ask) -> Rederived:
    """All questions of the group; only the first, where it is a way's that cannot happen."""
    asked: list[Asked] = []
    about, impossible = "", False
    for said_of, name, expected, text in group:
        about, answer = said_of, ask(text)
        either = expected or ("unsat" if isinstance(answer, Answer) and answer.word == "unsat" else "sat")
        asked.append(_asked(Question(name, "sat" if either == "sat" else "unsat"), answer))
        impossible = not expected and either == "unsat"
        if impossible:
            break
    return Rederived(about, tuple(asked), impossible)


def _asked(question: Question, answer: Answer | str) -> Asked:
    return Asked(question, "error", answer) if isinstance(answer, str) else Asked(question, answer.word, answer.why)
