"""A row that was changed, by a knob, a mistake or `rules=`, keeps no bare citation of RFC 9293."""

import inspect
from dataclasses import replace

import pytest

from tcpmodel import User, Witness, connection, explore
from tcpmodel.draw.ladder import ladder
from tcpmodel.draw.rule_tables import rules_json, rules_text
from tcpmodel.judging.load import load
from tcpmodel.language.terms import equal
from tcpmodel.systems.row import Row
from tcpmodel.systems.trace import firing
from tcpmodel.tcp import mutants, promises
from tcpmodel.tcp.knobs.departures import departing, marked
from tcpmodel.tcp.knobs.variants import vary
from tcpmodel.tcp.rfc9293.rules import RFC_9293, Rules
from tcpmodel.tcp.rfc9293.segment import ctl
from tcpmodel.tcp.rfc9293.tcb import ESTABLISHED, SYN_RECEIVED, passive, state

LISTENER = "LISTEN answers a SYN with SYN,ACK"
TO_LISTEN = "a reset sends a listener back to LISTEN"
REFUSES = "a reset refuses a simultaneous OPEN"
OURS = "tcpmodel.tcp.mistakes."
MISTAKES = [f for _, f in inspect.getmembers(mutants, inspect.isfunction) if f.__module__.startswith(OURS)]
ELSEWHERE = {
    "send_takes_any_isn": "the ISN policy is no row's business",
    "ack_leaves_the_timer": "what starts a timer over is no row",
    "retransmission_leaves_the_timer": "what starts a timer over is no row",
    "every_send_restarts_the_timer": "what starts a timer over is no row",
    "open_takes_any_isn": "the ISN policy is no row's business",
    "close_wait_knows_no_abort": "the row fires in fewer states, and no other in its place",
    "syn_received_knows_no_calls": "the row fires in fewer states, and no other in its place",
    "syn_is_not_trimmed": "RFC 9293's rows trim no SYN: those of the knobs syn_text and fast_open do",
    "timeout_is_forgotten_while_closing": "the row fires in fewer states, and no other in its place",
}


def departing_rows(rules: Rules) -> dict[str, str]:
    return {row.name: row.rfc for _, _, row in marked(rules).rows() if row.departs}


def test_rfc_9293_departs_from_nothing():
    assert marked(RFC_9293) is RFC_9293
    assert departing_rows(replace(RFC_9293)) == {}


@pytest.mark.parametrize("mistake", [f for f in MISTAKES if not f.__name__.startswith("_")], ids=lambda f: f.__name__)
def test_every_mistake_is_marked_as_one(mistake):
    marked = departing_rows(mistake(RFC_9293))
    assert bool(marked) is (mistake.__name__ not in ELSEWHERE)
    assert all(rfc.startswith("departs from RFC 9293 3.") for rfc in marked.values())


