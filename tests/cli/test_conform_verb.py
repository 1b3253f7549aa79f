"""`tcpmodel conform`: verdicts, exit codes, JSON, ladders, and what it says of bad input."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from captures.writing import frame, pcap, tcp
from conform.conversations import A, B
from conform.files import capture

from tcpmodel.cli.main import main

GOLDEN = Path(__file__).parents[1] / "draw" / "golden"
CLOSE = "A SYN\nB SYN,ACK\nA ACK\nA ACK text=10\nB ACK\nA FIN,ACK\nB ACK\nB FIN,ACK\nA ACK"
AFTER_FIN = "A SYN\nB SYN,ACK\nA ACK\nA ACK text=10\nB ACK\nA FIN,ACK\nB ACK\n+0.5 A ACK text=8\nB ACK ack=12"


def say(capsys, *arguments):
    code = main(["conform", *map(str, arguments)])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def document(capsys, *arguments):
    return json.loads(say(capsys, *arguments, "--json")[1])


def test_a_usual_connection_is_explainable(tmp_path, capsys):
    code, out, _ = say(capsys, capture(tmp_path, CLOSE, near=A))
    assert code == 0
    assert out.splitlines()[-1] == "explainable"
    assert "10.0.0.1:40000" in out


def test_the_first_illegal_frame_is_named_with_reason_section_and_what_it_contradicts(tmp_path, capsys):
    code, out, err = say(capsys, capture(tmp_path, AFTER_FIN, near=A), "--vantage", "client")
    assert code == 15
    assert err.splitlines()[-1] == "EXIT 15 rejected"
    assert "rejected at frame 8, sent by A (10.0.0.1:40000)" in out
    assert "it has 8 octets of text, not none (SEND comes after CLOSE) (RFC 9293 3.4, 3.10.2" in out
    assert "acceptable if it had no octets of text" in out
    assert "would be explained by: third party" in out


def test_json_has_states_after_every_frame_and_the_reason(tmp_path, capsys):
    found = document(capsys, capture(tmp_path, AFTER_FIN, near=A), "--vantage", "10.0.0.1")
    (conversation,) = found["conversations"]
    assert (found["verdict"], found["exit"]) == ("rejected", 15)
    assert conversation["endpoints"] == ["10.0.0.1:40000", "10.0.0.2:80"]
    assert (conversation["first_illegal_frame"], conversation["culprit"], conversation["conflicts_with"]) == (8, "A", 7)
    assert [state["frame"] for state in conversation["states"]] == [1, 2, 3, 4, 5, 6, 7]
    assert conversation["states"][0]["A"] == ["SYN-SENT"]
    assert conversation["states"][6]["A"] == ["FIN-WAIT-1", "FIN-WAIT-2"]
    assert conversation["vantage"] == {"near": "A", "because": "as given"}


def test_a_is_the_end_that_called_whoever_is_seen_first(tmp_path, capsys):
    found = document(capsys, capture(tmp_path, "B SYN\nA SYN,ACK\nB ACK\nB FIN,ACK", near=B))
    assert found["conversations"][0]["endpoints"] == ["10.0.0.2:80", "10.0.0.1:40000"]
    assert found["conversations"][0]["vantage"]["near"] == "A"


def test_where_nothing_shows_the_vantage_both_ends_are_far(tmp_path, capsys):
    _, out, _ = say(capsys, capture(tmp_path, CLOSE + "\nA ACK ack=999", near=None))
    assert "captured at an unknown place" in out


def test_a_profile_that_allows_less_rejects_more_and_says_what_would_explain(tmp_path, capsys):
    path = capture(tmp_path, "A SYN\nB SYN,ACK\nA ACK\nA RST,ACK", near=A)
    assert say(capsys, path)[0] == 0
    code, out, _ = say(capsys, path, "--profile", "rfc9293")
    assert code == 15
    assert "would be explained by: RST,ACK on ABORT" in out


def test_each_end_may_have_a_profile_of_its_own(tmp_path, capsys):
    path = capture(tmp_path, "A SYN\nB SYN,ACK\nA ACK\nA RST,ACK", near=A)
    assert say(capsys, path, "--profile", "A=linux,B=strict")[0] == 0
    assert say(capsys, path, "--profile", "A=strict,B=linux")[0] == 15
    code, _, err = say(capsys, path, "--profile", "C=linux")
    assert code == 2
    assert "write for example --profile A=linux,B=lwip" in err


def test_no_segment_at_all_is_inconclusive(tmp_path, capsys):
    code, out, _ = say(capsys, pcap(tmp_path / "x.pcap", [(0, bytes(60))]))
    assert code == 20
    assert "the capture holds no TCP segment" in out
    assert "set aside: 1 not IP" in out


def test_a_capture_that_is_cut_is_judged_and_inconclusive(tmp_path, capsys):
    path = capture(tmp_path, CLOSE, near=A)
    path.write_bytes(path.read_bytes()[:-3])
    code, out, _ = say(capsys, path)
    assert code == 20
    assert "the file ends inside the record at byte" in out


def test_a_self_connect_is_judged(tmp_path, capsys):
    ends = ("127.0.0.1", 5000, "127.0.0.1", 5000)
    numbers = [(1, 0, 2), (1, 2, 18), (2, 2, 16)]
    frames = [(n / 1e5, frame(tcp(*ends, seq=s, ack=a, flags=f), "null")) for n, (s, a, f) in enumerate(numbers)]
    found = document(capsys, pcap(tmp_path / "x.pcap", frames, link="null"))
    assert found["verdict"] == "explainable"
    assert found["conversations"][0]["vantage"]["because"] == "it talks to itself"


def test_a_pair_used_thousands_of_times_is_one_conversation(tmp_path, capsys):
    once = [(2, 0), (20, 1)]
    frames = []
    for n in range(1500):
        for flags, who in once:
            ends = ("10.0.0.1", 4000, "10.0.0.2", 80) if not who else ("10.0.0.2", 80, "10.0.0.1", 4000)
            packet = tcp(*ends, seq=0 if who else 9 * n, ack=9 * n + 1 if who else 0, flags=flags)
            frames.append((n + who / 100, frame(packet)))
    code, out, _ = say(capsys, pcap(tmp_path / "x.pcap", frames))
    assert code == 0
    assert "3,000 TCP segments in 1 conversation" in out


def test_many_conversations_stand_in_a_table_the_rejected_first(tmp_path, capsys):
    frames = [(0, frame(tcp("10.0.0.1", 4000, "10.0.0.2", port, seq=1, flags=2))) for port in range(1, 100)]
    frames.append((1, frame(tcp("10.0.0.2", 99, "10.0.0.1", 4000, seq=7, ack=7, flags=18))))
    code, out, _ = say(capsys, pcap(tmp_path / "x.pcap", frames), "--vantage", "server")
    assert code == 15
    assert "… and 39 more conversations" in out
    assert "99 rejected at frame 100" in out


# Ladders.


def test_the_ladder_shows_states_and_the_offending_frame(tmp_path, capsys):
    code, out, _ = say(capsys, capture(tmp_path, AFTER_FIN, near=A), "--vantage", "client", "--show", "1")
    assert code == 15
    assert out == (GOLDEN / "conform_ladder.txt").read_text(encoding="utf-8")


def test_the_picture_is_svg_and_marks_the_offending_frame(tmp_path, capsys):
    target = tmp_path / "x.svg"
    code, out, _ = say(capsys, capture(tmp_path, AFTER_FIN, near=A), "--show", "1", "--out", target)
    assert (code, out) == (15, "")
    ElementTree.fromstring(target.read_text(encoding="utf-8"))
    assert "NOTHING EXPLAINS THIS" in target.read_text(encoding="utf-8")


def test_of_a_long_conversation_the_beginning_the_end_and_the_offence_are_drawn(tmp_path, capsys):
    text = "\n".join(f"B ACK text=10\nA ACK{' ack=999999' if n == 500 else ''}" for n in range(1000))
    path = capture(tmp_path, f"A SYN\nB SYN,ACK\nA ACK\n{text}", near=A)
    _, out, _ = say(capsys, path, "--vantage", "client", "--show", "1")
    assert out.count("more segments …") == 2
    assert "NOTHING EXPLAINS THIS" in out
    assert len(out.splitlines()) < 450


# Bad input.


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["nowhere.pcap"], 150, "there is no file nowhere.pcap"),
        (["."], 150, "is a folder"),
        (["{file}", "--profile", "linus"], 2, "did you mean 'linux'?"),
        (["{file}", "--late", "-1"], 2, "write seconds, for example 0.005"),
        (["{file}", "--show", "7"], 2, "write a number from 1 to 1"),
        (["{file}", "--as", "svg"], 2, "write --show 1 as well"),
        (["{file}", "--vantage", "cleint"], 2, "did you mean 'client'?"),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path, capsys, arguments, code, says):
    path = capture(tmp_path, CLOSE, near=A)
    got, out, err = say(capsys, *(argument.format(file=path) for argument in arguments))
    assert (got, out) == (code, "")
    assert says in err
    assert len(err.splitlines()) == 2


# Machines.

CALLER = """\
digraph g {
s0 -> s1 [label="CONNECT/SYN(FRESH,ZERO,0)"];
s0 -> s0 [label="RCV/TIMEOUT"];
s1 -> s1 [label="CONNECT/ANSWER"];
s1 -> s1 [label="RCV/TIMEOUT"];
__start0 -> s0;
}
"""


def machine(folder, answer):
    path = folder / "caller.dot"
    path.write_text(CALLER.replace("ANSWER", answer))
    return path


def test_a_machine_that_answers_as_the_rows_do_differs_nowhere(tmp_path, capsys):
    code, out, _ = say(capsys, "--machine", machine(tmp_path, "TIMEOUT"))
    assert code == 0
    assert "every word is answered as by RFC 9293's rows" in out


def test_a_new_difference_of_a_machine_is_a_rejection_with_its_word(tmp_path, capsys):
    code, out, _ = say(capsys, "--machine", machine(tmp_path, "RST(ZERO,ZERO,0)"))
    assert code == 15
    assert "CONNECT CONNECT" in out
    assert document(capsys, "--machine", machine(tmp_path, "RST(ZERO,ZERO,0)"))["machine"]["new"] == 1


def test_what_is_no_machine_is_one_sentence(tmp_path, capsys):
    path = tmp_path / "x.dot"
    path.write_text("not a graph")
    assert say(capsys, "--machine", path)[0] == 150
    assert say(capsys)[0] == 2
    assert say(capsys, path, "--machine", path)[0] == 2
