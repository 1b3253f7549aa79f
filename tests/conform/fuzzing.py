"""Damaged captures by the million: each is judged, or refused in a sentence; nothing else may happen.

`python tests/conform/fuzzing.py [--number N] [--seed N] [--workers N]` takes conversations that the rows make by
themselves, writes them as pcap, pcapng, compressed pcap or text of tcpdump, damages octets, fields and records, and
judges what comes of it, with any vantage and profile.  It prints how many came out how, and keeps those that did not.
"""

from __future__ import annotations

import argparse
import gzip
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from captures.writing import LINKS, frame, pcap, pcapng, tcp
from conform.legal import run

from tcpmodel.captures.segments import ACK, FIN, RST, SYN, Captured
from tcpmodel.conform.checking import Settings
from tcpmodel.conform.profiles import names
from tcpmodel.conform.verdict import judge_capture
from tcpmodel.errors import UnreadableInput

ENDS = (("10.0.0.1", 4000), ("10.0.0.2", 80))
SLOW = 10.0
"""Seconds of the processor after which an input counts as wrong."""
BATCH = 1000


@cache
def _conversation(seed: int) -> list[Captured]:
    return run(seed)


def written(rng: random.Random, path: Path) -> Path:
    """A conversation as a file of some form, some of its fields changed."""
    segments = [_changed(rng, c) for c in _conversation(rng.randrange(2000))]
    form = rng.choice(("pcap", "pcap", "pcapng", "gz", "text"))
    if form == "text":
        path.write_text("".join(map(_line, segments)), encoding="utf-8")
        return path
    link = rng.choice(tuple(LINKS))
    frames = [(max(c.time, 0), frame(_packet(c), link)) for c in segments]
    if form == "pcapng":
        return pcapng(path, [(t, octets, link) for t, octets in frames], order=rng.choice("<>"))
    pcap(path, frames, link=link, order=rng.choice("<>"), snap=rng.choice((262_144, 60)))
    if form == "gz":
        path.write_bytes(gzip.compress(path.read_bytes(), compresslevel=1))
    return path


def _changed(rng: random.Random, c: Captured) -> Captured:
    if rng.random() > 0.05:
        return c
    new = rng.choice(
        (
            {"seq": rng.randrange(1 << 32)},
            {"ack": rng.randrange(1 << 32)},
            {"flags": rng.randrange(256)},
            {"time": rng.choice((0.0, c.time + 1e5, rng.random()))},
            {"window": 0},
            {"sender": 1 - c.sender},
            {"options": rng.randbytes(rng.randrange(12))},
        )
    )
    return c._replace(**new)


def _packet(c: Captured) -> bytes:
    ends = (*ENDS[c.sender], *ENDS[1 - c.sender])
    return tcp(*ends, seq=c.seq, ack=c.ack, flags=c.flags, text=c.text, window=c.window, options=c.options)


def _line(c: Captured) -> str:
    here, there = (f"{host}.{port}" for host, port in (ENDS[c.sender], ENDS[1 - c.sender]))
    letters = "".join(x for x, bit in (("S", SYN), ("F", FIN), ("R", RST), (".", ACK)) if c.flags & bit) or "none"
    ack = f"ack {c.ack}, " if c.flags & ACK else ""
    return (
        f"{c.time:.6f} IP {here} > {there}: Flags [{letters}], seq {c.seq}:{c.seq + c.length}, {ack}length {c.length}\n"
    )


def damage(rng: random.Random, path: Path) -> None:
    """Change some octets of the file, take some away, put some in, or cut it."""
    octets = bytearray(path.read_bytes())
    for _ in range(rng.choice((0, 0, 1, 2, 8))):
        place = rng.randrange(len(octets) + 1)
        kind = rng.randrange(4)
        if kind == 0 and octets:
            octets[place - 1] ^= 1 << rng.randrange(8)
        elif kind == 1:
            octets[place : place + rng.randrange(1, 40)] = b""
        elif kind == 2:
            octets[place:place] = rng.randbytes(rng.randrange(1, 40))
        else:
            octets[place : place + 4] = rng.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"))
    if rng.random() < 0.2:
        octets = octets[: rng.randrange(len(octets) + 1)]
    path.write_bytes(octets)


def batch(seed: int) -> tuple[Counter[str], list[tuple[str, bytes]]]:
    """Judge a batch of inputs; how they came out, and those that did not."""
    rng, counts, wrong = random.Random(seed), Counter[str](), []
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        path = Path(folder) / "x"
        for _ in range(BATCH):
            damage(rng, written(rng, path))
            vantage = rng.choice(("", "unknown", "client", "server", ENDS[0][0]))
            settings = Settings(rng.choice(names()), vantage, keep_states=rng.random() < 0.3)
            began = time.process_time()
            try:
                found = judge_capture(path, settings, alternatives=rng.random() < 0.05)
                outcome = str(found.verdict)
                if not all(judged.verdict for judged in found.conversations):
                    outcome = "no verdict"
            except UnreadableInput:
                outcome = "refused"
            except Exception:
                outcome = traceback.format_exc()
            if time.process_time() - began > SLOW:
                outcome = "slow"
            counts[outcome if len(outcome) < 20 else "crash"] += 1
            if outcome not in ("explainable", "rejected", "inconclusive", "refused"):
                wrong.append((outcome, path.read_bytes()))
    return counts, wrong


def main() -> int:
    """Judge them all; the number that came out wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--number", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("build/fuzzing"))
    chosen = parser.parse_args()
    total: Counter[str] = Counter()
    seeds = range(chosen.seed * 1_000_000, chosen.seed * 1_000_000 + -(-chosen.number // BATCH))
    failures = 0
    with ProcessPoolExecutor(chosen.workers) as pool:
        for done, (counts, wrong) in enumerate(pool.map(batch, seeds), 1):
            total += counts
            for outcome, octets in wrong:
                failures += 1
                chosen.out.mkdir(parents=True, exist_ok=True)
                (chosen.out / f"{failures}").write_bytes(octets)
                print(f"input {failures}: {outcome}", flush=True)
            if done % 20 == 0:
                print(f"{total.total():,}: {dict(total)}", flush=True)
    print(f"{total.total():,} inputs: {dict(total)}")
    return failures


if __name__ == "__main__":
    raise SystemExit(main() > 0)
