"""`tcpmodel states`: the eleven states."""

from __future__ import annotations

import argparse

from tcpmodel.cli.arguments import begin, print_json, show
from tcpmodel.draw.tables import table
from tcpmodel.exits import Exit
from tcpmodel.tcp.rfc9293.states import STATES


def add(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    begin(parser, "tcpmodel states")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> Exit:
    """Print the states under their names."""
    if chosen.json:
        print_json({"schema": 1, "states": [s._asdict() for s in STATES]})
    else:
        show(table(("RFC 9293", "Linux kernel", "netstat", "waits for"), STATES))
    return Exit.OK
