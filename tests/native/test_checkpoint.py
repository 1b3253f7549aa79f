"""Checkpoints: a search that died, was stopped or was interrupted goes on as if nothing had happened."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from engines.toys import TOYS
from native.test_table import told

from tcpmodel.cli.main import main
from tcpmodel.errors import BadConfiguration, UnreadableInput
from tcpmodel.explore.exploration import Exploration, Limits
from tcpmodel.explore.native import checkpoint, workers
from tcpmodel.explore.native import search as native
from tcpmodel.explore.native.checkpoint import LIST, Checkpoint
from tcpmodel.judging.load import load, spec_paths
from tcpmodel.systems.claims import Witness

SPEC = load(spec_paths()["half_close"])
MEDIUM = load(spec_paths()["close_with_faults"])
CHILD = """
import signal, sys, time
from pathlib import Path
from tcpmodel.explore.native import search, workers
from tcpmodel.judging.load import load, spec_paths
folder, count, resume = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "True"
workers.ALONE_BELOW, workers.ROUND, search.SAVE_EVERY = 1, 0.005, 0.0
signal.signal(signal.SIGINT, signal.default_int_handler)
spec = load(spec_paths()["close_with_faults"])
found = search.explore(
    spec.system, spec.claims, workers=count, checkpoint=folder, resume=resume, progress=lambda _: time.sleep(0.01)
)
print(found.limit)
"""


def saved(folder: Path, limits: Limits, spec=SPEC, **more: Any) -> native.NativeExploration:
    return native.explore(spec.system, spec.claims, limits=limits, checkpoint=folder, **more)


def resumed(folder: Path, spec=SPEC, **more: Any) -> native.NativeExploration:
    return native.explore(spec.system, spec.claims, checkpoint=folder, resume=True, **more)


def whole(found: Exploration) -> dict[str, object]:
    """All that one worker finds, which does not depend on when it was stopped."""
    return {
        **told(found),
        "new": found.new_by_row,
        "stuck": list(found.stuck),
        "reached": list(found.reached.items()),
        "verdicts": found.verdicts,
    }


@pytest.fixture(scope="module")
def undisturbed() -> native.NativeExploration:
    return native.explore(SPEC.system, SPEC.claims)


@pytest.fixture(scope="module")
def medium() -> dict[str, object]:
    return told(native.explore(MEDIUM.system, MEDIUM.claims))


# Stopped.


@pytest.mark.parametrize("states", [1, 10, 1500, 2320, 2321])
def test_a_search_stopped_at_a_limit_goes_on_as_if_nothing_had_happened(tmp_path, undisturbed, states) -> None:
    saved(tmp_path, Limits(states=states))
    assert whole(resumed(tmp_path)) == whole(undisturbed)


def test_a_search_stopped_again_and_again_comes_to_the_same_end(tmp_path, undisturbed) -> None:
    saved(tmp_path, Limits(states=100))
    for states in range(200, 2500, 300):
        resumed(tmp_path, limits=Limits(states=states))
    assert whole(resumed(tmp_path)) == whole(undisturbed)


@pytest.mark.parametrize("count", [2, 3])
def test_several_workers_go_on_too(tmp_path, medium, count) -> None:
    with patch.multiple(workers, ALONE_BELOW=1, FIRST_BUCKETS=1 << 8):
        saved(tmp_path, Limits(states=9000), MEDIUM, workers=count)
        resumed(tmp_path, MEDIUM, limits=Limits(states=20000))
        found = resumed(tmp_path, MEDIUM)
    assert len(found.workers.all) == count
    assert told(found) == medium


def test_a_finished_search_can_be_read_again(tmp_path, undisturbed) -> None:
    saved(tmp_path, Limits())
    found = resumed(tmp_path)
    assert whole(found) == whole(undisturbed)
    assert found.complete


def test_another_number_of_workers_goes_on_with_as_many_as_began(tmp_path, undisturbed) -> None:
    saved(tmp_path, Limits(states=500))
    assert told(resumed(tmp_path, workers=2)) == told(undisturbed)


def test_a_new_search_in_the_same_folder_forgets_the_old_one(tmp_path, undisturbed) -> None:
    saved(tmp_path, Limits(states=20000), MEDIUM)
    saved(tmp_path, Limits(states=500))
    assert whole(resumed(tmp_path)) == whole(undisturbed)


# Killed and interrupted.


def started(folder: Path, count: int, *, resume: bool) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder), str(count), str(resume)], stdout=subprocess.PIPE, text=True
    )


def wait_for_a_save(process: subprocess.Popen, folder: Path, before: float) -> None:
    """Until it has saved something that was not there before; or it has ended."""
    end = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < end:
        try:
            if (folder / LIST).stat().st_mtime > before:
                return
        except FileNotFoundError:
            pass
        time.sleep(0.005)


@pytest.mark.parametrize("count", [1, 2])
def test_a_search_killed_at_any_moment_goes_on_as_if_nothing_had_happened(tmp_path, medium, count) -> None:
    random, killed = Random(), 0
    for turn in range(4):
        before = (tmp_path / LIST).stat().st_mtime if turn else 0.0
        process = started(tmp_path, count, resume=turn > 0)
        wait_for_a_save(process, tmp_path, before)
        time.sleep(random.random() * 0.15)
        process.kill()
        process.communicate()
        killed += process.returncode == -9
    assert killed >= 2
    assert told(resumed(tmp_path, MEDIUM)) == medium


@pytest.mark.parametrize("count", [1, 2])
def test_a_search_interrupted_goes_on_as_if_nothing_had_happened(tmp_path, medium, count) -> None:
    process = started(tmp_path, count, resume=False)
    wait_for_a_save(process, tmp_path, 0.0)
    process.send_signal(signal.SIGINT)
    assert process.communicate()[0] == "interrupt\n"
    assert told(resumed(tmp_path, MEDIUM)) == medium


class Interrupting:
    """Raises `KeyboardInterrupt` before the n-th line of the search that Python runs."""

    FILES = (native.__file__, checkpoint.__file__, workers.__file__)

    def __init__(self, after: int) -> None:
        self.left = after

    def __enter__(self) -> None:
        sys.settrace(self._enter)

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _enter(self, frame: Any, event: str, _: object) -> Any:
        return self._line if frame.f_code.co_filename in self.FILES else None

    def _line(self, frame: Any, event: str, _: object) -> Any:
        if event == "line":
            self.left -= 1
            if self.left == 0:
                signal.raise_signal(signal.SIGINT)
        return self._line


def interrupted(folder: Path, after: int) -> bool:
    """Search with an interruption before that line; whether the search was still running."""
    toy, inside = TOYS["lossy_channel"], Interrupting(after)
    try:
        with patch.multiple(native, SAVE_EVERY=0.0), inside:
            native.explore(toy.system, [j.claim for j in toy.judged], checkpoint=folder)
    except KeyboardInterrupt:
        pass
    return inside.left <= 0


def wrong_after_interruptions(folder: Path, lines: range) -> list[int]:
    """The lines before which an interruption led to another end."""
    toy, wrong = TOYS["lossy_channel"], []
    claims = [j.claim for j in toy.judged]
    expected = whole(native.explore(toy.system, claims))
    for after in lines:
        here = folder / str(after)
        if not interrupted(here, after):
            break
        if (
            Checkpoint(here).exists
            and whole(native.explore(toy.system, claims, checkpoint=here, resume=True)) != expected
        ):
            wrong.append(after)
    return wrong


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_an_interruption_before_any_line_leaves_a_checkpoint_that_is_right_or_none(tmp_path) -> None:
    assert wrong_after_interruptions(tmp_path, range(420, 4000, 23)) == []


# Damage.


@pytest.fixture
def folder(tmp_path) -> Path:
    saved(tmp_path / "half_close", Limits(states=1000))
    return tmp_path / "half_close"


def rewrite(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(change((folder / name).read_bytes()))


def flipped(at: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :]


DAMAGE = {
    "states cut": (rewrite("states.0", lambda b: b[:-3]), "states.0 is truncated or damaged: start again without"),
    "states empty": (rewrite("states.0", lambda b: b""), "states.0 is truncated or damaged: start again without"),
    "states flipped": (rewrite("states.0", flipped(777)), "states.0 is truncated or damaged: start again without"),
    "parents flipped": (rewrite("parents.0", flipped(5)), "parents.0 is truncated or damaged: start again without"),
    "states gone": (lambda f: (f / "states.0").unlink(), "states.0 cannot be read (No such file or directory): start"),
    "stuck gone": (lambda f: (f / "stuck.0").unlink(), "stuck.0 cannot be read (No such file or directory): start"),
    "list cut": (rewrite(LIST, lambda b: b[:-9]), f"{LIST} is damaged ("),
    "list empty": (rewrite(LIST, lambda b: b""), f"{LIST} is damaged ("),
    "list of another shape": (rewrite(LIST, lambda b: b"[]"), f"{LIST} is damaged ("),
    "list without text": (rewrite(LIST, lambda b: b'{"crc": 0, "text": 3}'), f"{LIST} is damaged ("),
    "list not in Unicode": (rewrite(LIST, lambda b: b"\xff\xfe"), f"{LIST} is damaged ("),
    "list flipped": (rewrite(LIST, lambda b: b.replace(b"1000", b"1001", 1)), f"{LIST} is damaged (its checksum is"),
    "other version": (lambda f: relist(f, tool="0.0.0"), "is of another system, other claims or another version (tcpm"),
    "other program": (lambda f: relist(f, program="0" * 64), "is of another system, other claims or another version"),
}


def relist(folder: Path, **changes: object) -> None:
    document = json.loads(json.loads((folder / LIST).read_text())["text"])
    text = json.dumps({**document, **changes})
    (folder / LIST).write_text(json.dumps({"crc": zlib.crc32(text.encode()), "text": text}))


@pytest.mark.parametrize(("damage", "sentence"), DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_checkpoint_is_refused_with_one_sentence(folder, capsys, damage, sentence) -> None:
    damage(folder)
    with pytest.raises(UnreadableInput) as wrong:
        resumed(folder)
    assert sentence in str(wrong.value)
    assert main(["verify", "half_close", "--resume", str(folder.parent)]) == 150
    out, err = capsys.readouterr()
    assert (out, err.splitlines()[-1]) == ("", "EXIT 150 unreadable")
    assert sentence in err
    assert len(err.splitlines()) == 2


def test_every_flipped_bit_of_the_list_is_noticed(folder) -> None:
    data = (folder / LIST).read_bytes()
    for at in range(0, len(data), max(1, len(data) // 60)):
        (folder / LIST).write_bytes(flipped(at)(data))
        with pytest.raises(UnreadableInput):
            resumed(folder)


@pytest.mark.parametrize("change", ["claims", "system"])
def test_a_checkpoint_of_another_search_is_refused(folder, change) -> None:
    claims = [*SPEC.claims, Witness("one_more", SPEC.claims[0].predicate)] if change == "claims" else SPEC.claims
    system = SPEC.system if change == "claims" else load(spec_paths()["handshake"]).system
    with pytest.raises(UnreadableInput, match="is of another system, other claims or another version"):
        native.explore(system, claims if change == "claims" else (), checkpoint=folder, resume=True)


def test_what_lies_beyond_the_last_save_is_cut_off(folder, undisturbed) -> None:
    """As a process leaves it that dies while it appends."""
    for name in ("states.0", "parents.0", "stuck.0"):
        with (folder / name).open("ab") as file:
            file.write(b"half a state")
    (folder / (LIST + ".new")).write_text('{"crc": 1')
    assert whole(resumed(folder)) == whole(undisturbed)


def test_no_checkpoint_is_no_search_to_go_on_with(tmp_path) -> None:
    with pytest.raises(UnreadableInput, match="holds no checkpoint: name the folder given to --checkpoint"):
        resumed(tmp_path)


# No room.


def test_a_folder_that_cannot_be_written_is_refused_before_the_search(tmp_path, capsys) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(BadConfiguration, match=r"no checkpoint can be written into .*: name another folder"):
        saved(tmp_path / "file", Limits())
    assert main(["verify", "half_close", "--checkpoint", str(tmp_path / "file")]) == 151
    assert "no checkpoint can be written into" in capsys.readouterr().err


def full(monkeypatch, *, after: int, where: str = "fsync") -> None:
    """From the n-th time on there is no room on the disk."""
    left, real = [after], getattr(os, where)

    def maybe(*arguments: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*arguments)

    monkeypatch.setattr(os, where, maybe)


@pytest.mark.parametrize(
    ("where", "after"), [("fsync", 0), ("fsync", 1), ("fsync", 5), ("fsync", 10), ("replace", 0), ("replace", 3)]
)
def test_without_room_on_the_disk_the_search_goes_on_and_says_so(tmp_path, monkeypatch, undisturbed, after, where):
    with monkeypatch.context() as patched:
        patched.setattr(native, "SAVE_EVERY", 0.0)
        full(patched, after=after, where=where)
        found = saved(tmp_path, Limits())
    assert found.unsaved == (
        "the checkpoint could not be written (No space left on device); the search went on without it"
    )
    assert told(found) == told(undisturbed)
    assert Checkpoint(tmp_path).exists == (after > 3 or (where, after) == ("replace", 3))
    if Checkpoint(tmp_path).exists:
        assert whole(resumed(tmp_path)) == whole(undisturbed)


def test_the_program_says_that_nothing_was_saved(tmp_path, monkeypatch, capsys) -> None:
    full(monkeypatch, after=0)
    assert main(["verify", "half_close", "--checkpoint", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    assert "the checkpoint could not be written (No space left on device)" in out + err


def test_a_save_that_fails_once_is_made_good_by_the_next(tmp_path, monkeypatch, undisturbed) -> None:
    left, real = [4], os.fsync

    def once(file: int) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(file)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", once)
        patched.setattr(native, "SAVE_EVERY", 0.0)
        saved(tmp_path, Limits(states=1500))
    assert whole(resumed(tmp_path)) == whole(undisturbed)


def test_what_is_compacted_is_not_saved(tmp_path) -> None:
    with pytest.raises(ValueError, match="compact"):
        saved(tmp_path, Limits(), compact=True)


def test_at_the_end_no_state_waits_to_be_expanded(undisturbed) -> None:
    assert undisturbed.complete
    assert undisturbed.frontier == 0
