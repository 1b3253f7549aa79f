"""`tcpmodel prove`: the verb's arguments; its work stands in `cli.proving`, which is imported when it is called."""

from __future__ import annotations

import argparse

from tcpmodel.cli.arguments import begin, count, workers
from tcpmodel.cli.progress import add_time
from tcpmodel.exits import Exit
from tcpmodel.prove.solving import EFFORT, METHODS, SOLVERS


def add(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    begin(parser, "tcpmodel prove unbounded --out proof")
    parser.add_argument("spec", metavar="SPEC", help="a bare name or a path")
    parser.add_argument("--out", metavar="DIR", help="write the certificate, and every trace as ITF, text and SVG")
    parser.add_argument(
        "--method", default="invariant", choices=METHODS, help="how claims that hold are proved (invariant)"
    )
    parser.add_argument("--solver", metavar="NAME", default="z3", help=f"one of {', '.join(SOLVERS)} (z3)")
    parser.add_argument("--depth", metavar="N", type=count, help="the longest counterexample sought, in steps (12)")
    parser.add_argument("--k", metavar="N", type=count, help="the largest k of k-induction (3)")
    parser.add_argument("--bits", metavar="N", type=count, default=32, help="bits of a sequence number (32)")
    says = "the most work for one question, in the solver's own units"
    parser.add_argument("--effort", metavar="N", type=count, default=EFFORT, help=says)
    parser.add_argument("--workers", metavar="N", type=workers, help="questions to ask at a time (all cores)")
    add_time(parser, "the proof")
    parser.add_argument("--claim", metavar="NAME", action="append", default=[], help="judge only this claim")
    parser.add_argument("--pin", action="store_true", help="write the certificate's digest beside the specs")
    parser.add_argument("--no-teeth", action="store_true", help="do not show what breaks the proof")
    parser.add_argument("--no-ladders", action="store_true", help="print the tables only")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> Exit:
    """Prove; the exit code."""
    from tcpmodel.cli.proving import run as prove

    return prove(chosen)
