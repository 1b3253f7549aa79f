"""The `tcpmodel` program: its verbs, its exit codes, and errors as one sentence."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import NoReturn

from tcpmodel.beginning import begun
from tcpmodel.cli import diagram, export, matrix, prove, recheck, show, specs, sweep, trace, verify, why
from tcpmodel.errors import BadConfiguration, UnreadableInput, UnwritableOutput, UsageError

WORDS = {
    2: "usage",
    10: "self-check",
    11: "deadlock",
    12: "safety",
    13: "liveness",
    15: "rejected",
    16: "vacuous",
    20: "inconclusive",
    150: "unreadable",
    151: "configuration",
    152: "limit",
    255: "internal",
}
VERBS = (verify, prove, why, sweep, matrix, diagram, trace, export, recheck, specs, show)


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are `UsageError`s."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see {self.prog} --help")


def parser() -> argparse.ArgumentParser:
    """The parser of all verbs."""
    top = _Parser(prog="tcpmodel", description="RFC 9293's connection lifecycle as a checked transition system.")
    from tcpmodel import __version__

    top.add_argument("--version", action="version", version=f"tcpmodel {__version__}")
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=_Parser)
    for module in VERBS:
        module.add(verbs)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a verb; the exit code.  Errors are printed as one sentence, never as a traceback."""
    try:
        chosen = parser().parse_args(arguments)
        code: int = chosen.run(chosen)
    except UsageError as wrong:
        code = _tell(wrong, 2)
    except (UnreadableInput, UnwritableOutput) as wrong:
        code = _tell(wrong, 150)
    except BadConfiguration as wrong:
        code = _tell(wrong, 151)
    except KeyboardInterrupt as wrong:
        code = _tell(str(wrong) or "interrupted", 20)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as wrong:
        code = _tell(f"{wrong.filename or 'a file'} cannot be used: {wrong.strerror}", 150)
    except Exception as wrong:
        if os.environ.get("TCPMODEL_DEBUG"):
            raise
        code = _tell(
            f"this should not have happened: {type(wrong).__name__}: {wrong}; TCPMODEL_DEBUG=1 shows where", 255
        )
    if code:
        print(f"EXIT {code} {WORDS[code]}", file=sys.stderr)
    return code


def _tell(wrong: object, code: int) -> int:
    print(f"tcpmodel: {wrong}", file=sys.stderr)
    return code


def entry() -> NoReturn:
    """The entry point of the installed program."""
    begun()
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # what the terminal cannot show is no reason to say nothing
    sys.exit(main())
