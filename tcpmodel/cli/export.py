"""`tcpmodel export`: a spec as the input of another checker."""

from __future__ import annotations

import argparse
from pathlib import Path

from tcpmodel.cli.arguments import Verbs, print_json, verb
from tcpmodel.export.promela import promela
from tcpmodel.spec.load import load

FORMATS = {"promela": promela}


def add(verbs: Verbs) -> None:
    """Add the verb to the parser."""
    parser = verb(
        verbs,
        "export",
        "print a spec as the input of another checker",
        "tcpmodel export two_way_stale_syn --to promela --out two_way_stale_syn.pml",
    )
    parser.add_argument("spec", metavar="SPEC", help="a bare name, or the path of a spec")
    parser.add_argument("--to", choices=tuple(FORMATS), required=True, help="promela: for SPIN; its header says how")
    parser.add_argument("--out", metavar="FILE", help="write there instead of printing")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Export."""
    spec = load(chosen.spec)
    text = FORMATS[chosen.to](spec.system, spec.claims, spec=spec.name)
    if chosen.out:
        Path(chosen.out).write_text(text, encoding="utf-8")
    elif chosen.json:
        print_json({"schema": 1, "format": chosen.to, "spec": spec.name, "text": text})
    else:
        print(text, end="")
    return 0
