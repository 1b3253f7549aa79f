"""A certificate: what is proved, as a folder of questions that anyone with a solver can ask again.

    README.md               the claims, the assumptions and the invariant, in words and as formulas
    obligations/NAME.smt2   the questions about how the system starts, about a rule's ways, about one of them, or about
                            a claim
    manifest.json           what the proof consists of: rules, files with their hashes, questions with their answers

A script has one command a line and no command but those of `COMMANDS`.  What it asserts outside of scopes is what it
assumes, and stands before its first question.  A question is a comment `; expect unsat: NAME` or `; expect sat: NAME`
and a scope that ends with `(check-sat)`; one that expects `unsat` asserts one thing, the negation of what is claimed.
That a variable just declared is less than a constant belongs to its declaration: its sort has no more values.  A
question that expects `sat` shows that what is assumed is possible.  The digest is over all that a re-check relies
on, and over no version and no time: the same proof has the same digest on every machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from tcpmodel.errors import BadConfiguration, DefinitionError, UnreadableInput

SCHEMA = 2
MANIFEST, README, OBLIGATIONS = "manifest.json", "README.md", "obligations"
COMMANDS = ("set-logic", "define-sort", "declare-const", "define-fun", "assert", "push", "pop", "check-sat")

Kind = Literal["init", "ways", "rule", "property"]
WAY = "; way "
"""How a script of the kind `ways` begins the line that names a way's obligation."""
KINDS: tuple[Kind, ...] = get_args(Kind)
Expected = Literal["unsat", "sat"]


class Statement(NamedTuple):
    """Something said: its name, in words, as a formula."""

    name: str
    words: str
    formula: str = ""


class Question(NamedTuple):
    """A question of a script, and the only answer that keeps the proof."""

    name: str
    expected: Expected


class Obligation(NamedTuple):
    """A script about the start, a rule, all ways of a rule, or a claim; `about` is the rule's or the claim's name."""

    name: str
    kind: Kind
    about: str
    questions: tuple[Question, ...]
    text: str


class Versions(NamedTuple):
    """With what the proof was found; no re-check relies on it."""

    tool: str
    solver: str
    solver_version: str
    effort: int


@dataclass(frozen=True)
class Certificate:
    """A proof before it is written: what is claimed, under what, by what invariant, and every obligation.

    `rules` gives for each rule of the system the one that its obligations are about: itself, or one that does the same.
    Those that `never` fire have obligations that show just that, each of one of their ways.
    """

    spec: str
    claims: tuple[Statement, ...]
    assumptions: tuple[Statement, ...]
    invariant: tuple[Statement, ...]
    rules: Mapping[str, str]
    obligations: tuple[Obligation, ...]
    versions: Versions
    never: tuple[str, ...] = ()
    bits: int = 32


class Entry(NamedTuple):
    """A script as the manifest lists it."""

    file: str
    name: str
    kind: Kind
    about: str
    sha256: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Manifest:
    """What `manifest.json` says; `rules` gives for each rule of the system its scripts, `never` the idle ones."""

    spec: str
    bits: int
    claims: tuple[Statement, ...]
    assumptions: tuple[Statement, ...]
    invariant: tuple[Statement, ...]
    rules: Mapping[str, tuple[str, ...]]
    never: tuple[str, ...]
    files: tuple[Entry, ...]
    versions: Versions
    counts: Mapping[str, int]
    digest: str


def write(folder: Path, certificate: Certificate) -> Manifest:
    """Write the folder anew; `DefinitionError` says what of the certificate has not the shape of one."""
    manifest, texts = files_of(certificate)
    scripts = folder / OBLIGATIONS
    if scripts.is_dir() and any(scripts.iterdir()) and not (folder / MANIFEST).is_file():
        raise BadConfiguration(f"{folder} holds obligations of something else: name a folder that is empty")
    scripts.mkdir(parents=True, exist_ok=True)
    for stale in scripts.glob("*.smt2"):
        stale.unlink()
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8")
    return manifest


