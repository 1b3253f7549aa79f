"""Proof certificate: what is proved, as a folder of questions that anyone with a solver can ask again.

*Problem.*  A proof found by a program is worth as much as the program, and as the solver that it asked.  Whoever is to
believe it should need neither.

*Idea.*  An inductive invariant is hard to find and easy to check.  So the folder holds the invariant, and every
question by which it was checked, with the answer that it must have.  Questions are SMT-LIB scripts without quantifiers,
over truth values and bit-vectors, which any solver of QF_BV reads.  The field speaks of certifying algorithms
(McConnell, Mehlhorn, Näher and Schweitzer 2011) and of proof-carrying code (Necula 1997).

    README.md               the claims, the assumptions and the invariant, in words and as formulas
    system.smt2             the system, the invariant and the claims as formulas (`prove.system_file`)
    check.py                derives from that file alone all that is to be shown, and asks a solver
    obligations/NAME.smt2   the questions that were asked: about how the system starts, a rule's ways, one of them, or a
                            claim (`prove.shape`)
    manifest.json           what the proof consists of: rules, files with their hashes, questions with their answers

*Why it is right.*  The questions are there twice, made in two ways: those in `obligations/` are what the solver was
asked when the proof was found; `check.py` derives others from `system.smt2`, and needs nothing of this program.  A
fault in how the one kind is made need not be in the other.  A script has only assumptions and questions, and its shape
is checked (`prove.shape`).  The manifest says which rules, ways and claims there must be scripts about
(`prove.damage`).  That what is assumed is possible is asked as well, since anything follows from what cannot be.

*What it does not show.*  That the system in the folder is the one that a spec means.  Only the spec shows that, told
again without a solver and compared byte by byte (`judging.retelling`), or a digest that is pinned beside the specs.
The digest is over all that a re-check relies on, and over no version and no time: the same proof has the same digest
on every machine.

*What it costs.*  Both sets of questions are asked again (`prove.recheck`); the invariant need not be found again.
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
from tcpmodel.prove.shape import Expected, Misshapen, Question, questions_of

SCHEMA = 2
MANIFEST, README, OBLIGATIONS = "manifest.json", "README.md", "obligations"
SYSTEM, CHECK = "system.smt2", "check.py"

CHECKING = """\
`system.smt2` has the rules, the invariant and the claims as formulas; below they stand in words, which may hide
differences. `python check.py .` derives from that file alone all that is to be shown and asks a solver (Bitwuzla, or
`python check.py . z3 -in`); read both, and nothing else need be trusted. It shows that *this* system keeps *these*
claims.

`tcpmodel recheck DIR` does the same with its own copy of `check.py`, asks besides all that was asked when the proof was
found (`obligations/`), and names what is missing, edited or contradicts something else here: a way or a rule's script
left out, a guard, step or clause changed in one place, an assumption added to a script, a way said to be impossible.
What is changed in all places at once makes another system, start, assumption or claim, of which the folder itself says
nothing wrong: `tcpmodel recheck DIR --spec SPEC` compares every file with what SPEC says, byte for byte and without a
solver, and names the first that differs; a digest that is pinned beside the specs, or given with `--expect`, does it
without the spec. Without either the re-check says UNPINNED."""

Kind = Literal["init", "ways", "rule", "property"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class Statement(NamedTuple):
    """A claim, an assumption or a clause: its name, its words, its formula if it has one."""

    name: str
    words: str
    formula: str = ""


class Filed(NamedTuple):
    """A script: about the start, one way of a rule, all its ways, or a claim; `about` is the rule's or claim's name."""

    name: str
    kind: Kind
    about: str
    questions: tuple[Question, ...]
    text: str


class Versions(NamedTuple):
    """Versions of the program and the solver that found the proof, and the solver's limit; no re-check needs them."""

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
    obligations: tuple[Filed, ...]
    versions: Versions
    system: str
    never: tuple[str, ...] = ()
    bits: int = 32


