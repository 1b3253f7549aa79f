"""Results of sweeps (parameter synthesis) as text and JSON: a threshold per setting and promise, closed forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tcpmodel.draw.chart import Point, chart
from tcpmodel.draw.tables import table
from tcpmodel.judging.pins import SWEEPS
from tcpmodel.studies.sweeps.findings import Entry, Finding
from tcpmodel.studies.sweeps.forms import ENOUGH, Fit, Row, fits, linear
from tcpmodel.studies.sweeps.time_wait import PROMISES, forms_of

NAMES = {"restart": "starts over", "msl": "MSL", "rto": "R", "losses": "losses", "repeats": "repeats", "numbers": "m"}
SHORT = {"numbers": "m", "window": "W", "msl": "L"}


def said(entry: Entry) -> str:
    """A threshold in a cell: the value, or what is known instead."""
    if entry.known == "found":
        return str(entry.value)
    if entry.known == "none":
        return "none"
    return "unknown" if entry.broken is None else f"unknown, {entry.broken} fails"


def findings_text(findings: Sequence[Finding]) -> str:
    """One line for each setting."""
    if not findings:
        return "nothing was asked for"
    axes, promises = list(findings[0].axes), list(findings[0].entries)
    header = [NAMES.get(name, name) for name in axes] + promises
    rows = [[*map(_axis, f.axes.items()), *(said(f.entries[p]) for p in promises)] for f in findings]
    notes = [f"{p}: {why}" for p in promises for why in dict.fromkeys(f.entries[p].why for f in findings) if why]
    bounds = [f"{_place(f)}: bounds met: {', '.join(f.bounds)}" for f in findings if f.bounds]
    right = range(1 if axes[0] == "restart" else 0, len(header))
    return "\n".join([table(header, rows, right=tuple(right)), *([""] if notes + bounds else []), *notes, *bounds])


def _axis(item: tuple[str, int | str]) -> str:
    return "-" if item == ("rto", 0) else str(item[1])


def _place(finding: Finding) -> str:
    return " ".join(f"{NAMES.get(k, k)}={v}" for k, v in finding.axes.items())


def fitted(findings: Sequence[Finding]) -> dict[tuple[str, str], tuple[Fit, ...]]:
    """The closed forms of time-wait's thresholds, by promise and rule, of what was found."""
    found = {}
    for key, group in sorted(forms_of(findings).items()):
        rows = [_row(f, f.entries[key[0]]) for f in group if f.entries[key[0]].known == "found"]
        if len(rows) > 1:
            found[key] = fits(rows)
    return found


def _row(finding: Finding, entry: Entry) -> Row:
    msl, rto, losses, repeats = (int(finding.axes[name]) for name in ("msl", "rto", "losses", "repeats"))
    return Row(msl, rto, losses, repeats, int(entry.value or 0))


def forms_text(found: Mapping[tuple[str, str], Sequence[Fit]]) -> str:
    """The closed forms, one line each."""
    lines = [(*(key if i == 0 else ("", "")), str(fit)) for key, group in found.items() for i, fit in enumerate(group)]
    head = "Closed forms that fit (L = MSL, R = retransmission interval, k = losses):"
    return f"{head}\n\n{table(('promise', 'starts over', 'ticks'), lines)}"


def linear_text(findings: Sequence[Finding]) -> str:
    """For sweeps with few axes: the sum of them that fits each promise's thresholds."""
    names = {name: short for name, short in SHORT.items() if findings and name in findings[0].axes}
    lines = []
    for promise in findings[0].entries if findings else ():
        entries = [(f.axes, f.entries[promise]) for f in findings if f.entries[promise].known == "found"]
        rows = [({n: int(axes[n]) for n in names}, int(e.value or 0)) for axes, e in entries]
        if len(rows) >= ENOUGH:
            lines.append((promise, linear(rows, names) or "no form of this kind", f"{len(rows)} rows"))
    return f"Closed forms that fit:\n\n{table(('promise', 'form', 'of'), lines)}" if lines else ""


def end_to_end_text(finding: Finding) -> str:
    """For each TIME-WAIT tried, the shortest run in which an old octet is delivered."""
    entry, lives = finding.entries["end_to_end"], int(finding.axes["msl"])
    head = f"End to end, MSL {lives}, no loss, any ISN: B's old octet enters A's next connection if TIME-WAIT lasts"
    runs = [(k.removeprefix("steps_"), str(v)) for k, v in finding.axes.items() if k.startswith("steps_")]
    lines = [f"  {ticks} ticks: {'never' if text == 'holds' else text}" for ticks, text in runs]
    found = f"The smallest TIME-WAIT without such a run: {said(entry)}"
    if entry.known == "found":
        found += f" ticks, with 2L + 1 = {2 * lives + 1}"
    return "\n".join([head, *lines, found])


# The chart, and the pins.


def plain_rows(findings: Sequence[Finding]) -> list[dict[str, int | str]]:
    """The thresholds that are known, each setting as one mapping."""
    known = [{n: e.value for n, e in f.entries.items() if e.value is not None} for f in findings]
    return [{**f.axes, **values} for f, values in zip(findings, known, strict=True)]


def pinned_text(findings: Sequence[Finding]) -> str:
    """The thresholds that are known, as TOML."""
    return SWEEPS.text({"time_wait": plain_rows(findings)})


def thresholds_svg(rows: Sequence[Mapping[str, Any]]) -> str:
    """The chart of the rows with a repeat to spare, at the first retransmission interval among them."""
    repeated = [row for row in rows if row["repeats"] == 1] or list(rows)
    timer = repeated[0]["rto"]
    points = [
        Point(promise.name, row["restart"], row["losses"], row["msl"], ticks)
        for promise in PROMISES
        for row in repeated
        if row["rto"] == timer and (ticks := row.get(promise.name)) is not None
    ]
    subtitle = f"Retransmission interval R = {timer} ticks; one repeat more than the losses need"
    return chart(points, subtitle=subtitle, notes=[f"{p.name}: when TIME-WAIT is over, {p.says}" for p in PROMISES])


# JSON.


def finding_json(finding: Finding) -> dict[str, Any]:
    """A setting with its thresholds."""
    return {
        **finding.axes,
        "states": finding.states,
        "seconds": round(finding.seconds, 3),
        "thresholds": {name: entry_json(entry) for name, entry in finding.entries.items()},
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    """A threshold: its value or null, how it is known, the last value that fails and its run's length."""
    return {
        "value": entry.value,
        "known": entry.known,
        "fails_at": entry.broken,
        "length": entry.length,
        "why": entry.why or None,
    }


def forms_json(found: Mapping[tuple[str, str], Sequence[Fit]]) -> list[dict[str, Any]]:
    """The closed forms."""
    return [
        {
            "promise": promise,
            "restart": restart,
            "where": list(fit.where),
            "rows": len(fit.rows),
            "form": None if fit.form is None else str(fit.form),
        }
        for (promise, restart), group in found.items()
        for fit in group
    ]
