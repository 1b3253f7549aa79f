"""A trace goes out as ITF and comes back the same; what is not a trace is refused with a sentence."""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from systems.small import BUSY, DONE, IDLE, bag, block, flag, got, n, phase, pick, row, rule, send, start, system

from tcpmodel.errors import UnreadableInput
from tcpmodel.language.terms import within
from tcpmodel.systems.firing import Reference
from tcpmodel.systems.itf import from_itf, spec_of, to_itf
from tcpmodel.systems.row import Pick
from tcpmodel.systems.system import Take, TransitionSystem
from tcpmodel.systems.trace import Trace, replay
from tcpmodel.tcp.world.connection import Network, User, connection

SMALL = system(
    rule(
        block(
            row("post", pick=Pick(pick, within(pick, n, 2)), send=send(pick, 3), goto=BUSY),
            control=phase,
            states=(IDLE, BUSY),
        ),
        name="post a number",
    ),
    rule(block(row("read", set={n: got, flag: ~flag})), name="read a number", take=Take("post", "got")),
    rule(block(row("finish", goto=DONE), control=phase, states=(BUSY, DONE)), name="finish"),
    rule(block(row("drop")), name="drop a number", take=Take("post", "got", keep=True)),
)
USER = User(passive_opens=1, active_opens=1, sends=1, closes=1, retransmissions=None)
SYSTEMS = {
    "small": SMALL,
    "queue": replace(SMALL, bags=(bag(ordered=True),)),
    "connection": connection(a=USER, b=USER, network=Network(lose=None, duplicate=None), bits=4),
}


def run(s: TransitionSystem, choices: Iterator[int], most: int) -> Trace:
    """A run of at most so many steps, made of one choice after the other."""
    reference, states, steps = READ[s.name, len(s.variables), s.bags[0].ordered], [s.initial], []
    for _ in range(most):
        onward = [o for o in reference.steps(states[-1]) if o.state is not None]
        if not onward:
            break
        outcome = onward[next(choices) % len(onward)]
        states.append(outcome.state)
        steps.append(outcome.step)
    return Trace(s, tuple(states), tuple(steps))


READ = {(s.name, len(s.variables), s.bags[0].ordered): Reference(s) for s in SYSTEMS.values()}


def play(*rules: str) -> Trace:
    """The run in which rules fire in this order, each with its last pick or record."""
    states, steps = [SMALL.initial], []
    for name in rules:
        onward = [o for o in Reference(SMALL).steps(states[-1]) if SMALL.rules[o.step.rule].name == name]
        states.append(onward[-1].state)
        steps.append(onward[-1].step)
    return Trace(SMALL, tuple(states), tuple(steps))


RUN = play("post a number", "read a number", "post a number", "finish")


def document(trace: Trace = RUN) -> dict[str, Any]:
    return json.loads(json.dumps(to_itf(trace, spec="small", claim="it_is", status="violation")))


def numbers(x: object) -> Iterator[object]:
    """Every bare integer in a document."""
    if isinstance(x, dict):
        for key, value in x.items():
            if key != "#meta":
                yield from numbers(value)
    elif isinstance(x, list):
        for value in x:
            yield from numbers(value)
    elif isinstance(x, int) and not isinstance(x, bool):
        yield x


# Out and in.


@pytest.mark.parametrize("name", SYSTEMS)
@settings(max_examples=12)
@given(choices=st.lists(st.integers(0, 99), min_size=8, max_size=8))
def test_a_trace_comes_back_as_it_went_out(name: str, choices: list[int]) -> None:
    trace = run(SYSTEMS[name], iter(choices), 8)
    back = from_itf(document(trace), SYSTEMS[name])
    assert back.states == trace.states
    assert [s.rule for s in back.steps] == [s.rule for s in trace.steps]
    assert replay(back) is back


def test_the_record_that_was_taken_comes_back() -> None:
    keep = next(o for o in READ_SMALL.steps(TWO_POSTED) if o.step.rule == 3 and o.step.taken == (1, 3))
    begun = replace(SMALL, start=TWO_POSTED)
    trace = Trace(begun, (TWO_POSTED, TWO_POSTED), (keep.step,))
    assert from_itf(document(trace), begun) == trace


READ_SMALL = Reference(SMALL)
TWO_POSTED = start(SMALL, {"post": ((0, 3), (1, 3))}, phase=1)


