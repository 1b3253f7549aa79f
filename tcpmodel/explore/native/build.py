"""From text to running code: optimise, generate, keep on disk, load.

Object code is kept under the digest of what it was made from (the system's terms and the compiler's own
text, which together fix the text in LLVM's language), the versions of this program and of LLVM, and
the processor.  Without a folder that can be written everything works, only slower.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import llvmlite.binding as llvm

from tcpmodel.about import VERSION

CACHE = "TCPMODEL_CACHE"
"""The environment variable that names the folder for compiled code."""


class Program:
    """Compiled functions, called by name with addresses and integers."""

    def __init__(self, code: bytes) -> None:
        self._jit = llvm.create_lljit_compiler(_target())
        builder = llvm.JITLibraryBuilder().add_object_img(code)
        for name in FUNCTIONS:
            builder.export_symbol(name)
        self._library = builder.link(self._jit, "native")

    def function(self, name: str, arguments: int) -> Callable[..., Any]:
        """The function as one that may be called without Python's lock."""
        return ctypes.CFUNCTYPE(None, *[ctypes.c_uint64] * arguments)(self._library[name])


class Built(NamedTuple):
    """Object code, with a note that its maker left beside it."""

    note: str
    code: bytes


HASH = 32
"""The bytes of a checksum."""
FUNCTIONS = ("search", "place", "begin", "lookup", "generate", "graph", "tell")


@cache
def _target() -> llvm.TargetMachine:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3, reloc="pic", jit=True
    )


def compiled(text: str) -> bytes:
    """Object code by five passes: the usual sixty take four times as long and give 5 % more speed."""
    target = _target()
    module = llvm.parse_assembly(text)
    module.triple, module.data_layout = target.triple, str(target.target_data)
    passes = llvm.create_pass_builder(target, llvm.create_pipeline_tuning_options(speed_level=2))
    few = llvm.create_new_module_pass_manager()
    few.add_always_inliner_pass()
    few.add_sroa_pass()
    few.add_simplify_cfg_pass()
    few.add_instruction_combine_pass()
    few.add_simplify_cfg_pass()
    few.run(module, passes)
    return bytes(target.emit_object(module))


def _path(digest: str) -> Path:
    folder = os.environ.get(CACHE)
    base = Path(folder) if folder else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tcpmodel"
    target = _target()
    made_for = f"{VERSION} {llvm.llvm_version_info} {llvm.get_host_cpu_name()} {target.triple}"
    made_for += llvm.get_host_cpu_features().flatten()
    return base / f"{hashlib.sha256((made_for + digest).encode()).hexdigest()}.o"


def kept(digest: str) -> Built | None:
    """The code kept under this name on a machine like this one, if it is whole."""
    try:
        data = _path(digest).read_bytes()
    except (OSError, RuntimeError):
        return None
    body = data[HASH:]
    if len(data) < HASH or hashlib.sha256(body).digest() != data[:HASH]:
        return None
    note, _, code = body.partition(b"\n")
    return Built(note.decode(), code)


def keep(digest: str, built: Built) -> None:
    """Write the code where the next run finds it; a half-written file is never seen under its name."""
    body = built.note.encode() + b"\n" + built.code
    try:
        path = _path(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(hashlib.sha256(body).digest() + body)
        os.replace(file.name, path)
    except (OSError, RuntimeError):
        return
