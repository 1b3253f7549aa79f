"""The program as a user meets it: what it prints, its exit codes, and one sentence for each mistake."""

import json
import re
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tcpmodel.cli.main import main

SMALL = ["half_open_discovery", "normal_close"]
SPEC = '''"""A story."""
from tcpmodel import *
from tcpmodel.language.terms import *
from tcpmodel.tcp.world.connection import at
from tcpmodel.tcp.rfc9293.tcb import CLOSED, state, snd
'''


@pytest.fixture
def spec(tmp_path):
    def write(body: str, name: str = "mine.py") -> str:
        path = tmp_path / name
        path.write_text(SPEC + body, encoding="utf-8")
        return str(path)

    return write


SYSTEM = "system = connection(a=User(active_opens=1), b=User(passive_opens=1))\n"


def test_verify_prints_a_table_and_a_ladder_for_each_counterexample(said):
    code, out, _ = said("verify", "no_time_wait")

    assert code == 0
    assert re.search(r"passive_closer_succeeds +fails +fails +7", out)
    assert "a reset cuts a closing connection short" in out


def test_verify_json_is_one_document_of_the_documented_shape(said):
    code, out, _ = said("verify", *SMALL, "--json")
    document = json.loads(out)

    assert code == document["exit"] == 0
    assert document["schema"] == 1
    assert [s["name"] for s in document["specs"]] == SMALL
    assert {"name", "states", "steps", "depth", "complete", "seconds", "bytes_per_state", "claims", "rules"} <= set(
        document["specs"][0]
    )
    assert {"name", "kind", "verdict", "expected", "by", "length", "trace"} <= set(document["specs"][0]["claims"][0])
    assert {"name", "rfc", "fired", "new_states"} <= set(document["specs"][0]["rules"][0])


def test_out_holds_every_trace_in_three_formats_and_the_run(said, tmp_path):
    said("verify", "no_time_wait", "--out", str(tmp_path))
    run = json.loads((tmp_path / "run.json").read_text())
    traces = [c["trace"] for c in run["specs"][0]["claims"] if c["trace"]]

    assert len(traces) == 2
    for trace in traces:
        base = trace.removesuffix(".itf.json")
        ET.parse(base + ".svg")
        assert "RFC 9293" in Path(base + ".txt").read_text()


def test_a_written_trace_can_be_shown_again(said, tmp_path):
    said("verify", "no_time_wait", "--out", str(tmp_path))
    file = str(tmp_path / "no_time_wait.passive_closer_succeeds.itf.json")
    code, out, _ = said("trace", file)

    assert code == 0
    assert "replayed: all 7 steps" in out
    assert said("trace", file, "--as", "svg")[1].startswith("<svg")
    assert json.loads(said("trace", file, "--as", "itf")[1])["#meta"]["format"] == "ITF"


def test_what_is_so_within_bounds_only_is_said_to_be_in_the_table_and_every_document(said, tmp_path):
    junit, sarif = tmp_path / "j.xml", tmp_path / "s.sarif"
    _, out, _ = said("verify", "termination", "--no-ladders", "--junit", str(junit), "--sarif", str(sarif))
    assert re.search(r"\btermination +holds within bounds +holds\n", out)
    assert re.search(r"both_closed +witnessed +witnessed", out)
    _, out, _ = said("verify", "termination", "--json")
    claims = {claim["name"]: claim for claim in json.loads(out)["specs"][0]["claims"]}
    full = ["A_to_B is full", "B_to_A is full"]
    assert (claims["termination"]["verdict"], claims["termination"]["within_bounds"]) == ("holds", full)
    assert claims["both_closed"]["within_bounds"] == []
    case = ET.parse(junit).getroot().find(".//testcase[@name='termination']/properties/property")
    assert case is not None
    assert (case.get("name"), case.get("value")) == ("within bounds", "; ".join(full))
    results = {r["ruleId"]: r for r in json.loads(sarif.read_text())["runs"][0]["results"]}
    assert results["termination"]["properties"] == {"withinBounds": full}
    assert results["termination"]["message"]["text"].startswith("termination holds within bounds (expected holds)")
    assert "properties" not in results["both_closed"]


