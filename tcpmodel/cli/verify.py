"""`tcpmodel verify`: explore specs, judge their claims, compare with the pins, print what was found."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from tcpmodel.about import TOOL
from tcpmodel.cli.arguments import begin, count, print_json, program, screen, show, workers
from tcpmodel.cli.chapters import Chapters
from tcpmodel.cli.exploring import Exploring, add_exploring, exploring_of, left_of
from tcpmodel.cli.progress import Progress, told, within, working
from tcpmodel.cli.targets import Writing, check_apart, check_file, check_folder
from tcpmodel.draw.files import write_trace
from tcpmodel.draw.ladder import WIDTH, ladder
from tcpmodel.draw.reports import verify_json, verify_junit, verify_sarif
from tcpmodel.draw.runs import next_text, run_text, unexpected_text
from tcpmodel.draw.verdict_tables import verify_text
from tcpmodel.errors import BadConfiguration, OutOfTime, UnreadableInput, UsageError
from tcpmodel.exits import Exit, worst
from tcpmodel.judging.broken import broken_verdict
from tcpmodel.judging.judge import judge, parse_expectation, refused
from tcpmodel.judging.load import Spec, find_all, is_slow, load, pinnable, spec_paths
from tcpmodel.judging.pins import VERDICTS, in_words, pins_folder, write_pins
from tcpmodel.judging.report import Report
from tcpmodel.sharing import cores, share
from tcpmodel.systems.claims import Word

ENGINES = ("explore", "prove", "both")


class Engine(NamedTuple):
    """The engine that judges; for proofs also the depth of the search and the number of workers."""

    name: str = "explore"
    depth: int | None = None
    workers: int = 1


EXPLORING = Engine()


def add(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    begin(parser, "tcpmodel verify two_way_stale_syn --out run")
    parser.add_argument("specs", nargs="*", metavar="SPEC", help="a bare name, a chapter, a path; all if none")
    parser.add_argument("--all", action="store_true", help="where no spec is named: the slow ones, too")
    parser.add_argument(
        "--engine", default="explore", choices=ENGINES, help="explore (default), prove at 32 bits, or both and compare"
    )
    parser.add_argument(
        "--depth", metavar="N", type=count, help="proofs: the longest counterexample sought, in steps (12)"
    )
    parser.add_argument("--out", metavar="DIR", help="write run.json and every trace as ITF, text and SVG")
    parser.add_argument("--workers", metavar="N", type=workers, help="cores to use, for specs and within one (all)")
    add_exploring(parser)
    parser.add_argument("--expect", metavar="CLAIM=VERDICT", action="append", default=[], help="expect another verdict")
    parser.add_argument("--junit", metavar="FILE", help="write JUnit XML")
    parser.add_argument("--sarif", metavar="FILE", help="write SARIF 2.1.0")
    parser.add_argument(
        "--ladders",
        action=argparse.BooleanOptionalAction,
        help="show the run of every claim that fails (default: of one spec's, and of what is not as expected)",
    )
    parser.add_argument("--table", action="store_true", help="where no spec is named: a line per claim, too")
    parser.add_argument("--pin", action="store_true", help="write what was found into specs/pinned.toml")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> Exit:
    """Verify; the exit code."""
    _check(chosen)
    began = time.monotonic()
    paths = _paths(chosen)
    for path in paths if chosen.pin else ():
        pinnable(pins_folder(path))
    expect = _expectations(chosen.expect, paths)
    reports = _judge_all(chosen, paths, expect)
    if chosen.pin:
        _pin(paths, reports)
    for report in reports:
        if report.refused:
            print(f"tcpmodel: {report.refused.why}", file=sys.stderr)
    code = worst([report.exit for report in reports] + [Exit.INCONCLUSIVE] * (len(reports) < len(paths)))
    writing = Writing()
    written = _write(chosen, reports, writing)
    if chosen.out or chosen.json:
        seconds = time.monotonic() - began
        document = verify_json(reports, code=code, tool=TOOL, z3=z3_version(), seconds=seconds, paths=written)
        document["unjudged"] = sorted({path.stem for path in paths} - {report.name for report in reports})
        writing.text(chosen.out and Path(chosen.out) / "run.json", lambda: json.dumps(document, indent=1) + "\n")
    if chosen.json:
        print_json(document)
    elif not reports or not all(report.refused for report in reports):
        _print(chosen, reports, of=len(paths))
    return writing.code(code)


def _check(chosen: argparse.Namespace) -> None:
    """Raise an error where arguments exclude each other, or where their targets cannot be written."""
    _check_engine(chosen)
    if chosen.pin and chosen.reduce:
        raise UsageError("pins are of whole systems: leave out --reduce or --pin")
    check_folder(chosen.out)
    check_file(chosen.junit, "junit", option="--junit")
    check_file(chosen.sarif, "sarif", option="--sarif")
    check_apart(chosen.out, chosen.junit, chosen.sarif)


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


def z3_version() -> str | None:
    """The version of Z3 at hand, if any."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("z3-solver")
    except PackageNotFoundError:
        return None


def _expectations(given: Sequence[str], paths: Sequence[Path]) -> dict[str, Word]:
    specs = []
    for path in paths if given else ():
        with suppress(BadConfiguration, UnreadableInput):  # told where it is judged
            specs.append(load(path))
    return dict(parse_expectation(text, specs) for text in given)