def test_a_lasso_comes_back_as_one() -> None:
    trace = replace(play("post a number", "drop a number"), loop=1)
    assert document(trace)["loop"] == 1
    assert from_itf(document(trace), SMALL) == trace


def test_records_in_another_order_are_the_same_bag() -> None:
    trace = play("post a number", "post a number")
    doc = document(trace)
    assert len(doc["states"][2]["post"]) == 2
    doc["states"][2]["post"].reverse()
    assert from_itf(doc, SMALL) == trace


def test_a_document_without_actions_is_matched_by_its_states() -> None:
    doc = document()
    for state in doc["states"]:
        del state["action_taken"], state["#meta"]
    assert from_itf(doc, SMALL).states == RUN.states


# The form.


def test_a_document_says_what_it_is_of() -> None:
    meta = document()["#meta"]
    assert (meta["format"], meta["spec"], meta["claim"], meta["status"], meta["source"]) == (
        "ITF",
        "small",
        "it_is",
        "violation",
        "tcpmodel",
    )
    assert spec_of(document()) == "small"


def test_every_integer_of_a_state_is_a_bigint() -> None:
    assert list(numbers(document()["states"])) == []
    assert document()["states"][0]["n"] == {"#bigint": "0"}


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_name_is_an_identifier_and_has_a_type_and_a_value(name: str) -> None:
    doc = document(run(SYSTEMS[name], iter((1, 1)), 2))
    assert all(v.isidentifier() for v in doc["vars"])
    assert len(set(doc["vars"])) == len(doc["vars"])
    assert set(doc["#meta"]["varTypes"]) == set(doc["vars"])
    assert all(set(state) - {"#meta"} == set(doc["vars"]) for state in doc["states"])


def test_types_are_those_of_the_sorts() -> None:
    types = document()["#meta"]["varTypes"]
    assert (types["n"], types["flag"], types["phase"], types["count"]) == ("Int", "Bool", "Str", "Int")
    assert types["post"] == "Seq({ number: Int, mark: Int })"
    assert types["action_taken"] == "Str"


def test_values_are_written_by_sort() -> None:
    last = document()["states"][-1]
    assert (last["flag"], last["phase"]) == (True, "done")
    assert document()["states"][1]["post"] == [{"number": {"#bigint": "1"}, "mark": {"#bigint": "3"}}]


def test_every_state_says_what_led_to_it() -> None:
    first, posted, *_ = document()["states"]
    assert (first["#meta"]["rule"], first["action_taken"]) == ("init", "init")
    assert posted["action_taken"] == "post a number"
    assert posted["#meta"] == {
        "index": 1,
        "rule": "post a number",
        "endpoint": "somebody",
        "rows": ["post"],
        "rfc": "here",
        "arguments": {"picked": [{"#bigint": "1"}]},
    }


def test_an_action_names_the_record_that_was_taken() -> None:
    read = next(s for s in document()["states"] if s["action_taken"] == "read a number")
    assert read["#meta"]["arguments"]["segment"]["mark"] == {"#bigint": "3"}


# What is refused.


@pytest.mark.parametrize(
    "doc", [None, 3, "text", [], {}, {"#meta": 3}, {"#meta": {}}, {"#meta": {"spec": 3}}], ids=repr
)
def test_a_document_that_names_no_spec_is_refused(doc: Any) -> None:
    with pytest.raises(UnreadableInput, match='does not say which spec it is of: give "#meta" a member "spec"'):
        spec_of(doc)


@pytest.mark.parametrize("doc", [None, 3, "text", [], {}, {"states": {}}, {"states": []}, {"states": 3}], ids=repr)
def test_a_document_without_states_is_refused(doc: Any) -> None:
    with pytest.raises(UnreadableInput, match='must be an object with a non-empty list "states"'):
        from_itf(doc, SMALL)


@pytest.mark.parametrize("state", [None, 3, "text", []], ids=repr)
def test_a_state_that_is_no_object_is_refused(state: Any) -> None:
    doc = document()
    doc["states"][1] = state
    with pytest.raises(UnreadableInput, match="state 1 is not an object"):
        from_itf(doc, SMALL)


@pytest.mark.parametrize("name", ["n", "flag", "phase", "post", "ghost_2"])
def test_a_state_that_lacks_a_variable_is_refused(name: str) -> None:
    doc = document()
    del doc["states"][1][name]
    with pytest.raises(UnreadableInput, match=f"state 1 lacks '{name}': every state gives every variable of its spec"):
        from_itf(doc, SMALL)


