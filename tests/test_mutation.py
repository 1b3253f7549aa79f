"""The mutants of the rules and who kills them: the record of `make mutants` is complete, true and good enough."""

from __future__ import annotations

import pytest
from conditions import NEVER_SEEN, every_value, unseen
from mutation import ENOUGH, confirmed, every_mutant, known_kills, read, the_spec

from tcpmodel.tcp.equivalent import EQUIVALENT
from tcpmodel.tcp.mutation import mutants
from tcpmodel.tcp.rules import RFC_9293

RECORDED = read()
KILLS = known_kills(RECORDED)
SAMPLE = sorted(KILLS)[::25]
"""Every 25th kill: `make mutants` confirms them all."""
ROWS = [row for _, _, row in RFC_9293.rows()]


def test_every_mutant_has_a_name_of_its_own() -> None:
    assert len(every_mutant()) == len(mutants())


def test_every_row_has_a_mutant_or_answers_a_wrong_call_alone() -> None:
    changed = {mutant.row for mutant in mutants()}
    assert all((row.tell or "").startswith("error:") for row in ROWS if row.name not in changed)


@pytest.mark.parametrize("kind", sorted({mutant.kind for mutant in mutants()}))
def test_a_mutant_changes_one_row_and_no_other(kind: str) -> None:
    for mutant in (m for m in mutants() if m.kind == kind):
        found = [row for _, _, row in mutant(RFC_9293).rows()]
        assert [row for row in found if row not in ROWS] == list(mutant.instead)
        assert [row for row in ROWS if row not in found] == [RFC_9293.row(mutant.row)]
        assert all(row.name == mutant.row for row in mutant.instead)


def test_every_mutant_said_to_be_equivalent_exists_and_has_a_reason() -> None:
    assert set(EQUIVALENT) <= set(every_mutant())
    assert all(EQUIVALENT.values())


def test_the_record_is_about_these_mutants() -> None:
    assert set(KILLS) | set(RECORDED["survivors"]) == set(every_mutant()) - set(EQUIVALENT)


def test_enough_mutants_are_killed() -> None:
    assert len(KILLS) >= ENOUGH * (len(KILLS) + len(RECORDED["survivors"]))


@pytest.mark.parametrize("name", SAMPLE)
def test_a_recorded_kill_is_one(name: str) -> None:
    assert confirmed(every_mutant()[name], KILLS[name])


def test_each_condition_has_been_seen_true_and_false_where_its_row_was_reached() -> None:
    left, _ = unseen(filter(None, map(the_spec, RECORDED["conditions"])))
    assert sorted(map(str, left)) == []


def test_what_is_said_to_be_never_seen_is_a_condition() -> None:
    assert set(NEVER_SEEN) <= {str(seen) for seen in every_value()}