def _judge_all(chosen: argparse.Namespace, paths: Sequence[Path], expect: Mapping[str, Word]) -> list[Report]:
    """Every spec's report, in the order of the specs; a line per chapter as it is done, where all were asked for."""
    at_a_time = min(len(paths), chosen.workers or cores())
    each = max(1, (chosen.workers or cores()) // at_a_time)
    exploring = exploring_of(chosen, workers=each, alone=len(paths) == 1)
    how = Engine(chosen.engine, depth=chosen.depth, workers=each)
    one = partial(judge_path, exploring=exploring, expect=expect, compare=not chosen.pin, engine=how)
    if len(paths) == 1:
        with Progress(f"{paths[0].stem}: reading and compiling", told=told(chosen)) as progress:
            return [one(paths[0], exploring=replace(exploring, beside=progress))]
    with working(chosen, "judging", what="specs are judged") as (progress, _):
        telling = Chapters(paths, progress, aloud=_overview(chosen) and not chosen.json)
        done = share(
            [partial(one, path) for path in paths],
            workers=at_a_time,
            found=telling.found,
            lost=lambda number, how: _lost(paths[number], how),
        )
        telling.rest()
    return [done[i] for i in range(len(paths)) if i in done]


def _lost(path: Path, how: str) -> Report:
    return refused(path, f"{path.name} ended its worker by {how}", Exit.CONFIGURATION)


def _overview(chosen: argparse.Namespace) -> bool:
    """Whether chapters are told of in a line each, not claims."""
    return not chosen.specs and not chosen.table


def judge_path(path: Path, **how: Any) -> Report:
    """Judge a spec as `judged_spec` does; what is wrong with it is reported and stops no other."""
    exploring: Exploring = how["exploring"]
    try:
        with within(exploring.limits.seconds, f"{path.name} was read and compiled"):
            return judged_spec(path, **how)
    except OutOfTime as wrong:
        return refused(path, str(wrong), Exit.INCONCLUSIVE)
    except (UnreadableInput, BadConfiguration) as wrong:
        return refused(path, str(wrong), wrong.exit)
    except (UsageError, OSError):
        raise
    except Exception as wrong:
        if os.environ.get("TCPMODEL_DEBUG"):
            raise
        why = f"{path.name}: this should not have happened: {type(wrong).__name__}: {wrong}"
        return refused(path, why, Exit.INTERNAL)


def judged_spec(
    path: Path, *, exploring: Exploring, expect: Mapping[str, Word], compare: bool, engine: Engine = EXPLORING
) -> Report:
    """Load a spec and judge it, comparing with its pin; or else find out what else is pinned of it."""
    began = time.monotonic()
    spec: Spec = load(path)
    exploring = replace(exploring, limits=left_of(exploring.limits, since=began))
    if engine.name == "explore":
        return _explored(spec, path, exploring, expect, compare)
    from tcpmodel.judging.engines import EFFORT_BESIDE, by_both, by_proof
    from tcpmodel.judging.methods import DEPTH, Effort

    effort = Effort(depth=engine.depth or DEPTH, workers=engine.workers, length=EFFORT_BESIDE)
    if engine.name == "prove":
        return by_proof(spec, effort, expect=expect)
    return by_both(spec, _explored(spec, path, exploring, expect, compare), effort)


def _explored(spec: Spec, path: Path, exploring: Exploring, expect: Mapping[str, Word], compare: bool) -> Report:
    pin: Mapping[str, Any] | None = VERDICTS.read(pins_folder(path)).get(spec.name) if compare else None
    report = judge(spec, explorer=exploring.explorer(spec.name), expect=expect, pin=pin)
    if compare:
        return report
    return replace(report, broken={claim: in_words(broken_verdict(spec, claim)) for claim in spec.broken_by})


def _pin(paths: Sequence[Path], reports: Sequence[Report]) -> None:
    folders = [pins_folder(path) for path in paths]
    for folder in dict.fromkeys(folders):
        write_pins(folder, [r for f, r in zip(folders, reports, strict=True) if f == folder and r.complete])


def _write(chosen: argparse.Namespace, reports: Sequence[Report], writing: Writing) -> dict[tuple[str, str], str]:
    """Write what was asked for; where each trace is."""
    writing.text(chosen.junit, lambda: verify_junit(reports))
    writing.text(chosen.sarif, lambda: json.dumps(verify_sarif(reports, tool=TOOL), indent=1) + "\n")
    written: dict[tuple[str, str], str] = {}
    traces = [(report, judged) for report in reports for judged in report.judged if judged.trace is not None]
    for report, judged in traces if chosen.out else ():
        with writing.attempt():
            Path(chosen.out).mkdir(parents=True, exist_ok=True)
            assert judged.trace is not None
            failed = judged.verdict.word == "fails"
            path = write_trace(
                Path(chosen.out), judged.trace, spec=report.name, claim=judged.claim, tool=TOOL, failed=failed
            )
            written[report.name, judged.claim.name] = str(path)
    return written


def _print(chosen: argparse.Namespace, reports: Sequence[Report], *, of: int) -> None:
    """Print as much of what was found as was asked for."""
    by, several = chosen.engine != "explore", of > 1
    if not _overview(chosen):
        show(verify_text(reports, by=by))
    elif any(report.exit for report in reports):
        show(f"\n{unexpected_text(reports, by=by)}")
    ladders = chosen.ladders if chosen.ladders is not None else not several
    fails = [(r, j) for r in reports for j in r.judged if j.trace is not None and j.verdict.word == "fails"]
    for report, judged in fails if chosen.ladders is not False else ():
        if ladders or not judged.as_expected:
            assert judged.trace is not None
            claim = replace(judged.claim, expected=judged.expected)
            title = f"{report.name}: {claim.name}"
            print(f"\n{ladder(judged.trace, title=title, claim=claim, width=screen(WIDTH))}")
    show(f"\n{run_text(reports)}")
    if len(reports) < of:
        print(f"interrupted: {len(reports)} of {of} specs were judged")
    elif _overview(chosen):
        show(next_text(program()))
