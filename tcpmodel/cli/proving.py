"""What `tcpmodel prove` does: a spec's claims judged by solvers at 32 bits, with a certificate of what was proved."""

from __future__ import annotations

import argparse
from dataclasses import replace
from functools import partial
from pathlib import Path

from tcpmodel.cli.arguments import print_json
from tcpmodel.cli.verify import tool
from tcpmodel.draw.files import write_trace
from tcpmodel.draw.ladder import ladder
from tcpmodel.draw.proofs import failed_text, prove_json, prove_text
from tcpmodel.errors import UsageError
from tcpmodel.prove.breaking import Bite, bite
from tcpmodel.prove.certificate import write
from tcpmodel.prove.certify import certificate
from tcpmodel.prove.parallel import in_parallel
from tcpmodel.spec.certificates import write_digest
from tcpmodel.spec.judge import SELF_CHECK, code_of, worst
from tcpmodel.spec.load import Spec, load, pinnable, spec_folder
from tcpmodel.spec.methods import DEPTH, Effort, K
from tcpmodel.spec.proving import Report, prove_spec


def run(chosen: argparse.Namespace) -> int:
    """Prove; the exit code."""
    if chosen.pin and not chosen.out:
        raise UsageError("--pin is of a certificate: write --out DIR, too")
    if chosen.pin:
        pinnable(spec_folder())
    spec = load(chosen.spec)
    report = prove_spec(
        spec,
        Effort(
            chosen.method,
            chosen.solver,
            depth=chosen.depth or DEPTH,
            k=chosen.k or K,
            bits=chosen.bits,
            question=chosen.effort,
            workers=chosen.workers,
        ),
        claims=chosen.claim,
    )
    bites = [] if chosen.no_teeth else _bites(report, chosen)
    code = worst([*map(code_of, report.judged), *_of_proof(report, bites)])
    written, digest = _write(chosen, spec, report)
    if chosen.pin and digest and code == 0:
        write_digest(spec.name, digest)
    if chosen.json:
        print_json(prove_json(report, bites, code=code, tool=tool(), written=written, digest=digest))
        return code
    if not chosen.no_ladders:
        _ladders(report)
    print(prove_text(report, bites))
    for line in failed_text(report.proved) if report.proved else ():
        print(line)
    if digest:
        print(f"certificate in {chosen.out}, digest {digest}; ask it again: tcpmodel recheck {chosen.out}")
    return code


def _bites(report: Report, chosen: argparse.Namespace) -> list[Bite]:
    proof = report.proved.proof if report.proved else None
    if proof is None or not proof.teeth:
        return []
    show = partial(bite, proof, solver_name=chosen.solver, effort=chosen.effort)
    return list(in_parallel([partial(show, tooth) for tooth in proof.teeth], workers=chosen.workers))


def _of_proof(report: Report, bites: list[Bite]) -> list[int]:
    """The codes of what is no claim: a change that breaks nothing, a rule that never fires."""
    toothless = [SELF_CHECK for b in bites if b.obligation is None]
    idle = [SELF_CHECK] if report.proved and report.whole and report.proved.never else []
    return [*toothless, *idle]


def _ladders(report: Report) -> None:
    for judged in report.judged:
        if judged.trace is not None and judged.verdict.word == "fails":
            claim = replace(judged.claim, expected=judged.expected)
            print(ladder(judged.trace, title=f"{report.name}: {claim.name}", claim=claim))
            print()


def _write(chosen: argparse.Namespace, spec: Spec, report: Report) -> tuple[dict[str, str], str | None]:
    """Write the certificate, if there is a proof, and the traces; where they are, and the digest."""
    if not chosen.out:
        return {}, None
    folder = Path(chosen.out)
    folder.mkdir(parents=True, exist_ok=True)
    traces = {
        j.claim.name: str(
            write_trace(folder, j.trace, spec=spec.name, claim=j.claim, tool=tool(), failed=j.verdict.word == "fails")
        )
        for j in report.judged
        if j.trace is not None
    }
    if report.certain is None:
        if not traces:
            raise UsageError(f"nothing of {spec.name} was proved, so there is no certificate: leave out --out")
        return traces, None
    return traces, write(folder, certificate(report.certain, spec=spec.name, tool=tool())).digest
