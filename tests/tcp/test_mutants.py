"""The claims have teeth: every mutant of the rules is killed by a named claim, in a world where RFC 9293 passes.

A mutant is killed where the claim's verdict is not the one that the spec expects.  Most worlds are the
specs' own; some are smaller siblings, so that a mutant costs a second and not ten.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from inspect import unwrap
from typing import Any, NamedTuple

import pytest
from tcp.playing import spec

from tcpmodel import Network, Time, User, explore
from tcpmodel.judging.load import spec_paths
from tcpmodel.systems.claims import Claim
from tcpmodel.systems.verdicts import Verdict, trace_of
from tcpmodel.tcp import mutants
from tcpmodel.tcp.rfc9293.rules import RFC_9293, Edit
from tcpmodel.tcp.world.connection import sibling


class Killing(NamedTuple):
    """A mutation (a change of rules, or of a knob), the spec and claim that kill it, and the world's changes."""

    mutation: Edit | Mapping[str, Any]
    spec: str
    claim: str | Claim
    world: Mapping[str, Any] = {}

    @property
    def name(self) -> str:
        claim = self.claim if isinstance(self.claim, str) else self.claim.name
        return f"{_called(self.mutation)} by {claim} of {self.spec}"


def _called(mutation: Edit | Mapping[str, Any]) -> str:
    if isinstance(mutation, Mapping):
        return " ".join(
            f"time_wait={value.time_wait}" if isinstance(value, Time) else f"{knob}={value}"
            for knob, value in mutation.items()
        )
    return mutation.__name__


SMALL = {"network": Network(capacity=3)}
REPEATING = {
    "a": User(active_opens=2, aborts=1, first_isn=0),
    "b": User(passive_opens=1, first_isn=0),
    "network": Network(duplicate=1),
}
FAULTLESS = {"a": User(closes=1, sends=1), "network": Network()}
NO_SENDING = {"a": User(aborts=1), "b": User()}
CALLING_AGAIN = {
    "a": User(active_opens=2, aborts=1, first_isn=0),
    "b": User(active_opens=1, first_isn=4),
    "network": Network(),
}

KILLINGS = (
    # The handshake.
    Killing({"handshake": "two_blind"}, "three_way_stale_syn", "no_false_established", SMALL),
    Killing({"handshake": "two_blind"}, "three_way_stale_syn", "agreement_on_entry", SMALL),
    Killing({"handshake": "two_blind"}, "three_way_stale_syn", "sequence_agreement", SMALL),
    Killing({"handshake": "two_echo"}, "three_way_stale_syn", "no_false_established", SMALL),
    Killing({"isn": "zero"}, "three_way_stale_syn", "no_false_established", REPEATING),
    Killing({"isn": "zero"}, "three_way_stale_syn", "agreement_on_entry", REPEATING),
    Killing(mutants.syn_sent_takes_any_ack, "old_duplicate_syn", "agreement_on_entry"),
    Killing(mutants.syn_received_takes_ack_of_iss, "crash_without_quiet_time", "established_is_acknowledged"),
    Killing(mutants.syn_received_takes_any_ack, "crash_without_quiet_time", "typing"),
    Killing(mutants.reset_always_closes, "two_passive_sockets", "figure_11"),
    Killing(mutants.reset_always_closes, "old_duplicate_syn", "figure_8"),
    Killing(mutants.reset_always_listens, "crossing_opens", "callers_never_listen"),
    Killing(mutants.second_syn_always_listens, "crossing_opens", "callers_never_listen", CALLING_AGAIN),
    Killing(mutants.crossing_syn_is_dropped, "simultaneous_open", "both_established"),
    Killing(mutants.syn_takes_no_number, "handshake", "typing"),
    # Resets, and the answers to what does not fit.
    Killing(mutants.closed_is_silent, "refused_port", "refused"),
    Killing(mutants.closed_is_silent, "half_open_discovery", "figure_10"),
    Killing(mutants.listen_is_silent, "two_passive_sockets", "deadlock_free"),
    Killing(mutants.bad_ack_draws_the_syn, "restart_without_loss", "falls_silent"),
    Killing(mutants.syn_sent_is_silent, "half_open_reconnect", "figure_9_line_5"),
    Killing(mutants.unacceptable_is_dropped, "simultaneous_open", "both_established"),
    Killing(mutants.unacceptable_is_dropped, "half_open_reconnect", "figure_9_line_5"),
    Killing(mutants.unacceptable_is_dropped, "last_ack_lost", "deadlock_free"),
    Killing(mutants.reset_is_accepted_anywhere, "three_way_stale_syn", "no_stale_control", SMALL),
    Killing(mutants.abort_is_silent, "abort", "reset", NO_SENDING),
    # Text and FIN.
    Killing(mutants.text_ahead_is_delivered, "half_close", "no_stale_data"),
    Killing(mutants.fin_out_of_order, "half_close", "whole_stream"),
    Killing(mutants.fin_out_of_order, "close_with_faults", "whole_stream", FAULTLESS),
    Killing(mutants.fin_takes_no_number, "normal_close", "typing"),
    Killing(mutants.fin_is_not_acknowledged, "normal_close", "figure_12_line_3"),
    Killing(mutants.text_after_old_ack_is_dropped, "early_calls", "queued_octet_delivered"),
    Killing(mutants.close_wait_closes_into_closing, "no_time_wait", "last_ack_alone"),
    Killing(mutants.close_wait_closes_into_closing, "normal_close", "figure_12_line_4"),
    Killing(mutants.fin_wait_1_ignores_fin_with_ack, "last_ack_lost", "deadlock_free"),
    Killing(mutants.nothing_is_repeated, "last_ack_lost", "deadlock_free"),
    # What users rely on.
    Killing(mutants.closed_is_silent, "termination", "termination"),
    Killing(mutants.nothing_is_repeated, "termination", "termination"),
    Killing(mutants.nothing_is_repeated, "termination", "peer_hears_of_close"),
    Killing(mutants.close_forgets, "termination", "termination"),
    Killing(mutants.close_says_nothing, "termination", "peer_hears_of_close"),
    Killing({"throttled": "all"}, "sent_is_acknowledged", "sent_is_acknowledged"),
    Killing(mutants.text_is_not_repeated, "sent_is_acknowledged", "sent_is_acknowledged"),
    Killing(mutants.close_wait_repeats_nothing, "sent_is_acknowledged", "sent_is_acknowledged"),
    Killing(mutants.established_ignores_rst_ack, "reset_with_ack", "told_with_text_outstanding"),
    # TIME-WAIT.
    Killing(mutants.any_syn_reopens_time_wait, "time_wait_taken_up_again", "time_wait_integrity"),
    Killing(mutants.keep_alive_ends_time_wait, "time_wait_ignores_resets", "time_wait_integrity"),
    Killing({"time": Time(msl=1, rto=2, time_wait=0)}, "last_ack_lost", "passive_closer_succeeds"),
    Killing(mutants.no_time_wait, "last_ack_lost", "passive_closer_succeeds"),
)
"""Who kills whom."""


