"""One-field changes of near-end segments: how many are rejected at the exact frame, and which are legal after all.

`python tests/conform/teeth.py FOLDER [--number N] [--seed N]`, with a folder as `evaluation.py` takes it, prints
a table.  What is legal after all is decided by rules of their own, written here without the judge: an ACK may say any
RCV.NXT that the end has had since what it acknowledged last, as long as what it leaves out is not late; a segment that
is the end's last one again is a retransmission.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tcpmodel.captures.segments import ACK, FIN, RST, SYN, Captured, Conversation
from tcpmodel.conform.checking import Judged, Settings, Trial
from tcpmodel.conform.judge import LATE
from tcpmodel.conform.vantage import Vantages
from tcpmodel.conform.verdict import judge_capture, segments_of

MASK = (1 << 32) - 1


class Change(NamedTuple):
    """A change of one field: which segments it is for, and what becomes of them."""

    name: str
    fits: Callable[[Captured], bool]
    make: Callable[[Captured], Captured]


def _has_ack(c: Captured) -> bool:
    return bool(c.flags & ACK)


def _is_plain(c: Captured) -> bool:
    return not c.flags & (SYN | RST)


CHANGES = (
    Change("ACK + 1000", _has_ack, lambda c: c._replace(ack=(c.ack + 1000) & MASK)),
    Change("ACK - 1", _has_ack, lambda c: c._replace(ack=(c.ack - 1) & MASK)),
    Change("SYN set", lambda c: not c.flags & SYN, lambda c: c._replace(flags=c.flags | SYN)),
    Change("SEQ + 1", lambda c: True, lambda c: c._replace(seq=(c.seq + 1) & MASK)),
    Change("SEQ - 1", lambda c: True, lambda c: c._replace(seq=(c.seq - 1) & MASK)),
    Change("ACK bit off", lambda c: _has_ack(c) and _is_plain(c), lambda c: c._replace(flags=c.flags & ~ACK)),
    Change("FIN set", lambda c: _is_plain(c) and not c.flags & FIN, lambda c: c._replace(flags=c.flags | FIN)),
    Change("RST set", _is_plain, lambda c: c._replace(flags=c.flags | RST)),
    Change("one octet more", _is_plain, lambda c: c._replace(length=c.length + 1, text=None)),
)
DEMANDED = {"ACK + 1000", "ACK - 1", "SYN set"}
"""What is to be noticed in at least 95 % of the cases that are not legal."""


class Case(NamedTuple):
    """A conversation with its near end."""

    conversation: Conversation
    segments: list[Captured]
    near: int


def cases(folder: Path) -> Iterator[Case]:
    """The explainable conversations of a folder's captures that have a near end."""
    entries = json.loads((folder / "index.json").read_text(encoding="utf-8"))["captures"]
    for entry in entries:
        if entry["expect"]["verdict"] == "explainable" and "endpoints" in entry:
            path, host = folder / entry["file"], entry["endpoints"][entry["vantage"]]
            found = judge_capture(path, Settings(vantage=host, keep_states=False), alternatives=False)
            known = segments_of(path, {judged.conversation for judged in found.conversations})
            for conversation, segments in known.items():
                hosts = [end.host for end in conversation.ends]
                if host in hosts and hosts[0] != hosts[1]:
                    yield Case(conversation, segments, hosts.index(host))


def judged(case: Case, segments: Sequence[Captured]) -> Judged:
    """The judgement of these segments."""
    vantage = case.conversation.ends[case.near].host
    trial = Trial(case.conversation, Settings(vantage=vantage, keep_states=False), Vantages(vantage))
    trial.take(segments)
    return trial.judged()


