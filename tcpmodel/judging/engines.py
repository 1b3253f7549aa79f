"""Judging by several engines: by proof, or by exploration and by proof, and whether both say the same.

Exploration sees every state within the spec's bounds, at its few bits; a proof reads the same rules at 32 bits in an
arbitrary network.  So either may know what the other does not, and neither may contradict the other (each is
the other's test oracle): what holds in every network has no counterexample in the spec's own, and a run found by the
one is found by the other, no shorter.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace

from tcpmodel.judging.load import Spec
from tcpmodel.judging.methods import Effort
from tcpmodel.judging.proving import may_be_proved, prove_spec, unjudged
from tcpmodel.judging.report import Judged, Report
from tcpmodel.systems.claims import Word
from tcpmodel.systems.verdicts import Holds, Unknown

EFFORT_BESIDE = 50_000_000
"""The most a solver may spend on runs of one length, where many specs are judged: half a minute or so."""


def by_proof(
    spec: Spec, effort: Effort, *, expect: Mapping[str, Word] | None = None, lengths: Mapping[str, int] | None = None
) -> Report:
    """The spec's claims judged by solvers alone; a claim that they leave open is unknown.

    With `lengths` no run is sought but those that an exploration found.
    """
    expect, began = expect or {}, time.perf_counter()
    some = spec.proof is not None or may_be_proved(spec)
    judged = prove_spec(spec, effort, lengths=lengths).judged if some else unjudged(spec)
    judged = tuple(replace(j, expected=expect.get(j.claim.name, j.expected)) for j in judged)
    return Report(spec.name, spec.chapter, spec.headline, judged, time.perf_counter() - began)


def by_both(spec: Spec, explored: Report, effort: Effort) -> Report:
    """The report of an exploration, with what proofs say of the same claims; contradictions are noted in it."""
    lengths = {j.claim.name: j.length for j in explored.judged if j.length is not None}
    proved = by_proof(spec, effort, lengths=lengths)
    known = {j.claim.name: j for j in proved.judged if not isinstance(j.verdict, Unknown)}
    pairs = [(j, known.get(j.claim.name)) for j in explored.judged]
    return replace(
        explored,
        judged=tuple(_both(*pair, {limit.name for limit in spec.system.limits}) for pair in pairs),
        seconds=explored.seconds + proved.seconds,
        disagreed=tuple(_differences(pairs)),
    )


def _both(explored: Judged, proved: Judged | None, limits: set[str]) -> Judged:
    """The verdict of both engines: where it holds by proof too, a full network is no bound, but limits may be."""
    if proved is None:
        return explored
    if isinstance(explored.verdict, Unknown):
        return replace(proved, expected=explored.expected)
    verdict = explored.verdict
    if isinstance(verdict, Holds) and isinstance(proved.verdict, Holds):
        left = tuple(name for name in verdict.within if name in {*limits, *proved.within})
        verdict = replace(verdict, within=left)
    return replace(explored, verdict=verdict, found_by=f"{explored.by}; {proved.by}")


def _differences(pairs: list[tuple[Judged, Judged | None]]) -> Iterator[str]:
    """Verdicts that exclude each other, and traces of which one is not shortest."""
    for explored, proved in pairs:
        if proved is None or isinstance(explored.verdict, Unknown):
            continue
        if (explored.verdict.word, explored.length) != (proved.verdict.word, proved.length):
            yield f"{explored.claim.name}: {_said(explored)}, but {_said(proved)}"


def _said(judged: Judged) -> str:
    steps = "" if judged.length is None else f" in {judged.length} step{'s' * (judged.length != 1)}"
    return f"{judged.verdict.word}{steps} ({judged.by})"
