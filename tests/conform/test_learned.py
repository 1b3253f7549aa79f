"""Learned machines: the reader, the walk, and that each departure is found in a machine that has it and nothing else.

The machines here are made by a learner of our own, which plays every letter in every situation of the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from tcpmodel.conform.assumptions import Assumption
from tcpmodel.conform.learned import departures as d
from tcpmodel.conform.learned.machine import Edge, Machine
from tcpmodel.conform.learned.mapper import HABITS, Habits
from tcpmodel.conform.learned.side import START, Move, Side

SEGMENTS = (
    *(f"{flags}(V,V,0)" for flags in ("SYN", "SYN+ACK", "ACK", "FIN+ACK", "RST", "ACK+RST")),
    "ACK+PSH(V,V,1)",
)
CALLER = ("CLOSE", "CONNECT", "RCV", *SEGMENTS)
SERVER = ("ACCEPT", "CLOSE", "CLOSECONNECTION", "LISTEN", "RCV", "SEND", *SEGMENTS)
BOTH = pytest.mark.parametrize("alphabet", [CALLER, SERVER], ids=["caller", "server"])


def edges(
    alphabet: Iterable[str], *, habits: Habits = HABITS[0], departing: frozenset[Assumption] = frozenset()
) -> Iterator[Edge]:
    """The machine of a model that departs so wherever it can."""
    ways = d.departures(tuple((a, edit) for a, edit in d.ALL if a in departing))
    side = Side(serves="LISTEN" in alphabet, habits=habits, ways=ways)
    names = {START: "s0"}
    waiting = [START]
    for where in waiting:
        for letter in alphabet:
            move = chosen(side.moves(where, letter), departing)
            if move.situation not in names:
                names[move.situation] = f"s{len(names)}"
                waiting.append(move.situation)
            yield Edge(names[where], letter, move.reply, names[move.situation])


def chosen(moves: tuple[Move, ...], departing: frozenset[Assumption]) -> Move:
    """The move that departs most among those that depart in these ways only."""
    return max((move for move in moves if departing >= {*move.assumes}), key=lambda move: len(move.assumes))


def machine(alphabet: Iterable[str], **chosen_ways: object) -> Machine:
    return Machine("made", "s0", tuple(edges(alphabet, **chosen_ways)))  # type: ignore[arg-type]
