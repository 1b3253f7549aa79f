"""`tcpmodel verify`: explore specs, judge their claims, compare with the pins, print what was found."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

from tcpmodel.cli.arguments import Verbs, count, print_json, verb
from tcpmodel.cli.exploring import Exploring, add_exploring, exploring_of
from tcpmodel.draw.files import write_trace
from tcpmodel.draw.ladder import ladder
from tcpmodel.draw.reports import verify_json, verify_junit, verify_sarif
from tcpmodel.draw.tables import verify_text
from tcpmodel.errors import UsageError
from tcpmodel.spec.broken import broken_verdict
from tcpmodel.spec.judge import Report, judge, parse_expectation, worst
from tcpmodel.spec.load import Spec, find_all, is_slow, load, spec_paths
from tcpmodel.spec.pins import in_words, pins_folder, read_pins, write_pins
from tcpmodel.systems.claims import Word

ENGINES = ("explore", "prove", "both")


class Engine(NamedTuple):
    """Which engine judges, and how far and with how many workers a proof looks."""

    name: str = "explore"
    depth: int | None = None
    workers: int = 1


EXPLORING = Engine()


def add(verbs: Verbs) -> None:
    """Add the verb to the parser."""
    parser = verb(
        verbs, "verify", "explore specs and judge their claims", "tcpmodel verify two_way_stale_syn --out run"
    )
    parser.add_argument("specs", nargs="*", metavar="SPEC", help="a bare name, a chapter, a path; all if none")
    parser.add_argument("--all", action="store_true", help="where no spec is named: the slow ones, too")
    parser.add_argument(
        "--engine", default="explore", choices=ENGINES, help="explore (default), prove at 32 bits, or both and compare"
    )
    parser.add_argument("--depth", metavar="N", type=count, help="proofs: the longest run sought (12)")
    parser.add_argument("--out", metavar="DIR", help="write run.json and every trace as ITF, text and SVG")
    parser.add_argument("--workers", metavar="N", type=count, help="cores to use, for specs and within one (all)")
    add_exploring(parser)
    parser.add_argument("--expect", metavar="CLAIM=VERDICT", action="append", default=[], help="expect another verdict")
    parser.add_argument("--junit", metavar="FILE", help="write JUnit XML")
    parser.add_argument("--sarif", metavar="FILE", help="write SARIF 2.1.0")
    parser.add_argument("--no-ladders", action="store_true", help="print the table only")
    parser.add_argument("--pin", action="store_true", help="write what was found into specs/pinned.toml")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Verify; the exit code."""
    _check_engine(chosen)
    if chosen.pin and chosen.reduce:
        raise UsageError("pins are of whole systems: leave out --reduce or --pin")
    began = time.monotonic()
    paths = _paths(chosen)
    expect = _expectations(chosen.expect, paths)
    reports = _judge_all(chosen, paths, expect)
    if chosen.pin:
        _pin(paths, reports)
    code = worst([report.exit for report in reports])
    written = _write(chosen, reports)
    document = verify_json(
        reports, code=code, tool=tool(), z3=z3_version(), seconds=time.monotonic() - began, paths=written
    )
    if chosen.out:
        _text(Path(chosen.out) / "run.json", json.dumps(document, indent=1) + "\n")
    if chosen.json:
        print_json(document)
    else:
        _print(reports, ladders=not chosen.no_ladders, by=chosen.engine != "explore")
    return code


def _check_engine(chosen: argparse.Namespace) -> None:
    """Raise `UsageError` where an argument is not for the engine chosen."""
    if chosen.depth and chosen.engine == "explore":
        raise UsageError("--depth is how far a proof looks: write --engine prove or --engine both, too")
    exploring = ("max_states", "max_memory", "timeout", "plain", "compact", "reduce", "checkpoint", "resume", "pin")
    given = [name for name in exploring if getattr(chosen, name)] if chosen.engine == "prove" else []
    if given:
        raise UsageError(f"--{given[0].replace('_', '-')} is of an exploration: leave it out, or write --engine both")


def _paths(chosen: argparse.Namespace) -> list[Path]:
    """The specs named, each once; else all, or all but the slow ones."""
    named = [path for name in chosen.specs for path in find_all(name)]
    if named:
        return list(dict.fromkeys(named))
    every = list(spec_paths().values())
    slow = [] if chosen.all else [path for path in every if is_slow(path)]
    if slow:
        names = ", ".join(path.stem for path in slow)
        print(f"left out because they are slow: {names}; --all includes them", file=sys.stderr)
    return [path for path in every if path not in slow]


