"""The network and the clock: what they may do to segments, in every state that a search finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import pytest
from tcp.playing import explored, play, spec

from tcpmodel import Exploration, Network, Time, User, connection, explore
from tcpmodel.language.sorts import COUNT, SEQ
from tcpmodel.systems.firing import LOST, Reference
from tcpmodel.systems.system import Record, State, TransitionSystem, Variable
from tcpmodel.systems.trace import firing
from tcpmodel.tcp.world.connection import sibling

HANDSHAKE = connection(a=User(active_opens=1, retransmissions=1, first_isn=0), b=User(passive_opens=1, first_isn=4))
MOVING = sibling(HANDSHAKE, established=True, a=User(sends=2, closes=1), b=User(closes=1), bits=4)


@cache
def faulty(lose: int, duplicate: int) -> Exploration:
    """The handshake in a network with these budgets."""
    return explore(sibling(HANDSHAKE, network=Network(lose=lose, duplicate=duplicate)))


class Lived(NamedTuple):
    """What happened on the way to a state: faults, and the segments that A sent and that left A's bag."""

    losses: int = 0
    copies: int = 0
    sent: tuple[Record, ...] = ()
    gone: tuple[Record, ...] = ()


def histories(found: Exploration) -> dict[State, Lived]:
    """What happened on the way by which the search came to each state."""
    system = found.system
    lived: dict[State, Lived] = {}
    for state, (_, before, step) in found.reached.items():
        if before is None or step is None:
            lived[state] = Lived()
            continue
        then, fired = lived[before], firing(system, step)
        from_a = fired.rule.take is not None and fired.rule.take.bag == "A_to_B"
        kept = fired.rule.take is not None and fired.rule.take.keep
        gone = (step.taken,) if from_a and not kept and step.taken else ()
        lived[state] = Lived(
            then.losses + (fired.rule.event == "loss"),
            then.copies + kept,
            then.sent + _new(before.bags[0], state.bags[0], gone),
            then.gone + gone,
        )
    return lived


def _new(before: tuple[Record, ...], after: tuple[Record, ...], gone: tuple[Record, ...]) -> tuple[Record, ...]:
    rest = list(after)
    for record in before:
        if record in gone:
            gone = tuple(r for r in gone if r != record)
        else:
            rest.remove(record)
    return tuple(rest)


# Faults.


@pytest.mark.parametrize("budget", [0, 1, 2])
def test_no_more_segments_are_lost_than_the_budget_allows(budget: int) -> None:
    assert max(lived.losses for lived in histories(faulty(budget, 0)).values()) == budget


@pytest.mark.parametrize("budget", [0, 1, 2])
def test_no_more_segments_are_repeated_than_the_budget_allows(budget: int) -> None:
    assert max(lived.copies for lived in histories(faulty(0, budget)).values()) == budget


def test_what_is_left_of_the_budgets_is_what_has_not_happened() -> None:
    found = faulty(1, 1)
    wrong = [
        state
        for state, lived in histories(found).items()
        if (found.system.value(state, "network.left.lose"), found.system.value(state, "network.left.duplicate"))
        != (1 - lived.losses, 1 - lived.copies)
    ]
    assert wrong == []


@pytest.mark.parametrize("fault", ["loses", "a copy stays"])
def test_a_faultless_network_has_no_rule_for_faults(fault: str) -> None:
    assert [rule.name for rule in HANDSHAKE.rules if fault in rule.name] == []


def test_a_network_may_lose_without_end() -> None:
    system = sibling(HANDSHAKE, network=Network(lose=None), a=User(active_opens=1, retransmissions=None))
    again = ("network: loses a segment from A", "A: retransmission timeout")
    assert len(play(system, "A: active OPEN", *again * 20)) == 41


def test_a_copy_stays_where_it_was() -> None:
    system = sibling(HANDSHAKE, network=Network(duplicate=1))
    trace = play(system, "B: passive OPEN", "A: active OPEN", "B: segment arrives, a copy stays")
    assert trace.states[-1].bags[0] == trace.states[-2].bags[0] != ()


# Order.


@pytest.mark.parametrize("name", ["simultaneous_open", "normal_close", "simultaneous_close", "early_calls"])
def test_a_network_that_keeps_order_delivers_in_the_order_of_sending(name: str) -> None:
    lives = histories(explored(name)).values()
    assert [life for life in lives if life.gone != life.sent[: len(life.gone)]] == []


def test_a_network_that_reorders_delivers_in_another_order_too() -> None:
    lives = histories(explore(MOVING)).values()
    assert any(life.gone != life.sent[: len(life.gone)] for life in lives)


def test_keeping_order_takes_steps_away_and_adds_none() -> None:
    ordered = explore(sibling(MOVING, network=Network(reorder=False)))
    as_bags = {State(s.values, tuple(tuple(sorted(bag)) for bag in s.bags)) for s in ordered.reached}
    assert as_bags < set(explore(MOVING).reached)


# Segments of earlier incarnations.


