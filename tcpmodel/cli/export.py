"""`tcpmodel export`: a spec as the input of another checker."""

from __future__ import annotations

import argparse

from tcpmodel.cli.arguments import begin, print_json
from tcpmodel.cli.targets import Writing, check_file, format_of
from tcpmodel.errors import UsageError
from tcpmodel.exits import Exit
from tcpmodel.export.promela import promela
from tcpmodel.export.smv import smv
from tcpmodel.judging.load import load

FORMATS = {"promela": promela, "smv": smv}


def add(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    begin(parser, "tcpmodel export two_way_stale_syn --to promela --out two_way_stale_syn.pml")
    parser.add_argument("spec", metavar="SPEC", help="a bare name, or the path of a spec")
    parser.add_argument(
        "--to", choices=tuple(FORMATS), help="promela: for SPIN; smv: for NuSMV and nuXmv; the first lines say how"
    )
    parser.add_argument("--as", dest="to", choices=tuple(FORMATS), help=argparse.SUPPRESS)
    parser.add_argument("--out", metavar="FILE", help="write there instead of printing")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> Exit:
    """Export."""
    chosen.to = format_of(chosen.out, tuple(FORMATS), chosen.to, default="")
    if not chosen.to:
        raise UsageError(f"what is it to be exported to? write --to {' or '.join(FORMATS)}")
    check_file(chosen.out, chosen.to)
    spec = load(chosen.spec)
    text = FORMATS[chosen.to](spec.system, spec.claims, spec=spec.name)
    writing = Writing()
    writing.text(chosen.out, lambda: text)
    if chosen.json:
        print_json({"schema": 1, "format": chosen.to, "spec": spec.name, "text": text})
    elif not chosen.out or writing.unwritten:
        print(text, end="")
    return writing.code(Exit.OK)