def test_a_claim_for_which_no_fair_run_stays_within_the_bounds_is_vacuous_and_fails_the_run(said, tmp_path):
    spec = tmp_path / "counts.py"
    spec.write_text(COUNTS)
    code, out, _ = said("verify", str(spec))
    assert code == 16
    assert re.search(r"reaches_five +VACUOUS within bounds +holds", out)
    assert "counts: reaches_five is vacuous within bounds: within the bounds no run is fair to it" in out
    assert re.search(r"below_three +holds within bounds +holds", out)


COUNTS = '''"""From 0 to 4 and round again, looked at below 3."""

from tcpmodel import Always, LeadsTo, weak
from tcpmodel.language.sorts import SEQ
from tcpmodel.language.terms import TRUE, choose, constant, equal, variable, within
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.systems.system import Limit, Rule, TransitionSystem, Variable

x = variable("x", SEQ)
row = Row("count", "own", set={x: choose(equal(x, 4), constant(0, SEQ), x + 1)})
small = Limit("x is 3 or more", within(x, constant(0, SEQ), 3))
rules = (Rule("count", "own", "count", (FirstMatch("count", None, (), (row,)),)),)
system = TransitionSystem("counts", 3, (Variable(x),), (), rules, (small,))
claims = [
    LeadsTo("reaches_five", TRUE, equal(x, 5), (weak("count"),)),
    Always("below_three", within(x, constant(0, SEQ), 3)),
]
'''


def test_junit_and_sarif_are_written(said, tmp_path):
    junit, sarif = tmp_path / "j.xml", tmp_path / "s.sarif"
    said("verify", "no_time_wait", "--junit", str(junit), "--sarif", str(sarif), "--expect", "typing=fails")

    assert ET.parse(junit).getroot().find(".//failure") is not None
    results = json.loads(sarif.read_text())["runs"][0]["results"]
    assert {r["kind"] for r in results} == {"pass", "fail"}


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["verify", "handshak"], 2, "there is no spec or chapter 'handshak': did you mean 'handshake'?"),
        (["verify", "normal_close", "--expect", "typign=fails"], 2, "did you mean 'typing'?"),
        (["verify", "normal_close", "--expect", "typing=broken"], 2, "write one of"),
        (["verify", "--max-states", "few"], 2, "'few' is not a number to stop at: write a whole number from 1"),
        (["verify", "--max-memory", "lots"], 2, "write for example 500M or 2G"),
        (["verify", "--timeout", "soon"], 2, "write for example 30s, 5m or 1h"),
        (["verify", "--engine", "prove", "--max-states", "9"], 2, "--max-states is of an exploration: leave it out"),
        (["verify", "--depth", "3"], 2, "write --engine prove or --engine both, too"),
        (["verify", "normal_close", "--reduce", "symetry"], 2, "did you mean 'symmetry'?"),
        (["verify", "normal_close", "--reduce", "symmetry", "--pin"], 2, "leave out --reduce or --pin"),
        (["verify", "normal_close", "--reduce", "symmetry", "--plain"], 2, "leave out --plain"),
        (["verify", "nowhere/x.py"], 150, "there is no file nowhere/x.py"),
        (["why", "twoway"], 2, "did you mean 'two-way'?"),
        (["rules", "--knob", "handshake=four"], 151, "write one of"),
        (["rules", "--knob", "handshake"], 2, "write for example --set handshake=two_blind"),
        (["diagram", "joint", "--max-nodes", "2"], 2, "2"),
        (["diagram", "gallery"], 2, "write --out diagrams"),
        (["trace", "nowhere.itf.json"], 150, "there is no file nowhere.itf.json"),
        (["frobnicate"], 2, "invalid choice"),
        ([], 2, "required"),
    ],
)
def test_a_mistake_is_answered_with_one_sentence_and_its_code(said, arguments, code, sentence):
    got, out, err = said(*arguments)

    assert (got, out) == (code, "")
    assert sentence in err