@cache
def without_old_duplicates(name: str) -> Exploration:
    """The spec's world if every OPEN emptied the network."""
    system = spec(name).system
    return explore(sibling(system, network=replace(system.origin["network"], old_duplicates=False)), spec(name).claims)


MISLED = [
    ("two_way_stale_reply", "sequence_agreement"),
    ("two_way_stale_reply", "no_octet_discarded"),
    ("crash_without_quiet_time", "agreement_on_entry"),
    ("crash_without_quiet_time", "no_stale_data"),
    ("isn_zero_replay", "no_stale_data"),
]


@pytest.mark.parametrize(("name", "claim"), MISLED)
def test_a_weak_protocol_fails_where_segments_outlive_their_incarnation(name: str, claim: str) -> None:
    assert explored(name).verdicts[claim].word == "fails"


@pytest.mark.parametrize(("name", "claim"), MISLED)
def test_a_weak_protocol_looks_safe_where_every_open_empties_the_network(name: str, claim: str) -> None:
    assert without_old_duplicates(name).verdicts[claim].word == "holds"


def test_agreement_on_entry_is_not_misled_by_an_emptied_network() -> None:
    assert without_old_duplicates("two_way_stale_reply").verdicts["agreement_on_entry"].word == "fails"


def test_a_syn_still_outlives_an_abort_where_no_open_follows() -> None:
    assert without_old_duplicates("two_way_stale_syn").verdicts["no_false_established"].word == "fails"


def test_an_open_empties_the_network_only_where_it_is_asked_to() -> None:
    calls = ("A: active OPEN", "A: ABORT", "B: passive OPEN")
    system = sibling(HANDSHAKE, a=User(active_opens=1, aborts=1, first_isn=0))
    left = [play(sibling(system, network=Network(old_duplicates=o)), *calls).last.bags[0] for o in (True, False)]
    assert [len(bag) for bag in left] == [1, 0]


# A full direction.


@cache
def narrow(when_full: str) -> Exploration:
    """Text and FINs through a direction that holds one segment."""
    return explore(sibling(MOVING, network=Network(capacity=1, when_full=when_full)))  # type: ignore[arg-type]


def test_what_does_not_fit_is_lost_and_counted() -> None:
    assert set(narrow("lose").bounds) == {f"{LOST}A_to_B is full", f"{LOST}B_to_A is full"}


def test_a_step_that_does_not_fit_is_cut_and_counted() -> None:
    assert set(narrow("block").bounds) == {"A_to_B is full", "B_to_A is full"}


def test_a_full_network_that_blocks_loses_nothing() -> None:
    assert set(narrow("block").reached) < set(narrow("lose").reached)


@pytest.mark.parametrize("when_full", ["lose", "block"])
def test_a_direction_never_holds_more_than_its_capacity(when_full: str) -> None:
    assert max(len(bag) for state in narrow(when_full).reached for bag in state.bags) == 1


# Time.

CLOSING = connection(
    a=User(closes=1, retransmissions=1),
    b=User(closes=1, retransmissions=1),
    time=Time(msl=2, rto=2, time_wait=3),
    bits=4,
    established=True,
)


@cache
def ticking(prompt: bool) -> Exploration:
    """A timed close, with and without promptness."""
    assert isinstance(CLOSING.origin["time"], Time)
    return explore(sibling(CLOSING, time=replace(CLOSING.origin["time"], prompt=prompt)))


@cache
def ticks(prompt: bool) -> tuple[tuple[State, State], ...]:
    """Every tick: the state before it and the state after it."""
    return tuple(_ticks(ticking(prompt)))


def _ticks(found: Exploration) -> Iterator[tuple[State, State]]:
    reference = Reference(found.system)
    place = [rule.name for rule in found.system.rules].index("time: a tick")
    for state in found.reached:
        for outcome in reference.steps(state):
            if outcome.step.rule == place and outcome.state is not None:
                yield state, outcome.state


def ages(found: Exploration) -> set[int]:
    return {
        int(r["age"]) for s in found.reached for bag in found.system.bags for r in found.system.records(s, bag.name)
    }


@pytest.mark.parametrize("prompt", [True, False])
def test_no_segment_is_older_than_msl(prompt: bool) -> None:
    assert ages(ticking(prompt)) == {0, 1, 2}


def in_flight(state: State) -> int:
    return sum(map(len, state.bags))


def test_where_the_network_is_prompt_no_segment_expires() -> None:
    assert [s for s, after in ticks(True) if in_flight(after) != in_flight(s)] == []


def test_where_the_network_is_not_prompt_segments_expire_at_msl() -> None:
    found = ticking(False)
    for before, after in ticks(False):
        old = [r for bag in found.system.bags for r in found.system.records(before, bag.name) if r["age"] == 2]
        assert in_flight(before) - in_flight(after) == len(old)
    assert any(in_flight(after) < in_flight(before) for before, after in ticks(False))


