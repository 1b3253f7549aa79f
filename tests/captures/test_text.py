"""Text dumps: every form says the same segments, with numbers made absolute, and what is not shown is None."""

import subprocess
from shutil import which

import pytest
from conform.files import capture
from hypothesis import given, settings
from hypothesis import strategies as st

from tcpmodel.captures.reading import Reading
from tcpmodel.captures.segments import ACK, FIN, PSH, RST, SYN
from tcpmodel.errors import UnreadableInput

RELATIVE = """\
12:00:00.000000 IP 10.0.0.1.4000 > 10.0.0.2.80: Flags [S], seq 4294967290, win 1000, options [wscale 7], length 0
12:00:00.020000 IP 10.0.0.2.80 > 10.0.0.1.4000: Flags [S.], seq 900, ack 4294967291, win 2000, options [wscale 2]
12:00:00.020100 IP 10.0.0.1.4000 > 10.0.0.2.80: Flags [.], ack 1, win 8, length 0
12:00:00.030000 IP 10.0.0.1.4000 > 10.0.0.2.80: Flags [P.], seq 1:11, ack 1, win 8, length 10: HTTP
12:00:00.040000 IP 10.0.0.2.80 > 10.0.0.1.4000: Flags [F.], seq 1, ack 11, win 500, length 0
"""
ABSOLUTE = """\
IP 10.0.0.1.4000 > 10.0.0.2.80: Flags [S], seq 4294967290, win 1000, options [wscale 7], length 0
IP 10.0.0.2.80 > 10.0.0.1.4000: Flags [S.], seq 900, ack 4294967291, win 2000, options [wscale 2], length 0
IP 10.0.0.1.4000 > 10.0.0.2.80: Flags [.], ack 901, win 8, length 0
IP 10.0.0.1.4000 > 10.0.0.2.80: Flags [P.], seq 4294967291:5, ack 901, win 8, length 10
IP 10.0.0.2.80 > 10.0.0.1.4000: Flags [F.], seq 901, ack 5, win 500, length 0
"""
VERBOSE = """\
12:00:00.000000 IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP (6), length 60)
    10.0.0.1.4000 > 10.0.0.2.80: Flags [S], seq 4294967290, win 1000, options [wscale 7], length 0
12:00:00.020000 IP (tos 0x0, ttl 64, id 0, offset 0, proto TCP (6), length 60)
    10.0.0.2.80 > 10.0.0.1.4000: Flags [S.], seq 900, ack 4294967291, win 2000, options [wscale 2], length 0
12:00:00.020100 IP (tos 0x0, ttl 64, id 2, offset 0, flags [DF], proto TCP (6), length 52)
    10.0.0.1.4000 > 10.0.0.2.80: Flags [.], cksum 0x1111 (correct), ack 1, win 8, length 0
\t0x0000:  4500 003c 0000 4000 4006 2a6e 0a00 0001  E..<..@.@.*n....
12:00:00.030000 IP (tos 0x0, ttl 64, id 3, offset 0, flags [DF], proto TCP (6), length 62)
    10.0.0.1.4000 > 10.0.0.2.80: Flags [P.], cksum 0x2222 (correct), seq 1:11, ack 1, win 8, length 10
12:00:00.040000 IP (tos 0x0, ttl 64, id 4, offset 0, flags [DF], proto TCP (6), length 52)
    10.0.0.2.80 > 10.0.0.1.4000: Flags [F.], cksum 0x3333 (correct), seq 1, ack 11, win 500, length 0
"""
OLD = """\
1 0.0 10.0.0.1.4000 > 10.0.0.2.80: S 4294967290:4294967290(0)
    win 1000 <mss 1460,wscale 7>
2 0.02 (0.0200) 10.0.0.2.80 > 10.0.0.1.4000: S 900:900(0)
    ack 4294967291 win 2000 <wscale 2>
3 0.0201 (0.0001) 10.0.0.1.4000 > 10.0.0.2.80: . ack 1 win 8
4 0.03 (0.0099) 10.0.0.1.4000 > 10.0.0.2.80: P 1:11(10) ack 1 win 8
5 0.04 (0.0100) 10.0.0.2.80 > 10.0.0.1.4000: F 1:1(0) ack 11 win 500
"""
EXPECTED = [
    (0, 4294967290, 0, SYN, 0, 1000, b"\x03\x03\x07"),
    (1, 900, 4294967291, SYN | ACK, 0, 2000, b"\x03\x03\x02"),
    (0, 4294967291, 901, ACK, 0, 8, b""),
    (0, 4294967291, 901, PSH | ACK, 10, 8, b""),
    (1, 901, 5, FIN | ACK, 0, 500, b""),
]
TSHARK = """\
    1   0.000000     10.0.0.1 → 10.0.0.2     TCP 74 4000 → 80 [SYN] Seq=0 Win=1000 Len=0 MSS=1460 WS=128
    2   0.020000     10.0.0.2 → 10.0.0.1     TCP 74 80 → 4000 [SYN, ACK] Seq=0 Ack=1 Win=2000 Len=0 MSS=1460 WS=4
    3   0.020100     10.0.0.1 → 10.0.0.2     TCP 66 4000 → 80 [ACK] Seq=1 Ack=1 Win=1024 Len=0
    4   0.030000     10.0.0.1 → 10.0.0.2     TCP 76 [TCP Dup] 4000 → 80 [PSH, ACK] Seq=1 Ack=1 Win=1024 Len=10
    5   0.040000     10.0.0.2 → 10.0.0.1     TCP 66 80 → 4000 [FIN, ACK] Seq=1 Ack=11 Win=2000 Len=0
"""


