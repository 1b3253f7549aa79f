"""`tcpmodel matrix --rules FILE`: what one's own rules break on A, on B and on both, beside RFC 9293's."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from tcpmodel.cli.arguments import fitting, print_json
from tcpmodel.cli.exploring import limits_of
from tcpmodel.cli.progress import working
from tcpmodel.cli.targets import Writing
from tcpmodel.draw.rule_differences import differing
from tcpmodel.errors import UsageError
from tcpmodel.exits import Exit
from tcpmodel.explore.exploration import Limits
from tcpmodel.explore.native.search import explore
from tcpmodel.judging.load import load_rules
from tcpmodel.sharing import share
from tcpmodel.studies.matrix import PROMISES, Cell
from tcpmodel.studies.stack_matrix import WHERE, Meeting, Met, cells, left_out, meetings, met, not_met
from tcpmodel.studies.worlds import world, worlds
from tcpmodel.tcp.knobs.departures import marked
from tcpmodel.tcp.rfc9293.rules import Rules


def stack(chosen: argparse.Namespace) -> Exit:
    """Explore the worlds of the matrix with the rules of the file; the exit code says whether a promise breaks."""
    if chosen.pin or chosen.mechanism or chosen.format not in (None, "text"):
        raise UsageError("--rules prints one table: leave out --pin, --as and the mechanism")
    rules = load_rules(Path(chosen.rules))
    explored = _explored(chosen, rules)
    found, unbegun = list(cells(explored)), left_out(explored)
    writing = Writing()
    shown = "\n".join([_table(rules, found), *_unbegun(unbegun)])
    writing.text(chosen.out, lambda: shown + "\n")
    if chosen.json:
        said = {"schema": 1, "rules": chosen.rules, "rows": list(differing(marked(rules)))}
        print_json({**said, "left_out": unbegun, "cells": [_cell(cell) for cell in found]})
    elif not chosen.out or writing.unwritten:
        print(shown if chosen.out else fitting(shown))
    open_cells = [c for c in found if c.word == "unknown"]
    if open_cells:
        print(f"{len(open_cells)} cells are not known: a limit or Ctrl-C left them open", file=sys.stderr)
    broken = any(c.word == "fails" and c.mechanism != "neither" for c in found)
    return writing.code(Exit.SAFETY if broken else Exit.INCONCLUSIVE if open_cells or unbegun else Exit.OK)


def _explored(chosen: argparse.Namespace, rules: Rules) -> list[Met]:
    wanted = list(meetings(worlds()))
    one = partial(_met, rules=rules, limits=limits_of(chosen))
    with working(chosen, "exploring", what="worlds"):
        done = share([partial(one, meeting) for meeting in wanted], workers=chosen.workers)
    return [done[i] if i in done else not_met(world(name), where) for i, (where, name) in enumerate(wanted)]


def _met(meeting: Meeting, *, rules: Rules, limits: Limits) -> Met:
    where, name = meeting
    return met(world(name), rules, where, explorer=partial(explore, limits=limits))


def _table(rules: Rules, found: list[Cell]) -> str:
    """The rows that differ; then a line for each promise, with how it fares where neither, A, B or both have them."""
    by = {(cell.promise, cell.mechanism): cell for cell in found}
    lines = ["rows that are not RFC 9293's:", *(f"  {name}" for name in differing(marked(rules))), ""]
    lines.append(f"{'promise':12}  " + "  ".join(f"{where:9}" for where in WHERE))
    for promise, says in PROMISES.items():
        words = [_word(by.get((promise, where))) for where in WHERE]
        lines.append(f"{promise:12}  " + "  ".join(f"{word:9}" for word in words) + f"  {says}")
    lines += ["", *(_shortest(cell) for cell in found if cell.word == "fails" and cell.mechanism != "neither")]
    return "\n".join(line.rstrip() for line in lines).rstrip()


def _unbegun(unbegun: Mapping[str, list[str]]) -> Iterator[str]:
    """Where worlds begin ESTABLISHED, and these rules never get there."""
    for where, names in unbegun.items():
        ends = "both ends" if where == "both" else where
        yield f"on {ends}, not judged where the handshake is over, as by these rules it never is: {', '.join(names)}"


def _word(cell: Cell | None) -> str:
    if cell is None:
        return "-"
    return f"fails {len(cell.shortest[1])}" if cell.shortest else cell.word


def _shortest(cell: Cell) -> str:
    assert cell.shortest is not None
    where, trace = cell.shortest
    ends = "both ends" if cell.mechanism == "both" else cell.mechanism
    return f"on {ends}, {cell.promise} fails in {len(trace)} steps: {where}: {world(where).tells}"


def _cell(cell: Cell) -> dict[str, Any]:
    where, trace = cell.shortest or (None, None)
    return {
        "on": cell.mechanism,
        "promise": cell.promise,
        "verdict": cell.word,
        "length": None if trace is None else len(trace),
        "world": where,
        "judged_in": list(cell.verdicts),
    }
