"""From text to running code: optimise, generate, keep on disk, load.

Object code is kept under the hash of its text, the versions of this program and of LLVM, and the
processor; without a folder that can be written everything works, only slower.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm

CACHE = "TCPMODEL_CACHE"
"""The environment variable that names the folder for compiled code."""


class Program:
    """Compiled functions, called by name with addresses and integers."""

    def __init__(self, text: str) -> None:
        target = _target()
        data = _cached(text, target)
        self.from_cache = data is not None
        if data is None:
            data = _compile(text, target)
            _keep(text, target, data)
        self._jit = llvm.create_lljit_compiler(target)
        builder = llvm.JITLibraryBuilder().add_object_img(data)
        for name in FUNCTIONS:
            builder.export_symbol(name)
        self._library = builder.link(self._jit, "native")

    def function(self, name: str, arguments: int) -> Callable[..., Any]:
        """The function as one that may be called without Python's lock."""
        return ctypes.CFUNCTYPE(None, *[ctypes.c_uint64] * arguments)(self._library[name])


FUNCTIONS = ("search", "place", "begin", "lookup", "generate", "graph", "tell")


@cache
def _target() -> llvm.TargetMachine:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3, reloc="pic", jit=True
    )


def _compile(text: str, target: llvm.TargetMachine) -> bytes:
    """Object code by five passes: the usual sixty take four times as long and give 5 % more speed."""
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


def _path(text: str, target: llvm.TargetMachine) -> Path:
    folder = os.environ.get(CACHE)
    base = Path(folder) if folder else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tcpmodel"
    made_for = f"{version('tcpmodel')} {llvm.llvm_version_info} {llvm.get_host_cpu_name()} {target.triple}"
    made_for += llvm.get_host_cpu_features().flatten()
    return base / f"{hashlib.sha256((made_for + text).encode()).hexdigest()}.o"


def _cached(text: str, target: llvm.TargetMachine) -> bytes | None:
    try:
        data = _path(text, target).read_bytes()
    except (OSError, RuntimeError):
        return None
    body, digest = data[:-32], data[-32:]
    return body if hashlib.sha256(body).digest() == digest else None


def _keep(text: str, target: llvm.TargetMachine, data: bytes) -> None:
    """Write the code where the next run finds it; a half-written file is never seen under its name."""
    try:
        path = _path(text, target)
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(data + hashlib.sha256(data).digest())
        os.replace(file.name, path)
    except (OSError, RuntimeError):
        return
