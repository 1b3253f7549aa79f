"""Captures are read alike in every container and link type; what is no TCP segment is counted."""

from pathlib import Path
from struct import pack

import pytest
from captures.writing import ACK, FIN, SYN, frame, pcap, pcapng, tcp
from hypothesis import given, settings
from hypothesis import strategies as st

from tcpmodel.captures.reading import Reading
from tcpmodel.captures.segments import Captured
from tcpmodel.errors import UnreadableInput

A, B = "10.0.0.1", "10.0.0.2"
A6, B6 = "fd00::1", "fd00::2"
SCALE = bytes((3, 3, 7))


def packets(a: str = A, b: str = B) -> list[bytes]:
    return [
        tcp(a, 4000, b, 80, seq=100, flags=SYN, options=SCALE),
        tcp(b, 80, a, 4000, seq=900, ack=101, flags=SYN | ACK, options=SCALE),
        tcp(a, 4000, b, 80, seq=101, ack=901, flags=ACK, text=b"hello"),
        tcp(a, 4000, b, 80, seq=106, ack=901, flags=FIN | ACK, window=77),
    ]


def timed(link: str = "ethernet", *, of: list[bytes] | None = None) -> list[tuple[float, bytes]]:
    return [(1_000 + n / 8, frame(p, link)) for n, p in enumerate(of or packets())]


def read(path: Path) -> list[Captured]:
    return [captured for piece in Reading(path).pieces() for captured in piece.segments]


EXPECTED = [
    Captured(1, 0.0, 0, 100, 0, SYN, 0, b"", 65535, SCALE + b"\0"),
    Captured(2, 0.125, 1, 900, 101, SYN | ACK, 0, b"", 65535, SCALE + b"\0"),
    Captured(3, 0.25, 0, 101, 901, ACK, 5, b"hello", 65535, b""),
    Captured(4, 0.375, 0, 106, 901, FIN | ACK, 0, b"", 77, b""),
]


@pytest.mark.parametrize("link", ["ethernet", "vlan", "sll", "sll2", "raw", "null", "loop"])
def test_every_link_type_gives_the_same_segments(tmp_path, link):
    assert read(pcap(tmp_path / "x.pcap", timed(link), link=link)) == EXPECTED


@pytest.mark.parametrize("how", [{"order": ">"}, {"nanoseconds": True}, {"order": ">", "nanoseconds": True}])
def test_both_byte_orders_and_resolutions_give_the_same_segments(tmp_path, how):
    assert read(pcap(tmp_path / "x.pcap", timed(), **how)) == EXPECTED


def test_a_compressed_capture_is_read_whatever_its_name(tmp_path):
    pcap(tmp_path / "x.gz", timed()).rename(tmp_path / "x.pcap")
    assert read(tmp_path / "x.pcap") == EXPECTED


@pytest.mark.parametrize("how", [{}, {"order": ">"}, {"digits": 9}])
def test_a_pcapng_of_several_link_types_gives_the_same_segments(tmp_path, how):
    links = ["ethernet", "sll2", "raw", "ethernet"]
    frames = [(n / 8, frame(p, link), link) for n, (p, link) in enumerate(zip(packets(), links, strict=True))]
    assert read(pcapng(tmp_path / "x.pcapng", frames, **how)) == EXPECTED


def test_ipv6_is_read_behind_extension_headers(tmp_path):
    behind = [
        tcp(A6, 4000, B6, 80, seq=100, flags=SYN, options=SCALE, extension=bytes((6, 0, 1, 4, 0, 0, 0, 0))),
        *packets(A6, B6)[1:],
    ]
    (piece,) = Reading(pcap(tmp_path / "x.pcap", timed(of=behind))).pieces()
    assert [*piece.segments] == EXPECTED
    assert [str(end) for end in piece.conversation.ends] == ["[fd00::1]:4000", "[fd00::2]:80"]


def test_padding_and_snap_length_do_not_change_a_segments_length(tmp_path):
    padded = [(t, octets + bytes(6)) for t, octets in timed()]
    assert read(pcap(tmp_path / "x.pcap", padded)) == EXPECTED
    short = read(pcap(tmp_path / "y.pcap", timed(), snap=56))
    assert [c.length for c in short] == [0, 0, 5, 0]
    assert short[2].text == b"he"


def test_a_packet_without_a_total_length_is_as_long_as_its_frame(tmp_path):
    offloaded = packets()[2]
    octets = frame(offloaded[:2] + b"\0\0" + offloaded[4:])
    assert read(pcap(tmp_path / "x.pcap", [(0, octets)]))[0].length == 5