@pytest.mark.parametrize(
    ("body", "code", "sentence"),
    [
        ("claims = []", 151, "defines no system: write system = connection(...)"),
        (SYSTEM, 151, "defines no claims: write claims = [Always(...)"),
        ("1 / 0", 151, "raises ZeroDivisionError at line 6"),
        ("def", 150, "is not Python at line 6"),
        (
            SYSTEM + "claims = [Witness('w', equal(at('A', variable('snd.und', SEQ)), 0))]",
            151,
            "did you mean 'A.snd.una'?",
        ),
        (SYSTEM + "claims = [Witness('w', equal(system.variable('A.snd.und'), 0))]", 151, "did you mean 'A.snd.una'?"),
        (
            SYSTEM + "claims = [Witness('w', equal(at('C', state), CLOSED))]",
            151,
            "there is no end 'C': write 'A' or 'B'",
        ),
        (SYSTEM + "claims = [Witness('a claim', at('A', equal(state, CLOSED)))]", 151, "is not an identifier"),
        (SYSTEM + "claims = 2 * [Witness('w', at('A', equal(state, CLOSED)))]", 151, "two claims 'w'"),
        ("system = connection(a=User(sends=99), b=User())", 151, "write a number from 0 to 15"),
        ("system = connection(a=User(), b=User(), handshake='four')", 151, "write one of"),
        ("system = connection(a=User(), b=User(), handshakes='three')", 151, "did you mean 'handshake'?"),
        ("system = connection(a=User(), b=User(), window=4, bits=3)", 151, "write bits=4 or more"),
        ("system = connection(a=User(), b=User(), window=1)", 151, "write 2 or more"),
        ("system = connection(a=User(), b=User(), time=Time(msl=0))", 151, "write a number of ticks from 1"),
    ],
)
def test_a_spec_that_is_wrong_is_answered_with_one_sentence(said, spec, body, code, sentence):
    got, out, err = said("verify", spec(body))

    assert (got, out) == (code, "")
    assert sentence in err
    assert len(err.strip().splitlines()) == 2


ALWAYS_CLOSED = SYSTEM + "claims = [Always('c', at('A', equal(state, CLOSED)){})]"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (ALWAYS_CLOSED.format(""), 12),
        (ALWAYS_CLOSED.format(", expected='fails'"), 0),
        (ALWAYS_CLOSED.format(", needs=FALSE, expected='holds'").replace("equal(state, CLOSED)", "TRUE"), 16),
        (SYSTEM + "claims = [Witness('w', FALSE)]", 16),
        (SYSTEM + "claims = [DeadlockFree()]", 11),
        (SYSTEM + "claims = [Always('t', TRUE, expected='fails')]", 10),
        (SYSTEM + "claims = [LeadsTo('l', TRUE, TRUE)]", 0),
        (SYSTEM + "claims = [LeadsTo('l', TRUE, FALSE)]", 13),
        (SYSTEM + "claims = [LeadsTo('l', FALSE, TRUE)]", 16),
    ],
)
def test_the_exit_code_says_what_kind_of_claim_is_broken(said, spec, body, code):
    assert said("verify", spec(body))[0] == code


def test_a_limit_leaves_claims_unknown_and_never_passed(said):
    code, out, _ = said("verify", "three_way_stale_syn", "--max-states", "1000", "--json")
    verdicts = {c["name"]: c["verdict"] for c in json.loads(out)["specs"][0]["claims"]}

    assert code == 152
    assert verdicts["no_false_established"] == "unknown"


def test_time_running_out_is_inconclusive(said):
    assert said("verify", "three_way_stale_syn", "--timeout", "0s", "--no-ladders")[0] == 20


def test_a_pin_that_differs_is_a_failed_self_check(said, spec, tmp_path):
    path = spec(SYSTEM + "claims = [Witness('w', TRUE)]")
    (tmp_path / "pinned.toml").write_text(
        '[mine]\nstates = 1\nsteps = 1\ndepth = 1\n[mine.claims]\nw = "witnessed 0"\n'
    )
    code, out, _ = said("verify", path)

    assert code == 10
    assert "pinned 1" in out


def test_pin_writes_what_was_found(said, spec, tmp_path):
    path = spec(SYSTEM + "claims = [Witness('w', TRUE)]")
    said("verify", path, "--pin")

    assert "generated" in (tmp_path / "pinned.toml").read_text().splitlines()[0]
    assert said("verify", path)[0] == 0


