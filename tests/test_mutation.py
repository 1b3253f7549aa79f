"""The mutants of the rules and who kills them: the record of `make mutants` is complete, true and good enough."""

from __future__ import annotations

import pytest
from conditions import NEVER_SEEN, every_value, unseen
from mutation import (
    ENOUGH,
    MUTANTS,
    Asked,
    Kill,
    by_kind,
    confirmed,
    every_mutant,
    everything_asked,
    firings,
    kill_of,
    known_kills,
    mutated,
    score,
    the_spec,
)
from same_steps import POSSIBLE, differs

from tcpmodel import Always, explore
from tcpmodel.errors import DefinitionError
from tcpmodel.language.terms import TRUE, Term, every, variables
from tcpmodel.tcp.mistakes.equivalent import EQUIVALENT
from tcpmodel.tcp.mistakes.mutation import Mutant, mutants
from tcpmodel.tcp.rfc9293.ends import each_end
from tcpmodel.tcp.rfc9293.rules import RFC_9293, Rules
from tcpmodel.tcp.rfc9293.segment import OUT
from tcpmodel.tcp.rfc9293.tcb import time_wait_elapsed

RECORDED = MUTANTS.read()
KILLS = known_kills(RECORDED)
SAMPLE = sorted(KILLS)[::75]
"""Every 75th kill: `make mutants` confirms them all."""
EVERY = {mutant.name: mutant for mutant in mutants()}
ROWS = [row for _, _, row in RFC_9293.rows()]
IN_ONE_ROW = ("condition", "target", "assignment", "segment", "forget", "pick", "ending", "row", "state", "clock")


def test_every_mutant_has_a_name_of_its_own() -> None:
    assert len(EVERY) == len(mutants())


def test_every_row_has_a_mutant_or_answers_a_wrong_call_alone() -> None:
    changed = {mutant.place for mutant in mutants()}
    assert all((row.tell or "").startswith("error:") for row in ROWS if row.name not in changed)


@pytest.mark.parametrize("kind", IN_ONE_ROW)
def test_a_mutant_of_a_row_changes_that_row_and_no_other(kind: str) -> None:
    for mutant in (m for m in mutants() if m.kind == kind and m.place != "the clock"):
        found = [row for _, _, row in mutant(RFC_9293).rows()]
        assert [row for row in ROWS if row not in found] == [RFC_9293.row(mutant.place)]
        assert {row.name for row in found if row not in ROWS} <= {mutant.place}


def order_of(rules: Rules) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(e, b.title, tuple(row.name for row in b.rows)) for e, blocks in rules.events.items() for b in blocks]


def test_a_mutant_of_the_order_changes_nothing_but_the_order() -> None:
    for mutant in (m for m in mutants() if m.kind == "order"):
        changed = mutant(RFC_9293)
        assert sorted(map(id, ROWS)) == sorted(id(row) for _, _, row in changed.rows())
        assert order_of(changed) != order_of(RFC_9293) or [r for _, _, r in changed.rows()] != ROWS


def test_a_mutant_of_the_clock_changes_a_timer() -> None:
    clocks = [m(RFC_9293) for m in mutants() if m.place == "the clock"]
    assert len({rules.timers for rules in clocks} | {RFC_9293.timers}) == len(clocks) + 1
    assert all(rules.events == RFC_9293.events for rules in clocks)


@pytest.mark.parametrize(
    "name",
    [
        "a reset ends the connection: is missing in FIN-WAIT-2",
        "the user timeout ends the connection: keeps PASSIVE",
        "LISTEN answers a SYN with SYN,ACK: picks any ISS",
        "first, check sequence number: changes places with 'second, check the RST bit'",
        "a SYN crosses ours: comes after 'SYN-SENT drops what is neither SYN nor reset'",
        "an unacceptable reset is dropped: starts 2MSL over",
        "the clock: whatever is sent starts the retransmission timer over",
    ],
)
def test_slips_of_the_pen_are_among_the_mutants(name: str) -> None:
    assert name in EVERY


def test_rows_that_exclude_each_other_may_stand_in_any_order() -> None:
    crossing = "a FIN closes the peer's half: comes after 'a FIN crosses ours'"
    last = "a queued octet is sent: comes after 'a queued CLOSE sends its FIN'"
    assert [differs(EVERY[name]) for name in (crossing, last)] == [False, False]


