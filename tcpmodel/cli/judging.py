"""Arguments that all verbs which judge captures share."""

from __future__ import annotations

import argparse

from tcpmodel.conform.checking import Settings
from tcpmodel.conform.judge import LATE
from tcpmodel.conform.profiles import ANY, names
from tcpmodel.conform.vantage import Vantage


def add_judging(parser: argparse.ArgumentParser, *, needed: bool = True) -> None:
    """Add the capture, which may be `needed`, and how it is to be judged."""
    parser.add_argument(
        "capture",
        metavar="CAPTURE",
        nargs=None if needed else "?",
        help="a pcap, pcapng (or .gz), or text of tcpdump or tshark",
    )
    parser.add_argument(
        "--vantage",
        metavar="WHERE",
        default="",
        help=f"where it was captured: {'|'.join(Vantage)}, or a host's address; inferred unless given. "
        "The client is the end that sent the first SYN",
    )
    parser.add_argument(
        "--profile",
        metavar="NAME",
        default=ANY,
        help=f"what an explanation may use: {', '.join(names())} (default {ANY}); of each end: A=linux,B=lwip",
    )
    parser.add_argument(
        "--late",
        metavar="SECONDS",
        type=_seconds,
        default=LATE,
        help=f"by how much the near end may process an arrival later than it was captured (default {LATE})",
    )


def settings_of(chosen: argparse.Namespace, *, keep_states: bool) -> Settings:
    """How to judge, by the arguments."""
    return Settings(chosen.profile, chosen.vantage, chosen.late, keep_states)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < 3600:
        raise argparse.ArgumentTypeError(f"{text!r} is no delay: write seconds, for example 0.005")
    return seconds
