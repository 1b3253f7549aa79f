"""The `tcpmodel` program: its verbs, its exit codes, and errors as one sentence.

Each verb is the module of its name.  Only the one that is asked for is imported, and with it only what it uses.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import Any, NoReturn

from tcpmodel.about import TOOL
from tcpmodel.beginning import begun
from tcpmodel.errors import BadConfiguration, UnreadableInput, UnwritableOutput, UsageError
from tcpmodel.exits import Exit

VERBS: Mapping[str, str] = {
    "verify": "explore specs and judge their claims",
    "prove": "judge a spec's claims by solvers at 32 bits",
    "why": "answer why TCP has a mechanism, by taking it away",
    "sweep": "find by search from which length, size or pace on a promise holds",
    "matrix": "show which promise breaks without which mechanism",
    "diagram": "draw state diagrams",
    "conform": "judge a capture against the rules",
    "explain": "tell in sentences what happened in a capture, and why",
    "trace": "replay an ITF trace and show it",
    "export": "print a spec as the input of another checker",
    "recheck": "ask a certificate's questions again of a second solver",
    "specs": "list the specs, a sentence each",
    "rules": "print every rule with its guard, action and RFC section",
    "states": "print the eleven states and their names",
}
"""What each verb does, in the order of `--help`."""


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are `UsageError`s."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see {self.prog} --help")


class _Verb(_Parser):
    """A verb's parser, which learns its arguments from the verb's module when it is asked to parse."""

    def __init__(self, verb: str, **how: Any) -> None:
        super().__init__(**how)
        self._verb: str | None = verb

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        if self._verb is not None:
            import_module(f"tcpmodel.cli.{self._verb}").add(self)
            self._verb = None
            begun()
        return super().parse_known_args(args, namespace)


def parser() -> argparse.ArgumentParser:
    """The parser of all verbs."""
    top = _Parser(prog="tcpmodel", description="RFC 9293's connection lifecycle as a checked transition system.")
    top.add_argument("--version", action="version", version=TOOL)
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=_Verb)
    for verb, does in VERBS.items():
        verbs.add_parser(verb, verb=verb, help=does, description=does)
    return top


def main(arguments: Sequence[str] | None = None) -> Exit:
    """Run a verb; the exit code.  Errors are printed as one sentence, never as a traceback."""
    try:
        chosen = parser().parse_args(arguments)
        code: Exit = chosen.run(chosen)
    except (UsageError, UnreadableInput, UnwritableOutput, BadConfiguration) as wrong:
        code = _tell(wrong, wrong.exit)
    except KeyboardInterrupt as wrong:
        code = _tell(str(wrong) or "interrupted", Exit.INCONCLUSIVE)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = Exit.OK
    except OSError as wrong:
        code = _tell(f"{wrong.filename or 'a file'} cannot be used: {wrong.strerror}", Exit.UNREADABLE)
    except Exception as wrong:
        if os.environ.get("TCPMODEL_DEBUG"):
            raise
        code = _tell(
            f"this should not have happened: {type(wrong).__name__}: {wrong}; TCPMODEL_DEBUG=1 shows where",
            Exit.INTERNAL,
        )
    if code:
        print(code.line, file=sys.stderr)
    return code


def _tell(wrong: object, code: Exit) -> Exit:
    print(f"tcpmodel: {wrong}", file=sys.stderr)
    return code


def entry() -> NoReturn:
    """The entry point of the installed program."""
    # numpy begins threads for linear algebra, which nothing here does: a third of the time that its import takes
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # what the terminal cannot show is no reason to say nothing
    code = main()
    gc.freeze()  # else Python looks for circles in all that there is before it ends: a tenth of a short run
    sys.exit(code)
