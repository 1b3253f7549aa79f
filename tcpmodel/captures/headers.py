"""Headers in bulk: link, IP and TCP headers of a block of frames, each field read for all frames at once with NumPy.

What is no TCP segment is counted and set aside.  A segment's length is what its IP header says, since frames are padded
and captured in part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from tcpmodel.captures.containers import Frames
from tcpmodel.captures.segments import Array
from tcpmodel.errors import UnreadableInput

IPV4, IPV6, TAGS = 0x0800, 0x86DD, (0x8100, 0x88A8, 0x9100)
TCP, UDP, ICMP, ICMP6 = 6, 17, 1, 58
EXTENSIONS, FRAGMENT = (0, 43, 60, 135), 44
"""IPv6 headers that may stand in front of TCP's (RFC 8200 4): hop-by-hop, routing, destination, mobility; fragment."""
DEEPEST = 8
"""So many tags or extension headers are passed."""
PAD = 64


@dataclass
class Noise:
    """What of a capture was set aside, in frames."""

    frames: int = 0
    not_ip: int = 0
    icmp: int = 0
    udp: int = 0
    other: int = 0
    fragments: int = 0
    cut_off: int = 0
    malformed: int = 0
    cut_frames: list[int] = field(default_factory=list)

    def counts(self) -> Mapping[str, int]:
        """How many frames of each kind, by what people call it."""
        return {
            "not IP": self.not_ip,
            "ICMP": self.icmp,
            "UDP": self.udp,
            "other": self.other,
            "fragments": self.fragments,
            "cut off": self.cut_off,
            "malformed": self.malformed,
        }


@dataclass
class Bulk:
    """TCP segments of a block: fields by name, and both ends of each as numbers, an IPv6 address by its place."""

    data: bytes
    fields: dict[str, Array]
    source: Array
    destination: Array


class Octets:
    """The octets of a block, read in many places at once; a place behind the end reads 0."""

    def __init__(self, data: bytes) -> None:
        self._octets = np.frombuffer(data + bytes(PAD), dtype=np.uint8)
        self._last = len(data) + PAD - 1

    def one(self, at: Array) -> Array:
        """The octet at each place."""
        return self._octets[np.minimum(at, self._last)]

    def two(self, at: Array) -> Array:
        """The number in two octets."""
        return self.one(at).astype(np.int64) << 8 | self.one(at + 1)

    def four(self, at: Array) -> Array:
        """The number in four octets."""
        return self.two(at) << 16 | self.two(at + 2)


Link = Callable[[Octets, Array], tuple[Array, Array]]
"""Where the network header of each frame begins, and its EtherType; 0 where only the IP version tells."""


def _ethernet(octets: Octets, at: Array) -> tuple[Array, Array]:
    at = at + 12
    kind = octets.two(at)
    for _ in range(DEEPEST):
        tagged = np.isin(kind, TAGS)
        if not tagged.any():
            break
        at = at + 4 * tagged
        kind = np.where(tagged, octets.two(at), kind)
    return at + 2, kind


def _fixed(header: int, kind_at: int | None) -> Link:
    def link(octets: Octets, at: Array) -> tuple[Array, Array]:
        return at + header, np.zeros_like(at) if kind_at is None else octets.two(at + kind_at)

    return link


LINKS: Mapping[int, tuple[str, Link]] = {
    0: ("BSD loopback", _fixed(4, None)),
    1: ("Ethernet", _ethernet),
    12: ("raw IP", _fixed(0, None)),
    14: ("raw IP", _fixed(0, None)),
    101: ("raw IP", _fixed(0, None)),
    108: ("OpenBSD loopback", _fixed(4, None)),
    113: ("Linux cooked", _fixed(16, 14)),
    228: ("IPv4", _fixed(0, None)),
    229: ("IPv6", _fixed(0, None)),
    276: ("Linux cooked v2", _fixed(20, 0)),
}
"""The link types of tcpdump.org that are read, with their names."""


def link_name(number: int) -> str:
    """The name of a link type; `UnreadableInput` where it is not known."""
    if number not in LINKS:
        known = ", ".join(sorted({f"{name} ({n})" for n, (name, _) in LINKS.items()}))
        raise UnreadableInput(f"the capture's link type {number} is not known: give one of {known}")
    return LINKS[number][0]