def files_of(certificate: Certificate) -> tuple[Manifest, dict[str, str]]:
    """The manifest, and the text of every file by its path in the folder."""
    asked = dict(zip(_file_names(certificate.obligations), certificate.obligations, strict=True))
    manifest = _manifest_of(certificate, asked)
    texts = {file: obligation.text for file, obligation in asked.items()}
    document = json.dumps(_document(manifest), indent=1, ensure_ascii=False) + "\n"
    return manifest, {**texts, README: readme(manifest), MANIFEST: document}


def _file_names(obligations: tuple[Obligation, ...]) -> Iterator[str]:
    taken: set[str] = set()
    for obligation in obligations:
        stem = name = re.sub(r"[^a-z0-9]+", "_", obligation.name.lower()).strip("_")
        count = 1
        while name in taken:
            count += 1
            name = f"{stem}_{count}"
        taken.add(name)
        yield f"{OBLIGATIONS}/{name}.smt2"


def _manifest_of(certificate: Certificate, texts: Mapping[str, Obligation]) -> Manifest:
    entries = []
    for file, o in texts.items():
        try:
            found = questions_of(o.text)
        except Misshapen as wrong:
            raise DefinitionError(f"the obligation {o.name!r}: {wrong}") from wrong
        if found != o.questions:
            raise DefinitionError(f"the obligation {o.name!r} asks {_listed(found)}: list these, in this order")
        entries.append(Entry(file, o.name, o.kind, o.about, hash_of(o.text.encode()), o.questions))
    of_rules: dict[str, list[str]] = {}
    for entry in entries:
        if entry.kind == "rule":
            of_rules.setdefault(entry.about, []).append(entry.file)
    for rule, about in certificate.rules.items():
        if about not in of_rules:
            raise DefinitionError(f"no obligation is about the rule {rule!r}: prove that it keeps the invariant")
    c = certificate
    files, rules = tuple(entries), {rule: tuple(of_rules[about]) for rule, about in c.rules.items()}
    manifest = Manifest(
        spec=c.spec,
        bits=c.bits,
        claims=c.claims,
        assumptions=c.assumptions,
        invariant=c.invariant,
        rules=rules,
        never=c.never,
        files=files,
        versions=c.versions,
        counts=counts_of(files),
        digest="",
    )
    return Manifest(**{**vars(manifest), "digest": digest_of(manifest)})


def counts_of(files: tuple[Entry, ...]) -> dict[str, int]:
    """How many files and questions there are, and of each expected answer."""
    expected = [q.expected for entry in files for q in entry.questions]
    return {
        "files": len(files),
        "questions": len(expected),
        "unsat": expected.count("unsat"),
        "sat": expected.count("sat"),
    }


def hash_of(content: bytes) -> str:
    """The hash of a file's content."""
    return sha256(content).hexdigest()


def digest_of(manifest: Manifest) -> str:
    """The hash of all that a re-check relies on."""
    document = _document(manifest)
    for left_out in ("schema", "generated", "found_with", "counts", "digest"):
        del document[left_out]
    return hash_of(json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode())


def readme(manifest: Manifest) -> str:
    """The folder's text for people; it says what the manifest says."""
    parts = [
        "<!-- generated by tcpmodel; `tcpmodel recheck` asks all of it again -->",
        f"# What is proved of {manifest.spec}",
        *_section("Claims", manifest.claims),
        *_section("Assumptions", manifest.assumptions),
        *_section("Invariant", manifest.invariant),
        *(["## Rules that never fire", "\n".join(f"- {rule}" for rule in manifest.never)] if manifest.never else []),
        "## Obligations",
        "\n".join(f"- `{e.file}`: {e.about or 'how the system starts'} ({len(e.questions)})" for e in manifest.files),
    ]
    return "\n\n".join(parts) + "\n"


