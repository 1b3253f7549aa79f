"""`tcpmodel explain`: the questions that people ask of captures, answered from the rows that explain the segments."""

import json
import tomllib
from pathlib import Path
from string import Formatter

import pytest
from conform.conversations import A, B
from conform.files import capture

import tcpmodel.draw
from tcpmodel.cli.main import main

OPEN = "A SYN\nB SYN,ACK\nA ACK\n"


def explained(capsys, path, *arguments):
    main(["explain", str(path), "--lang", "en", *arguments])
    return " ".join(capsys.readouterr().out.split())


def facts(capsys, path, *arguments):
    main(["explain", str(path), "--json", *arguments])
    (conversation,) = json.loads(capsys.readouterr().out)["conversations"]
    return [fact["what"] for fact in conversation["facts"]], conversation["topics"]


QUESTIONS = {
    "Who opened, who closed?": (
        OPEN + "A FIN,ACK\nB ACK\nB FIN,ACK\nA ACK",
        A,
        ["called", "accepted", "established", "closed_first", "closed_too"],
        {"four-segments", "time-wait"},
    ),
    "Connection refused?": ("A SYN\nB RST,ACK seq=@0", A, ["called", "reset_refused"], {"rst-from-closed"}),
    "Nobody answers?": ("A SYN\n+1 A SYN seq=0\n+2 A SYN seq=0", A, ["called", "syn_again", "no_answer"], set()),
    "Reset though the server had answered?": (
        OPEN + "A ACK text=9\nB ACK text=5\nB RST,ACK",
        B,
        ["reset_abort"],
        {"reset-after-answer"},
    ),
    "Data after both ends had closed?": (
        OPEN + "B FIN,ACK\nA ACK\nA ACK text=9\nB RST seq=2",
        B,
        ["closed_first", "reset_half_duplex"],
        {"reset-after-answer"},
    ),
    "Half-open after a power cut?": (
        OPEN + "A ACK text=9\nB ACK\n+60 A ACK text=9\nB RST seq=1",
        A,
        ["reset_no_connection"],
        {"rst-from-closed"},
    ),
    "Who closed first when both did?": (
        OPEN + "A FIN,ACK\nB FIN,ACK ack=1\nA ACK\nB ACK",
        A,
        ["closed_first", "closed_at_once"],
        set(),
    ),
    "Both called at once?": (
        "A SYN\nB SYN\nA SYN,ACK seq=0\nB SYN,ACK seq=0",
        A,
        ["called", "crossed"],
        {"simultaneous-open"},
    ),
    "Is the peer still there?": (
        OPEN + "A ACK text=10\nB ACK\n+60 A ACK seq=10\nB ACK",
        A,
        ["probed"],
        {"keep-alive"},
    ),
    "Stuck in CLOSE-WAIT?": (OPEN + "A FIN,ACK\nB ACK\n+600 A ACK", B, ["closed_first"], set()),
    "A reset that nobody had reason to send?": (
        OPEN + "+600 B RST,ACK seq=-500",
        A,
        ["rejected", "reset_unexplained"],
        {"idle-reset"},
    ),
    "May the pair be used again in TIME-WAIT?": (
        OPEN + "A FIN,ACK\nB ACK\nB FIN,ACK\nA ACK\n+1 A SYN seq=5000\nB SYN,ACK seq=7000\nA ACK seq=5001",
        B,
        ["called_again"],
        {"time-wait-reuse"},
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered(tmp_path, capsys, question):
    script, near, expected, topics = QUESTIONS[question]
    vantage = ("client", "server")[near]
    found, named = facts(capsys, capture(tmp_path, script, near=near), "--vantage", vantage)
    assert [fact for fact in found if fact in expected] == expected
    assert topics <= set(named)


def test_a_reset_is_explained_by_its_row_and_section(tmp_path, capsys):
    path = capture(tmp_path, "A SYN\nB RST,ACK seq=@0", near=B)
    said = explained(capsys, path, "--vantage", "server")
    assert "B refused (reset, frame 2, in answer to frame 1): nobody listens on that port" in said
    assert "(CLOSED resets the sender of anything else, RFC 9293 3.10.7.1)" in said


def test_a_bare_reset_may_be_a_reply_or_an_abort(tmp_path, capsys):
    said = explained(capsys, capture(tmp_path, OPEN + "A ACK text=9\nB RST seq=1", near=A), "--vantage", "client")
    assert "B answered frame 3 with a reset (frame 5)" in said or "B answered frame 4 with a reset (frame 5)" in said
    assert "Or else: B reset the connection (frame 5): its program aborted it" in said


def test_what_is_sent_again_is_told_with_its_reason(tmp_path, capsys):
    lost = OPEN + "A ACK text=10\n+0.3 A ACK seq=1 text=10\nB ACK"
    assert "A sent octets again in frame 5: its timer ran out" in explained(capsys, capture(tmp_path, lost, near=A))
    acks = "".join("A ACK text=10\nB ACK ack=1\n" for _ in range(4))
    fast = capture(tmp_path, OPEN + acks + "A ACK seq=1 text=10\nB ACK", near=A)
    assert "A sent octets again at once in frame 12, after three ACKs" in explained(capsys, fast)


def test_every_language_has_every_sentence_with_the_same_placeholders():
    folder = Path(tcpmodel.draw.__file__).parent / "explain"
    texts = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.toml")}
    assert set(texts) == {"en", "zh"}
    assert list(texts["en"]) == list(texts["zh"])
    for key, sentence in texts["en"].items():
        names = {name for _, name, _, _ in Formatter().parse(sentence) if name}
        assert names == {name for _, name, _, _ in Formatter().parse(texts["zh"][key]) if name}, key


def test_it_speaks_chinese(tmp_path, capsys):
    main(["explain", str(capture(tmp_path, "A SYN\nB RST,ACK seq=@0", near=B)), "--lang", "zh"])
    assert "该端口上没有程序监听" in capsys.readouterr().out
