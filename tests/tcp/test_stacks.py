"""Stacks of one's own: profiles, knobs and rules of each end, rows in the RFC's notation, and what they break."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from export.spin import ABSENT, build, search

from tcpmodel import Network, User, connection, explore
from tcpmodel.cli.main import main
from tcpmodel.draw.rule_differences import differing
from tcpmodel.errors import DefinitionError
from tcpmodel.explore.native.search import explore as natively
from tcpmodel.explore.reduction import mirror_of
from tcpmodel.explore.search import explore as plainly
from tcpmodel.export.promela import promela
from tcpmodel.judging.load import load_rules
from tcpmodel.language.terms import before, equal, upto, within
from tcpmodel.studies.stack_matrix import cells, left_out, met
from tcpmodel.studies.worlds import world
from tcpmodel.tcp import RFC_9293, hygiene, promises, row, segment
from tcpmodel.tcp.knobs.stacks import profile, profiles
from tcpmodel.tcp.knobs.table import KNOBS
from tcpmodel.tcp.rfc9293.notation import condition, number
from tcpmodel.tcp.rfc9293.segment import ctl, emit, seg, seg_len
from tcpmodel.tcp.rfc9293.tcb import TIME_WAIT, in_state, iss, rcv, snd
from tcpmodel.tcp.world.connection import rules_of, sibling

USERS = {"a": {"sends": 1, "closes": 1, "retransmissions": 1}, "b": {"closes": 1}}


def ends(a: dict[str, Any], b: dict[str, Any], **knobs: Any) -> Any:
    return connection(
        a=User(**USERS["a"], **a), b=User(**USERS["b"], **b), network=Network(lose=1), established=True, bits=4, **knobs
    )


# Profiles.


@pytest.mark.parametrize("name", profiles())
def test_a_profile_names_knobs_and_values_that_there_are_each_with_its_source(name: str) -> None:
    stack, known = profile(name), {knob.name: knob for knob in KNOBS}
    assert all(value in known[knob].values and value != known[knob].default for knob, value in stack.knobs.items())
    assert set(stack.sources) == set(stack.knobs)
    assert all(stack.sources.values())


@pytest.mark.parametrize("name", profiles())
def test_a_stack_meets_rfc_9293_and_keeps_what_it_promises(name: str) -> None:
    claims = [promises.no_stale_data(), promises.whole_stream(), hygiene.no_false_success()]
    found = explore(ends({"profile": name}, {}), claims)
    assert {found.verdicts[c.name].word for c in claims} == {"holds"}
    assert found.states > 100


def test_a_profile_is_the_knobs_that_it_names() -> None:
    as_profile, as_knobs = ends({}, {}, profile="lwip"), ends({}, {}, **profile("lwip").knobs)
    assert explore(as_profile, [promises.typing()]).states == explore(as_knobs, [promises.typing()]).states


ABORT_OF_LWIP = ("ABORT gives up calling", "ABORT resets the peer", "ABORT resets a peer that closes, too")


def test_a_knob_given_besides_goes_before_the_profiles() -> None:
    assert list(differing(rules_of(ends({}, {}, profile="lwip", ahead="silent"), "A"))) == [
        *ABORT_OF_LWIP,
        "TIME-WAIT ignores a reset",
    ]


@pytest.mark.parametrize("where", [{"profile": "windows"}, {"a": User(profile="windows")}])
def test_a_profile_that_does_not_exist_is_refused_with_those_that_do(where: dict[str, Any]) -> None:
    with pytest.raises(DefinitionError, match="there is no profile 'windows': write one of bsd, gvisor"):
        connection(**{"a": User(), "b": User(), **where})


# Ends with rules of their own.


def test_each_end_has_its_own_knobs() -> None:
    system = ends({"knobs": {"time_wait_rst": "ignore"}}, {"profile": "lwip"}, rst_5961="off")
    a, b = (set(differing(rules_of(system, end))) for end in "AB")
    assert b - a == {*ABORT_OF_LWIP, "text ahead of RCV.NXT is acknowledged, not kept"} | {
        "a FIN ahead of RCV.NXT is acknowledged, not kept"
    }
    assert "TIME-WAIT ignores a reset" in a & b
    assert "a reset that is not at RCV.NXT is challenged" not in [r.name for _, _, r in rules_of(system, "B").rows()]


def test_a_knob_of_an_end_that_does_not_exist_is_refused() -> None:
    with pytest.raises(DefinitionError, match="there is no knob 'time_wait_reset': did you mean 'time_wait_rst'"):
        ends({"knobs": {"time_wait_reset": "ignore"}}, {})


def test_the_compiled_search_and_the_plain_one_agree_where_ends_differ() -> None:
    system = ends({"profile": "linux"}, {"knobs": {"ahead": "acknowledged"}, "rules": deaf()})
    claims = [promises.typing(), promises.whole_stream()]
    compiled, plain = natively(system, claims), plainly(system, claims)
    assert (compiled.states, compiled.steps, compiled.depth) == (plain.states, plain.steps, plain.depth)


def test_ends_that_differ_in_a_knob_cannot_be_exchanged() -> None:
    """What an end does is compared, not what it is given: the default spelled out is no difference."""
    alike = {"active_opens": 1, "passive_opens": 1, "aborts": 1}

    def meet(**knobs: str) -> Any:
        return mirror_of(connection(a=User(**alike, knobs=knobs), b=User(**alike)))

    assert meet(rst_5961="off") is None
    assert meet(rst_5961="on") is not None


@pytest.mark.skipif(bool(ABSENT), reason=f"not installed: {', '.join(ABSENT)}")
def test_spin_reaches_as_many_states_where_ends_differ(tmp_path: Path) -> None:
    system = ends({"profile": "linux"}, {"rules": deaf()})
    found, ours = search(build(promela(system, [], spec="differ"), tmp_path)), natively(system, [])
    assert (found.states, found.steps, found.errors) == (ours.states, ours.steps, 0)


def test_knobs_of_an_end_that_are_no_mapping_are_refused() -> None:
    with pytest.raises(DefinitionError, match="knobs='linux' is no mapping: write knobs="):
        User(knobs="linux")  # type: ignore[arg-type]


def test_a_sibling_keeps_what_each_end_has_of_its_own() -> None:
    assert "ABORT resets the peer" in list(differing(rules_of(sibling(ends({}, {}), profile="lwip"), "A")))
    system = sibling(ends({"profile": "linux"}, {}), bits=5)
    assert "ABORT resets the peer" in list(differing(rules_of(system, "A")))
    assert list(differing(rules_of(system, "B"))) == []


# Rows changed in the RFC's notation.


def deaf() -> Any:
    """A stack whose TIME-WAIT says nothing to what does not fit."""
    return RFC_9293.departing("an unacceptable segment is answered with an ACK", send=None, because="as zephyr had it")


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("SND.NXT", snd.nxt),
        ("SEG.SEQ+SEG.LEN", seg.seq + seg_len),
        ("RCV.NXT - 1", rcv.nxt - 1),
        ("ISS", iss),
        (0, number(0)),
    ],
)
def test_a_number_is_read_as_the_rfc_writes_it(text: Any, term: Any) -> None:
    assert number(text) is term


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("SND.UNA < SEG.ACK =< SND.NXT", upto(snd.una, seg.ack, snd.nxt)),
        ("RCV.NXT =< SEG.SEQ < RCV.NXT+RCV.WND", within(seg.seq, rcv.nxt, rcv.nxt + rcv.wnd - rcv.nxt)),
        ("SEG.ACK > SND.NXT", before(snd.nxt, seg.ack)),
        ("SEG.SEQ = RCV.NXT", equal(seg.seq, rcv.nxt)),
        ("no ACK", ~ctl.ack),
        ("SYN", ctl.syn),
        ("TIME-WAIT", in_state(TIME_WAIT)),
        ("SYN or FIN", ctl.syn | ctl.fin),
    ],
)
def test_a_condition_is_read_as_the_rfc_writes_it(text: str, term: Any) -> None:
    assert condition(text) is term


def test_a_segment_is_read_as_the_rfc_writes_it() -> None:
    wanted = emit(seq=number(0), ack=seg.seq + seg_len, ctl=("rst", "ackbit"))
    assert segment("<SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>").fields == wanted.fields
    assert segment("<SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK><DATA>").fields["text"] is number(1)


ROW = "a FIN in TIME-WAIT starts 2MSL over"


@pytest.mark.parametrize(
    ("name", "fields", "sentence"),
    [
        ("a FIN in TIME WAIT starts 2MSL over", {"send": None}, "there is no row .*: did you mean 'a FIN in TIME-WAIT"),
        (ROW, {"sends": None}, "a row has no 'sends': did you mean 'send'?"),
        (ROW, {"send": "<SEQ=SND.NXTT><CTL=RST>"}, "there is no number 'SND.NXTT': did you mean 'SND.NXT'?"),
        (ROW, {"send": "RST"}, "'RST' is no segment: write for example"),
        (ROW, {"send": "<SEQ=0><CTL=ACK>"}, "has the ACK bit without a number"),
        (ROW, {"send": "<SEQ=0><CTL=RSET>"}, "there is no control bit 'RSET': did you mean 'RST'?"),
        (ROW, {"goto": "TIMEWAIT"}, "there is no connection state 'TIMEWAIT': did you mean 'TIME-WAIT'?"),
        (ROW, {"when": 3}, "3 is no condition: write for example"),
        (ROW, {"when": "SEG.ACK"}, "'SEG.ACK' is no condition: write a comparison"),
        (ROW, {"when": snd.nxt}, "is no condition: compare it with a value"),
        (ROW, {"set": [1]}, "what a row sets must be a mapping"),
        (ROW, {"set": {"RCV.NEXT": 1}}, "there is no number 'RCV.NEXT' to set: did you mean 'RCV.NXT'?"),
        (ROW, {"set": {"RCV.NXT": "RCV.NXT*2"}}, "is not understood from"),
        (ROW, {"set": {"RCV.NXT": "rcv.nxt+1"}}, "there is no number 'rcv.nxt': did you mean 'RCV.NXT'?"),
        (ROW, {"set": {"SEG.SEQ": 1}}, "there is no number 'SEG.SEQ' to set: write one of"),
        (ROW, {"set": {"RCV.NXT": ctl.syn}}, "rcv.nxt cannot be set to .* of its own sort, Seq"),
        (ROW, {"send": "<SEQ=0><SEQ=1><CTL=RST>"}, "is no segment: write for example"),
        (ROW, {"send": snd.nxt}, "is no segment: write for example"),
        (ROW, {"goto": snd.nxt}, "there is no connection state"),
        (ROW, {"more": "yes"}, "more='yes' of a row is out of range: write True or False"),
        (ROW, {"tell": 3}, "tell=3 of a row is no text: write it in quotes"),
        (ROW, {"pick": "iss"}, "pick='iss' of a row is no Pick: write pick=Pick"),
        (ROW, {"forget": "TBC"}, "there is no number 'TBC' to set"),
        (3, {"send": None}, "there is no row 3: the closest are .*; `tcpmodel rules` lists all"),
    ],
)
def test_a_change_of_a_row_that_makes_no_sense_is_refused_in_a_sentence(name: str, fields: Any, sentence: str) -> None:
    with pytest.raises(DefinitionError, match=sentence):
        RFC_9293.replacing(name, **fields)


def test_rows_are_dropped_and_put_before_others() -> None:
    lacking = RFC_9293.without(ROW)
    assert ROW not in [row.name for _, _, row in lacking.rows()]
    back = lacking.before("a FIN after the peer's FIN is ignored", RFC_9293.row(ROW))
    assert [row.name for _, _, row in back.rows()] == [row.name for _, _, row in RFC_9293.rows()]


def test_a_new_row_is_written_in_the_rfcs_notation() -> None:
    silent = row("TIME-WAIT says nothing", "3.10.7.4 first", when=("TIME-WAIT", "SYN or FIN"))
    assert silent.when == (in_state(TIME_WAIT), ctl.syn | ctl.fin)
    with pytest.raises(DefinitionError, match="'x' is no row: write row"):
        RFC_9293.before(ROW, "x")  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match="name and source=3 of a row is no text"):
        row("TIME-WAIT says nothing", 3)  # type: ignore[arg-type]


def test_a_row_that_ends_the_connection_in_an_unheard_of_way_is_refused() -> None:
    with pytest.raises(DefinitionError, match="ends 'close': did you mean 'closed'"):
        ends({}, {}, rules=RFC_9293.replacing(ROW, ends="close"))


# What a stack of one's own breaks.


def test_a_departure_breaks_other_promises_at_one_end_than_at_the_other() -> None:
    found = [met(world("a peer that has closed"), deaf(), where) for where in ("neither", "A", "B")]
    assert [c.word for c in cells(found) if c.promise == "recovers"] == ["holds", "holds", "fails"]


def test_worlds_that_begin_as_the_rules_never_can_are_left_out_and_named() -> None:
    waits = row("an ACK without text waits", "tcp(7)", when=("SYN-RECEIVED", "no text", "no FIN"))
    deferring = RFC_9293.before("an ACK of our SYN establishes the connection", waits)
    found = [met(world("a peer that has closed"), deferring, where) for where in ("A", "B")]
    assert left_out(found) == {"B": ["a peer that has closed"]}
    assert {c.mechanism for c in cells(found)} == {"A"}


def my_stack(folder: Path, text: str) -> str:
    file = folder / "my_stack.py"
    file.write_text(text)
    return str(file)


@pytest.mark.long
def test_the_matrix_of_a_file_says_what_its_rules_break(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = f'from tcpmodel.tcp import RFC_9293\nrules = RFC_9293.without("{ROW}")\n'
    code = main(["matrix", "--rules", my_stack(tmp_path, text), "--json"])
    document = json.loads(capsys.readouterr().out)
    assert code == 0
    assert {c["verdict"] for c in document["cells"]} == {"holds"}


TWO = f"""from tcpmodel.tcp import RFC_9293
ONE = RFC_9293.without({ROW!r})
TWO = RFC_9293.replacing({ROW!r}, goto="CLOSED")
"""


def test_a_spec_that_defines_rules_under_another_name_has_them_judged(tmp_path: Path) -> None:
    file = my_stack(tmp_path, TWO.replace("ONE", "_").partition("TWO")[0])
    assert ROW not in [row.name for _, _, row in load_rules(Path(file)).rows()]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("rules = 3\n", "my_stack.py defines no rules: write rules = RFC_9293.replacing(...)"),
        (TWO, "my_stack.py defines several: ONE, TWO: write rules = RFC_9293.replacing(...)"),
        ("from tcpmodel.tcp import RFC_9293\nrules = RFC_9293.without('x')\n", "there is no row 'x'"),
    ],
)
def test_a_file_without_rules_is_refused(tmp_path: Path, capsys: Any, text: str, sentence: str) -> None:
    code = main(["matrix", "--rules", my_stack(tmp_path, text)])
    assert code == 151
    assert sentence in capsys.readouterr().err


def test_rules_of_a_profile_and_of_a_spec_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--profile", "lwip"]) == 0
    assert "no knob for: a SYN that crosses ours is ignored" in capsys.readouterr().out
    assert main(["rules", "two_way_echo"]) == 0
    assert "LISTEN answers a SYN with SYN,ACK  [two-way, not RFC 9293]" in capsys.readouterr().out
    assert main(["rules", "handshake"]) == 0
    assert "every row is RFC 9293's" in capsys.readouterr().out