Changes = tuple[tuple[str, Any], ...]


@cache
def verdicts(name: str, world: Changes, mutation: Edit | Changes) -> Mapping[str, Verdict]:
    """The verdicts on every claim that kills in this world, mutated."""
    changes = dict(mutation) if isinstance(mutation, tuple) else {"rules": mutation(RFC_9293)}
    asked = [_claim(k) for k in KILLINGS if k.spec == name and tuple(k.world.items()) == world]
    system = sibling(sibling(spec(name).system, **dict(world)), **changes)
    return explore(system, list({claim.name: claim for claim in asked}.values())).verdicts


def _claim(killing: Killing) -> Claim:
    return spec(killing.spec).claim(killing.claim) if isinstance(killing.claim, str) else killing.claim


def mutated(killing: Killing) -> Verdict:
    """The verdict on the claim under the mutation."""
    mutation = tuple(killing.mutation.items()) if isinstance(killing.mutation, Mapping) else killing.mutation
    return verdicts(killing.spec, tuple(killing.world.items()), mutation)[_claim(killing).name]


def unmutated(killing: Killing) -> Verdict:
    """The verdict on the claim under RFC 9293."""
    return verdicts(killing.spec, tuple(killing.world.items()), ())[_claim(killing).name]


@pytest.mark.parametrize("killing", KILLINGS, ids=lambda killing: killing.name)
def test_the_mutant_is_killed(killing: Killing) -> None:
    assert mutated(killing).word == "fails"


@pytest.mark.parametrize("killing", [k for k in KILLINGS if k.world], ids=lambda killing: killing.name)
def test_rfc_9293_passes_in_a_smaller_world_where_the_mutant_dies(killing: Killing) -> None:
    assert unmutated(killing).word == _claim(killing).expected in ("holds", "witnessed")


@pytest.mark.long
def test_every_mutant_is_killed_by_somebody() -> None:
    written = {f for f in vars(mutants).values() if getattr(f, "__module__", "").startswith("tcpmodel.tcp.mistakes.")}
    killed = {killing.mutation for killing in KILLINGS if not isinstance(killing.mutation, Mapping)}
    for name in spec_paths():
        for breaking in spec(name).broken_by.values():
            change = breaking.get("rules") if isinstance(breaking, Mapping) else breaking
            killed.add(unwrap(change) if callable(change) else change)
    assert sorted(f.__name__ for f in written - killed if not f.__name__.startswith("_")) == []


SHORTEST = {
    "handshake=two_blind by no_false_established of three_way_stale_syn": 4,
    "syn_received_takes_ack_of_iss by established_is_acknowledged of crash_without_quiet_time": 9,
    "reset_always_listens by callers_never_listen of crossing_opens": 7,
    "close_forgets by termination of termination": 4,
    "throttled=all by sent_is_acknowledged of sent_is_acknowledged": 5,
    "any_syn_reopens_time_wait by time_wait_integrity of time_wait_taken_up_again": 8,
    "time_wait=0 by passive_closer_succeeds of last_ack_lost": 7,
}
"""How many steps some mutants need to be found out."""


@pytest.mark.parametrize("killing", [k for k in KILLINGS if k.name in SHORTEST], ids=lambda killing: killing.name)
def test_the_counterexample_is_as_short_as_it_can_be(killing: Killing) -> None:
    trace = trace_of(mutated(killing))
    assert trace is not None
    assert len(trace) == SHORTEST[killing.name]


def test_every_number_of_steps_belongs_to_a_killing() -> None:
    assert {killing.name for killing in KILLINGS} >= set(SHORTEST)
