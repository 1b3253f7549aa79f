"""Compiled code is kept and found again, and never taken for another's or when it is damaged."""

import re
import shutil

import pytest
from engines.toys import TOYS

from tcpmodel.explore.exploration import counts
from tcpmodel.explore.native import build
from tcpmodel.explore.native import search as native
from tcpmodel.explore.native.program import SearchProgram
from tcpmodel.judging.load import load, spec_paths
from tcpmodel.systems.claims import Witness

LEAP = TOYS["leap"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(build.CACHE, str(tmp_path / "kept"))
    return tmp_path / "kept"


def from_cache(toy=LEAP, claims=()) -> bool:
    program = SearchProgram(toy.system, claims)
    assert counts(native.explore(toy.system)) == {"states": toy.states, "steps": toy.steps, "depth": toy.depth}
    return program.from_cache


def test_code_is_compiled_once_and_then_found(folder) -> None:
    assert not from_cache()
    assert from_cache()
    assert len(list(folder.iterdir())) == 1


def test_other_claims_and_other_systems_are_other_code(folder) -> None:
    assert not from_cache()
    assert not from_cache(TOYS["counter"])
    assert not from_cache(TOYS["counter of 5 bits"])
    witness = LEAP.judged[1].claim
    assert not from_cache(claims=[witness])
    assert from_cache(claims=[Witness("another_name", witness.predicate)])


@pytest.mark.parametrize(
    "spoil", [lambda b: b[:-1], lambda b: b"", lambda b: b[:40], lambda b: bytes([b[0] ^ 1]) + b[1:]]
)
def test_a_damaged_file_is_compiled_anew(folder, spoil) -> None:
    from_cache()
    (file,) = folder.iterdir()
    file.write_bytes(spoil(file.read_bytes()))
    assert not from_cache()
    assert from_cache()


def test_code_under_another_codes_name_is_not_run(folder) -> None:
    """A file's name is the hash of its text; its own checksum cannot tell whose it is, so the name must be right."""
    from_cache()
    from_cache(TOYS["counter"])
    assert len({file.name for file in folder.iterdir()}) == 2
    assert all(re.fullmatch(r"[0-9a-f]{64}\.o", file.name) for file in folder.iterdir())


def test_a_folder_that_cannot_be_used_makes_it_slower_and_nothing_else(folder) -> None:
    folder.write_text("a file stands where the folder should be")
    assert not from_cache()
    assert not from_cache()


def test_a_folder_removed_while_running_is_made_again(folder) -> None:
    from_cache()
    shutil.rmtree(folder)
    assert not from_cache()
    assert from_cache()


def test_no_disk_room_leaves_no_file_under_the_codes_name(folder, monkeypatch) -> None:
    class Full:
        def __init__(self, *_, **__) -> None:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(build.tempfile, "NamedTemporaryFile", Full)
        assert not from_cache()
    assert not list(folder.iterdir())


def test_only_the_functions_that_python_calls_can_be_seen_from_outside() -> None:
    spec = load(spec_paths()["handshake"])
    defined = re.findall(r"^define (internal )?\S+ @(\w+)\(", SearchProgram(spec.system, ()).text(()), re.M)
    assert sorted(name for internal, name in defined if not internal) == sorted(build.FUNCTIONS)
    assert len(defined) == len({name for _, name in defined}) > 12


def test_two_systems_loaded_at_once_keep_their_own_functions() -> None:
    programs = [SearchProgram(TOYS[name].system, ()) for name in ("counter", "leap", "forks", "counter of 5 bits")]
    assert len({p.digest for p in programs}) == 4
    addresses = {p._program._library["search"] for p in programs}
    assert len(addresses) == 4
