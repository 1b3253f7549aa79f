"""Finding and loading specs: Python files that define a docstring, `system` and `claims`.

They may also define `hazards` (which claim answers which hazard of the catalogue), `broken_by` (what breaks
a claim that holds), `slow = True` (left out of a run that names no spec) and `proof()` (what is proved without
bounds, a `Proof`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tcpmodel.errors import BadConfiguration, DefinitionError, UnreadableInput, UsageError, choices
from tcpmodel.judging.running import guarded, run_file
from tcpmodel.systems.claims import Always, Claim, DeadlockFree, LeadsTo, Witness
from tcpmodel.systems.proof import Proof
from tcpmodel.systems.system import TransitionSystem
from tcpmodel.tcp.rfc9293.left_out import HAZARDS
from tcpmodel.tcp.rfc9293.rules import RFC_9293, Rules

CHAPTERS = (
    "figures",
    "establishment",
    "isn",
    "half_open",
    "segments",
    "closing",
    "time_wait",
    "attacks",
    "extensions",
)
"""The folders of `specs/` in the order in which they are read."""

LISTED_BY = "tcpmodel specs"

Breaking = Mapping[str, Any] | Callable[[Any], Any]
"""A change that breaks a claim: arguments of `tcp.world.connection.sibling`, or a function from rules to rules."""


@dataclass(frozen=True)
class Spec:
    """A story with its system and claims; `path` is the file it was loaded from."""

    name: str
    path: Path
    story: str
    system: TransitionSystem
    claims: tuple[Claim, ...]
    hazards: Mapping[str, str] = field(default_factory=dict)
    broken_by: Mapping[str, Breaking] = field(default_factory=dict)
    chapter: str = ""
    proof: Callable[[], Proof] | None = None

    def __repr__(self) -> str:
        return f"<Spec {self.name}: {self.headline}>"

    def claim(self, name: str) -> Claim:
        """The claim of this name."""
        for claim in self.claims:
            if claim.name == name:
                return claim
        raise UsageError(f"{self.name} has no claim {name!r}: {choices(name, (c.name for c in self.claims))}")

    @property
    def headline(self) -> str:
        """The first line of the story."""
        return self.story.strip().splitlines()[0]


def spec_folder() -> Path:
    """The folder of the built-in specs: the one that came with the package, else that of its checkout."""
    package = Path(__file__).resolve().parents[1]
    return next((f for f in (package / "specs", package.parent / "specs") if f.is_dir()), package / "specs")


def pinnable(folder: Path) -> Path:
    """A folder in which pins may be written: not that of an installed package."""
    package = Path(__file__).resolve().parents[1]
    if folder.resolve().is_relative_to(package):
        raise BadConfiguration(f"{folder} belongs to the installed package: pin in a checkout of the sources")
    return folder


def in_spec_folder(path: Path) -> bool:
    """Whether a file lies in the folder of specs, in a chapter of it or not."""
    return path.resolve().is_relative_to(spec_folder().resolve())


def chapter_of(path: Path) -> str:
    """The chapter of a spec: its folder within `specs/`; "" for a spec that is in none."""
    here, specs = path.resolve(), spec_folder().resolve()
    return "/".join(here.relative_to(specs).parts[:-1]) if here.is_relative_to(specs) else ""


def spec_paths(folder: Path | None = None) -> dict[str, Path]:
    """Every built-in spec, or every one in a folder and the folders in it, by name, chapter by chapter."""
    paths = spec_folder().rglob("*.py") if folder is None else filter(defines_spec, _sources(folder))
    found: dict[str, Path] = {}
    for path in sorted(paths, key=_place):
        if path.stem in found:
            raise DefinitionError(f"{found[path.stem]} and {path} are two specs of one name: rename one of them")
        found[path.stem] = path
    return found


def _sources(folder: Path) -> Iterator[Path]:
    """The Python files of a folder, without those of hidden folders and of what is installed."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            installed = path.name == "site-packages" or (path / "pyvenv.cfg").exists()
            if not (installed or path.is_symlink() or path.name.startswith((".", "__"))):
                yield from _sources(path)
        elif path.suffix == ".py":
            yield path


def defines_spec(path: Path) -> bool:
    """Whether a file assigns `system` and `claims`, read off its text: nothing is run."""
    text = path.read_bytes()
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return all(re.search(rb"(?m)^" + name + rb"\b.*=", text) for name in (b"system", b"claims"))
    inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    nodes = (n for line in body if not isinstance(line, inner) for n in ast.walk(line))
    names = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return {"system", "claims"} <= names


def _place(path: Path) -> tuple[int, str, str]:
    """Sort key of a spec among all: chapters in their order, other folders behind them."""
    name = path.parent.name
    return (CHAPTERS.index(name) if name in CHAPTERS else len(CHAPTERS), name, path.stem)


def find(name: str) -> Path:
    """The file of a spec given by path or by bare name; `UsageError` says which names there are."""
    if name.endswith(".py"):
        path = Path(name)
        if not path.is_file():
            raise UnreadableInput(f"there is no file {name}: write the path of a spec, or a bare name")
        return path
    known = spec_paths()
    if name not in known:
        raise UsageError(f"there is no spec {name!r}: {choices(name, known, listed_by=LISTED_BY)}")
    return known[name]


def find_all(name: str) -> list[Path]:
    """The files of a spec, or of every spec of a folder or chapter.

    A bare name that is a spec's and a chapter's is the spec's; with a slash behind it, it is the chapter's.
    """
    if not name.strip():
        raise UsageError("the name of a spec is empty: write a bare name, a chapter or a path, or none at all")
    if Path(name).is_dir() and "/" in name:
        return _filled(name, spec_paths(Path(name)))
    known = spec_paths()
    if name in known:
        return [known[name]]
    chapter = [path for path in known.values() if chapter_of(path) == name.rstrip("/")]
    if chapter:
        return chapter
    if Path(name).is_dir():
        return _filled(name, spec_paths(Path(name)))
    if name.endswith(".py"):
        return [find(name)]
    raise UsageError(
        f"there is no spec or chapter {name!r}: {choices(name, {*known, *chapters()}, listed_by=LISTED_BY)}"
    )


