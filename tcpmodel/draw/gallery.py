"""Pictures of `diagrams/`: endpoint and joint diagrams, and the ladders of the main counterexamples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tcpmodel.draw.diagram import endpoint_dot, figure5_dot, joint_dot, mermaid
from tcpmodel.draw.edges import endpoint_edges
from tcpmodel.draw.ladder_svg import ladder_svg
from tcpmodel.draw.layout import svg
from tcpmodel.explore.native.search import explore
from tcpmodel.judging.load import load
from tcpmodel.systems.verdicts import trace_of

JOINT = ("handshake", "simultaneous_open", "normal_close", "simultaneous_close", "two_way_stale_syn", "half_close")
LADDERS = (
    ("handshake", "both_established"),
    ("old_duplicate_syn", "figure_8"),
    ("two_way_stale_syn", "no_false_established"),
    ("two_way_stale_reply", "no_octet_discarded"),
    ("no_time_wait", "passive_closer_succeeds"),
    ("last_ack_lost", "repaired"),
)


def write_gallery(folder: Path) -> list[Path]:
    """Write every picture; SVG of diagrams only where a layout engine is at hand."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in _diagrams():
        written.append(_write(folder / f"{name}.dot", text))
        drawn = svg(text)
        if drawn is not None:
            written.append(_write(folder / f"{name}.svg", drawn))
    written.append(_write(folder / "endpoint.mmd", mermaid(endpoint_edges())))
    for spec, claim in LADDERS:
        written.append(_write(folder / f"ladder_{spec}.svg", _ladder(spec, claim)))
    return written


def _diagrams() -> Iterator[tuple[str, str]]:
    yield "endpoint", endpoint_dot(endpoint_edges())
    yield "figure5", figure5_dot()
    for name in JOINT:
        yield f"joint_{name}", joint_dot(explore(load(name).system))


def _ladder(name: str, claim_name: str) -> str:
    spec = load(name)
    claim = spec.claim(claim_name)
    trace = trace_of(explore(spec.system, [claim]).verdicts[claim_name])
    assert trace is not None, f"{name} has no trace of {claim_name}"
    return ladder_svg(trace, title=f"{name}: {claim.says}", claim=claim)


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
