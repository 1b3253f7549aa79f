"""Memory for tables and stores: reserved in one piece, given by the system as it is touched."""

from __future__ import annotations

import ctypes
import mmap
import os

NORESERVE = 0x4000 if os.uname().sysname == "Linux" else 0
"""Linux: address space only, no promise of memory."""
PAGE = 1 << 21
"""A huge page."""


class Region:
    """Zeroed memory of a given size, at a fixed address."""

    def __init__(self, size: int) -> None:
        self.size = -(-max(size, 1) // mmap.PAGESIZE) * mmap.PAGESIZE
        self._map = mmap.mmap(-1, self.size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | NORESERVE)
        if self.size >= PAGE and hasattr(mmap, "MADV_HUGEPAGE"):
            self._map.madvise(mmap.MADV_HUGEPAGE)
        self._view: ctypes.Array[ctypes.c_char] | None = (ctypes.c_char * 1).from_buffer(self._map)
        self.address = ctypes.addressof(self._view)

    def read(self, start: int, end: int) -> bytes:
        """A copy of some of it."""
        return self._map[start:end]

    def write(self, start: int, data: bytes) -> None:
        """Put bytes into it."""
        self._map[start : start + len(data)] = data

    def forget(self, start: int, end: int) -> None:
        """Give the whole pages in between back to the system; they read as zeros."""
        first, last = -(-start // mmap.PAGESIZE) * mmap.PAGESIZE, end // mmap.PAGESIZE * mmap.PAGESIZE
        if first < last:
            self._map.madvise(mmap.MADV_DONTNEED, first, last - first)

    def release(self) -> None:
        """Give the memory back."""
        self._view = None
        self._map.close()
