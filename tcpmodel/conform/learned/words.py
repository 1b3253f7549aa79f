"""The letters of learned machines: calls and segments that go in, and what comes out, with abstract numbers.

A segment goes in with numbers that are valid for the learner's mapper (V).  One comes out with its numbers told by
what the mapper knows: NEXT and CURRENT are one more than, and the same as, the last; ZERO is 0; FRESH is any other.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tcpmodel.conform.endpoint import Fields
from tcpmodel.errors import choices

CALLS = ("ACCEPT", "CLOSE", "CLOSECONNECTION", "CONNECT", "LISTEN", "RCV", "SEND")
SILENCE = "TIMEOUT"
"""How a learner writes that nothing came out before its time-out."""
NEXT, CURRENT, ZERO, FRESH = "NEXT", "CURRENT", "ZERO", "FRESH"
_FLAGS = ("ACK", "FIN", "PSH", "RST", "SYN")
_SEGMENT = re.compile(r"([A-Z+]+)\((\w+),(\w+),(\d{1,4})\)")


class Reply(NamedTuple):
    """A segment that comes out: its flags in alphabetical order, its numbers as the mapper tells them, its octets."""

    flags: str
    seq: str
    ack: str
    text: int

    def __str__(self) -> str:
        return f"{self.flags}({self.seq},{self.ack},{self.text})"


class Stimulus(NamedTuple):
    """A segment that goes in: its control bits and its octets."""

    syn: int
    ack: int
    rst: int
    fin: int
    text: int


def shown_reply(reply: Reply | None) -> str:
    """What comes out, as a learner writes it."""
    return SILENCE if reply is None else str(reply)


def is_call(letter: str) -> bool:
    """The letter is a call of the application."""
    return letter in CALLS


def stimulus_of(letter: str) -> Stimulus:
    """The segment that an input letter stands for; `ValueError` says what to write instead."""
    flags, seq, ack, text = _parts(letter, f"{'SYN(V,V,0)'!r} or a call")
    if (seq, ack) != ("V", "V"):
        raise ValueError(f"the numbers of {letter!r} are not valid ones: write (V,V,0)")
    bits = {flag: int(flag in flags) for flag in _FLAGS}
    return Stimulus(bits["SYN"], bits["ACK"], bits["RST"], bits["FIN"], text)


def reply_of(output: str) -> Reply | None:
    """The segment that an output letter stands for, None for silence; `ValueError` says what to write instead."""
    if output == SILENCE:
        return None
    flags, seq, ack, text = _parts(output, f"{SILENCE} or 'ACK(NEXT,NEXT,0)'")
    for number in (seq, ack):
        if number not in (NEXT, CURRENT, ZERO, FRESH):
            raise ValueError(f"{number!r} in {output!r} is no number: write NEXT, CURRENT, ZERO or FRESH")
    return Reply(flags_shown(flags, text), seq, ack, text)


def flags_shown(flags: set[str], text: int) -> str:
    """The flags in one order; PSH is shown wherever there is text, since the rows do not speak of it."""
    return "+".join(sorted((flags - {"PSH"}) | ({"PSH"} if text else set())))


def flags_of(segment: Fields) -> set[str]:
    """The flags of a segment by name."""
    bits = {"SYN": segment.syn, "ACK": segment.ackbit, "RST": segment.rst, "FIN": segment.fin}
    return {name for name, bit in bits.items() if bit}


def _parts(letter: str, instead: str) -> tuple[set[str], str, str, int]:
    found = _SEGMENT.fullmatch(letter)
    if found is None:
        call = choices(letter, CALLS) if letter.isalpha() else f"write {instead}"
        raise ValueError(f"{letter!r} is no letter of a learned machine: {call}")
    flags = found[1].split("+")
    for flag in flags:
        if flag not in _FLAGS:
            raise ValueError(f"{flag!r} in {letter!r} is no control bit: {choices(flag, _FLAGS)}")
    return set(flags), found[2], found[3], int(found[4])