def _section(title: str, statements: tuple[Statement, ...]) -> Iterator[str]:
    yield f"## {title}"
    if not statements:
        yield "None."
    for name, words, formula in statements:
        yield f"**{name}**: {words}"
        if formula:
            yield f"```\n{formula}\n```"


# Reading.


def read(folder: Path) -> Manifest:
    """What the folder's manifest says; `UnreadableInput` says what is wrong with it."""
    path = folder / MANIFEST
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as wrong:
        raise UnreadableInput(f"{path} cannot be read: write the folder of a certificate ({wrong.strerror})") from None
    except (ValueError, RecursionError) as wrong:
        raise UnreadableInput(f"{path} is not JSON: write the certificate anew ({wrong})") from None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise UnreadableInput(f"{path} is not of schema {SCHEMA}: write the certificate anew")
    try:
        return _parsed(document)
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise UnreadableInput(
            f"{path} has not the shape of a manifest: write the certificate anew ({wrong!r})"
        ) from None


def _document(m: Manifest) -> dict[str, Any]:
    """The manifest as JSON."""
    return {
        "schema": SCHEMA,
        "generated": "by tcpmodel; do not edit",
        "spec": m.spec,
        "bits": m.bits,
        "found_with": m.versions._asdict(),
        **{part: [s._asdict() for s in getattr(m, part)] for part in ("claims", "assumptions", "invariant")},
        "rules": [{"name": name, "files": list(files)} for name, files in m.rules.items()],
        "never": list(m.never),
        "files": [e._asdict() | {"questions": [q._asdict() for q in e.questions]} for e in m.files],
        "counts": dict(m.counts),
        "digest": m.digest,
    }


def _parsed(document: dict[str, Any]) -> Manifest:
    claims, assumptions, invariant = (
        tuple(Statement(_text(s["name"]), _text(s["words"]), _text(s["formula"])) for s in document[part])
        for part in ("claims", "assumptions", "invariant")
    )
    return Manifest(
        spec=_text(document["spec"]),
        bits=int(document["bits"]),
        claims=claims,
        assumptions=assumptions,
        invariant=invariant,
        rules={_text(rule["name"]): tuple(map(_text, rule["files"])) for rule in document["rules"]},
        never=tuple(map(_text, document["never"])),
        files=tuple(_entry(entry) for entry in document["files"]),
        versions=Versions(**document["found_with"]),
        counts=dict(document["counts"]),
        digest=_text(document["digest"]),
    )


def _entry(entry: dict[str, Any]) -> Entry:
    kind, file = entry["kind"], _text(entry["file"])
    if kind not in KINDS or not re.fullmatch(rf"{OBLIGATIONS}/\w+\.smt2", file):
        raise ValueError(f"the file {file!r} of kind {kind!r}")
    asked = tuple(Question(_text(q["name"]), _expected(q["expected"])) for q in entry["questions"])
    return Entry(file, _text(entry["name"]), kind, _text(entry["about"]), _text(entry["sha256"]), asked)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _expected(word: object) -> Expected:
    if word not in ("unsat", "sat"):
        raise ValueError(f"{word!r} is neither unsat nor sat")
    return "unsat" if word == "unsat" else "sat"


# The shape of a script.


class Misshapen(ValueError):
    """A script is not what the format allows; the text says at which line."""


_QUESTION = re.compile(r"; expect (unsat|sat): (\S.*)")
_COMMAND = re.compile(r"\(([a-z-]+)[ )]")
_RANGE = re.compile(r"\(assert \(bvult (\S+|\|[^|]*\|) \(_ bv[1-9]\d* \d+\)\)\)")
_FIXED = {"set-logic": "(set-logic QF_BV)", "push": "(push 1)", "pop": "(pop 1)", "check-sat": "(check-sat)"}


