"""`tcpmodel matrix`: which promise breaks without which mechanism, and in how many steps."""

from __future__ import annotations

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from tcpmodel.cli.arguments import Verbs, count, print_json, verb
from tcpmodel.cli.exploring import add_limits, limits_of
from tcpmodel.draw.ladder import ladder
from tcpmodel.draw.matrix import matrix_markdown, matrix_svg, matrix_text, table_of
from tcpmodel.explore.exploration import Limits
from tcpmodel.explore.native.search import explore
from tcpmodel.spec.load import pinnable, spec_folder
from tcpmodel.spec.matrix import MECHANISMS, PROMISES, Cell, Job, Judgement, Matrix, column, jobs, judged, mechanism
from tcpmodel.spec.matrix_pins import write_matrix
from tcpmodel.spec.worlds import world, worlds

SELF_CHECK, INCONCLUSIVE = 10, 20


def add(verbs: Verbs) -> None:
    """Add the verb to the parser."""
    parser = verb(
        verbs, "matrix", "show which promise breaks without which mechanism", "tcpmodel matrix time-wait close"
    )
    parser.add_argument("mechanism", nargs="?", metavar="MECHANISM", help="only this row")
    parser.add_argument("promise", nargs="?", metavar="PROMISE", help="only this cell, with its shortest run")
    parser.add_argument(
        "--as", dest="format", default="text", choices=("text", "markdown", "svg"), help="text (default)"
    )
    parser.add_argument("--out", metavar="FILE", help="write there instead of printing")
    parser.add_argument("--pin", action="store_true", help="write what was found into specs/matrix.toml")
    parser.add_argument("--workers", metavar="N", type=count, help="worlds to explore at a time (all cores)")
    add_limits(parser, "a world")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Explore what is asked for; the exit code."""
    if chosen.pin:
        pinnable(spec_folder())
    row = mechanism(chosen.mechanism).name if chosen.mechanism else None
    promise = column(chosen.promise) if chosen.promise else None
    found = _explored(chosen, row, promise)
    if row and promise:
        _print_cell(chosen, found.cell(row, promise))
    elif row:
        _print_row(chosen, found, row)
    else:
        _print_all(chosen, found)
    if found.broken_as_it_is:
        return SELF_CHECK
    asked = [cell for cell in found.unknown if row in (None, cell.mechanism) and promise in (None, cell.promise)]
    return INCONCLUSIVE if asked else 0


def _explored(chosen: argparse.Namespace, row: str | None, promise: str | None) -> Matrix:
    wanted = list(jobs(worlds(), only=row, promise=promise))
    one = partial(_judged, limits=limits_of(chosen))
    with ProcessPoolExecutor(min(len(wanted), chosen.workers or os.cpu_count() or 1)) as pool:
        return Matrix(tuple(pool.map(one, wanted)))


def _judged(job: Job, *, limits: Limits) -> Judgement:
    name, where = job
    return judged(world(where), name, explorer=partial(explore, limits=limits))


def _print_all(chosen: argparse.Namespace, found: Matrix) -> None:
    table = table_of(found.cells())
    if chosen.pin:
        write_matrix(table)
    if chosen.json:
        print_json(_document(found, list(found.cells())))
        return
    shown = {"text": matrix_text, "markdown": matrix_markdown, "svg": matrix_svg}[chosen.format](table)
    if chosen.out:
        Path(chosen.out).write_text(shown.rstrip("\n") + "\n", encoding="utf-8")
    else:
        print(shown.rstrip("\n"))


def _print_row(chosen: argparse.Namespace, found: Matrix, row: str) -> None:
    cells = [found.cell(row, promise) for promise in PROMISES]
    if chosen.json:
        print_json(_document(found, cells))
        return
    m = mechanism(row)
    print(f"Without {m.title} [{m.cite}]:\n")
    for cell in cells:
        if cell.word != "absent":
            print(f"{cell.promise:12}  {_told(cell):40}  {PROMISES[cell.promise]}")


def _told(cell: Cell) -> str:
    """A cell in words."""
    if cell.shortest:
        where, trace = cell.shortest
        return f"fails in {len(trace)} steps ({where})"
    return f"{cell.word} ({', '.join(cell.verdicts)})"


def _print_cell(chosen: argparse.Namespace, cell: Cell) -> None:
    if chosen.json:
        print_json({"schema": 1, **_cell(cell)})
        return
    m = mechanism(cell.mechanism)
    print(f"Without {m.title} [{m.cite}]: {PROMISES[cell.promise]}: {_told(cell)}")
    for where in cell.verdicts:
        print(f"  {where}: {world(where).tells}")
    if cell.shortest:
        where, trace = cell.shortest
        print()
        claim = replace(world(where).claims[cell.promise], expected="fails")
        print(ladder(trace, title=f"{where}, without {m.title}", claim=claim))


def _document(found: Matrix, cells: list[Cell]) -> dict[str, Any]:
    return {
        "schema": 1,
        "promises": PROMISES,
        "mechanisms": {m.name: {"title": m.title, "rfc": m.cite} for m in MECHANISMS},
        "broken_as_it_is": [list(pair) for pair in found.broken_as_it_is],
        "cells": [_cell(cell) for cell in cells],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    where, trace = cell.shortest or (None, None)
    return {
        "mechanism": cell.mechanism,
        "promise": cell.promise,
        "verdict": cell.word,
        "length": None if trace is None else len(trace),
        "world": where,
        "judged_in": list(cell.verdicts),
    }