class ManifestEntry(NamedTuple):
    """A script as the manifest lists it."""

    file: str
    name: str
    kind: Kind
    about: str
    sha256: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Manifest:
    """Content of `manifest.json`: `rules` has each rule's scripts, `never` those that never fire, `system` a hash."""

    spec: str
    bits: int
    claims: tuple[Statement, ...]
    assumptions: tuple[Statement, ...]
    invariant: tuple[Statement, ...]
    rules: Mapping[str, tuple[str, ...]]
    never: tuple[str, ...]
    system: str
    files: tuple[ManifestEntry, ...]
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
    others = {SYSTEM: certificate.system, CHECK: check_script(), README: readme(manifest), MANIFEST: document}
    return manifest, {**texts, **others}


def check_script() -> str:
    """The text of `check.py`, which needs nothing else of this program."""
    return Path(__file__).with_name(CHECK).read_text(encoding="utf-8")


def _file_names(obligations: tuple[Filed, ...]) -> Iterator[str]:
    taken: set[str] = set()
    for obligation in obligations:
        stem = name = re.sub(r"[^a-z0-9]+", "_", obligation.name.lower()).strip("_")
        count = 1
        while name in taken:
            count += 1
            name = f"{stem}_{count}"
        taken.add(name)
        yield f"{OBLIGATIONS}/{name}.smt2"


def _manifest_of(certificate: Certificate, texts: Mapping[str, Filed]) -> Manifest:
    entries = []
    for file, o in texts.items():
        try:
            found = questions_of(o.text)
        except Misshapen as wrong:
            raise DefinitionError(f"the obligation {o.name!r}: {wrong}") from wrong
        if found != o.questions:
            raise DefinitionError(f"the obligation {o.name!r} asks {_listed(found)}: list these, in this order")
        entries.append(ManifestEntry(file, o.name, o.kind, o.about, hash_of(o.text.encode()), o.questions))
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
        system=hash_of(c.system.encode()),
        files=files,
        versions=c.versions,
        counts=counts_of(files),
        digest="",
    )
    return Manifest(**{**vars(manifest), "digest": digest_of(manifest)})


def counts_of(files: tuple[ManifestEntry, ...]) -> dict[str, int]:
    """Numbers of files, of questions, and of questions that expect each answer."""
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
    """The hash of all that a re-check relies on: the manifest without versions, counts and the digest itself."""
    document = _document(manifest)
    for left_out in ("schema", "generated", "found_with", "counts", "digest"):
        del document[left_out]
    return hash_of(json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode())


def readme(manifest: Manifest) -> str:
    """The folder's text for people; it says what the manifest says."""
    parts = [
        "<!-- generated by tcpmodel; `tcpmodel recheck` asks all of it again -->",
        f"# What is proved of {manifest.spec}",
        CHECKING,
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
    """The manifest of a folder; `UnreadableInput` says what is wrong with it."""
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
        "system": m.system,
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
        system=_text(document["system"]),
        files=tuple(_entry(entry) for entry in document["files"]),
        versions=Versions(**document["found_with"]),
        counts=dict(document["counts"]),
        digest=_text(document["digest"]),
    )


def _entry(entry: dict[str, Any]) -> ManifestEntry:
    kind, file = entry["kind"], _text(entry["file"])
    if kind not in KINDS or not re.fullmatch(rf"{OBLIGATIONS}/\w+\.smt2", file):
        raise ValueError(f"the file {file!r} of kind {kind!r}")
    asked = tuple(Question(_text(q["name"]), _expected(q["expected"])) for q in entry["questions"])
    return ManifestEntry(file, _text(entry["name"]), kind, _text(entry["about"]), _text(entry["sha256"]), asked)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _expected(word: object) -> Expected:
    if word not in ("unsat", "sat"):
        raise ValueError(f"{word!r} is neither unsat nor sat")
    return "unsat" if word == "unsat" else "sat"


def _listed(questions: tuple[Question, ...]) -> str:
    return ", ".join(f"{q.name!r} ({q.expected})" for q in questions)
