"""`tcpmodel matrix`: which promise breaks without which mechanism, and in how many steps."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from tcpmodel.cli.arguments import begin, fitting, print_json, screen, workers
from tcpmodel.cli.exploring import add_limits, limits_of
from tcpmodel.cli.own_stack import stack
from tcpmodel.cli.progress import add_progress, working
from tcpmodel.cli.targets import Writing, check_file, format_of
from tcpmodel.draw.ladder import WIDTH, ladder
from tcpmodel.draw.ladder_svg import ladder_svg
from tcpmodel.draw.matrix import matrix_markdown, matrix_svg, matrix_text, table_of
from tcpmodel.errors import UsageError
from tcpmodel.exits import Exit
from tcpmodel.explore.exploration import Limits
from tcpmodel.explore.native.search import explore
from tcpmodel.judging.load import pinnable, spec_folder
from tcpmodel.judging.pins import write_matrix
from tcpmodel.sharing import share
from tcpmodel.studies.matrix import (
    MECHANISMS,
    PROMISES,
    Cell,
    Job,
    Judgement,
    Matrix,
    column,
    jobs,
    judged,
    mechanism,
    unjudged,
)
from tcpmodel.studies.worlds import world, worlds
from tcpmodel.systems.claims import Claim

FORMATS = ("text", "markdown", "svg")


def add(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    begin(parser, "tcpmodel matrix time-wait close")
    parser.add_argument("mechanism", nargs="?", metavar="MECHANISM", help="only this row")
    parser.add_argument("promise", nargs="?", metavar="PROMISE", help="only this cell, with its shortest run")
    parser.add_argument(
        "--as", dest="format", choices=FORMATS, help="text (default), markdown or svg; else from --out's ending"
    )
    parser.add_argument("--out", metavar="FILE", help="write there instead of printing")
    parser.add_argument(
        "--rules", metavar="FILE", help="what the rules of a Python file break instead, on A, B, or both"
    )
    parser.add_argument("--pin", action="store_true", help="write what was found into specs/matrix.toml")
    parser.add_argument("--workers", metavar="N", type=workers, help="worlds to explore at a time (all cores)")
    add_limits(parser, "a world")
    add_progress(parser)
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> Exit:
    """Explore what is asked for; the exit code."""
    if chosen.rules:
        return stack(chosen)
    if chosen.pin:
        pinnable(spec_folder())
    row = mechanism(chosen.mechanism).name if chosen.mechanism else None
    promise = column(chosen.promise) if chosen.promise else None
    chosen.format = format_of(chosen.out, FORMATS, chosen.format, default="text")
    _check(chosen, row, promise)
    found = _explored(chosen, row, promise)
    cells = [c for c in found.cells() if row in (None, c.mechanism) and promise in (None, c.promise)]
    open_cells = [c for c in cells if c.word == "unknown"]
    writing = Writing()
    if chosen.pin and not open_cells:
        with writing.attempt():
            write_matrix(table_of(cells))
    shown = _shown(chosen, cells, row, promise)
    writing.text(chosen.out, lambda: shown.rstrip("\n") + "\n")
    if chosen.json:
        print_json({"schema": 1, **_cell(cells[0])} if promise else _document(found, cells))
    elif not chosen.out or writing.unwritten:
        print(shown.rstrip("\n"))
    if open_cells:
        print(f"{len(open_cells)} cells are not known: a limit or Ctrl-C left them open", file=sys.stderr)
    return writing.code(Exit.SELF_CHECK if found.broken_as_it_is else Exit.INCONCLUSIVE if open_cells else Exit.OK)


def _check(chosen: argparse.Namespace, row: str | None, promise: str | None) -> None:
    """Raise an error where arguments exclude each other, or where a target cannot be written."""
    if chosen.pin and row:
        raise UsageError("pins are of the whole matrix: leave out --pin or the mechanism")
    if promise and chosen.format == "markdown":
        raise UsageError("a single cell has no Markdown form: write --as text or svg")
    check_file(chosen.out, chosen.format)


def _explored(chosen: argparse.Namespace, row: str | None, promise: str | None) -> Matrix:
    wanted = list(jobs(worlds(), only=row, promise=promise))
    one = partial(_judged, limits=limits_of(chosen))
    with working(chosen, "exploring", what="worlds"):
        done = share([partial(one, job) for job in wanted], workers=chosen.workers)
    return Matrix(
        tuple(done[i] if i in done else unjudged(world(where), name) for i, (name, where) in enumerate(wanted))
    )


def _judged(job: Job, *, limits: Limits) -> Judgement:
    name, where = job
    return judged(world(where), name, explorer=partial(explore, limits=limits))


def _shown(chosen: argparse.Namespace, cells: Sequence[Cell], row: str | None, promise: str | None) -> str:
    """The cell, row or matrix that was asked for, in the format that was chosen."""
    if promise:
        return _cell_drawn(cells[0]) if chosen.format == "svg" else _cell_text(cells[0], for_file=bool(chosen.out))
    if row and chosen.format == "text":
        return _row_text(cells, row) if chosen.out else fitting(_row_text(cells, row))
    return {"text": matrix_text, "markdown": matrix_markdown, "svg": matrix_svg}[chosen.format](table_of(cells))


def _row_text(cells: Sequence[Cell], row: str) -> str:
    m = mechanism(row)
    told = [f"{c.promise:12}  {_told(c):40}  {PROMISES[c.promise]}" for c in cells if c.word != "absent"]
    return "\n".join([f"Without {m.title} [{m.cite}]:", "", *told])


def _told(cell: Cell) -> str:
    """A cell in words."""
    if cell.shortest:
        where, trace = cell.shortest
        return f"fails in {len(trace)} steps ({where})"
    return f"{cell.word} ({', '.join(cell.verdicts)})"


def _cell_text(cell: Cell, *, for_file: bool) -> str:
    said = _cell_said(cell) if for_file else fitting(_cell_said(cell))
    if not cell.shortest:
        return said
    where, trace = cell.shortest
    title, width = f"{where}, without {mechanism(cell.mechanism).title}", WIDTH if for_file else screen(WIDTH)
    return f"{said}\n\n{ladder(trace, title=title, claim=_broken(cell, where), width=width)}"


def _cell_said(cell: Cell) -> str:
    m = mechanism(cell.mechanism)
    if cell.word == "absent":
        return f"Without {m.title} [{m.cite}]: no world in which {cell.promise!r} can fail has it, so it is not judged"
    parts = [f"Without {m.title} [{m.cite}]: {PROMISES[cell.promise]}: {_told(cell)}"]
    parts += [f"  {where}: {world(where).tells}" for where in cell.verdicts]
    return "\n".join(parts)


def _cell_drawn(cell: Cell) -> str:
    if not cell.shortest:
        raise UsageError(f"{cell.promise} does not fail without {cell.mechanism}: there is no run to draw")
    where, trace = cell.shortest
    title = f"{where}, without {mechanism(cell.mechanism).title}"
    return ladder_svg(trace, title=title, claim=_broken(cell, where))


def _broken(cell: Cell, where: str) -> Claim:
    """The claim of a world that fails, as the matrix has it."""
    return replace(world(where).claims[cell.promise], expected="fails")


def _document(found: Matrix, cells: Sequence[Cell]) -> dict[str, Any]:
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