def may_acknowledge(segments: Sequence[Captured], place: int, near: int) -> set[int]:
    """Every RCV.NXT that the near end may have when it sends this segment."""
    here = segments[place]
    before = [c for c in segments[:place] if c.sender != near]
    acked = next((c.ack for c in reversed(segments[:place]) if c.sender == near and c.flags & ACK), None)
    found, held, rcv_nxt = set[int](), list[Captured](), None
    late = 0
    for number, c in enumerate([None, *before]):
        if c is not None:
            rcv_nxt = _after(rcv_nxt, c, held)
            late = number if here.time - c.time > LATE else late
        if number >= late and rcv_nxt is not None:
            found.add(rcv_nxt)
    if late < len(before):  # what is late by now was taken: what came before it counts no more
        found = {number for number in found if acked is None or (number - acked) & MASK < 1 << 31}
    return found


def _after(rcv_nxt: int | None, c: Captured, held: list[Captured]) -> int | None:
    if c.flags & SYN:
        return (c.seq + 1 + c.length) & MASK
    if rcv_nxt is None:
        return None
    held.append(c)
    moved = True
    while moved:
        moved = False
        for segment in held:
            ends = (segment.seq + segment.length + bool(segment.flags & FIN)) & MASK
            if _straddles(segment.seq, rcv_nxt, ends):
                rcv_nxt, moved = ends, True
    return rcv_nxt


def _straddles(begins: int, rcv_nxt: int, ends: int) -> bool:
    return (rcv_nxt - begins) & MASK < 1 << 31 and 0 < (ends - rcv_nxt) & MASK < 1 << 31


def is_legal(case: Case, place: int, changed: Captured) -> bool:
    """Whether the changed segment is legal by the rules written here."""
    fields = (changed.seq, changed.ack, changed.flags, changed.length)
    own = [c for c in case.segments[:place] if c.sender == case.near]
    if any((c.seq, c.ack, c.flags, c.length) == fields for c in own[-1:]):
        return True
    if changed.flags & SYN:
        return False
    return changed.ack in may_acknowledge(case.segments, place, case.near)


Table = dict[str, Counter[str]]
"""How each kind of change came out, how often."""


def bite(known: Sequence[Case], changes: Sequence[Change], *, number: int, seed: int) -> Table:
    """Change that many segments, one at a time."""
    rng = random.Random(seed)
    table: Table = {change.name: Counter() for change in changes}
    while sum(counts.total() for counts in table.values()) < number:
        case, change = rng.choice(known), rng.choice(changes)
        places = [n for n, c in enumerate(case.segments) if c.sender == case.near and change.fits(c)]
        if places:
            place = rng.choice(places)
            table[change.name][_outcome(case, place, change)] += 1
    return table


def _outcome(case: Case, place: int, change: Change) -> str:
    changed = change.make(case.segments[place])
    found = judged(case, [*case.segments[:place], changed, *case.segments[place + 1 :]]).rejection
    if found is not None and found.frame == changed.frame:
        return "exact"
    if change.name in DEMANDED and is_legal(case, place, changed):
        return "legal"
    return "accepted" if found is None else "earlier" if found.frame < changed.frame else "later"


def main() -> int:
    """Print the table; 1 where less is noticed than demanded."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--number", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    table = bite([*cases(chosen.folder)], CHANGES, number=chosen.number, seed=chosen.seed)
    print(f"{'change':16}{'tried':>7}{'exact':>7}{'later':>7}{'accepted':>10}{'legal':>7}{'exact of illegal':>18}")
    for name, counts in table.items():
        row = (
            counts.total(),
            counts["exact"],
            counts["later"] + counts["earlier"],
            counts["accepted"],
            counts["legal"],
        )
        print(f"{name:16}{row[0]:7}{row[1]:7}{row[2]:7}{row[3]:10}{row[4]:7}{share(counts):18.1%}")
    return int(any(share(table[name]) < 0.95 for name in DEMANDED))


def share(counts: Counter[str]) -> float:
    """Of the changes that are not legal, the share that is rejected at the exact frame."""
    illegal = counts.total() - counts["legal"]
    return counts["exact"] / illegal if illegal else 1.0


if __name__ == "__main__":
    raise SystemExit(main())
