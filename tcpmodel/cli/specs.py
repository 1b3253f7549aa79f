"""`tcpmodel specs`: every spec with its headline, chapter by chapter."""

from __future__ import annotations

import argparse
from pathlib import Path

from tcpmodel.cli.arguments import begin, print_json, show
from tcpmodel.cli.progress import add_time, within, working
from tcpmodel.draw.catalogue import title
from tcpmodel.errors import UsageError, choices
from tcpmodel.exits import Exit
from tcpmodel.judging.load import Spec, chapter_of, chapters, find_all, headline_of, load, spec_paths


def add(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    begin(parser, "tcpmodel specs time_wait")
    parser.add_argument("chapter", nargs="?", metavar="CHAPTER", help="only this chapter")
    add_time(parser, "reading")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> Exit:
    """List."""
    if chosen.chapter is not None and chosen.chapter.rstrip("/") not in chapters():
        raise UsageError(f"there is no chapter {chosen.chapter!r}: {choices(chosen.chapter, chapters())}")
    paths = find_all(chosen.chapter.rstrip("/") + "/") if chosen.chapter else list(spec_paths().values())
    if not chosen.json:
        show(_listed(paths))
        return Exit.OK
    with working(chosen, "reading the specs"), within(chosen.timeout, "the specs were read"):
        print_json({"schema": 1, "specs": [_spec(load(path)) for path in paths]})
    return Exit.OK


def _spec(spec: Spec) -> dict[str, object]:
    return {
        "name": spec.name,
        "chapter": spec.chapter,
        "headline": spec.headline,
        "claims": [c.name for c in spec.claims],
    }


def _listed(paths: list[Path]) -> str:
    width = max(len(path.stem) for path in paths)
    parts = []
    for chapter in dict.fromkeys(map(chapter_of, paths)):
        told = [f"  {path.stem:{width}}  {headline_of(path)}" for path in paths if chapter_of(path) == chapter]
        parts.append("\n".join([title(chapter) + (f" ({chapter})" if chapter else ""), *told]))
    return "\n\n".join(parts)