@pytest.mark.parametrize("verb", ["verify", "why", "diagram", "trace", "rules", "states"])
def test_every_verb_has_help_with_an_example(verb, capsys):
    with pytest.raises(SystemExit) as end:
        main([verb, "--help"])

    assert end.value.code == 0
    assert "example: tcpmodel" in capsys.readouterr().out


def test_why_lists_its_questions(said):
    out = said("why")[1]

    assert "two-way" in out
    assert "time-wait" in out


@pytest.mark.parametrize(("topic", "length", "step"), [("two-way", 4, 4), ("time-wait", 7, 5)])
def test_why_shows_the_run_without_and_where_the_run_with_parts(said, topic, length, step):
    document = json.loads(said("why", topic, "--json")[1])

    assert document["without"]["length"] == length
    assert document["with"]["verdict"] == "holds"
    assert document["diverges_at_step"] == step
    assert f"They part at step {step}" in said("why", topic)[1]


def test_rules_print_every_row_with_its_citation_and_what_is_left_out(said):
    document = json.loads(said("rules", "--json")[1])
    out = said("rules")[1]

    assert len(document["rules"]) >= 90
    assert all(r["rfc"] for r in document["rules"])
    assert all(r["name"] in out for r in document["rules"])
    assert "urgent pointer" in out
    assert "time_wait_rst" in said("rules", "--knobs")[1]


def test_states_prints_the_eleven_states(said):
    states = json.loads(said("states", "--json")[1])["states"]

    assert len(states) == 11
    assert "TCP_TIME_WAIT" in said("states")[1]


@pytest.mark.parametrize("what", ["endpoint", "figure5", "joint", "normal_close"])
def test_a_diagram_is_dot_that_says_it_is_generated(said, what):
    out = said("diagram", what, "--as", "dot")[1]

    assert "generated by tcpmodel" in out.splitlines()[0]
    assert "digraph" in out


def test_the_differences_from_figure_5_are_listed_with_reasons(said):
    differences = json.loads(said("diagram", "figure5", "--json")[1])["differences"]

    assert differences
    assert all(d["reason"] and d["reason"] != "unexplained" for d in differences)


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"states": []}', '{"#meta": {"spec": "normal_close"}, "states": [{}]}', "\x00", '{"#meta": 3}'],
)
def test_a_malformed_trace_is_unreadable(said, tmp_path, content):
    file = tmp_path / "t.itf.json"
    file.write_text(content)

    assert said("trace", str(file))[0] == 150


def test_a_lasso_says_in_json_and_itf_to_which_state_it_returns(said, tmp_path):
    _, out, _ = said("verify", "ack_loop", "--json", "--out", str(tmp_path))
    (claim,) = (c for c in json.loads(out)["specs"][0]["claims"] if c["name"] == "falls_silent")

    assert (claim["kind"], claim["length"], claim["loop"]) == ("leads_to", 9, 7)
    assert json.loads(Path(claim["trace"]).read_text())["loop"] == 7


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("ack_loop.falls_silent", "from here steps 8 to 9 repeat"),
        ("idle_half_open.half_open_is_found_out", "from here on nothing more happens"),
    ],
)
def test_a_lasso_written_to_a_file_is_read_and_shown_again(said, tmp_path, name, says):
    said("verify", name.partition(".")[0], "--out", str(tmp_path))
    (path,) = tmp_path.rglob(f"{name}.itf.json")
    code, out, _ = said("trace", str(path))

    assert code == 0
    assert says in out


# How to explore.


def counted(out: str) -> list[tuple[str, int, int, int, list[tuple[str, str, int | None]]]]:
    return [
        (s["name"], s["states"], s["steps"], s["depth"], [(c["name"], c["verdict"], c["length"]) for c in s["claims"]])
        for s in json.loads(out)["specs"]
    ]


@pytest.mark.parametrize("how", [["--plain"], ["--workers", "1"], ["--workers", "2"], ["--workers", "7"]])
def test_however_it_explores_it_finds_the_same(said, how):
    names = ["no_time_wait", "half_close"]

    assert counted(said("verify", *names, "--json", *how)[1]) == counted(said("verify", *names, "--json")[1])