def tool() -> str:
    """The name and version of the program."""
    return f"tcpmodel {version('tcpmodel')}"


def z3_version() -> str | None:
    """The version of Z3 at hand, if any."""
    try:
        return version("z3-solver")
    except PackageNotFoundError:
        return None


def _expectations(given: Sequence[str], paths: Sequence[Path]) -> dict[str, Word]:
    specs = [load(path) for path in paths] if given else []
    return dict(parse_expectation(text, specs) for text in given)


def _judge_all(chosen: argparse.Namespace, paths: Sequence[Path], expect: Mapping[str, Word]) -> list[Report]:
    cores = chosen.workers or os.cpu_count() or 1
    at_a_time = min(len(paths), cores)
    each = max(1, cores // at_a_time)
    exploring = exploring_of(chosen, workers=each, alone=at_a_time == 1)
    how = Engine(chosen.engine, depth=chosen.depth, workers=each)
    one = partial(judge_path, exploring=exploring, expect=expect, compare=not chosen.pin, engine=how)
    if at_a_time == 1:
        return [one(path) for path in paths]
    with ProcessPoolExecutor(at_a_time) as pool:
        return list(pool.map(one, paths))


def judge_path(
    path: Path, *, exploring: Exploring, expect: Mapping[str, Word], compare: bool, engine: Engine = EXPLORING
) -> Report:
    """Load a spec and judge it, comparing with its pin; or else find out what else is pinned of it."""
    spec: Spec = load(path)
    if engine.name == "explore":
        return _explored(spec, path, exploring, expect, compare)
    from tcpmodel.spec.engines import EFFORT_BESIDE, by_both, by_proof
    from tcpmodel.spec.methods import DEPTH, Effort

    effort = Effort(depth=engine.depth or DEPTH, workers=engine.workers, length=EFFORT_BESIDE)
    if engine.name == "prove":
        return by_proof(spec, effort, expect=expect)
    return by_both(spec, _explored(spec, path, exploring, expect, compare), effort)


def _explored(spec: Spec, path: Path, exploring: Exploring, expect: Mapping[str, Word], compare: bool) -> Report:
    pin: Mapping[str, Any] | None = read_pins(pins_folder(path)).get(spec.name) if compare else None
    report = judge(spec, explorer=exploring.explorer(spec.name), expect=expect, pin=pin)
    if compare:
        return report
    return replace(report, broken={claim: in_words(broken_verdict(spec, claim)) for claim in spec.broken_by})


def _pin(paths: Sequence[Path], reports: Sequence[Report]) -> None:
    folders = [pins_folder(path) for path in paths]
    for folder in dict.fromkeys(folders):
        write_pins(folder, [r for f, r in zip(folders, reports, strict=True) if f == folder and r.complete])


def _write(chosen: argparse.Namespace, reports: Sequence[Report]) -> dict[tuple[str, str], str]:
    if chosen.junit:
        _text(Path(chosen.junit), verify_junit(reports))
    if chosen.sarif:
        _text(Path(chosen.sarif), json.dumps(verify_sarif(reports, tool=tool()), indent=1) + "\n")
    if not chosen.out:
        return {}
    folder = Path(chosen.out)
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for report in reports:
        for judged in report.judged:
            if judged.trace is not None:
                failed = judged.verdict.word == "fails"
                path = write_trace(
                    folder, judged.trace, spec=report.name, claim=judged.claim, tool=tool(), failed=failed
                )
                written[report.name, judged.claim.name] = str(path)
    return written


def _text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _print(reports: Sequence[Report], *, ladders: bool, by: bool) -> None:
    print(verify_text(reports, by=by))
    counterexamples = [(r, j) for r in reports for j in r.judged if j.trace is not None and j.verdict.word == "fails"]
    for report, judged in counterexamples if ladders else ():
        assert judged.trace is not None
        print()
        print(ladder(judged.trace, title=f"{report.name}: {judged.claim.name}", claim=judged.claim))
    judged_all = [j for r in reports for j in r.judged]
    good = sum(j.as_expected for j in judged_all)
    states = sum(r.states for r in reports)
    explored = f", {states:,} states" if states else ""
    print(f"\n{good} of {len(judged_all)} claims have their expected verdict; {len(reports)} specs{explored}")
