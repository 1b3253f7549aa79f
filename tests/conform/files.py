"""Conversations written by hand, as files."""

from __future__ import annotations

from pathlib import Path

from captures.writing import frame, pcap, tcp
from conform.conversations import segments

HOSTS = (("10.0.0.1", 40000), ("10.0.0.2", 80))


def capture(folder: Path, script: str, *, near: int | None = None, name: str = "x.pcap") -> Path:
    """The script's conversation as a pcap; A is 10.0.0.1:40000, B 10.0.0.2:80."""
    frames = []
    for c in segments(script, near=near):
        ends = (*HOSTS[c.sender], *HOSTS[1 - c.sender])
        packet = tcp(*ends, seq=c.seq, ack=c.ack, flags=c.flags, text=c.text, window=c.window, options=c.options)
        frames.append((c.time, frame(packet)))
    return pcap(folder / name, frames)