def owes_a_retransmission(system: TransitionSystem, state: State, end: str) -> bool:
    """The front of the queue was sent two ticks ago, and the end may send it again."""
    una, nxt, elapsed, left = (
        system.value(state, f"{end}.{name}") for name in ("snd.una", "snd.nxt", "rtx.elapsed", "rtx.budget")
    )
    return una != nxt and elapsed == 2 and left != 0


@pytest.mark.parametrize("prompt", [True, False])
def test_no_tick_passes_a_retransmission_that_is_due(prompt: bool) -> None:
    found = ticking(prompt)
    due = {s for s in found.reached if any(owes_a_retransmission(found.system, s, end) for end in "AB")}
    assert due
    assert due & {before for before, _ in ticks(prompt)} == set()


def test_a_retransmission_is_not_sent_before_it_is_due() -> None:
    found = ticking(True)
    early = [
        state
        for _, before, step in found.reached.values()
        if before and step and "retransmission" in (rule := found.system.rules[step.rule]).name
        for state in [before]
        if found.system.value(state, f"{rule.agent}.rtx.elapsed") != 2
    ]
    assert early == []


def test_time_goes_on_wherever_nothing_is_about_to_expire_or_due() -> None:
    found = ticking(False)
    stopped = set(found.reached) - {before for before, _ in ticks(False)}
    assert [s for s in stopped if not any(owes_a_retransmission(found.system, s, end) for end in "AB")] == []


# What a system declares.


def test_an_untimed_system_has_no_clocks() -> None:
    system = connection(a=User(active_opens=1, closes=1, retransmissions=1), b=User(passive_opens=1, closes=1))
    names = [v.name for v in system.variables] + [f.name for bag in system.bags for f in bag.fields]
    assert [n for n in names if "elapsed" in n or n == "age"] == []


def test_an_end_that_never_retransmits_has_no_retransmission_clock() -> None:
    system = connection(a=User(active_opens=1, retransmissions=1), b=User(passive_opens=1), time=Time())
    assert [v.name for v in system.variables if "rtx.elapsed" in v.name] == ["A.rtx.elapsed"]


@pytest.mark.parametrize(("isn", "there"), [("fresh", []), ("last_used_plus", ["A.last.nxt", "B.last.nxt"])])
def test_only_the_policy_that_needs_it_remembers_the_last_number(isn: str, there: list[str]) -> None:
    system = connection(a=User(), b=User(), isn=isn)
    assert [v.name for v in system.variables if v.name.endswith("last.nxt")] == there


SMALL = (
    "abort",
    "abort_while_closing",
    "crash_without_quiet_time",
    "crossing_opens",
    "early_calls",
    "half_close",
    "half_open_reconnect",
    "handshake",
    "last_ack_lost",
    "no_time_wait",
    "two_way_stale_reply",
    "user_timeout",
)


def beyond(system: TransitionSystem, variable: Variable, seen: set[int]) -> bool:
    """Whether a value was seen that the declaration of the variable or field does not provide for."""
    most = (1 << system.bits) - 1 if variable.term.sort is SEQ else variable.top
    return most is not None and not (min(seen) >= 0 and max(seen) <= most)


@pytest.mark.parametrize("name", SMALL)
def test_every_number_stays_within_what_was_declared(name: str) -> None:
    found = explored(name)
    columns = zip(found.system.variables, zip(*(s.values for s in found.reached), strict=True), strict=True)
    assert [v.name for v, seen in columns if beyond(found.system, v, set(seen))] == []


@pytest.mark.parametrize("name", SMALL)
def test_every_field_in_flight_stays_within_what_was_declared(name: str) -> None:
    found = explored(name)
    for place, bag in enumerate(found.system.bags):
        records = {r for s in found.reached for r in s.bags[place]}
        columns = zip(bag.fields, zip(*records, strict=True), strict=True)
        assert [f.name for f, seen in columns if beyond(found.system, f, set(seen))] == []


@pytest.mark.parametrize("name", SMALL)
def test_every_count_declares_its_top(name: str) -> None:
    system = spec(name).system
    declared = [*system.variables, *(field for bag in system.bags for field in bag.fields)]
    assert [v.name for v in declared if v.term.sort is COUNT and v.top is None] == []


def test_a_system_that_starts_established_starts_where_figure_6_ends() -> None:
    opens = {"a": User(active_opens=1, sends=1), "b": User(passive_opens=1)}
    started = connection(a=User(sends=1), b=User(), established=True)
    script = ("B: passive OPEN", "A: active OPEN", ("B: segment arrives", lambda f: f.picked == (4,)))
    played = play(connection(**opens), *script, "A: segment arrives", "B: segment arrives")
    assert started.initial == played.last


@pytest.mark.parametrize("policies", [("last_used_plus", "fresh"), ("last_used_plus", "free"), ("fresh", "fresh")])
def test_a_system_starts_established_at_32_bits_whatever_numbers_its_policies_allow(policies) -> None:
    both, a = policies
    started = connection(a=User(sends=1, isn=a), b=User(), established=True, bits=32, isn=both)
    assert {started.value(started.initial, f"{end}.state") for end in "AB"} == {"ESTABLISHED"}