def test_a_checkpoint_is_gone_on_with(said, tmp_path):
    folder, spec = str(tmp_path), "half_close"
    code, out, _ = said("verify", spec, "--max-states", "900", "--checkpoint", folder, "--json")
    assert (code, counted(out)[0][1] < 1000) == (152, True)
    code, out, _ = said("verify", spec, "--resume", folder, "--json")

    assert code == 0
    assert counted(out) == counted(said("verify", spec, "--json")[1])


def test_specs_without_a_checkpoint_start_afresh_beside_one_that_goes_on(said, tmp_path):
    said("verify", "half_close", "--max-states", "900", "--checkpoint", str(tmp_path))
    names = ["half_close", "normal_close"]

    assert counted(said("verify", *names, "--resume", str(tmp_path), "--json")[1]) == counted(
        said("verify", *names, "--json")[1]
    )
    assert {path.name for path in tmp_path.iterdir()} == set(names)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--workers", "0"], 2, "write a whole number from 1"),
        (["--checkpoint", "a", "--resume", "b"], 2, "--resume DIR also saves into DIR: leave out --checkpoint"),
        (["--plain", "--compact"], 2, "leave out --plain"),
        (["--plain", "--checkpoint", "a"], 2, "leave out --plain"),
        (["--compact", "--checkpoint", "a"], 2, "leave out --compact or the checkpoint"),
        (["--compact", "--resume", "a"], 2, "leave out --compact or the checkpoint"),
        (["--resume", "nowhere"], 150, "nowhere holds no checkpoint: name the folder given to --checkpoint"),
        (["--progress", "much"], 2, "invalid choice"),
    ],
)
def test_what_cannot_be_asked_for_together_is_answered_with_one_sentence(said, arguments, code, sentence):
    got, out, err = said("verify", "normal_close", *arguments)

    assert (got, out) == (code, "")
    assert sentence in err


@pytest.mark.parametrize(
    ("how", "line"),
    [
        (["--progress"], r"half_close: depth \d+, [\d,]+ states, [\d,]+/s, frontier [\d,]+, [\d,]+ MB"),
        (["--progress", "line"], r"half_close: depth \d+, [\d,]+ states, [\d,]+/s, frontier [\d,]+, [\d,]+ MB"),
        (["--progress", "rules"], r"half_close: depth \d+, .* MB, \d+ of \d+ rules fired"),
        (["--progress", "none"], None),
        ([], None),
    ],
)
@pytest.mark.parametrize("explorer", [[], ["--plain"]], ids=["native", "plain"])
def test_progress_is_told_line_by_line_where_no_one_looks_on(said, monkeypatch, how, line, explorer):
    monkeypatch.setattr("tcpmodel.cli.exploring.TOLD_EVERY", 0.0)
    _, _, err = said("verify", "half_close", "--no-ladders", *explorer, *how)
    lines = err.splitlines()

    lines = [text for text in lines if "reading and compiling" not in text]
    assert bool(lines) == (line is not None)
    assert all(re.fullmatch(line, text) for text in lines)


ENTRY = "from tcpmodel.cli.main import entry; entry()"


@pytest.mark.parametrize(
    "explorer", [["--workers", "1"], ["--workers", "2"], ["--plain"]], ids=["one worker", "two workers", "plain"]
)
def test_an_interruption_prints_what_was_found_and_is_inconclusive(tmp_path, explorer):
    path = tmp_path / "mine.py"
    path.write_text(
        f"{SPEC}user = User(active_opens=2, passive_opens=2, sends=2, closes=1)\n"
        "system = connection(a=user, b=user, network=Network(lose=2, duplicate=2), bits=4)\n"
        "claims = [Always('always', TRUE), Witness('open', at('B', equal(state, CLOSED)))]\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", ENTRY, "verify", str(path), "--progress", "--timeout", "20s", *explorer],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    first = next(line for line in process.stderr if "reading and compiling" not in line)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert (process.returncode, first[:12]) == (20, "mine: depth ")
    assert err.splitlines()[-1] == "EXIT 20 inconclusive"
    assert re.search(r"always +UNKNOWN", out)
    assert re.search(r"open +witnessed", out)
    assert "interrupted" in out