def read(tmp_path, text):
    path = tmp_path / "dump.txt"
    path.write_text(text, encoding="utf-8")
    reading = Reading(path)
    return [captured for piece in reading.pieces() for captured in piece.segments], reading


def fields(found):
    return [(c.sender, c.seq, c.ack, c.flags, c.length, c.window, c.options) for c in found]


@pytest.mark.parametrize("form", [RELATIVE, ABSOLUTE, VERBOSE, OLD], ids=["relative", "absolute", "verbose", "old"])
def test_every_form_of_tcpdump_says_the_same_segments(tmp_path, form):
    found, _ = read(tmp_path, form)
    assert fields(found) == EXPECTED
    assert [c.frame for c in found] == [1, 2, 3, 4, 5]


def test_times_count_from_the_first_segment(tmp_path):
    for form in (RELATIVE, OLD, TSHARK):
        found, _ = read(tmp_path, form)
        assert [round(c.time, 6) for c in found] == [0, 0.02, 0.0201, 0.03, 0.04]
    assert {c.time for c in read(tmp_path, ABSOLUTE)[0]} == {None}


def test_the_time_of_day_passes_midnight(tmp_path):
    late = RELATIVE.replace("12:00:00.03", "00:00:00.03").replace("12:00:00.04", "00:00:00.04").replace("12:", "23:")
    found, _ = read(tmp_path, late)
    assert found[3].time == pytest.approx(3600.03)


def test_tshark_counts_from_the_first_and_scales_windows(tmp_path):
    found, _ = read(tmp_path, TSHARK)
    assert [(seq + 4294967290) % 2**32 for _, seq, *_ in fields(found) if _[0] is not None][:1] == [4294967290]
    assert [(c.seq, c.ack, c.length, c.window) for c in found] == [
        (0, 0, 0, 1000),
        (0, 1, 0, 2000),
        (1, 1, 0, 8),
        (1, 1, 10, 8),
        (1, 11, 0, 500),
    ]
    assert found[0].options == b"\x03\x03\x07"


def test_a_table_without_an_info_column_shows_neither_flags_nor_numbers(tmp_path):
    (found,), _ = read(tmp_path, "7\t2016-09-03 11:57:44.642650\t192.168.1.251\t192.168.1.104\tSSHv2\t100\n")
    assert (found.frame, found.seq, found.ack, found.flags, found.length) == (7, None, None, None, None)