def chapters() -> list[str]:
    """The chapters that have specs, in their order."""
    return [name for name in dict.fromkeys(map(chapter_of, spec_paths().values())) if name]


def _filled(name: str, found: Mapping[str, Path]) -> list[Path]:
    if not found:
        raise UsageError(f"there is no spec in the folder {name}: write the name of a folder of specs")
    return list(found.values())


def load(spec: str | Path) -> Spec:
    """The spec in a file, or of a bare name.  `DefinitionError` says what is wrong with it."""
    path = find(str(spec))
    content = run_file(path)
    system, claims = content.get("system"), content.get("claims")
    if not isinstance(system, TransitionSystem):
        raise DefinitionError(f"{path.name} defines no system: write system = connection(...)")
    if not isinstance(claims, Sequence) or not claims or not all(_is_claim(c) for c in claims):
        raise DefinitionError(f"{path.name} defines no claims: write claims = [Always(...), Witness(...), ...]")
    story = content.get("__doc__")
    if not story:
        raise DefinitionError(f"{path.name} tells no story: begin it with a docstring")
    system = replace(system, name=path.stem)
    _check_claims(system, claims)
    _check_slow(path, content)
    expected = {claim.name: claim.expected for claim in claims}
    hazards, broken_by = _hazards(path, content, expected), _broken_by(path, content, expected)
    broken_by = {claim: guarded(path, by) if callable(by) else by for claim, by in broken_by.items()}
    proof = content.get("proof")
    if proof is not None and not callable(proof):
        raise DefinitionError(f"{path.name} defines a proof that is no function: write def proof(): return Proof(...)")
    proof = proof and guarded(path, proof)
    return Spec(path.stem, path, story, system, tuple(claims), hazards, broken_by, chapter_of(path), proof)


def load_rules(path: Path) -> Rules:
    """The rules that a file defines: `rules`, or the only ones.  `DefinitionError` says what is wrong with it."""
    if not path.is_file():
        raise UnreadableInput(f"there is no file {path}: write the path of a Python file that says rules = ...")
    defined = run_file(path)
    found = {name: value for name, value in defined.items() if isinstance(value, Rules) and value is not RFC_9293}
    if "rules" in found or len(found) == 1:
        return found.get("rules") or next(iter(found.values()))
    several = f"several: {', '.join(found)}" if found else "no rules"
    raise DefinitionError(f"{path.name} defines {several}: write rules = RFC_9293.replacing(...)")


def headline_of(path: Path) -> str:
    """The first line of a spec's story, read off its text: nothing is run."""
    story = ast.get_docstring(ast.parse(path.read_bytes())) or ""
    return story.partition("\n")[0]


def is_slow(path: Path) -> bool:
    """Whether a spec says `slow = True`, read off its text: nothing is run."""
    try:
        body = ast.parse(path.read_bytes()).body
    except (OSError, SyntaxError, ValueError):
        return False
    return any(ast.unparse(line) == "slow = True" for line in body if isinstance(line, ast.Assign))


def _check_slow(path: Path, content: Mapping[str, Any]) -> None:
    if content.get("slow", False) is not is_slow(path):
        raise DefinitionError(f"{path.name} says slow otherwise than as a line slow = True: write that, or nothing")


def _hazards(path: Path, content: Mapping[str, Any], expected: Mapping[str, str]) -> Mapping[str, str]:
    hazards = content.get("hazards", {})
    if not isinstance(hazards, Mapping):
        raise DefinitionError(f'{path.name} defines hazards that are no mapping: write hazards = {{"H04": "a_claim"}}')
    for hazard, claim in hazards.items():
        if hazard not in HAZARDS:
            raise DefinitionError(
                f"{path.name} names a hazard {hazard!r}: write an id from {HAZARDS[0]!r} to {HAZARDS[-1]!r}"
            )
        if claim not in expected:
            raise DefinitionError(f"{path.name} has no claim {claim!r} for {hazard}: {choices(str(claim), expected)}")
    return dict(hazards)


def _broken_by(path: Path, content: Mapping[str, Any], expected: Mapping[str, str]) -> Mapping[str, Breaking]:
    broken_by = content.get("broken_by", {})
    if not isinstance(broken_by, Mapping):
        raise DefinitionError(
            f'{path.name} defines a broken_by that is no mapping: write broken_by = {{"a_claim": {{"isn": "zero"}}}}'
        )
    for claim, breaking in broken_by.items():
        if claim not in expected:
            raise DefinitionError(f"{path.name} has no claim {claim!r} to break: {choices(str(claim), expected)}")
        if expected[claim] != "holds":
            raise DefinitionError(f"{path.name} breaks {claim}, which does not hold: break claims that hold")
        if not (isinstance(breaking, Mapping) and breaking) and not callable(breaking):
            raise DefinitionError(
                f"{path.name} breaks {claim} by {breaking!r}: write changes, or a function from rules to rules"
            )
    return dict(broken_by)


def _is_claim(claim: object) -> bool:
    return isinstance(claim, Always | Witness | LeadsTo | DeadlockFree)


def _check_claims(system: TransitionSystem, claims: Sequence[Claim]) -> None:
    names = [claim.name for claim in claims]
    for claim in claims:
        system.check_claim(claim)
        if names.count(claim.name) > 1:
            raise DefinitionError(f"{system.name} has two claims {claim.name!r}: give each its own name")
