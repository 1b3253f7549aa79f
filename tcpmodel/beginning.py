"""The first moments of the program: Ctrl-C while its modules are still being imported is answered in a line, too."""

from __future__ import annotations

import os
import signal
import sys

from tcpmodel.exits import Exit


def guard() -> None:
    """If this is the program, and no library, let Ctrl-C end it quietly until `begun`."""
    if _is_program() and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def begun() -> None:
    """Everything is imported: Ctrl-C is what the program makes of it."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _is_program() -> bool:
    called = sys.argv[0] if sys.argv else ""
    return os.path.basename(called) == "tcpmodel" or (called == "-m" and "tcpmodel" in sys.orig_argv)


def _end(*_: object) -> None:
    os.write(2, f"tcpmodel: interrupted\n{Exit.INCONCLUSIVE.line}\n".encode())
    os._exit(Exit.INCONCLUSIVE)
