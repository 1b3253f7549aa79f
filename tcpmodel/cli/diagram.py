"""`tcpmodel diagram`: state diagrams from the rows, compared with RFC 9293 figure 5, and of explored specs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tcpmodel.cli.arguments import begin, count, print_json, show
from tcpmodel.cli.progress import add_time, within, working
from tcpmodel.cli.targets import Writing, check_file, check_folder, format_of
from tcpmodel.draw.diagram import endpoint_dot, figure5_dot, joint_dot, joint_mermaid, mermaid, spec_dot
from tcpmodel.draw.edges import endpoint_edges
from tcpmodel.draw.figure5 import Difference, compare
from tcpmodel.draw.layout import can_draw, how, svg
from tcpmodel.errors import BadConfiguration, UsageError
from tcpmodel.exits import Exit
from tcpmodel.explore.exploration import Exploration
from tcpmodel.judging.load import load

FORMATS = ("dot", "svg", "mermaid")
MOST_NODES = 200


def add(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    begin(parser, "tcpmodel diagram endpoint --as svg --out endpoint.svg")
    parser.add_argument(
        "what",
        nargs="?",
        default="endpoint",
        metavar="WHAT",
        help="endpoint (default), figure5 (differences from the RFC's figure), joint, a SPEC, "
        "or gallery (everything, into the folder --out)",
    )
    parser.add_argument("--spec", metavar="SPEC", default="handshake", help="joint: of which spec (default: handshake)")
    parser.add_argument("--all-states", action="store_true", help="a SPEC: every state, not pairs of endpoint states")
    parser.add_argument(
        "--as", dest="format", choices=FORMATS, help="dot (default), svg or mermaid; else from --out's ending"
    )
    parser.add_argument("--format", choices=FORMATS, help=argparse.SUPPRESS)
    parser.add_argument("--max-nodes", metavar="N", type=count, default=MOST_NODES, help="refuse beyond N nodes")
    parser.add_argument("--out", metavar="FILE", help="write there instead of printing")
    add_time(parser, "the exploration")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> Exit:
    """Draw."""
    if chosen.what == "gallery":
        return _gallery(chosen)
    if chosen.what == "figure5" and not chosen.format and not chosen.out:
        return _differences(chosen)
    format = format_of(chosen.out, FORMATS, chosen.format, default="dot")
    check_file(chosen.out, format)
    if format == "svg" and not can_draw():
        raise BadConfiguration(f"{how()}; or write --as dot")
    text, writing = _drawn(chosen, format), Writing()
    writing.text(chosen.out, lambda: text)
    if chosen.json:
        print_json({"schema": 1, "what": chosen.what, "format": format, "text": text})
    elif not chosen.out or writing.unwritten:
        print(text)
    return writing.code(Exit.OK)


def _gallery(chosen: argparse.Namespace) -> Exit:
    if not chosen.out:
        raise UsageError("diagram gallery needs a folder: write --out diagrams")
    if chosen.format:
        raise UsageError("diagram gallery writes every format: leave out --as")
    check_folder(chosen.out)
    from tcpmodel.draw.gallery import write_gallery

    with working(chosen, "drawing the gallery"):
        written = write_gallery(Path(chosen.out))
    skipped = [] if can_draw() else [f"the diagrams' SVG is skipped: {how()}"]
    for sentence in skipped:
        print(f"tcpmodel: {sentence}", file=sys.stderr)
    if chosen.json:
        print_json({"schema": 1, "what": "gallery", "files": list(map(str, written)), "skipped": skipped})
    else:
        show(f"{len(written)} files in {chosen.out}")
    return Exit.OK


def _drawn(chosen: argparse.Namespace, format: str) -> str:
    dot, text = _source(chosen)
    if format == "mermaid":
        if text is None:
            raise UsageError(f"{chosen.what} has no Mermaid form: write --as dot or svg")
        return text
    drawn = svg(dot) if format == "svg" else dot
    assert drawn is not None, "there is something to draw with: it was looked for"
    return drawn


def _source(chosen: argparse.Namespace) -> tuple[str, str | None]:
    """The DOT text, and the Mermaid text where there is one."""
    if chosen.what == "endpoint":
        return endpoint_dot(endpoint_edges()), mermaid(endpoint_edges())
    if chosen.what == "figure5":
        return figure5_dot(), None
    found = _explored(chosen, chosen.spec if chosen.what == "joint" else chosen.what)
    if chosen.all_states and chosen.what != "joint":
        return spec_dot(found, chosen.max_nodes), None
    return joint_dot(found, chosen.max_nodes), joint_mermaid(found, chosen.max_nodes)


def _explored(chosen: argparse.Namespace, name: str) -> Exploration:
    from tcpmodel.explore.native.search import explore  # numpy and LLVM come with it

    with working(chosen, f"exploring {name}"), within(chosen.timeout, f"{name} was explored"):
        found = explore(load(name).system)
    if found.stopped is not None:
        raise KeyboardInterrupt(f"{name} was explored in part only, so it is not drawn: {found.stopped}")
    return found


def _differences(chosen: argparse.Namespace) -> Exit:
    found = compare(endpoint_edges())
    if chosen.json:
        print_json({"schema": 1, "differences": [_difference_json(d) for d in found]})
        return Exit.OK
    show(f"The rows and RFC 9293 figure 5 differ in {len(found)} arrows:")
    for d in found:
        show(f"\n  {d.edge.source} -> {d.edge.target}  ({d.edge.event})\n      {d.where}: {d.reason}")
    return Exit.OK


def _difference_json(d: Difference) -> dict[str, str]:
    return {
        "source": d.edge.source,
        "target": d.edge.target,
        "event": d.edge.event,
        "where": d.where,
        "reason": d.reason,
    }
