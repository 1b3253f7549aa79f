"""`tcpmodel diagram`: state diagrams from the rows, compared with RFC 9293 figure 5, and of explored specs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tcpmodel.cli.arguments import Verbs, count, print_json, verb
from tcpmodel.draw.diagram import endpoint_dot, figure5_dot, joint_dot, joint_mermaid, mermaid, spec_dot
from tcpmodel.draw.edges import endpoint_edges
from tcpmodel.draw.figure5 import Difference, compare
from tcpmodel.draw.gallery import write_gallery
from tcpmodel.draw.layout import how, svg
from tcpmodel.errors import UsageError
from tcpmodel.explore.exploration import Exploration
from tcpmodel.explore.native.search import explore
from tcpmodel.spec.load import load

FORMATS = ("dot", "svg", "mermaid")
MOST_NODES = 200


def add(verbs: Verbs) -> None:
    """Add the verb to the parser."""
    parser = verb(verbs, "diagram", "draw state diagrams", "tcpmodel diagram endpoint --format svg --out endpoint.svg")
    parser.add_argument(
        "what",
        nargs="?",
        default="endpoint",
        metavar="WHAT",
        help="endpoint (default), figure5 (differences from the RFC's figure), joint, a SPEC,\n"
        "or gallery (everything, into the folder --out)",
    )
    parser.add_argument("--spec", metavar="SPEC", default="handshake", help="joint: of which spec (default: handshake)")
    parser.add_argument("--all-states", action="store_true", help="a SPEC: every state, not pairs of endpoint states")
    parser.add_argument("--format", choices=FORMATS, help="dot (default), svg or mermaid; else from --out's ending")
    parser.add_argument("--max-nodes", metavar="N", type=count, default=MOST_NODES, help="refuse beyond N nodes")
    parser.add_argument("--out", metavar="FILE", help="write there instead of printing")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Draw."""
    if chosen.what == "gallery":
        return _gallery(chosen)
    if chosen.what == "figure5" and not chosen.format and not chosen.out:
        return _differences(chosen)
    text = _drawn(chosen, _format(chosen))
    if text is None:
        print(f"tcpmodel: no SVG: {how()}", file=sys.stderr)
        return 0
    if chosen.out:
        Path(chosen.out).write_text(text, encoding="utf-8")
    elif chosen.json:
        print_json({"schema": 1, "what": chosen.what, "format": _format(chosen), "text": text})
    else:
        print(text)
    return 0


def _gallery(chosen: argparse.Namespace) -> int:
    if not chosen.out:
        raise UsageError("diagram gallery needs a folder: write --out diagrams")
    written = write_gallery(Path(chosen.out))
    if svg("digraph {}") is None:
        print(f"tcpmodel: the diagrams' SVG is skipped: {how()}", file=sys.stderr)
    print(f"{len(written)} files in {chosen.out}")
    return 0


def _format(chosen: argparse.Namespace) -> str:
    ending = Path(chosen.out).suffix.lstrip(".") if chosen.out else ""
    return chosen.format or {"svg": "svg", "mmd": "mermaid"}.get(ending, "dot")


def _drawn(chosen: argparse.Namespace, format: str) -> str | None:
    dot, text = _source(chosen)
    if format == "mermaid":
        if text is None:
            raise UsageError(f"{chosen.what} has no Mermaid form: write --format dot or svg")
        return text
    return svg(dot) if format == "svg" else dot


def _source(chosen: argparse.Namespace) -> tuple[str, str | None]:
    """The DOT text, and the Mermaid text where there is one."""
    if chosen.what == "endpoint":
        return endpoint_dot(endpoint_edges()), mermaid(endpoint_edges())
    if chosen.what == "figure5":
        return figure5_dot(), None
    found = _explored(chosen.spec if chosen.what == "joint" else chosen.what)
    if chosen.all_states and chosen.what != "joint":
        return spec_dot(found, chosen.max_nodes), None
    return joint_dot(found, chosen.max_nodes), joint_mermaid(found, chosen.max_nodes)


def _explored(name: str) -> Exploration:
    return explore(load(name).system)


def _differences(chosen: argparse.Namespace) -> int:
    found = compare(endpoint_edges())
    if chosen.json:
        print_json({"schema": 1, "differences": [_difference_json(d) for d in found]})
        return 0
    print(f"The rows and RFC 9293 figure 5 differ in {len(found)} arrows:")
    for d in found:
        print(f"\n  {d.edge.source} -> {d.edge.target}  ({d.edge.event})\n      {d.where}: {d.reason}")
    return 0


def _difference_json(d: Difference) -> dict[str, str]:
    return {
        "source": d.edge.source,
        "target": d.edge.target,
        "event": d.edge.event,
        "where": d.where,
        "reason": d.reason,
    }