@pytest.mark.parametrize("name", ["early_calls", "abort_while_closing", "simultaneous_close"])
def test_what_is_taken_to_be_possible_is_all_that_comes_about(name: str) -> None:
    spec = the_spec(name)
    assert spec is not None
    facts = [fact for fact in POSSIBLE if time_wait_elapsed not in variables(fact)]
    parts = [every(OUT, "seg", fact) & _of_the_tcb(fact) for fact in facts]
    claims = [Always(f"fact_{n}", each_end(part)) for n, part in enumerate(parts)]
    assert {verdict.word for verdict in explore(spec.system, claims).verdicts.values()} == {"holds"}


def _of_the_tcb(fact: Term) -> Term:
    """The fact itself, if it says nothing of a segment."""
    return TRUE if any(v.name.startswith("seg.") for v in variables(fact)) else fact


def test_a_mutant_of_rules_that_lack_its_place_is_refused() -> None:
    rules = RFC_9293.replaced("a SYN crosses ours")
    with pytest.raises(DefinitionError, match="there is no row 'a SYN crosses ours'"):
        EVERY["a SYN crosses ours: sends nothing"](rules)


def test_a_mutant_may_be_at_one_end_or_at_both() -> None:
    spec, mutant = the_spec("simultaneous_open"), EVERY["a SYN crosses ours: sends nothing"]
    assert spec is not None
    made = {ends: mutated(mutant, spec, ends) for ends in ("A", "B", "AB")}
    silent = {ends: {end for end in "AB" if _is_silent(system, end, mutant)} for ends, system in made.items() if system}
    assert silent == {"A": {"A"}, "B": {"B"}, "AB": {"A", "B"}}


def _is_silent(system: object, end: str, mutant: Mutant) -> bool:
    rules = [rule for rule in system.rules if rule.name == f"{end}: segment arrives"]  # type: ignore[attr-defined]
    return any(row.name == mutant.place and row.send is None for rule in rules for b in rule.blocks for row in b.rows)


def test_it_is_known_in_which_states_a_row_fires() -> None:
    spec = the_spec("normal_close")
    assert spec is not None
    found = {state for row, state in firings(spec.system) if row == "a FIN closes the peer's half"}
    assert found == {"ESTABLISHED"}


@pytest.mark.parametrize("kill", [Kill("a_spec", "a_claim"), Kill("a_spec", "a_claim", "A"), Kill("s", "c", "B")])
def test_a_kill_is_read_as_it_was_written(kill: Kill) -> None:
    assert kill_of(str(kill)) == kill


def test_every_mutant_said_to_be_equivalent_makes_a_difference_somewhere_and_has_a_reason() -> None:
    assert set(EQUIVALENT) <= set(every_mutant())
    assert all(EQUIVALENT.values())


def test_the_record_is_about_these_mutants() -> None:
    alike = [str(asked) for asked in everything_asked() if asked.mutant in RECORDED["same"]]
    found = [*map(str, KILLS), *RECORDED["survivors"], *alike]
    assert sorted(found) == sorted(map(str, everything_asked()))


def test_enough_mutants_are_killed() -> None:
    survivors = {asked: None for asked in everything_asked() if str(asked) in RECORDED["survivors"]}
    assert score({**KILLS, **survivors}) >= ENOUGH


def test_kills_are_counted_by_kind() -> None:
    told = list(by_kind({asked: KILLS.get(asked) for asked in everything_asked()}))
    assert sum(int(line.split("of ")[1].split()[0]) for line in told) == len(everything_asked()) / 2


@pytest.mark.parametrize("asked", SAMPLE, ids=str)
def test_a_recorded_kill_is_one(asked: Asked) -> None:
    assert confirmed(asked, KILLS[asked])


def test_each_condition_has_been_seen_true_and_false_where_its_row_was_reached() -> None:
    left, _ = unseen(filter(None, map(the_spec, RECORDED["conditions"])))
    assert sorted(map(str, left)) == []


def test_what_is_said_to_be_never_seen_is_a_condition() -> None:
    assert set(NEVER_SEEN) <= {str(seen) for seen in every_value()}
