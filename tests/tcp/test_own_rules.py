"""Two ends with rules of their own, and what starts the retransmission timer over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tcpmodel import Time, User, connection, explore
from tcpmodel.errors import DefinitionError
from tcpmodel.explore.reduction import mirror_of
from tcpmodel.language.terms import Term
from tcpmodel.systems.row import Row
from tcpmodel.systems.system import TransitionSystem
from tcpmodel.tcp import mutants, promises
from tcpmodel.tcp.rfc9293.rules import RFC_9293, Edit, as_written
from tcpmodel.tcp.rfc9293.tcb import rtx_elapsed
from tcpmodel.tcp.world.clock import timed
from tcpmodel.tcp.world.connection import sibling

SILENT = mutants.syn_sent_is_silent(RFC_9293)
ROW = "SYN-SENT resets the sender of an unacceptable ACK"


def crossing(**of_a: object) -> TransitionSystem:
    return connection(a=User(active_opens=1, **of_a), b=User(active_opens=1))  # type: ignore[arg-type]


def sends(system: TransitionSystem, end: str) -> bool:
    rules = (rule for rule in system.rules if rule.name == f"{end}: segment arrives")
    return any(row.send is not None for rule in rules for b in rule.blocks for row in b.rows if row.name == ROW)


def test_one_end_may_have_rules_of_its_own() -> None:
    assert [sends(crossing(), end) for end in "AB"] == [True, True]
    assert [sends(crossing(rules=SILENT), end) for end in "AB"] == [False, True]


def test_an_end_without_rules_of_its_own_has_those_of_the_connection() -> None:
    system = sibling(crossing(rules=RFC_9293), rules=SILENT)
    assert [sends(system, end) for end in "AB"] == [True, False]


def test_the_knobs_change_the_rules_of_an_end_as_they_change_everybodys() -> None:
    same = sibling(crossing(rules=RFC_9293), handshake="two_blind")
    assert explore(same).states == explore(sibling(crossing(), handshake="two_blind")).states


def test_ends_with_different_rules_are_no_mirror_images() -> None:
    assert mirror_of(crossing(rules=RFC_9293)) is not None
    assert mirror_of(crossing(rules=SILENT)) is None


@pytest.mark.parametrize("changes", [{"a": User(active_opens=1, rules=as_written)}, {"rules": as_written}])  # type: ignore[arg-type]
def test_what_is_no_rules_is_refused_in_a_sentence(changes: dict[str, object]) -> None:
    with pytest.raises(DefinitionError, match="are no rules: write RFC_9293, or what a change makes of it"):
        sibling(crossing(), **changes)


def elapsed(mistake: Edit, name: str) -> Term | None:
    row: Row = timed(mistake(RFC_9293), Time(rto=2), retransmits=True).row(name)
    return row.set.get(rtx_elapsed)


NEW_ACK, AGAIN, SEND = "a new ACK advances SND.UNA", "the FIN is sent again", "SEND sends an octet"


@pytest.mark.parametrize(
    ("mistake", "row"),
    [
        (mutants.ack_leaves_the_timer, NEW_ACK),
        (mutants.retransmission_leaves_the_timer, AGAIN),
        (mutants.every_send_restarts_the_timer, SEND),
    ],
)
def test_a_mistake_with_the_timer_is_about_those_rows_only(mistake: Edit, row: str) -> None:
    changed = [name for name in (NEW_ACK, AGAIN, SEND) if elapsed(mistake, name) is not elapsed(as_written, name)]
    assert changed == [row]


def test_a_change_of_rows_leaves_the_timers_and_a_change_of_timers_the_rows() -> None:
    changed = mutants.syn_sent_is_silent(mutants.ack_leaves_the_timer(RFC_9293))
    assert not changed.timers.new_ack
    assert replace(changed, timers=RFC_9293.timers).row(ROW).send is None


def test_where_one_end_drops_the_syn_that_crosses_its_own_the_other_makes_the_connection() -> None:
    wrong, claim = mutants.crossing_syn_is_dropped(RFC_9293), promises.both_established()
    words = [
        explore(system, [claim]).verdicts[claim.name].word
        for system in (crossing(rules=wrong), sibling(crossing(), rules=wrong))
    ]
    assert words == ["witnessed", "fails"]