class Reader:
    """Reads blocks of frames; counts what it sets aside, and remembers IPv6 addresses by their place."""

    def __init__(self) -> None:
        self.noise = Noise()
        self.addresses: dict[bytes, int] = {}

    def bulk(self, frames: Frames) -> Bulk | None:
        """The TCP segments of a block; None where it has none."""
        octets = Octets(frames.data)
        ends = frames.at + frames.size
        first = self.noise.frames + 1
        self.noise.frames += len(frames.at)
        number = np.arange(first, first + len(frames.at))
        link_name(frames.link)
        at, kind = LINKS[frames.link][1](octets, frames.at)
        version = np.where(at < ends, octets.one(at) >> 4, 0)
        v4, v6 = (version == 4) & np.isin(kind, (0, IPV4)), (version == 6) & np.isin(kind, (0, IPV6))
        self.noise.not_ip += int((~(v4 | v6)).sum())
        parts = [
            part
            for part in (
                self._ipv4(octets, frames, number, at, ends, np.flatnonzero(v4)),
                self._ipv6(octets, frames, number, at, ends, np.flatnonzero(v6)),
            )
            if part is not None
        ]
        return _joined(frames.data, parts) if any(len(part["frame"]) for part in parts) else None

    def _ipv4(
        self, octets: Octets, frames: Frames, number: Array, at: Array, ends: Array, which: Array
    ) -> dict[str, Array] | None:
        if not len(which):
            return None
        at, ends, number = at[which], ends[which], number[which]
        header = (octets.one(at) & 15).astype(np.int64) * 4
        total = octets.two(at + 2)
        total = np.where(total == 0, frames.at[which] + frames.wire[which] - at, total)
        whole = (octets.two(at + 6) & 0x3FFF) == 0
        protocol = octets.one(at + 9)
        kept = self._kept(number, protocol, whole, good=(header >= 20) & (at + 20 <= ends))
        found = self._tcp(octets, number, at + header, at + total, ends, frames.time[which], kept)
        if found is None:
            return None
        found["from"], found["to"] = (
            octets.four(at[kept] + 12)[found["good"]],
            octets.four(at[kept] + 16)[found["good"]],
        )
        return found

    def _ipv6(
        self, octets: Octets, frames: Frames, number: Array, at: Array, ends: Array, which: Array
    ) -> dict[str, Array] | None:
        if not len(which):
            return None
        at, ends, number = at[which], ends[which], number[which]
        total = octets.two(at + 4) + 40
        total = np.where(total == 40, frames.at[which] + frames.wire[which] - at, total)
        protocol, header, whole = octets.one(at + 6), at + 40, np.ones(len(at), dtype=bool)
        for _ in range(DEEPEST):
            extended, fragment = np.isin(protocol, EXTENSIONS), protocol == FRAGMENT
            if not (extended | fragment).any():
                break
            whole &= ~fragment | ((octets.two(header + 2) & 0xFFF9) == 0)
            wide = np.where(fragment, 8, np.where(extended, (octets.one(header + 1).astype(np.int64) + 1) * 8, 0))
            protocol = np.where(extended | fragment, octets.one(header), protocol)
            header = header + wide
        kept = self._kept(number, protocol, whole, good=at + 40 <= ends)
        found = self._tcp(octets, number, header, at + total, ends, frames.time[which], kept)
        if found is None:
            return None
        begins = at[kept][found["good"]]
        found["from"], found["to"] = (self._places(frames.data, begins + offset) for offset in (8, 24))
        return found

    def _places(self, data: bytes, at: Array) -> Array:
        """A number for each IPv6 address, above all of IPv4."""
        known = self.addresses
        return np.array(
            [(1 << 32) + known.setdefault(data[place : place + 16], len(known)) for place in at.tolist()],
            dtype=np.int64,
        )

    def _kept(self, number: Array, protocol: Array, whole: Array, good: Array) -> Array:
        """Which packets may hold a TCP segment; all others are counted."""
        noise = self.noise
        is_tcp = protocol == TCP
        noise.cut_off += self._cut(number[~good])
        noise.icmp += int((good & np.isin(protocol, (ICMP, ICMP6))).sum())
        noise.udp += int((good & (protocol == UDP)).sum())
        noise.other += int((good & ~np.isin(protocol, (TCP, UDP, ICMP, ICMP6))).sum())
        noise.fragments += int((good & is_tcp & ~whole).sum())
        return np.flatnonzero(good & is_tcp & whole)

    def _cut(self, number: Array) -> int:
        self.noise.cut_frames += number[: 10 - len(self.noise.cut_frames)].tolist()
        return len(number)

    def _tcp(
        self, octets: Octets, number: Array, at: Array, packet: Array, ends: Array, time: Array, kept: Array
    ) -> dict[str, Array] | None:
        """The fields of these segments; `packet` is where each IP packet ends, `ends` where what was captured does."""
        if not len(kept):
            return None
        at, packet, ends, number, time = at[kept], packet[kept], ends[kept], number[kept], time[kept]
        header = (octets.one(at + 12) >> 4).astype(np.int64) * 4
        whole = at + 20 <= ends
        good = whole & (header >= 20) & (at + header <= packet)
        self.noise.cut_off += self._cut(number[~whole])
        self.noise.malformed += int((whole & ~good).sum())
        at, packet, ends, number, time, header = (v[good] for v in (at, packet, ends, number, time, header))
        text = at + header
        return {
            "good": np.flatnonzero(good),
            "frame": number,
            "time": time,
            "from_port": octets.two(at),
            "to_port": octets.two(at + 2),
            "seq": octets.four(at + 4),
            "ack": octets.four(at + 8),
            "flags": octets.one(at + 13),
            "length": packet - text,
            "window": octets.two(at + 14),
            "text_at": text,
            "text_size": np.maximum(np.minimum(packet, ends) - text, 0),
            "options_at": at + 20,
            "options_size": np.maximum(np.minimum(text, ends) - at - 20, 0),
        }


def _joined(data: bytes, parts: list[dict[str, Array]]) -> Bulk:
    """The fields of IPv4 and IPv6 segments together, in captured order."""
    fields = {name: np.concatenate([part[name] for part in parts]) for name in parts[0] if name != "good"}
    if len(parts) > 1:
        order = np.argsort(fields["frame"], kind="stable")
        fields = {name: values[order] for name, values in fields.items()}
    source = fields.pop("from") << 16 | fields.pop("from_port")
    destination = fields.pop("to") << 16 | fields.pop("to_port")
    return Bulk(data, fields, source, destination)