def test_a_row_of_another_protocol_belongs_to_the_conversation_of_its_hosts(tmp_path):
    text = TSHARK + "    6   0.050000     10.0.0.2 → 10.0.0.1     HTTP 80 HTTP/1.1 200 OK\n"
    found, _ = read(tmp_path, text)
    assert len(found) == 6
    assert (found[5].sender, found[5].flags, found[5].seq) == (1, None, None)


def test_an_export_with_commas_is_read(tmp_path):
    text = '"No.","Time","Source","Destination","Protocol","Length","Info"\n'
    text += '"1","0.000000","10.0.0.1","10.0.0.2","TCP","74","4000  >  80 [SYN] Seq=0 Win=1000 Len=0"\n'
    (found,), reading = read(tmp_path, text)
    assert (found.flags, found.seq, found.window) == (SYN, 0, 1000)
    assert reading.noise.other == 1


def test_a_pure_ack_without_a_number_has_that_of_the_next_octet(tmp_path):
    _, reading = read(tmp_path, RELATIVE)
    assert reading.filled == 1


def test_other_protocols_are_counted(tmp_path):
    udp = "12:00:00.1 IP 10.0.0.1.53 > 10.0.0.2.53: UDP, length 12\n"
    found, reading = read(tmp_path, udp + RELATIVE)
    assert reading.noise.other == 1
    assert found[0].frame == 2


def test_a_reset_counts_from_the_handshake(tmp_path):
    found, _ = read(tmp_path, OLD + "6 1.0 (0.9600) 10.0.0.1.4000 > 10.0.0.2.80: R 11:11(0) ack 2\n")
    assert (found[5].seq, found[5].ack, found[5].flags) == (5, 902, RST | ACK)


def test_without_a_handshake_numbers_count_from_the_first_segment(tmp_path):
    text = "IP a.1 > b.2: Flags [.], seq 1000:1010, ack 500, win 9, length 10\n"
    text += "IP b.2 > a.1: Flags [.], ack 11, win 9, length 0\nIP b.2 > a.1: Flags [P.], seq 1:5, ack 11, length 4\n"
    found, _ = read(tmp_path, text)
    assert [(c.seq, c.ack) for c in found] == [(1000, 500), (None, 1011), (500, 1011)]


@settings(max_examples=200, deadline=None)
@given(where=st.integers(0, len(RELATIVE + OLD + TSHARK) - 1), what=st.text(max_size=6), cut=st.integers(0, 3000))
def test_a_damaged_dump_is_read_or_refused(tmp_path_factory, where, what, cut):
    text = RELATIVE + OLD + TSHARK
    try:
        read(tmp_path_factory.mktemp("dump"), (text[:where] + what + text[where + len(what) :])[:cut])
    except UnreadableInput:
        return


needs_tshark = pytest.mark.skipif(not which("tshark"), reason="tshark is not installed: its text is not compared")


@needs_tshark
def test_what_tshark_prints_of_a_capture_is_read_as_the_capture_is(tmp_path):
    script = "A SYN\nB SYN,ACK\nA ACK text=10\nB ACK text=5\nA FIN,ACK\nB ACK\nB FIN,ACK\nA ACK\nA RST seq=12"
    path = capture(tmp_path, script, near=0)
    printed = subprocess.run(["tshark", "-r", str(path)], capture_output=True, text=True, check=True).stdout
    in_text, _ = read(tmp_path, printed)
    in_file = [captured for piece in Reading(path).pieces() for captured in piece.segments]
    assert [(c.frame, c.sender, c.flags, c.length) for c in in_text] == [
        (c.frame, c.sender, c.flags, c.length) for c in in_file
    ]
    begins = {0: in_file[0].seq, 1: in_file[1].seq}
    assert [(begins[c.sender] + c.seq) % 2**32 for c in in_text] == [c.seq for c in in_file]