def test_what_is_no_segment_is_counted_and_set_aside(tmp_path):
    whole = packets()[2]
    others = [
        bytes(12) + pack(">H", 0x0806) + bytes(28),
        frame(whole[:9] + b"\x01" + whole[10:]),
        frame(whole[:9] + b"\x11" + whole[10:]),
        frame(whole[:9] + b"\x2f" + whole[10:]),
        frame(whole[:6] + b"\x20\x00" + whole[8:]),
        frame(whole[:6] + b"\x00\x10" + whole[8:]),
        frame(whole)[:40],
        frame(whole[:32] + b"\x10" + whole[33:]),
    ]
    reading = Reading(pcap(tmp_path / "x.pcap", [(0, octets) for octets in others]))
    assert [*reading.pieces()] == []
    noise = reading.noise
    assert (noise.not_ip, noise.icmp, noise.udp, noise.other) == (1, 1, 1, 1)
    assert (noise.fragments, noise.cut_off, noise.malformed) == (2, 1, 1)
    assert noise.cut_frames == [7]


def test_conversations_are_apart_and_a_reused_pair_is_one(tmp_path):
    both = [*packets(), *packets("10.0.0.3"), *packets()]
    pieces = [*Reading(pcap(tmp_path / "x.pcap", timed(of=both))).pieces()]
    assert [len(piece.segments) for piece in pieces] == [8, 4]


def test_a_capture_is_read_in_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr("tcpmodel.captures.containers.BLOCK", 100)
    assert len([*Reading(pcap(tmp_path / "x.pcap", timed())).pieces()]) > 1
    assert read(tmp_path / "x.pcap") == EXPECTED


# Damage.


@pytest.mark.parametrize("lost", [1, 40, 69])
def test_what_comes_before_a_cut_is_read(tmp_path, lost):
    path = pcap(tmp_path / "x.pcap", timed())
    path.write_bytes(path.read_bytes()[:-lost])
    reading = Reading(path)
    found = [captured for piece in reading.pieces() for captured in piece.segments]
    assert found == EXPECTED[: len(found)]
    assert len(found) == 3
    assert "the file ends inside the record at byte" in reading.cut


def test_a_record_of_absurd_length_is_a_cut(tmp_path):
    path = pcap(tmp_path / "x.pcap", timed())
    path.write_bytes(path.read_bytes() + pack("<IIII", 0, 0, 0xFFFFFFFF, 5))
    reading = Reading(path)
    assert sum(len(piece.segments) for piece in reading.pieces()) == 4
    assert "4,294,967,295 octets" in reading.cut


def test_a_cut_compressed_capture_says_so(tmp_path):
    path = pcap(tmp_path / "x.gz", timed())
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(UnreadableInput, match="compressed, and damaged or cut"):
        read(path)


WRONG = {
    "is empty": b"",
    "is no capture that can be read": b"To be, or not to be.\n",
    "link type 4095 is not known": None,
}


@pytest.mark.parametrize("says", WRONG)
def test_what_is_no_capture_is_a_sentence(tmp_path, says):
    path = tmp_path / "x"
    if WRONG[says] is None:
        pcap(path, timed(), number=4095)
    else:
        path.write_bytes(WRONG[says])
    with pytest.raises(UnreadableInput, match=says):
        read(path)


def test_a_folder_and_a_missing_file_are_sentences(tmp_path):
    for path, says in ((tmp_path, "is a folder"), (tmp_path / "none", "there is no file")):
        with pytest.raises(UnreadableInput, match=says):
            read(path)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_damaged_capture_is_read_or_refused(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("damaged")
    kind = data.draw(st.sampled_from(["pcap", "pcapng", "gz"]))
    path = folder / f"x.{kind}"
    if kind == "pcapng":
        pcapng(path, [(time, octets, "ethernet") for time, octets in timed()])
    else:
        pcap(path, timed())
    octets = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(0, 4))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(octets[: data.draw(st.integers(0, len(octets)))])
    try:
        found = read(path)
    except UnreadableInput:
        return
    assert all(0 <= c.seq < 2**32 and c.length >= 0 for c in found)


@settings(max_examples=200, deadline=None)
@given(octets=st.binary(max_size=400), magic=st.sampled_from([b"", b"\xd4\xc3\xb2\xa1", b"\n\r\r\n", b"\x1f\x8b"]))
def test_any_octets_are_read_or_refused(tmp_path_factory, octets, magic):
    path = tmp_path_factory.mktemp("any") / "x"
    path.write_bytes(magic + octets)
    try:
        read(path)
    except UnreadableInput:
        return
