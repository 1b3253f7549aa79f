"""`tcpmodel sweep`: how long TIME-WAIT, the quiet time and a sequence number's life must be, found by search."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tcpmodel.cli.arguments import begin, print_json, screen, show, workers
from tcpmodel.cli.exploring import add_limits, limits_of
from tcpmodel.cli.progress import add_progress, working
from tcpmodel.cli.targets import Writing, check_apart, check_file, check_folder
from tcpmodel.draw.files import write_trace
from tcpmodel.draw.ladder import WIDTH, ladder
from tcpmodel.draw.sweeps import (
    end_to_end_text,
    finding_json,
    findings_text,
    fitted,
    forms_json,
    forms_text,
    linear_text,
    pinned_text,
    plain_rows,
    thresholds_svg,
)
from tcpmodel.errors import UsageError, choices
from tcpmodel.exits import Exit
from tcpmodel.explore.exploration import Limits
from tcpmodel.studies.sweeps import quiet_time, sequence_space, time_wait
from tcpmodel.studies.sweeps.findings import Finding, Shown

TOOL = "tcpmodel sweep"


@dataclass(frozen=True)
class Sweep:
    """A sweep: what it is about, its promises in words, and which numbers each of its axes may have."""

    name: str
    head: str
    promises: Mapping[str, str]
    axes: Mapping[str, tuple[int, int]]
    run: Callable[[Mapping[str, Any], dict[str, Any]], list[Finding]]
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)


def _time_wait(axes: Mapping[str, Any], how: dict[str, Any]) -> list[Finding]:
    return time_wait.sweep(time_wait.cases(**axes), **how)


def _quiet_time(axes: Mapping[str, Any], how: dict[str, Any]) -> list[Finding]:
    return quiet_time.sweep(**axes, **how)


def _sequence_space(axes: Mapping[str, Any], how: dict[str, Any]) -> list[Finding]:
    chosen = sequence_space.cases(**axes)
    if not chosen:
        raise UsageError("the window may be half of the sequence numbers at most: write a smaller --window")
    return sequence_space.sweep(chosen, **how)


SWEEPS = {
    "time-wait": Sweep(
        "time-wait",
        "The smallest TIME-WAIT, in ticks, such that from the moment on at which it is over",
        {p.name: p.says for p in time_wait.PROMISES},
        {"msl": (1, 6), "rto": (1, 12), "losses": (0, 4), "repeats": (0, 2)},
        _time_wait,
        {"restart": time_wait.RESTARTS},
    ),
    "quiet-time": Sweep(
        "quiet-time",
        "The smallest quiet time after a crash, in ticks, such that",
        {p.name: p.says for p in quiet_time.PROMISES},
        {"msl": (1, 6)},
        _quiet_time,
    ),
    "sequence-space": Sweep(
        "sequence-space",
        "The largest number of octets in a segment's lifetime, of m sequence numbers, such that",
        sequence_space.SAYS,
        {"bits": (3, 5), "window": (2, 8), "msl": (1, 3)},
        _sequence_space,
    ),
}
AXES = ("msl", "rto", "losses", "repeats", "restart", "bits", "window")


def add(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    begin(parser, "tcpmodel sweep time-wait --msl 1 --losses 1 --rto 2 --promise Q3")
    parser.add_argument("name", metavar="NAME", help=f"one of {', '.join(SWEEPS)}")
    helps = {
        "msl": "segment lifetimes in ticks, e.g. 1,2,3",
        "rto": "time-wait: retransmission intervals in ticks",
        "losses": "time-wait: numbers of losses",
        "repeats": "time-wait: repeats that nothing lost made necessary",
        "restart": f"time-wait: when it starts over, some of {','.join(time_wait.RESTARTS)}",
        "bits": "sequence-space: bits of a sequence number",
        "window": "sequence-space: receive windows",
    }
    for name in AXES:
        parser.add_argument(f"--{name}", metavar="LIST", help=helps[name])
    parser.add_argument("--promise", metavar="NAMES", help="only these promises")
    parser.add_argument("--trace", action="store_true", help="show the run one step away from each threshold")
    parser.add_argument("--end-to-end", action="store_true", help="time-wait: only what users see next")
    parser.add_argument("--out", metavar="DIR", help="write table.json and each run as ITF, text and SVG")
    parser.add_argument("--svg", metavar="FILE", help="time-wait: draw the thresholds against MSL")
    parser.add_argument("--pin", metavar="FILE", help="time-wait: write the thresholds as TOML")
    add_limits(parser, "an exploration", whole="the sweep")
    add_progress(parser)
    parser.add_argument("--workers", metavar="N", type=workers, help="explorations at a time (all cores)")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> Exit:
    """Search, and print what was found; the exit code."""
    if chosen.name not in SWEEPS:
        raise UsageError(f"there is no sweep {chosen.name!r}: {choices(chosen.name, SWEEPS)}")
    sweep, began = SWEEPS[chosen.name], time.monotonic()
    axes, promises = _axes(chosen, sweep), _promises(chosen, sweep)
    _check_targets(chosen)
    how: dict[str, Any] = {
        "limits": limits_of(chosen),
        "traces": chosen.trace or bool(chosen.out),
        "workers": chosen.workers,
    }
    whole = _whole(chosen)
    with working(chosen, f"sweeping {sweep.name}", what="settings") as (progress, watch):
        findings = [] if chosen.end_to_end else _found(sweep, axes, promises, how)
        progress.say(f"sweeping {sweep.name}: what users see next")
        ends = [_end_to_end(chosen, how, since=began)] if whole and not watch.stopped else []
    code = Exit.OK if all(f.complete for f in findings + ends) else Exit.INCONCLUSIVE
    document = _document(sweep, findings, ends, code=code, seconds=time.monotonic() - began)
    writing = Writing()
    if chosen.out:
        _write(Path(chosen.out), findings + ends, document, writing)
    writing.text(chosen.svg, lambda: thresholds_svg(plain_rows(findings)))
    writing.text(chosen.pin if code == Exit.OK else None, lambda: pinned_text(findings))
    if chosen.json:
        print_json(document)
    else:
        _print(sweep, findings, ends, ladders=chosen.trace or sum(len(f.entries) for f in findings) == 1)
    return writing.code(code)


def _check_targets(chosen: argparse.Namespace) -> None:
    """Raise an error where what is found could not be written."""
    check_folder(chosen.out)
    check_file(chosen.svg, "svg", option="--svg")
    check_file(chosen.pin, "toml", option="--pin")
    check_apart(chosen.out, chosen.svg, chosen.pin)


def _found(sweep: Sweep, axes: Mapping[str, Any], promises: Sequence[str], how: dict[str, Any]) -> list[Finding]:
    alone = len(promises) == 1 and len(axes) == len(sweep.axes) + len(sweep.words)
    single = alone and all(len(values) == 1 for values in axes.values())
    return sweep.run(axes, {**how, "made": promises, "traces": how["traces"] or single})


def _end_to_end(chosen: argparse.Namespace, how: dict[str, Any], *, since: float) -> Finding:
    """The end-to-end result (what the next connection's user sees), searched in the time that the table has left."""
    left = None if chosen.timeout is None else max(0.0, chosen.timeout - (time.monotonic() - since))
    limits = Limits(chosen.max_states, left, chosen.max_memory)
    return time_wait.end_to_end(limits=limits, traces=how["traces"], workers=chosen.workers or 2)


def _whole(chosen: argparse.Namespace) -> bool:
    """Whether the end-to-end result belongs to what was asked for."""
    if chosen.end_to_end and chosen.name != "time-wait":
        raise UsageError(f"{chosen.name} has nothing end to end: leave out --end-to-end, or sweep time-wait")
    asked = any(getattr(chosen, name) for name in (*AXES, "promise", "svg", "pin"))
    return chosen.name == "time-wait" and (chosen.end_to_end or not asked)


# What was asked for.


def _axes(chosen: argparse.Namespace, sweep: Sweep) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in AXES:
        text = getattr(chosen, name)
        if text is None:
            continue
        if name in sweep.axes:
            found[name] = _numbers(name, text, *sweep.axes[name])
        elif name in sweep.words:
            found[name] = _words(name, text, sweep.words[name])
        else:
            raise UsageError(f"{sweep.name} does not vary {name}: leave out --{name}")
    for option in ("svg", "pin"):
        if getattr(chosen, option) and (sweep.name != "time-wait" or chosen.end_to_end):
            raise UsageError(f"--{option} is for the thresholds of time-wait: leave it out here")
    return found


def _numbers(name: str, text: str, low: int, high: int) -> tuple[int, ...]:
    parts = text.split(",")
    if not all(part.isdigit() and low <= int(part) <= high for part in parts):
        raise UsageError(
            f"--{name} {text} is out of range: write numbers from {low} to {high} with commas between them"
        )
    return tuple(dict.fromkeys(map(int, parts)))


def _words(name: str, text: str, known: Sequence[str]) -> tuple[str, ...]:
    parts = tuple(dict.fromkeys(text.split(",")))
    for part in parts:
        if part not in known:
            raise UsageError(f"there is no {name} {part!r}: {choices(part, known)}")
    return parts


def _promises(chosen: argparse.Namespace, sweep: Sweep) -> tuple[str, ...]:
    known = tuple(sweep.promises)
    return known if chosen.promise is None else _words("promise", chosen.promise, known)


# What is written and printed.


def _document(
    sweep: Sweep, findings: Sequence[Finding], ends: Sequence[Finding], *, code: Exit, seconds: float
) -> dict[str, Any]:
    document: dict[str, Any] = {"schema": 1, "sweep": sweep.name, "exit": code, "seconds": round(seconds, 3)}
    document |= {"promises": dict(sweep.promises), "rows": [finding_json(f) for f in findings]}
    if sweep.name == "time-wait":
        document |= {"forms": forms_json(fitted(findings)), "end_to_end": [finding_json(f) for f in ends]}
    return document


def _shown(findings: Sequence[Finding]) -> list[Shown]:
    return [entry.shown for finding in findings for entry in finding.entries.values() if entry.shown]


def _write(folder: Path, findings: Sequence[Finding], document: Mapping[str, Any], writing: Writing) -> None:
    writing.text(folder / "table.json", lambda: json.dumps(document, indent=1) + "\n")
    for shown in _shown(findings):
        with writing.attempt():
            write_trace(folder, shown.trace, spec=shown.name, claim=shown.claim, tool=TOOL, failed=True)


def _print(sweep: Sweep, findings: Sequence[Finding], ends: Sequence[Finding], *, ladders: bool) -> None:
    if findings:
        show(sweep.head)
        made = findings[0].entries
        width = max(map(len, made))
        show("\n".join(f"  {name:{width}}  {sweep.promises[name]}" for name in made) + "\n")
        show(findings_text(findings))
    forms = forms_text(fitted(findings)) if sweep.name == "time-wait" else linear_text(findings)
    if forms:
        show(f"\n{forms}")
    for finding in ends:
        show(f"\n{end_to_end_text(finding)}")
    for shown in _shown([*findings, *ends]) if ladders else ():
        claim = replace(shown.claim, expected="fails")
        print(f"\n{ladder(shown.trace, title=shown.name, claim=claim, width=screen(WIDTH))}")
    if not all(f.complete for f in [*findings, *ends]):
        show("\nnot complete: what is unknown would need more time, states or memory")
