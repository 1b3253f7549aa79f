"""`tcpmodel conform`: judge a capture against the rules."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tcpmodel.captures.segments import Captured
from tcpmodel.cli.arguments import begin, print_json, screen, show
from tcpmodel.cli.judging import add_judging, settings_of
from tcpmodel.cli.targets import Writing, check_file, format_of
from tcpmodel.conform.checking import Judged
from tcpmodel.conform.judge import Conclusion
from tcpmodel.conform.reasons import Alternative
from tcpmodel.conform.timeline import Known, Timeline
from tcpmodel.conform.verdict import EXITS, CaptureJudged, judge_capture, segments_of
from tcpmodel.draw.conversations import ENDS, WIDTH, assumptions_text, conversations_table, reasons_text
from tcpmodel.draw.runs import counted
from tcpmodel.errors import UsageError
from tcpmodel.exits import Exit

FORMATS = ("text", "svg")
MOST_REASONS = 20
"""For so many conversations the reasons are printed."""


def add(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    begin(parser, "tcpmodel conform capture.pcap --vantage client --show 1")
    add_judging(parser, needed=False)
    parser.add_argument(
        "--machine",
        metavar="FILE.dot",
        help="compare a learned machine with the rows instead, and list where they differ",
    )
    parser.add_argument(
        "--show", metavar="N", type=int, help="draw the conversation with this number as a ladder, with its states"
    )
    parser.add_argument("--as", dest="format", choices=FORMATS, help="the ladder's format: text (default) or svg")
    parser.add_argument("--out", metavar="FILE", help="write the ladder there instead of printing it")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> Exit:
    """Judge, and print the verdicts or draw one conversation; or compare a machine."""
    if (chosen.machine is None) is (chosen.capture is None):
        raise UsageError("conform judges a capture or compares a machine: write CAPTURE, or --machine FILE.dot")
    if chosen.machine is not None:
        return _compare(Path(chosen.machine), as_json=chosen.json)
    if chosen.show is None and (chosen.format or chosen.out):
        raise UsageError("--as and --out are of a ladder: write --show 1 as well")
    path = Path(chosen.capture)
    keep = bool(chosen.json or chosen.show is not None)
    found = judge_capture(path, settings_of(chosen, keep_states=keep))
    writing = Writing()
    if chosen.show is not None:
        _draw(chosen, path, found, writing)
    elif not chosen.json:
        print(_text(found))
    if chosen.json:
        sys.stdout.writelines(document(found))
    return writing.code(EXITS[found.verdict])


def _compare(path: Path, *, as_json: bool) -> Exit:
    """Compare a learned machine; it is rejected where a difference is new."""
    from tcpmodel.conform.learned.comparing import compare
    from tcpmodel.conform.learned.told import as_document, drawn

    found = compare(path)
    code = Exit.REJECTED if found.new else Exit.OK if found.complete else Exit.INCONCLUSIVE
    if as_json:
        print_json({"schema": 1, "exit": code, "machine": as_document(found)})
    else:
        show("\n".join(drawn(found)))
    return code


def _draw(chosen: argparse.Namespace, path: Path, found: CaptureJudged, writing: Writing) -> None:
    from tcpmodel.draw.captured import captured_ladder
    from tcpmodel.draw.captured_svg import captured_svg

    if not 1 <= chosen.show <= len(found.conversations):
        raise UsageError(f"there is no conversation {chosen.show}: write a number from 1 to {len(found.conversations)}")
    judged = found.conversations[chosen.show - 1]
    segments: list[Captured] = segments_of(path, {judged.conversation})[judged.conversation]
    chosen.format = format_of(chosen.out, FORMATS, chosen.format, default="text")
    check_file(chosen.out, chosen.format)
    draw = captured_svg if chosen.format == "svg" else captured_ladder
    text = draw(judged, segments)
    writing.text(chosen.out, lambda: text + "\n")
    if not chosen.json and (not chosen.out or writing.unwritten):
        print(text)


# Text.


def _text(found: CaptureJudged) -> str:
    return "\n\n".join(part for part in _parts(found) if part)


def _parts(found: CaptureJudged) -> Iterator[str]:
    width = screen(WIDTH)
    yield _head(found)
    if found.conversations:
        yield conversations_table(found.conversations)
    told = [(n, j) for n, j in enumerate(found.conversations, 1) if j.verdict is not Conclusion.EXPLAINABLE]
    for number, judged in told[:MOST_REASONS]:
        yield reasons_text(number, judged, width=width)
    if len(told) > MOST_REASONS:
        yield f"… and {len(told) - MOST_REASONS} more that are not explainable"
    yield assumptions_text(found.conversations, width=width)
    yield "\n".join(f"inconclusive: {doubt}" for doubt in found.doubts)
    yield _last(found)


def _head(found: CaptureJudged) -> str:
    segments = sum(judged.segments for judged in found.conversations)
    noise = ", ".join(f"{number:,} {what}" for what, number in found.noise.counts().items() if number)
    where = f"in {counted(len(found.conversations), 'conversation')}"
    return f"{found.container}: {counted(segments, 'TCP segment')} {where}{f'; set aside: {noise}' if noise else ''}"


def _last(found: CaptureJudged) -> str:
    counts = {verdict: sum(j.verdict is verdict for j in found.conversations) for verdict in Conclusion}
    said = ", ".join(f"{number:,} {verdict}" for verdict, number in counts.items() if number)
    return f"{found.verdict}" + (f" ({said})" if len(found.conversations) > 1 else "")


# JSON.


def document(found: CaptureJudged) -> Iterator[str]:
    """The document that `conform --json` prints, in parts; the states of a large capture are many."""
    head = {
        "schema": 1,
        "exit": EXITS[found.verdict],
        "verdict": found.verdict,
        "container": found.container,
        "set_aside": dict(found.noise.counts()),
        "doubts": list(found.doubts),
    }
    yield _opened(head) + ',\n "conversations": ['
    for number, judged in enumerate(found.conversations):
        yield f'{"," if number else ""}\n{_opened(_conversation(judged))},\n "states": ['
        yield from _states(judged.timeline)
        yield "]}"
    yield "]}\n"


def _opened(part: dict[str, Any]) -> str:
    """A JSON object without its end."""
    return json.dumps(part, indent=1)[:-2]


def _states(timeline: Timeline) -> Iterator[str]:
    said: dict[Known, str] = {}
    for number, (frame, known) in enumerate(timeline):
        if known not in said:
            (of_a, of_b), gone = known
            said[known] = json.dumps({"A": of_a, "B": of_b, "may_be_gone": _ends(gone)})[1:]
        yield f'{"," if number else ""}\n  {{"frame": {frame}, {said[known]}'


def _ends(gone: tuple[bool, bool]) -> list[str]:
    return [end for end, is_gone in zip(ENDS, gone, strict=True) if is_gone]


def _alternative(some: Alternative) -> dict[str, Any]:
    return {"needs": [a.name for a in some.assumptions], "foreign_frames": list(some.foreign)}


def _conversation(judged: Judged) -> dict[str, Any]:
    found, last = judged.rejection, judged.timeline.last
    return {
        "endpoints": [str(end) for end in judged.ends],
        "verdict": judged.verdict,
        "segments": judged.segments,
        "conn_state": judged.conn_state,
        "vantage": {
            "near": None if judged.near.end is None else ENDS[judged.near.end],
            "because": judged.near.because,
        },
        "needs": [a.name for a in judged.needs],
        "uses": [a.name for a in judged.uses],
        "first_illegal_frame": found and found.frame,
        "conflicts_with": found and found.conflicts_with,
        "may_be_gone": _ends(last.gone) if last else [],
        "culprit": found and ENDS[found.culprit],
        "reason": found.reason if found else judged.doubt,
        "rfc": found and found.rfc,
        "acceptable_if": found and found.acceptable_if,
        "would_explain": [_alternative(some) for some in found.would_explain] if found else [],
        "rows": [{**c._asdict(), "false": list(c.false)} for c in found.candidates] if found else [],
    }