def questions_of(text: str) -> tuple[Question, ...]:
    """The questions that a script asks; `Misshapen` says which line has not the format's shape."""
    reading = _Reading()
    for number, line in enumerate(text.splitlines(), 1):
        try:
            reading.line(line)
        except Misshapen as wrong:
            raise Misshapen(f"line {number} {wrong}") from None
    if reading.within or reading.expected:
        raise Misshapen("the last line leaves a question open")
    return tuple(reading.questions)


class _Reading:
    """A script being read: what may still come depends on what came before."""

    def __init__(self) -> None:
        self.questions: list[Question] = []
        self.expected: Question | None = None
        self.within = self.asked = self.begun = False
        self.asserted = 0
        self.declared = ""

    def line(self, line: str) -> None:
        if line.startswith(";"):
            self._comment(line)
        elif line:
            self._command(line)

    def _comment(self, line: str) -> None:
        match = _QUESTION.fullmatch(line)
        if match:
            if self.expected:
                raise Misshapen(f"asks anew before {self.expected.name!r} has been asked")
            self.expected = Question(match[2], "sat" if match[1] == "sat" else "unsat")
        elif line.startswith("; expect"):
            raise Misshapen("expects neither unsat nor sat of a question with a name")

    def _command(self, line: str) -> None:
        match = _COMMAND.match(line)
        word = match[1] if match else ""
        if word not in COMMANDS or not _is_one_command(line) or _FIXED.get(word, line) != line:
            raise Misshapen(f"is not one of the commands {', '.join(COMMANDS)}, alone on its line: {line[:40]!r}")
        if (word == "set-logic") is self.begun:
            raise Misshapen("must be the only one that sets the logic, and the first")
        self.begun = True
        if self.asked and word != "pop":
            raise Misshapen(f"has {word} between (check-sat) and (pop 1)")
        if word in ("assert", "push", "pop", "check-sat"):
            {"assert": self._assert, "push": self._push, "pop": self._pop, "check-sat": self._check}[word](line)
        self.declared = line.removeprefix("(declare-const ") if word == "declare-const" else ""

    def _assert(self, line: str) -> None:
        ranges = _RANGE.fullmatch(line)
        if ranges and self.declared.startswith(ranges[1] + " "):
            return
        if re.fullmatch(r"\(assert\s+false\s*\)", line):
            raise Misshapen("asserts false, from which anything follows")
        if not self.within and (self.questions or self.expected):
            raise Misshapen("assumes more behind a question: assume it before the first")
        self.asserted += self.within

    def _push(self, _: str) -> None:
        if self.within:
            raise Misshapen("opens a scope within a scope")
        self.within, self.asserted = True, 0

    def _check(self, _: str) -> None:
        if not self.within or self.expected is None:
            raise Misshapen("asks outside of a scope, or without an expected answer")
        if self.expected.expected == "unsat" and self.asserted != 1:
            raise Misshapen(f"asks {self.expected.name!r} of {self.asserted} assertions: assert its negation alone")
        self.questions.append(self.expected)
        self.expected, self.asked = None, True

    def _pop(self, _: str) -> None:
        if not self.asked:
            raise Misshapen("closes a scope in which nothing was asked")
        self.within = self.asked = False


def _is_one_command(line: str) -> bool:
    """Whether the parenthesis that opens the line is closed by its last character; names between bars may hold any."""
    bare = re.sub(r"\|[^|]*\|", "", line)
    depth = 0
    for place, character in enumerate(bare):
        depth += (character == "(") - (character == ")")
        if depth == 0 and place < len(bare) - 1:
            return False
    return depth == 0 and not re.search(r'[;"|]', bare)


def ways_of(text: str) -> tuple[str, ...]:
    """The ways that a script of the kind `ways` is about: the names of their obligations."""
    return tuple(line.removeprefix(WAY) for line in text.splitlines() if line.startswith(WAY))


def _listed(questions: tuple[Question, ...]) -> str:
    return ", ".join(f"{q.name!r} ({q.expected})" for q in questions)