@pytest.mark.parametrize(
    "x",
    [
        None,
        3,
        True,
        "3",
        1.5,
        [],
        {},
        {"#bigint": ""},
        {"#bigint": "x"},
        {"#bigint": "-1"},
        {"#bigint": "1.5"},
        {"#bigint": None},
        {"#bigint": "²"},
        {"#bigint": "9" * 5000},
        {"#bigint": "1", "more": 1},
        {"#Bigint": "1"},
    ],
    ids=lambda x: repr(x)[:20],
)
def test_a_number_must_be_a_bigint(x: Any) -> None:
    doc = document()
    doc["states"][1]["n"] = x
    with pytest.raises(UnreadableInput, match=r"^n in state 1 is .*: write an integer as \{\"#bigint\": \"...\"\}$"):
        from_itf(doc, SMALL)


@pytest.mark.parametrize("x", [None, 0, 1, "true", {"#bigint": "1"}, []], ids=repr)
def test_a_truth_value_must_be_true_or_false(x: Any) -> None:
    doc = document()
    doc["states"][1]["flag"] = x
    with pytest.raises(UnreadableInput, match=r"flag in state 1 is .*: write true or false"):
        from_itf(doc, SMALL)


@pytest.mark.parametrize("x", [None, 0, True, "IDLE", "", {"#bigint": "0"}, ["idle"]], ids=repr)
def test_an_alternative_must_be_one_of_its_names(x: Any) -> None:
    doc = document()
    doc["states"][1]["phase"] = x
    with pytest.raises(UnreadableInput, match=r"phase in state 1 is .*: write one of idle, busy, done"):
        from_itf(doc, SMALL)


@pytest.mark.parametrize("x", [None, 3, {}, "text", [3], [[]], [None]], ids=repr)
def test_a_bag_must_be_a_list_of_objects(x: Any) -> None:
    doc = document()
    doc["states"][1]["post"] = x
    with pytest.raises(UnreadableInput, match="post in state 1 must be a list of objects"):
        from_itf(doc, SMALL)


def test_a_record_that_lacks_a_field_is_refused() -> None:
    doc = document()
    del doc["states"][1]["post"][0]["mark"]
    with pytest.raises(UnreadableInput, match="post of state 1 lacks 'mark'"):
        from_itf(doc, SMALL)


def test_a_field_of_another_sort_is_refused() -> None:
    doc = document()
    doc["states"][1]["post"][0]["mark"] = True
    with pytest.raises(UnreadableInput, match="mark in state 1 is True: write an integer"):
        from_itf(doc, SMALL)


def test_a_trace_that_starts_elsewhere_is_refused() -> None:
    doc = document()
    doc["states"] = doc["states"][1:]
    with pytest.raises(UnreadableInput, match="state 0 is not where small starts"):
        from_itf(doc, SMALL)


def test_a_step_that_no_rule_makes_is_refused() -> None:
    doc = document()
    doc["states"][2]["n"] = {"#bigint": "6"}
    with pytest.raises(UnreadableInput, match=r"no rule .* leads from state 1 to state 2"):
        from_itf(doc, SMALL)


@pytest.mark.parametrize("action", ["finish", "no such rule", "init", 3, ["read a number"]], ids=repr)
def test_a_step_said_to_be_of_another_rule_is_refused(action: Any) -> None:
    doc = document()
    doc["states"][1]["action_taken"] = action
    with pytest.raises(UnreadableInput, match="leads from state 0 to state 1"):
        from_itf(doc, SMALL)


def test_a_step_with_no_action_that_no_rule_makes_is_refused() -> None:
    doc = document()
    doc["states"] = [doc["states"][0], copy.deepcopy(doc["states"][0])]
    del doc["states"][1]["action_taken"]
    with pytest.raises(UnreadableInput, match=r"^no rule leads from state 0 to state 1$"):
        from_itf(doc, SMALL)


@pytest.mark.parametrize("loop", [-1, 5, 99, "1", 1.0, [], {"#bigint": "1"}, True], ids=repr)
def test_a_loop_must_be_the_index_of_a_state(loop: Any) -> None:
    doc = document()
    doc["loop"] = loop
    with pytest.raises(UnreadableInput, match=r'"loop" is .*: it must be the index of a state'):
        from_itf(doc, SMALL)


def test_a_loop_to_another_state_than_the_last_is_refused() -> None:
    doc = document()
    doc["loop"] = 0
    with pytest.raises(UnreadableInput, match="loop"):
        from_itf(doc, SMALL)