@pytest.mark.parametrize(
    "change",
    [
        {"when": ()},
        {"goto": ESTABLISHED},
        {"send": None},
        {"set": {}},
        {"tell": "hello"},
        {"ends": "reset", "forget": (passive,)},
        {"more": True},
        {"pick": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_row_that_does_or_needs_something_else_departs(change):
    assert departing_rows(RFC_9293.changed(LISTENER, **change))[LISTENER] == "departs from RFC 9293 3.10.7.2 third"


def test_a_row_that_fires_where_an_earlier_one_was_dropped_departs():
    assert set(departing_rows(RFC_9293.replaced(TO_LISTEN))) == {REFUSES}


def test_a_row_that_fires_where_an_earlier_one_was_narrowed_departs_too():
    narrowed = RFC_9293.changed(TO_LISTEN, when=(*RFC_9293.row(TO_LISTEN).when, ctl.ack))
    assert set(departing_rows(narrowed)) == {REFUSES}


@pytest.mark.parametrize("fewer", [{"when": (passive,)}, {"refuses": True}], ids=["when", "refuses"])
def test_a_call_that_its_user_makes_more_seldom_is_no_departure(fewer):
    assert departing_rows(RFC_9293.changed("CLOSE sends a FIN", **fewer)) == {}


def test_rows_in_another_order_depart_where_the_order_matters():
    first = RFC_9293.row(REFUSES)
    assert set(departing_rows(RFC_9293.replaced(REFUSES).preceded(TO_LISTEN, first))) == {REFUSES}


def test_a_row_put_before_others_leaves_them_as_they_are_and_departs_itself():
    mine = Row("mine", "3.10.7.4 second", when=(equal(state, SYN_RECEIVED), ctl.rst))
    assert departing_rows(RFC_9293.preceded(TO_LISTEN, mine)) == {"mine": "departs from RFC 9293 3.10.7.4 second"}


@pytest.mark.parametrize(
    "said", [{"rfc": "two-way, not RFC 9293"}, {"rfc": "RFC 1337 section 3"}, {"reading": "so meant"}]
)
def test_a_row_that_says_itself_where_it_comes_from_does_not(said):
    mine = replace(Row("mine", "3.10.7.4 second", when=(ctl.rst,)), **said)
    assert departing_rows(RFC_9293.preceded(TO_LISTEN, mine)) == {}


@pytest.mark.parametrize(
    ("knob", "value"),
    [
        *(("isn", policy) for policy in ("zero", "free", "clock", "monotone", "last_used_plus", "apart")),
        ("keep_alive", "two"),
        ("time_wait_syn", "may2"),
        ("ack_5961", "on"),
        ("half_duplex", "on"),
        ("backlog", "one"),
        ("second_fin", "consumed"),
        ("queued_close", "at_once"),
    ],
)
def test_a_choice_within_the_rfcs_a_memory_and_an_isn_policy_are_no_departures(knob, value):
    found = marked(vary(RFC_9293, {knob: value}), {knob: value})
    assert [row.name for _, _, row in found.rows() if row.departs] == []


@pytest.mark.parametrize(
    ("knob", "value", "rows"),
    [
        ("rst_5961", "off", {TO_LISTEN, REFUSES}),
        ("throttled", "all", {"an unacceptable segment is answered with an ACK"}),
        ("abort_reset", "ack", {"ABORT resets the peer"}),
        ("time_wait_restart", "never", {"a FIN in TIME-WAIT starts 2MSL over"}),
        ("sequence_test", "linux", {"an acceptable segment is checked further"}),
    ],
)
def test_a_knob_that_leaves_the_rfc_marks_what_it_changes(knob, value, rows):
    assert rows <= set(departing_rows(vary(RFC_9293, {knob: value})))


def test_what_observers_and_clocks_add_is_no_departure():
    for name in ("handshake", "last_ack_lost", "two_way_stale_syn"):
        marked = [r for rule in load(name).system.rules for b in rule.blocks for r in b.rows if r.departs]
        assert marked == []


USERS = {"a": User(active_opens=1), "b": User(passive_opens=1)}


def test_ladders_traces_and_tables_show_the_departure():
    rules = RFC_9293.changed(LISTENER, goto=ESTABLISHED)
    system = connection(rules=rules, **USERS)
    trace = explore(system, [Witness("w", promises.is_in("B", ESTABLISHED))]).trace("w")

    assert "[departs from RFC 9293 3.10.7.2 third]" in ladder(trace)
    assert firing(system, trace.steps[-1]).rfc == "departs from RFC 9293 3.10.7.2 third"
    assert "[departs from RFC 9293 3.10.7.2 third]" in rules_text(marked(rules))
    assert [row["rfc"] for row in rules_json(marked(rules)) if row["name"] == LISTENER] == [departing("3.10.7.2 third")]


def test_a_step_that_only_goes_on_where_it_should_not_shows_the_row_that_lets_it():
    rules = RFC_9293.replaced("an unacceptable segment is answered with an ACK")
    departs = "an acceptable segment is checked further"
    assert departs in departing_rows(rules)
    system = connection(rules=rules, **USERS)
    row = next(r for rule in system.rules for b in rule.blocks for r in b.rows if r.name == departs)
    assert row.departs
    assert not row.acts


def test_the_ends_rules_are_looked_at_one_by_one():
    own = RFC_9293.changed("CLOSED resets the sender of an ACK", send=None)
    system = connection(a=replace(USERS["a"], rules=own), b=USERS["b"])
    assert {rule.agent for rule in system.rules for b in rule.blocks for r in b.rows if r.departs} == {"A"}


def test_several_sections_are_one_departure():
    assert departing("3.10.7.4 second; RFC 5961 3.2") == "departs from RFC 9293 3.10.7.4 second, RFC 5961 3.2"
    assert departing("RFC 7413 4.2.2") == "departs from RFC 7413 4.2.2"
