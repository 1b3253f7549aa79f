"""Every spec, explored: verdicts, pins, and that every rule is used somewhere."""

from functools import partial

import pytest

from tcpmodel.cli.exploring import Exploring
from tcpmodel.cli.verify import judge_path
from tcpmodel.judging.load import spec_paths
from tcpmodel.judging.pins import VERDICTS
from tcpmodel.judging.report import Report
from tcpmodel.sharing import share
from tcpmodel.systems.verdicts import Holds
from tcpmodel.tcp.rfc9293.left_out import NEVER_FIRED
from tcpmodel.tcp.rfc9293.rules import RFC_9293
from tcpmodel.tcp.rfc9293.tcb import STATE

PATHS = spec_paths()
REQUIRED = [
    "handshake",
    "simultaneous_open",
    "old_duplicate_syn",
    "half_open_reconnect",
    "half_open_discovery",
    "two_passive_sockets",
    "normal_close",
    "simultaneous_close",
    "half_close",
    "refused_port",
    "abort",
    "three_way_stale_syn",
    "two_way_stale_syn",
    "two_way_stale_reply",
    "two_way_echo",
    "isn_zero_replay",
    "last_ack_lost",
    "no_time_wait",
    "crash_without_quiet_time",
    "establishment",
    "termination",
    "close_wait_leak",
    "idle_half_open",
    "ack_loop",
    "early_close_unrepeated",
    "early_close_repeated",
]
LENGTHS = {
    ("two_way_stale_syn", "no_false_established"): "fails 4",
    ("two_way_stale_syn", "agreement_on_entry"): "fails 3",
    ("two_way_stale_reply", "agreement_on_entry"): "fails 3",
    ("two_way_echo", "agreement_on_entry"): "fails 3",
    ("two_way_stale_reply", "sequence_agreement"): "fails 6",
    ("two_way_stale_reply", "no_octet_discarded"): "fails 8",
    ("two_way_echo", "no_false_established"): "fails 4",
    ("two_way_echo", "sequence_agreement"): "holds",
    ("isn_zero_replay", "no_false_established"): "fails 7",
    ("isn_zero_replay", "no_stale_data"): "fails 8",
    ("no_time_wait", "passive_closer_succeeds"): "fails 7",
    ("last_ack_lost", "passive_closer_succeeds"): "holds",
    ("three_way_stale_syn", "no_false_established"): "holds",
    ("old_duplicate_syn", "figure_8"): "witnessed 10",
    ("two_passive_sockets", "figure_11"): "witnessed 7",
    ("simultaneous_open", "both_established"): "witnessed 8",
    ("early_close_unrepeated", "leaves_fin_wait_1"): "fails 7",
    ("early_close_repeated", "leaves_fin_wait_1"): "holds",
    ("close_wait_leak", "leaves_close_wait"): "fails 3",
    ("close_wait_leak", "leaves_close_wait_if_closed"): "holds",
    ("idle_half_open", "half_open_is_found_out"): "fails 2",
    ("establishment", "establishment"): "holds",
    ("establishment", "leaves_syn_received"): "holds",
    ("termination", "termination"): "holds",
    ("termination", "leaves_time_wait"): "holds",
    ("ack_loop", "falls_silent"): "fails 9",
}


@pytest.fixture(scope="module")
def reports(once_for_all_workers) -> dict[str, Report]:
    return once_for_all_workers("reports", explored)


def explored() -> dict[str, Report]:
    tasks = [partial(judge_path, path, exploring=Exploring(), expect={}, compare=True) for path in PATHS.values()]
    done = share(tasks, workers=2)
    return {name: done[number] for number, name in enumerate(PATHS)}


@pytest.mark.parametrize("name", REQUIRED)
def test_the_story_is_told(name):
    assert name in PATHS


@pytest.mark.parametrize("name", PATHS)
def test_every_claim_has_its_expected_verdict(name, reports):
    assert [j.claim.name for j in reports[name].judged if not j.as_expected] == []


@pytest.mark.parametrize("name", PATHS)
def test_counts_and_lengths_are_the_pinned_ones(name, reports):
    assert reports[name].unpinned == ()


@pytest.mark.parametrize("name", PATHS)
def test_every_spec_is_pinned_and_shown_not_to_be_vacuous(name, reports):
    assert name in VERDICTS.read()
    assert any(j.verdict.word == "witnessed" for j in reports[name].judged)


HIDING = {
    ("syn_flood_cookies", "establishment"): "from 2 states before its goal every run that is fair to it leaves the"
}
"""Where nothing is lost, a caller that repeats its SYN fills the network; and a lost ACK no cookie makes good."""


def test_nothing_that_must_happen_and_does_is_hidden_by_the_bounds_but_where_that_is_known(reports):
    judged = {(name, j.claim.name): j.verdict for name, report in reports.items() for j in report.judged}
    assert "vacuous" not in {verdict.word for verdict in judged.values()}
    warned = {key: verdict.why for key, verdict in judged.items() if isinstance(verdict, Holds) and verdict.why}
    assert set(warned) == set(HIDING)
    assert all(warned[key].startswith(HIDING[key]) for key in HIDING)


def test_whatever_has_no_trace_is_said_to_be_so_within_the_bounds_that_some_step_met(reports):
    for report in reports.values():
        met = tuple(sorted(report.found.bounds))
        assert {j.within for j in report.judged if j.trace is None} <= {met}


@pytest.mark.parametrize(("spec", "claim"), LENGTHS)
def test_the_known_lengths_are_found(spec, claim):
    assert VERDICTS.read()[spec]["claims"][claim] == LENGTHS[spec, claim]


def test_every_rule_fires_in_some_spec_or_is_listed_with_a_reason(reports):
    fired = {row.name for report in reports.values() for row in report.found.rows if row.fired}
    unused = {row.name for _, _, row in RFC_9293.rows()} - fired

    assert unused == set(NEVER_FIRED)


def test_every_connection_state_is_entered_in_some_spec(reports):
    fired = {row.name for report in reports.values() for row in report.found.rows if row.fired}
    entered = {
        STATE.values[row.goto.payload] for _, _, row in RFC_9293.rows() if row.goto is not None and row.name in fired
    }

    assert entered == set(STATE.values)
