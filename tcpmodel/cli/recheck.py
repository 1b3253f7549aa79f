"""`tcpmodel recheck`: a certificate's questions asked again of a second solver."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tcpmodel.cli.arguments import begin, count, print_json, show, workers
from tcpmodel.cli.progress import add_time, working
from tcpmodel.exits import Exit
from tcpmodel.judging.load import load
from tcpmodel.judging.pins import read_digests
from tcpmodel.prove.certificate import Manifest, read
from tcpmodel.prove.recheck import PREFERRED, Asked, Recheck, recheck, second_solver
from tcpmodel.prove.solving import EFFORT
from tcpmodel.sharing import cores

if TYPE_CHECKING:
    from tcpmodel.judging.retelling import Retold

UNPINNED = (
    "UNPINNED: no digest is pinned for {!r}, so that this folder is about what its name says rests on its own word: "
    "write --spec SPEC to compare it with a spec, or --expect DIGEST"
)


def add(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    begin(parser, "tcpmodel recheck proof")
    parser.add_argument("folder", metavar="DIR", help="a certificate's folder")
    parser.add_argument("--solver", metavar="NAME", help=f"{', '.join(PREFERRED)} (default: the first installed) or z3")
    parser.add_argument("--expect", metavar="DIGEST", help="the certificate must have this digest")
    parser.add_argument("--pinned", action="store_true", help="a certificate whose digest is not pinned does not pass")
    parser.add_argument("--spec", metavar="SPEC", help="every file must say what this spec says, byte for byte")
    parser.add_argument("--workers", metavar="N", type=workers, help="scripts to ask at a time (all cores)")
    says = "the most work for one question, in the solver's own units"
    parser.add_argument("--effort", metavar="N", type=count, default=EFFORT, help=says)
    add_time(parser, "asking")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> Exit:
    """Re-check; the exit code."""
    folder = Path(chosen.folder)
    manifest = read(folder)
    with working(chosen, f"re-checking {manifest.spec}", what="scripts", seconds=chosen.timeout):
        told = _told(chosen.spec, manifest) if chosen.spec else None
        report = recheck(
            folder,
            solver_name=chosen.solver or second_solver(),
            workers=chosen.workers or cores(),
            effort=chosen.effort,
            pinned={manifest.spec: chosen.expect} if chosen.expect else read_digests(),
            expected=told and told.texts,
        )
    amiss = report.damage or report.wrong or (chosen.pinned and not report.pinned)
    code = Exit.SELF_CHECK if amiss else Exit.INCONCLUSIVE if report.unknown else Exit.OK
    if chosen.json:
        print_json(_document(report, code, told) | {"compared_with": chosen.spec})
    else:
        _print(report, _compared(chosen.spec, told, report))
    return code


def _told(spec: str, manifest: Manifest) -> Retold:
    """The scripts that the folder must have, made again from the spec; their writer is imported only here."""
    from tcpmodel.judging.retelling import retell

    return retell(load(spec), manifest)


def _compared(spec: str | None, told: Retold | None, report: Recheck) -> list[str]:
    """Lines on whether the folder is about the spec that it names."""
    known = [] if told is None or report.damage else [f"every file says what {spec} says"]
    if told and told.unclaimed:
        known.append(f"{spec} claims besides, and this certificate does not: {', '.join(told.unclaimed)}")
    if not report.pinned:
        known.append(UNPINNED.format(report.manifest.spec))
    return known


def _print(report: Recheck, compared: list[str]) -> None:
    if not report.damage:
        show(f"{'script':50}  questions  unsat  sat  seconds")
        for file in report.files:
            show(f"{file.entry.file:50}  {len(file.asked):9}  {_row(file.asked)}  {file.seconds:7.2f}")
        derived = [asked for group in report.derived for asked in group.asked]
        show(f"{'system.smt2: what check.py derives of it':50}  {len(derived):9}  {_row(derived)}")
        print()
    for sentence in (*report.damage, *report.wrong, *report.unknown):
        show(sentence)
    if report.manifest.never:
        show(f"never fires, as its scripts show: {', '.join(report.manifest.never)}")
    show(f"digest {report.manifest.digest}")
    for sentence in compared:
        show(sentence)
    show(_last(report))


def _row(asked: Sequence[Asked]) -> str:
    said = [a.said for a in asked]
    return f"{said.count('unsat'):5}  {said.count('sat'):3}"


def _last(report: Recheck) -> str:
    with_what = f"{report.solver} {report.solver_version}"
    if report.damage:
        return f"{report.manifest.spec}: this certificate is damaged, so {with_what} was asked nothing"
    derived = sum(len(group.asked) for group in report.derived)
    asked = sum(len(file.asked) for file in report.files) + derived
    if report.wrong:
        return f"{report.manifest.spec}: {with_what} contradicts {len(report.wrong)} of {asked} answers"
    if report.unknown:
        return f"{report.manifest.spec}: {with_what} gave up on {len(report.unknown)} of {asked} questions"
    return (
        f"{report.manifest.spec}: re-checked with {with_what}: {len(report.files)} scripts, "
        f"{asked - derived} questions, {report.count('unsat')} unsat, {report.count('sat')} sat, "
        f"and {derived} derived from system.smt2, in {report.seconds:.1f} s"
    )


def _document(report: Recheck, code: Exit, told: Retold | None) -> dict[str, Any]:
    manifest = report.manifest
    return {
        "schema": 1,
        "exit": code,
        "spec": manifest.spec,
        "solver": {"name": report.solver, "version": report.solver_version},
        "found_with": manifest.versions._asdict(),
        "digest": manifest.digest,
        "pinned": report.pinned,
        "unclaimed": None if told is None else list(told.unclaimed),
        "seconds": round(report.seconds, 3),
        "questions": sum(len(file.asked) for file in report.files),
        "unsat": report.count("unsat"),
        "sat": report.count("sat"),
        "derived": sum(len(group.asked) for group in report.derived),
        "never": list(manifest.never),
        "damage": list(report.damage),
        "wrong": list(report.wrong),
        "unknown": list(report.unknown),
        "files": [
            {
                "file": file.entry.file,
                "kind": file.entry.kind,
                "about": file.entry.about,
                "seconds": round(file.seconds, 3),
                "questions": [{**a.question._asdict(), "said": a.said, "why": a.why} for a in file.asked],
            }
            for file in report.files
        ],
    }
