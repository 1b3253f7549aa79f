"""`tcpmodel trace`: read an ITF trace, replay it with the reference reading, show it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from tcpmodel.about import TOOL
from tcpmodel.cli.arguments import begin, print_json, screen
from tcpmodel.cli.targets import Writing, check_file, format_of
from tcpmodel.draw.ladder import WIDTH, ladder
from tcpmodel.draw.ladder_svg import ladder_svg
from tcpmodel.errors import UnreadableInput, UsageError, choices
from tcpmodel.exits import Exit
from tcpmodel.explore.deciding import decides
from tcpmodel.judging.load import Spec, load, spec_paths
from tcpmodel.systems.claims import Claim
from tcpmodel.systems.itf import from_itf, spec_of, to_itf
from tcpmodel.systems.trace import Trace, replay

FORMATS = ("ladder", "svg", "itf")


def add(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    begin(parser, "tcpmodel trace run/no_time_wait.x.itf.json --as svg")
    parser.add_argument("file", metavar="FILE", help="an ITF trace (.itf.json)")
    parser.add_argument("--as", dest="format", choices=FORMATS, help="ladder (default), svg or itf")
    parser.add_argument(
        "--spec", metavar="SPEC", help="the spec it is a trace of, by path if it is your own: its Python is run"
    )
    parser.add_argument("--full", action="store_true", help="show ghosts and all that is in flight")
    parser.add_argument("--out", metavar="FILE", help="write there instead of printing")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> Exit:
    """Replay and show."""
    chosen.format = format_of(chosen.out, FORMATS, chosen.format, default="ladder")
    check_file(chosen.out, chosen.format)
    if chosen.full and chosen.format != "ladder":
        raise UsageError("--full is of a ladder: leave it out, or write --as ladder")
    document = read_json(Path(chosen.file))
    spec = load(chosen.spec or _built_in(spec_of(document)))
    trace = replay(from_itf(document, spec.system))
    claim = _claim(document, spec, trace)
    text, writing = _shown(chosen, trace, spec, claim), Writing()
    writing.text(chosen.out, lambda: text + "\n")
    if chosen.json:
        print_json(
            {
                "schema": 1,
                "spec": spec.name,
                "claim": claim and claim.name,
                "length": len(trace),
                "replayed": True,
            }
        )
    elif not chosen.out or writing.unwritten:
        print(text)
    return writing.code(Exit.OK)


def _built_in(name: str) -> str:
    """The name that a file gives, if it is a built-in spec's: a file does not say which Python is to be run."""
    if name not in spec_paths():
        known = f"it is no built-in spec ({choices(name, spec_paths())})"
        raise UsageError(f"the trace is of {name!r}, and {known}: write --spec PATH, which runs that Python file")
    return name


def read_json(path: Path) -> Any:
    """The JSON document in a file; `UnreadableInput` says what is wrong."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as wrong:
        raise UnreadableInput(f"there is no file {path}: write the path of an .itf.json file") from wrong
    except UnicodeDecodeError as wrong:
        raise UnreadableInput(f"{path} is not text: write the path of an .itf.json file") from wrong
    except json.JSONDecodeError as wrong:
        raise UnreadableInput(f"{path} is not JSON at line {wrong.lineno}: {wrong.msg}") from wrong
    except RecursionError as wrong:
        raise UnreadableInput(f"{path} is nested too deeply to be a trace") from wrong


def _claim(document: Any, spec: Spec, trace: Trace) -> Claim | None:
    """The claim that the file names, if the trace decides it."""
    name = document["#meta"].get("claim") if isinstance(document.get("#meta"), dict) else None
    known = next((claim for claim in spec.claims if claim.name == name), None)
    return known if known and decides(trace, known) else None


def _shown(chosen: argparse.Namespace, trace: Trace, spec: Spec, claim: Claim | None) -> str:
    title = spec.name + (f": {claim.name}" if claim else "")
    if chosen.format == "svg":
        return ladder_svg(trace, title=title, claim=claim)
    if chosen.format == "itf":
        return json.dumps(to_itf(trace, spec=spec.name, claim=claim.name if claim else "", tool=TOOL), indent=1)
    width = WIDTH if chosen.out else screen(WIDTH)
    return (
        ladder(trace, title=title, claim=claim, full=chosen.full, width=width) + f"\n\nreplayed: all {len(trace)} steps"
    )
