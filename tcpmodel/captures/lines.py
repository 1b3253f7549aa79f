"""Lines of text dumps: what one line of tcpdump, tshark or a table of Wireshark says of a segment.

Three forms: tcpdump as it prints now, tcpdump of the 1990s, and rows of number, time, addresses, protocol and length
with or without an Info column, as tshark and Wireshark's exports have them.  What a line does not say is None.
"""

from __future__ import annotations

import csv
import re
from typing import NamedTuple

from tcpmodel.captures.segments import ACK, FIN, PSH, RST, SYN, URG

LETTERS = {"F": FIN, "S": SYN, "R": RST, "P": PSH, ".": ACK, "U": URG, "E": 64, "W": 128}
NAMES = {"FIN": FIN, "SYN": SYN, "RST": RST, "PSH": PSH, "ACK": ACK, "URG": URG, "ECE": 64, "CWR": 128, "ECN": 64}
NOT_TCP = frozenset({"UDP", "DNS", "MDNS", "ARP", "ICMP", "ICMPv6", "DHCP", "NTP", "IGMP", "QUIC", "SCTP", "STP"})
"""Protocols of Wireshark that do not run over TCP."""


class Line(NamedTuple):
    """A segment as a line shows it; where `scaled`, its window is, and its numbers count from the first."""

    number: int | None
    time: float | None
    source: tuple[str, str]
    destination: tuple[str, str]
    flags: int | None
    seq: int | None
    ack: int | None
    length: int | None
    window: int | None
    scale: int | None
    form: str
    scaled: bool = False


TCPDUMP, OLD, TABLE = "text of tcpdump", "text of an old tcpdump", "a table of tshark or Wireshark"

_TIME = r"(?:(\d{4}-\d\d-\d\d)[ T])?(\d{1,2}:\d\d:\d\d(?:\.\d+)?|\d+\.\d+)"
_ENDS = r"([^\s>]+)\.([\w-]+) > ([^\s>]+)\.([\w-]+):"
_NEW = re.compile(rf"{_ENDS} Flags \[([^\]]*)\](.*)")
_OLD = re.compile(rf"{_ENDS} ([SFRPWEU.]+)\s+(?:(\d+):(\d+)(?:\((\d+)\))?)?(.*)")
_BEGINS = re.compile(rf"^\s*(?:(\d+)\s+)?{_TIME}\s")
_ROW = re.compile(
    rf"(?:^|\s)(\d+)\s+{_TIME}\s+(\S+)\s+(?:(?:→|->|>)\s+)?(\S+)\s+([A-Za-z][\w./-]*)\s+(\d+)(?:\s+(.*))?$"
)
_INFO = re.compile(r"([\w-]+)\s*(?:→|->|>)\s*([\w-]+)\s+\[([^\]]*)\](.*)")
_HEX = re.compile(r"^\s*0x[0-9a-f]{4}:")


def is_hex(line: str) -> bool:
    """Whether the line belongs to a dump of octets."""
    return bool(_HEX.match(line))


def begins_record(line: str) -> bool:
    """Whether a line begins a record; an indented one without a time goes on with the one before."""
    return bool(_BEGINS.match(line)) or not line[:1].isspace()


def read_line(line: str) -> Line | None:
    """What a record says of a TCP segment; None where it is of none."""
    if line.startswith('"'):
        line = "\t".join(next(csv.reader([line])))
    return _new(line) or _old(line) or _row(line)


def _number(pattern: str, text: str) -> int | None:
    found = re.search(pattern, text)
    return int(found[1]) if found else None


def _begins(line: str) -> tuple[int | None, float | None]:
    found = _BEGINS.match(line)
    if found is None:
        return None, None
    number, date, clock = found.groups()
    return (int(number) if number else None), seconds(date, clock)


def seconds(date: str | None, clock: str) -> float:
    """Seconds since some beginning; of a date and a clock, of a clock since midnight, or as they are."""
    parts = [float(part) for part in clock.split(":")]
    time = parts[0] if len(parts) == 1 else parts[0] * 3600 + parts[1] * 60 + parts[2]
    if date is None:
        return time
    year, month, day = (int(part) for part in date.split("-"))
    return time + 86_400 * _day(year, month, day)


def _day(year: int, month: int, day: int) -> int:
    """Days since the year 0 of the calendar, each month taken as it is long."""
    before = year - (month <= 2)
    shifted = (month + 9) % 12
    return 365 * before + before // 4 - before // 100 + before // 400 + (153 * shifted + 2) // 5 + day


def _new(line: str) -> Line | None:
    found = _NEW.search(line)
    if found is None:
        return None
    source, destination, letters, rest = (found[1], found[2]), (found[3], found[4]), found[5], found[6]
    flags = 0 if letters == "none" else sum(bit for letter, bit in LETTERS.items() if letter in letters)
    number, time = _begins(line)
    length = _number(r"length (\d+)", rest)
    if length is None:
        ends = re.search(r"seq (\d+):(\d+)", rest)
        length = (int(ends[2]) - int(ends[1])) % (1 << 32) if ends else 0
    return Line(
        number,
        time,
        source,
        destination,
        flags,
        _number(r"seq (\d+)", rest),
        _number(r"\back (\d+)", rest),
        length,
        _number(r"win (\d+)", rest),
        _number(r"wscale (\d+)", rest),
        TCPDUMP,
    )


def _old(line: str) -> Line | None:
    found = _OLD.search(line)
    if found is None:
        return None
    source, destination = (found[1], found[2]), (found[3], found[4])
    letters, begin, end, size, rest = found.groups()[4:]
    ack = _number(r"\back (\d+)", rest)
    flags = sum(bit for letter, bit in LETTERS.items() if letter in letters and letter != ".")
    number, time = _begins(line)
    span = (int(end) - int(begin)) % (1 << 32) if begin else 0
    return Line(
        number,
        time,
        source,
        destination,
        flags | (ACK if ack is not None else 0),
        int(begin) if begin else None,
        ack,
        int(size) if size else span,
        _number(r"win (\d+)", rest),
        _number(r"wscale (\d+)", rest),
        OLD,
    )


def _row(line: str) -> Line | None:
    found = _ROW.search(line)
    if found is None:
        return None
    number, date, clock, source, destination, protocol, _, info = found.groups()
    if protocol in NOT_TCP:
        return None
    time = seconds(date, clock)
    said = _INFO.search(info or "")
    if said is None:
        nothing = (None,) * 6
        return Line(int(number), time, (source, "0"), (destination, "0"), *nothing, TABLE)
    names, rest = said[3], f"{said[3]} {said[4]}"
    scale = _number(r"WS=(\d+)", rest)
    return Line(
        int(number),
        time,
        (source, said[1]),
        (destination, said[2]),
        sum(NAMES.get(name.strip(), 0) for name in names.split(",")),
        _number(r"Seq=(\d+)", rest),
        _number(r"Ack=(\d+)", rest),
        _number(r"Len=(\d+)", rest),
        _number(r"Win=(\d+)", rest),
        scale.bit_length() - 1 if scale else None,
        TABLE,
        scaled=True,
    )
