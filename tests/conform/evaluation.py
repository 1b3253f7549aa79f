"""Judge a folder of captures with ground truth and say where the verdicts are not what its index expects.

The folder holds captures and an `index.json` with a list "captures", each with "file", "vantage" ("A" or "B"),
"endpoints" (the addresses of "A" and "B") or, for a changed capture, "base" (the one whose endpoints it has), and
"expect": "verdict" ("explainable", "illegal", "needs-…"), "first_illegal_frame" and "culprit", or "first_flag_frame"
or "first_flag_not_before".
Run as `python tests/conform/evaluation.py FOLDER [--unknown]`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from tcpmodel.conform.checking import Settings
from tcpmodel.conform.verdict import CaptureJudged, judge_capture


def main() -> int:
    """Judge all and print what is not as expected; the number of these."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--unknown", action="store_true", help="as if nobody knew where the captures were made")
    chosen = parser.parse_args()
    entries = json.loads((chosen.folder / "index.json").read_text(encoding="utf-8"))["captures"]
    ends = {entry["file"].removesuffix(".pcap"): entry["endpoints"] for entry in entries if "endpoints" in entry}
    wrong = 0
    for entry in entries:
        addresses = entry.get("endpoints") or ends[entry["base"]]
        for file in forms(chosen.folder, entry["file"]):
            said = verdict(file, "unknown" if chosen.unknown else addresses[entry["vantage"]])
            complaint = compared(entry["expect"], said, addresses)
            wrong += complaint is not None
            if complaint is not None:
                print(f"{file.relative_to(chosen.folder)}: {complaint}")
    print(f"{wrong} not as expected")
    return wrong


def forms(folder: Path, name: str) -> list[Path]:
    """The capture and its other containers and text forms, as far as they are there."""
    stem = name.removesuffix(".pcap")
    return [folder / name, *sorted(folder.glob(f"formats/{stem}.*")), *sorted(folder.glob(f"txt/{stem}.txt"))]


def verdict(file: Path, vantage: str) -> CaptureJudged:
    """The judgement of a file."""
    return judge_capture(file, Settings(vantage=vantage, keep_states=False), alternatives=False)


def compared(expect: dict[str, Any], said: CaptureJudged, addresses: dict[str, str]) -> str | None:
    """How a judgement differs from what is expected of it, if it does."""
    rejections = [(j.rejection, j.ends) for j in said.conversations if j.rejection is not None]
    first = min(rejections, key=lambda pair: pair[0].frame, default=None)
    frame = first and first[0].frame
    if expect["verdict"] == "explainable":
        return None if said.verdict == "explainable" else f"{said.verdict} at frame {frame}"
    if expect["verdict"] == "illegal":
        culprit = first and first[1][first[0].culprit].host
        wanted = (expect["first_illegal_frame"], addresses[expect["culprit"]])
        return None if (frame, culprit) == wanted else f"frame {frame} of {culprit}, not {wanted}"
    if "first_flag_frame" in expect:
        return None if frame == expect["first_flag_frame"] else f"frame {frame}, not {expect['first_flag_frame']}"
    early = frame is not None and frame < expect.get("first_flag_not_before", 0)
    return f"frame {frame} is too early" if early else None


if __name__ == "__main__":
    raise SystemExit(main() > 0)
