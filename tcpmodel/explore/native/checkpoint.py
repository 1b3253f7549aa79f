"""Checkpoints: a search on disk, from which it goes on as if nothing had happened.

What was found only ever grows, so each save appends to the files and then replaces the list of their
lengths and checksums, in that order: whenever the process dies, the list names what is whole, and
what lies beyond it is cut off.  The table is not saved but filled anew.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tcpmodel.about import VERSION
from tcpmodel.errors import BadConfiguration, UnreadableInput
from tcpmodel.explore.native.context import Slot
from tcpmodel.explore.native.memory import Region
from tcpmodel.explore.native.progress import Progress
from tcpmodel.explore.native.worker import Worker
from tcpmodel.explore.native.workers import Workers

LIST = "checkpoint.json"
PIECE = 1 << 26
"""How many bytes are written or read at a time."""
COUNTED = (Slot.NEXT, Slot.STUCK_COUNT)


class Checkpoint:
    """A folder with one search."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._written: dict[str, tuple[int, int]] = {}

    def prepare(self) -> None:
        """Make the folder; `BadConfiguration` if nothing can be written there."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / "probe").write_bytes(b"")
            (self.folder / "probe").unlink()
        except OSError as wrong:
            raise BadConfiguration(
                f"no checkpoint can be written into {self.folder} ({wrong.strerror}): name another folder"
            ) from wrong

    def start(self) -> None:
        """Forget what an earlier search left here."""
        (self.folder / LIST).unlink(missing_ok=True)
        self._written.clear()

    @property
    def exists(self) -> bool:
        """Whether a search was saved here."""
        return (self.folder / LIST).is_file()

    # Saving.

    def save(self, workers: Workers, progress: Progress) -> None:
        """Save everything found so far.  `OSError` if there is no room: what was saved before stays good."""
        for i, worker in enumerate(workers.all):
            for name, region, first, width, count in _pieces(workers, worker):
                self._append(f"{name}.{i}", region, first * width, (first + count) * width)
        document = {
            "tool": VERSION,
            "program": workers.program.digest,
            "workers": len(workers.all),
            "numbers": workers.numbers,
            "files": self._written,
            "progress": [progress.levels, progress.done, progress.starts, list(progress.shown.items())],
            "seconds": progress.seconds,
            "counters": [_counters(worker) for worker in workers.all],
        }
        text = json.dumps(document)
        fresh = self.folder / (LIST + ".new")
        with fresh.open("w") as file:
            file.write(json.dumps({"crc": zlib.crc32(text.encode()), "text": text}))
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self.folder / LIST)

    def _append(self, name: str, region: Region, start: int, end: int) -> None:
        """Write what is new between two places of a region to the end of a file."""
        size, crc = self._written.get(name, (0, 0))
        if size == end - start and (self.folder / name).exists():
            return
        with (self.folder / name).open("r+b" if size else "wb") as file:
            file.truncate(size)
            file.seek(size)
            for at in range(start + size, end, PIECE):
                data = region.read(at, min(end, at + PIECE))
                file.write(data)
                crc = zlib.crc32(data, crc)
            file.flush()
            os.fsync(file.fileno())
        self._written[name] = (end - start, crc)

    # Going on.

    def read(self) -> Mapping[str, Any]:
        """The list of what was saved; `UnreadableInput` if it is damaged."""
        path = self.folder / LIST
        try:
            outer = json.loads(path.read_text())
            if zlib.crc32(outer["text"].encode()) != outer["crc"]:
                raise ValueError("its checksum is wrong")
            document: Mapping[str, Any] = json.loads(outer["text"])
        except FileNotFoundError as wrong:
            raise UnreadableInput(
                f"{self.folder} holds no checkpoint: name the folder given to --checkpoint"
            ) from wrong
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as wrong:
            raise UnreadableInput(f"{path} is damaged ({wrong}): start again without --resume") from wrong
        return document

    def load(self, workers: Workers, document: Mapping[str, Any]) -> Progress:
        """Put everything back; `UnreadableInput` if a file is damaged or of another search."""
        if document["tool"] != VERSION or document["program"] != workers.program.digest:
            raise UnreadableInput(
                f"the checkpoint in {self.folder} is of another system, other claims or another version "
                f"(tcpmodel {document['tool']}): start again without --resume"
            )
        for worker, counters in zip(workers.all, document["counters"], strict=True):
            _set_counters(worker, counters)
        self._written = {name: (size, crc) for name, (size, crc) in document["files"].items()}
        for i, worker in enumerate(workers.all):
            for name, region, first, width, count in _pieces(workers, worker):
                self._read_back(f"{name}.{i}", region, first * width, count * width)
        workers.grow()
        levels, done, starts, shown = document["progress"]
        levels = [[(first, end) for first, end in level] for level in levels]
        return Progress(levels, done, starts, dict(map(tuple, shown)), document["seconds"])

    def _read_back(self, name: str, region: Region, start: int, length: int) -> None:
        size, expected = self._written.get(name, (0, 0))
        crc, at = 0, 0
        try:
            with (self.folder / name).open("rb") as file:
                while at < size and (data := file.read(min(PIECE, size - at))):
                    region.write(start + at, data)
                    crc, at = zlib.crc32(data, crc), at + len(data)
        except OSError as wrong:
            raise UnreadableInput(
                f"{self.folder / name} cannot be read ({wrong.strerror}): start again without --resume"
            ) from wrong
        if (at, crc) != (length, expected):
            raise UnreadableInput(f"{self.folder / name} is truncated or damaged: start again without --resume")


def _pieces(workers: Workers, worker: Worker) -> list[tuple[str, Region, int, int, int]]:
    """Pieces of a worker's memory: file name, address, first element, bytes of an element, number of elements."""
    return [
        ("states", workers.store, worker.base, workers.state_bytes, worker.found),
        ("parents", workers.parents, worker.base, 4, worker.found),
        ("stuck", workers.stuck, worker.base, 4, worker[Slot.STUCK_COUNT]),
    ]


def _counters(worker: Worker) -> dict[str, Any]:
    words = {slot.name: worker[slot] - (worker.base if slot is Slot.NEXT else 0) for slot in COUNTED}
    return {**words, **{slot.name: array.tolist() for slot, array in worker.counters.items()}}


def _set_counters(worker: Worker, saved: Mapping[str, Any]) -> None:
    for slot in COUNTED:
        worker[slot] = saved[slot.name] + (worker.base if slot is Slot.NEXT else 0)
    for slot, array in worker.counters.items():
        array[:] = np.array(saved[slot.name], array.dtype)
