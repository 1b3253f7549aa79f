"""Work of `tcpmodel prove`: SMT solvers judge a spec's claims at 32 bits; a certificate keeps what was proved."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from tcpmodel.about import TOOL
from tcpmodel.cli.arguments import print_json, program, screen, show
from tcpmodel.cli.progress import within, working
from tcpmodel.cli.targets import Writing, check_folder
from tcpmodel.draw.files import write_trace
from tcpmodel.draw.ladder import WIDTH, ladder
from tcpmodel.draw.proofs import failed_text, prove_json, prove_text
from tcpmodel.errors import UsageError
from tcpmodel.exits import Exit, worst
from tcpmodel.judging.load import Spec, load, pinnable, spec_folder
from tcpmodel.judging.methods import DEPTH, Effort, K
from tcpmodel.judging.pins import write_digest
from tcpmodel.judging.proving import ProofReport, prove_spec
from tcpmodel.judging.report import code_of
from tcpmodel.prove.breaking import Bite, bite
from tcpmodel.prove.certificate import write
from tcpmodel.prove.certify import certificate
from tcpmodel.prove.parallel import in_parallel


def run(chosen: argparse.Namespace) -> Exit:
    """Prove; the exit code."""
    if chosen.pin and not chosen.out:
        raise UsageError("--pin is of a certificate: write --out DIR, too")
    if chosen.pin:
        pinnable(spec_folder())
    check_folder(chosen.out)
    with working(chosen, f"proving {chosen.spec}", what="tasks", seconds=chosen.timeout) as (progress, watch):
        with within(chosen.timeout, f"{chosen.spec} was read"):
            spec = load(chosen.spec)
            report = prove_spec(spec, _effort(chosen), claims=chosen.claim)
        progress.say(f"proving {chosen.spec}: what breaks it")
        bites = [] if chosen.no_teeth or watch.stopped else _bites(report, chosen)
    stopped = [Exit.INCONCLUSIVE] if watch.stopped else []
    code = worst([*map(code_of, report.judged), *_of_proof(report, bites), *stopped])
    writing = Writing()
    written, digest = _write(chosen, spec, report, writing)
    if chosen.pin and digest and code == Exit.OK:
        write_digest(spec.name, digest)
    if chosen.json:
        print_json(prove_json(report, bites, code=code, tool=TOOL, written=written, digest=digest))
    else:
        _print(chosen, report, bites, digest)
        if watch.stopped:
            show(f"not complete: {watch.stopped}")
    if chosen.out and not (written or digest or writing.unwritten):
        print(
            f"tcpmodel: nothing of {spec.name} was proved, so there is no certificate: leave out --out", file=sys.stderr
        )
        code = worst([code, Exit.USAGE])
    return writing.code(code)


def _effort(chosen: argparse.Namespace) -> Effort:
    return Effort(
        chosen.method,
        chosen.solver,
        depth=chosen.depth or DEPTH,
        k=chosen.k or K,
        bits=chosen.bits,
        question=chosen.effort,
        workers=chosen.workers,
    )


def _print(chosen: argparse.Namespace, report: ProofReport, bites: list[Bite], digest: str | None) -> None:
    if not chosen.no_ladders:
        _ladders(report)
    show(prove_text(report, bites))
    asked = report.proved is not None and not any(o.unasked for o in report.proved.obligations)
    for line in failed_text(report.proved) if report.proved and asked else ():
        show(line)
    if digest:
        show(f"certificate in {chosen.out}, digest {digest}; ask it again: {program()} recheck {chosen.out}")


def _bites(report: ProofReport, chosen: argparse.Namespace) -> list[Bite]:
    proof = report.proved.proof if report.proved else None
    if proof is None or not proof.teeth:
        return []
    show = partial(bite, proof, solver_name=chosen.solver, effort=chosen.effort)
    shown = in_parallel([partial(show, tooth) for tooth in proof.teeth], workers=chosen.workers, undone=lambda *_: None)
    return [bite for bite in shown if bite is not None]


def _of_proof(report: ProofReport, bites: list[Bite]) -> list[Exit]:
    """The codes of what is no claim: a change that breaks nothing, a rule that never fires."""
    toothless = [Exit.SELF_CHECK for b in bites if b.obligation is None]
    idle = [Exit.SELF_CHECK] if report.proved and report.whole and report.proved.never else []
    return [*toothless, *idle]


def _ladders(report: ProofReport) -> None:
    for judged in report.judged:
        if judged.trace is not None and judged.verdict.word == "fails":
            claim = replace(judged.claim, expected=judged.expected)
            print(ladder(judged.trace, title=f"{report.name}: {claim.name}", claim=claim, width=screen(WIDTH)))
            print()


def _write(
    chosen: argparse.Namespace, spec: Spec, report: ProofReport, writing: Writing
) -> tuple[dict[str, str], str | None]:
    """Write the certificate, if there is a proof, and the traces; where they are, and the digest."""
    traces: dict[str, str] = {}
    if not chosen.out:
        return traces, None
    folder = Path(chosen.out)
    for j in report.judged:
        if j.trace is not None:
            with writing.attempt():
                folder.mkdir(parents=True, exist_ok=True)
                failed = j.verdict.word == "fails"
                path = write_trace(folder, j.trace, spec=spec.name, claim=j.claim, tool=TOOL, failed=failed)
                traces[j.claim.name] = str(path)
    if report.certain is None:
        return traces, None
    with writing.attempt():
        folder.mkdir(parents=True, exist_ok=True)
        return traces, write(folder, certificate(report.certain, spec=spec.name, tool=TOOL)).digest
    return traces, None
