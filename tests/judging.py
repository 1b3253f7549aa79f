"""How fast captures are judged: whole processes of `tcpmodel conform` and of tshark on the same file, on one core.

The file is a healthy download of so many segments, captured at the client, 66 octets of each frame kept.  Both take
turns, and the median is given with the extremes.  tshark reads twice, as its analysis of sequence numbers needs.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from struct import pack

from captures.writing import ACK, SYN, frame, tcp

from tcpmodel.draw.tables import table

BIN = Path(sys.executable).parent
A, B = ("10.0.0.1", 4000), ("10.0.0.2", 80)
SNAP, TEXT = 66, 1448
STAMP = bytes((1, 1, 8, 10)) + bytes(8)
NAMES = {
    "conform": "tcpmodel conform FILE",
    "conform, states": "tcpmodel conform FILE --json",
    "tshark": "tshark -2 -r FILE -Y tcp.analysis.flags",
}


def download(path: Path, segments: int) -> Path:
    """A capture of a download; each second segment is acknowledged at once."""
    with path.open("wb") as file:
        file.write(pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, SNAP, 1))
        for ticks, octets in _frames(segments):
            kept = octets[:SNAP]
            file.write(pack("<IIII", ticks // 10**6, ticks % 10**6, len(kept), len(octets)) + kept)
    return path


def _frames(segments: int) -> Iterator[tuple[int, bytes]]:
    scale, ticks, seq = bytes((3, 3, 7, 0)), 10**9, 901
    yield ticks, frame(tcp(*A, *B, seq=100, flags=SYN, options=scale))
    yield ticks + 20_000, frame(tcp(*B, *A, seq=900, ack=101, flags=SYN | ACK, options=scale))
    yield ticks + 20_050, frame(tcp(*A, *B, seq=101, ack=901, flags=ACK, window=2000, options=STAMP))
    yield ticks + 20_100, frame(tcp(*A, *B, seq=101, ack=901, flags=ACK, text=bytes(100), window=2000, options=STAMP))
    ticks += 41_000
    text = frame(tcp(*B, *A, seq=0, ack=201, flags=ACK, text=bytes(TEXT), window=500, options=STAMP))
    answer = frame(tcp(*A, *B, seq=201, ack=0, flags=ACK, window=2000, options=STAMP))
    for number in range(segments - 4):
        if number % 3 < 2:
            yield ticks, text[:38] + pack(">I", seq & 0xFFFFFFFF) + text[42:]
            seq, ticks = seq + TEXT, ticks + 100
        else:
            yield ticks, answer[:42] + pack(">I", seq & 0xFFFFFFFF) + answer[46:]
            ticks += 20


def commands(path: Path) -> dict[str, list[str]]:
    """What is run, by the names above; tshark where it is installed."""
    ours = [str(BIN / "tcpmodel"), "conform", str(path)]
    found = {"conform": ours, "conform, states": [*ours, "--json"]}
    if shutil.which("tshark"):
        shown = ["-Y", "tcp.analysis.flags", "-T", "fields", "-e", "frame.number"]
        found["tshark"] = ["tshark", "-2", "-r", str(path), *shown]
    return found


def report(repeat: int, segments: int = 1_000_000) -> str:
    """Measure every command so often; the table that says it."""
    with tempfile.TemporaryDirectory() as folder:
        runs: dict[str, list[float]] = {}
        known = commands(download(Path(folder) / "download.pcap", segments))
        for _ in range(repeat):
            for name, command in known.items():
                runs.setdefault(name, []).append(_seconds(command))
    slowest = statistics.median(runs["tshark"]) if "tshark" in runs else None
    rows = []
    for name, found in runs.items():
        median = statistics.median(found)
        ratio = f"{slowest / median:.1f}x tshark" if slowest and name != "tshark" else ""
        spread = f"{min(found):.2f}-{max(found):.2f}"
        rows.append([NAMES[name], f"{median:.2f}", spread, f"{segments / median:,.0f}", ratio])
    text = table(["command", "seconds", "spread", "segments a second", ""], rows, right=(1, 3))
    return f"{segments:,} segments on one core\n\n{text}" + ("" if slowest else "\n\ntshark is not installed")


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {max(os.sched_getaffinity(0))}),
    )
    return time.perf_counter() - began
