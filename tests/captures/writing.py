"""Writes captures: TCP segments as packets, packets as frames of any link type, frames as pcap or pcapng."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path
from struct import pack

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
LINKS = {"ethernet": 1, "vlan": 1, "sll": 113, "sll2": 276, "raw": 101, "null": 0, "loop": 108}


def tcp(
    source: str,
    sport: int,
    destination: str,
    dport: int,
    *,
    seq: int,
    ack: int = 0,
    flags: int,
    text: bytes = b"",
    window: int = 65535,
    options: bytes = b"",
    extension: bytes = b"",
) -> bytes:
    """An IPv4 or IPv6 packet with a TCP segment; `extension` stands in front of TCP's header, in IPv6 only."""
    options += bytes(-len(options) % 4)
    offset = (20 + len(options)) // 4
    header = pack(">HHIIBBHHH", sport, dport, seq % 2**32, ack % 2**32, offset << 4, flags, window, 0, 0)
    segment = header + options + text
    here, there = ip_address(source), ip_address(destination)
    if here.version == 4:
        first = pack(">BBHHHBBH", 0x45, 0, 20 + len(segment), 0, 0, 64, 6, 0)
    else:
        first = pack(">IHBB", 6 << 28, len(extension) + len(segment), 60 if extension else 6, 64)
        segment = extension + segment
    return first + here.packed + there.packed + segment


def frame(packet: bytes, link: str = "ethernet") -> bytes:
    """A packet in a frame of a link type."""
    kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    family = 30 if packet[0] >> 4 == 6 else 2
    header = {
        "ethernet": bytes(12) + pack(">H", kind),
        "vlan": bytes(12) + pack(">HHHHH", 0x88A8, 7, 0x8100, 8, kind),
        "sll": pack(">HHHQH", 0, 1, 6, 0, kind),
        "sll2": pack(">HHIHBBQ", kind, 0, 1, 1, 0, 6, 0),
        "raw": b"",
        "null": pack("<I", family),
        "loop": pack(">I", family),
    }[link]
    return header + packet


Timed = Iterable[tuple[float, bytes]]


def pcap(
    path: Path,
    frames: Timed,
    *,
    link: str = "ethernet",
    order: str = "<",
    nanoseconds: bool = False,
    snap: int = 262_144,
    number: int | None = None,
) -> Path:
    """Write frames with their times as a pcap; a name that ends in .gz is compressed."""
    parts = 10**9 if nanoseconds else 10**6
    magic = 0xA1B23C4D if nanoseconds else 0xA1B2C3D4
    data = [pack(f"{order}IHHiIII", magic, 2, 4, 0, 0, snap, LINKS[link] if number is None else number)]
    for time, octets in frames:
        ticks = round(time * parts)
        data.append(pack(f"{order}IIII", ticks // parts, ticks % parts, min(len(octets), snap), len(octets)))
        data.append(octets[:snap])
    return _written(path, b"".join(data))


def pcapng(path: Path, frames: Iterable[tuple[float, bytes, str]], *, order: str = "<", digits: int = 6) -> Path:
    """Write frames with their times and link types as a pcapng, an interface for each link type."""

    def block(kind: int, body: bytes) -> bytes:
        body += bytes(-len(body) % 4)
        size = 12 + len(body)
        return pack(f"{order}II", kind, size) + body + pack(f"{order}I", size)

    data = [block(0x0A0D0D0A, pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1))]
    known: dict[str, int] = {}
    for time, octets, link in frames:
        if link not in known:
            known[link] = len(known)
            resolution = pack(f"{order}HHBxxxHH", 9, 1, digits, 0, 0)
            data.append(block(1, pack(f"{order}HHI", LINKS[link], 0, 0) + resolution))
        ticks = round(time * 10**digits)
        head = pack(f"{order}IIIII", known[link], ticks >> 32, ticks & 0xFFFFFFFF, len(octets), len(octets))
        data.append(block(6, head + octets))
    return _written(path, b"".join(data))


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path
