"""Finding and loading specs: Python files that define a docstring, `system` and `claims`."""

from __future__ import annotations

import runpy
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tcpmodel.errors import DefinitionError, UnreadableInput, UsageError, choices
from tcpmodel.systems.claims import Always, Claim, DeadlockFree, LeadsTo, Witness
from tcpmodel.systems.system import TransitionSystem


@dataclass(frozen=True)
class Spec:
    """A story with its system and claims; `path` is the file it was loaded from."""

    name: str
    path: Path
    story: str
    system: TransitionSystem
    claims: tuple[Claim, ...]

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
    """The folder of specs: `specs/` here, else the one that came with the package."""
    package = Path(__file__).resolve().parents[1]
    for folder in (Path("specs"), package.parent / "specs", package / "specs"):
        if folder.is_dir() and any(folder.glob("*.py")):
            return folder
    raise UnreadableInput("there is no folder specs/ here: run this where specs/ is, or name a spec by its path")


def spec_paths() -> dict[str, Path]:
    """Every spec of the folder, by name."""
    return {path.stem: path for path in sorted(spec_folder().glob("*.py"))}


def find(name: str) -> Path:
    """The file of a spec given by path or by bare name; `UsageError` says which names there are."""
    if name.endswith(".py"):
        path = Path(name)
        if not path.is_file():
            raise UnreadableInput(f"there is no file {name}: write the path of a spec, or a bare name")
        return path
    known = spec_paths()
    if name not in known:
        raise UsageError(f"there is no spec {name!r}: {choices(name, known)}")
    return known[name]


def load(spec: str | Path) -> Spec:
    """The spec in a file, or of a bare name.  `DefinitionError` says what is wrong with it."""
    path = find(str(spec))
    content = _run(path)
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
    return Spec(path.stem, path, story, system, tuple(claims))


def _is_claim(claim: object) -> bool:
    return isinstance(claim, Always | Witness | LeadsTo | DeadlockFree)


def _check_claims(system: TransitionSystem, claims: Sequence[Claim]) -> None:
    names = [claim.name for claim in claims]
    for claim in claims:
        system.check_claim(claim)
        if names.count(claim.name) > 1:
            raise DefinitionError(f"{system.name} has two claims {claim.name!r}: give each its own name")


def _run(path: Path) -> Mapping[str, Any]:
    try:
        return runpy.run_path(str(path))
    except DefinitionError as wrong:
        raise DefinitionError(f"{path.name}: {wrong}") from wrong
    except SyntaxError as wrong:
        raise DefinitionError(f"{path.name} is not Python at line {wrong.lineno}: {wrong.msg}") from wrong
    except OSError as wrong:
        raise UnreadableInput(f"{path} cannot be read: {wrong.strerror}") from wrong
    except Exception as wrong:
        lines = [f.lineno for f in traceback.extract_tb(wrong.__traceback__) if f.filename == str(path)]
        where = f" at line {lines[-1]}" if lines else ""
        raise DefinitionError(f"{path.name} raises {type(wrong).__name__}{where}: {wrong}") from wrong
