"""Integrity check of a certificate before any question is asked: the folder is whole and agrees with itself.

Nothing here makes obligations.  The files are taken as they are.  Their shape, hashes, rules and questions are compared
with the manifest, and its digest with the one that is pinned, if any; the texts with those that a spec has, if given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path

from tcpmodel.prove import certificate as written
from tcpmodel.prove.certificate import Manifest, ManifestEntry, check_script
from tcpmodel.prove.check import System
from tcpmodel.prove.shape import Misshapen, questions_of, ways_of

SHAPELESS = (ValueError, KeyError, TypeError, AttributeError, IndexError)
"""Exceptions that reading a file raises if it is not the file of a system."""
SHOWN = 90
"""Characters of a line that are shown at most."""


def damage(
    folder: Path, manifest: Manifest, *, pinned: Mapping[str, str], expected: Mapping[str, str] | None = None
) -> Iterator[str]:
    """All that is wrong with a certificate before any question is asked, one sentence each."""
    yield from _files(folder, manifest)
    for entry in manifest.files:
        if (folder / entry.file).is_file():
            yield from _script(entry, (folder / entry.file).read_bytes())
    yield from _completeness(manifest)
    yield from _ways(folder, manifest)
    yield from _system(folder, manifest)
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


def _script(entry: ManifestEntry, content: bytes) -> Iterator[str]:
    if written.hash_of(content) != entry.sha256:
        yield f"{entry.file} has been edited: it has not the hash that the manifest gives"
    try:
        found = questions_of(content.decode("utf-8"))
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
    """Missing parts of a proof by an invariant: each needs scripts about the start, every rule and every claim."""
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
    """Ways that lack a script: each rule needs one about all its ways, and each way named there one of its own."""
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
        named = ways_of(path.read_text("utf-8", "replace")) if path.is_file() else ()
        for name in sorted({*named} - {*of_rules.get(rule, ())}):
            yield f"the way {name!r} has no script: nothing shows that it keeps the invariant"
        for name in sorted({*of_rules.get(rule, ())} - {*named}):
            yield f"{said[rule].file} does not name the way {name!r}, which has a script"


def _system(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Faults of the system's file and of the script that reads it; both must be the ones the manifest speaks of."""
    if _read(folder / written.CHECK) != check_script():
        yield f"{written.CHECK} is not the script that this program writes: run that one"
    path = folder / written.SYSTEM
    if not path.is_file():
        yield f"{written.SYSTEM} is missing"
        return
    if written.hash_of(path.read_bytes()) != manifest.system:
        yield f"{written.SYSTEM} has been edited: it has not the hash that the manifest gives"
    try:
        system = System(path.read_text("utf-8"))
        yield from _speaks_of(system, manifest)
    except SHAPELESS as wrong:
        yield f"{written.SYSTEM} has not the shape of a system: {wrong}"


def _speaks_of(system: System, manifest: Manifest) -> Iterator[str]:
    """Rules, ways, clauses and claims that only the system's file has, or only the manifest, or in other words."""
    rules = [rule.says["rule"] for rule, *_ in system.rules]
    ways = [way.says["way"] for _, *parts in system.rules for way in system.all("way", parts)]
    follow = [(i.says.get("lemma") or i.says["claim"], i.says["says"]) for i in (*system.lemmas, *system.all("claim"))]
    said = {
        "rule": (rules, manifest.rules),
        "way": (ways, [entry.name for entry in manifest.files if entry.kind == "rule"]),
        "clause": ([(c.says["clause"], c.says["says"]) for c in system.clauses], _words(manifest.invariant)),
        "claim": (follow, _words(manifest.claims)),
    }
    for what, (its, ours) in said.items():
        yield from (f"{written.SYSTEM} has no {what} {name!r}: the manifest has" for name in _only(ours, its))
        yield from (f"{written.SYSTEM} has the {what} {name!r}: the manifest has not" for name in _only(its, ours))


def _words(statements: Iterable[written.Statement]) -> list[tuple[str, str]]:
    return [(statement.name, statement.words) for statement in statements]


def _only(ones: Iterable[object], others: Iterable[object]) -> list[object]:
    """Those of the ones that are not among the others, once each."""
    without = set(others)
    return [one for one in dict.fromkeys(ones) if one not in without]


def _agreement(folder: Path, manifest: Manifest, pinned: Mapping[str, str]) -> Iterator[str]:
    """Contradictions of the manifest with itself, with the text for people, and with what is pinned."""
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
    """Difference of the files from the texts that the spec has: the first file that differs, and how many do."""
    about = {entry.file: entry.name for entry in manifest.files}
    there = {*about, written.MANIFEST, written.README, written.SYSTEM, written.CHECK}
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
