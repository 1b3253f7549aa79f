"""The attacker off the path: what he cannot know he never writes, what he sends is nobody's, and he has a budget."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from tcp.playing import arrives, at_end, flying, last_rows, play, state_of

from tcpmodel import Attacker, Network, Time, User, connection, explore
from tcpmodel.draw.ladder import ladder
from tcpmodel.draw.ladder_svg import ladder_svg
from tcpmodel.errors import DefinitionError
from tcpmodel.systems.firing import Reference
from tcpmodel.systems.system import State, TransitionSystem
from tcpmodel.systems.trace import firing
from tcpmodel.tcp import promises
from tcpmodel.tcp.knobs.extensions import COOKIE

KINDS = {
    "resets": "a reset",
    "syns": "a SYN",
    "octets": "text",
    "fins": "a FIN",
    "tails": "text with a FIN",
    "acks": "an ACK",
}
WITH_ACK = ("octets", "fins", "tails", "acks")
EXPECTS_SEQ = ("SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "LAST-ACK", "CLOSING")
EXPECTS_ACK = ("SYN-SENT", *EXPECTS_SEQ)
NUMBERS = set(range(8))


def world(attacker: Attacker, **changes: Any) -> TransitionSystem:
    """A calls, B listens, and somebody meddles."""
    a, b = User(active_opens=1, first_isn=0), User(passive_opens=1, closes=1, first_isn=4)
    return connection(**{"a": a, "b": b, "network": Network(capacity=1), "attacker": attacker, **changes})


Forgery = tuple[State, str, tuple[int, ...]]
"""Where he forges, which rule fires, and what he picks."""


@cache
def forgeries(system: TransitionSystem) -> tuple[Forgery, ...]:
    """Everything that the attacker may do, in every state that the system can reach."""
    alone = replace(system, rules=tuple(rule for rule in system.rules if rule.agent == "attacker"))
    reference = Reference(alone)
    return tuple(
        (state, alone.rules[outcome.step.rule].name, outcome.step.picked)
        for state in explore(system, [promises.both_established()]).reached
        for outcome in reference.steps(state)
    )


@cache
def meddled(kind: str, **knobs: Any) -> TransitionSystem:
    fields = {k: knobs.pop(k) for k in ("knows", "misses_by") if k in knobs}
    return world(Attacker(**{kind: 1}, **fields), **knobs)


def guesses(system: TransitionSystem, kind: str) -> Iterator[tuple[str, int, int | None, int, int]]:
    """B's state, what he wrote as SEG.SEQ and SEG.ACK, and B's RCV.NXT and SND.NXT."""
    for state, rule, picked in forgeries(system):
        assert rule == f"attacker: forges {KINDS[kind]} to B"
        seq, ack = (picked[0], picked[1] if kind in WITH_ACK else None)
        values = (system.value(state, name) for name in ("B.state", "B.rcv.nxt", "B.snd.nxt"))
        where, rcv_nxt, snd_nxt = values
        yield str(where), seq, ack, int(rcv_nxt), int(snd_nxt)


# What he knows, and what he does not.


@pytest.mark.parametrize("kind", KINDS)
def test_he_never_guesses_right_what_the_target_expects(kind: str) -> None:
    met = set()
    for where, seq, ack, rcv_nxt, snd_nxt in guesses(meddled(kind), kind):
        assert where not in EXPECTS_SEQ or seq != rcv_nxt
        assert where not in EXPECTS_ACK or ack is None or ack != snd_nxt
        met.add(where)
    assert {"LISTEN", "SYN-RECEIVED", "ESTABLISHED"} <= met


@pytest.mark.parametrize("kind", KINDS)
def test_all_other_numbers_are_guessed(kind: str) -> None:
    found: dict[tuple[str, int, int], set[int]] = {}
    for where, seq, _, rcv_nxt, snd_nxt in guesses(meddled(kind), kind):
        found.setdefault((where, rcv_nxt, snd_nxt), set()).add(seq)
    for (where, rcv_nxt, _), seqs in found.items():
        assert seqs == (NUMBERS - {rcv_nxt} if where in EXPECTS_SEQ else NUMBERS)


@pytest.mark.parametrize("kind", KINDS)
def test_what_he_knows_he_writes(kind: str) -> None:
    system = meddled(kind, knows=("seq", "ack"))
    exact = [g for g in guesses(system, kind) if g[0] in EXPECTS_SEQ]
    assert exact
    assert all(seq == rcv_nxt and ack in (None, snd_nxt) for _, seq, ack, rcv_nxt, snd_nxt in exact)


@pytest.mark.parametrize("kind", WITH_ACK)
def test_he_may_know_the_one_number_and_not_the_other(kind: str) -> None:
    for where, seq, ack, rcv_nxt, snd_nxt in guesses(meddled(kind, knows=("seq",)), kind):
        assert where not in EXPECTS_SEQ or (seq == rcv_nxt and ack != snd_nxt)
    for where, seq, ack, rcv_nxt, snd_nxt in guesses(meddled(kind, knows=("ack",)), kind):
        assert where not in EXPECTS_SEQ or (seq != rcv_nxt and ack == snd_nxt)


def test_a_guess_may_be_wrong_by_more_than_one() -> None:
    near = set()
    for where, seq, ack, rcv_nxt, snd_nxt in guesses(meddled("octets", misses_by=3), "octets"):
        assert ack is not None
        if where in EXPECTS_SEQ:
            near |= {min(d % 8, -d % 8) for d in (seq - rcv_nxt, ack - snd_nxt)}
    assert near == {3, 4}


def test_he_does_not_guess_a_cookie_either() -> None:
    system = meddled("acks", listener="cookies")
    listening = [g for g in guesses(system, "acks") if g[0] == "LISTEN"]
    assert listening
    assert all(ack != (seq + COOKIE) % 8 for _, seq, ack, *_ in listening)


def test_who_knows_the_cookie_writes_it() -> None:
    system = meddled("acks", listener="cookies", knows=("ack",))
    listening = [g for g in guesses(system, "acks") if g[0] == "LISTEN"]
    assert listening
    assert all(ack == (seq + COOKIE) % 8 for _, seq, ack, *_ in listening)


# What he sends.


BLIND = connection(a=User(), b=User(), attacker=Attacker(resets=2), established=True)


def test_a_forged_segment_seems_to_come_from_the_other_end() -> None:
    assert flying(BLIND, play(BLIND, "attacker: forges a reset to B").last, "A") == ["<SEQ=0><CTL=RST>"]
    other = connection(a=User(), b=User(), attacker=Attacker(target="A", resets=1), established=True)
    assert flying(other, play(other, "attacker: forges a reset to A").last, "B") == ["<SEQ=0><CTL=RST>"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_forged_segment_belongs_to_nobody(kind: str) -> None:
    system = connection(a=User(), b=User(), attacker=Attacker(**{kind: 1}), established=True)
    (record,) = system.records(play(system, f"attacker: forges {KINDS[kind]} to B").last, "A_to_B")
    assert (record["inc"], record["why"], record["octet"]) == (0, 0, 0)


def test_a_forged_segment_is_young() -> None:
    system = connection(a=User(), b=User(), attacker=Attacker(resets=1), time=Time(), established=True)
    (record,) = system.records(play(system, "attacker: forges a reset to B").last, "A_to_B")
    assert record["age"] == 0


def test_he_needs_no_observers() -> None:
    system = connection(a=User(), b=User(), attacker=Attacker(resets=1), established=True, ghosts=False)
    (record,) = system.records(play(system, "attacker: forges a reset to B").last, "A_to_B")
    assert set(record) == {"seq", "ack", "syn", "ackbit", "rst", "fin", "text"}


def test_nothing_of_his_guessing_stays_behind() -> None:
    system = meddled("octets")
    assert {system.value(state, "attacker.seq") for state, *_ in forgeries(system)} == {0}


def test_the_ladder_says_what_was_forged() -> None:
    trace = play(BLIND, "attacker: forges a reset to B", "B: segment arrives")
    forged = [line for line in ladder(trace).splitlines() if "(forged)" in line]
    assert len(forged) == 1
    assert "<SEQ=0><CTL=RST>" in forged[0]


def test_the_picture_draws_what_was_forged_as_it_draws_what_is_stale() -> None:
    drawn = ladder_svg(play(meddled("resets"), "attacker: forges a reset to B", "B: segment arrives"))
    assert drawn.count('class="stale"') == 1


def test_the_ladder_does_not_call_what_an_end_sent_forged() -> None:
    assert "forged)" not in ladder(play(meddled("resets"), "B: passive OPEN", "A: active OPEN", "B: segment arrives"))


# His budget.


def test_every_forgery_counts() -> None:
    once = play(BLIND, "attacker: forges a reset to B")
    twice = play(BLIND, "attacker: forges a reset to B", "B: segment arrives", "attacker: forges a reset to B")
    assert (at_end(once, "attacker.left.resets"), at_end(twice, "attacker.left.resets")) == (1, 0)


def test_a_spent_budget_is_spent() -> None:
    with pytest.raises(AssertionError, match="0 steps are 'attacker: forges a reset to B'"):
        play(BLIND, *["attacker: forges a reset to B", "B: segment arrives"] * 2, "attacker: forges a reset to B")


def test_each_kind_has_its_own_budget() -> None:
    system = connection(a=User(), b=User(), attacker=Attacker(resets=1, syns=1), established=True)
    trace = play(system, "attacker: forges a reset to B", "attacker: forges a SYN to B")
    assert (at_end(trace, "attacker.left.resets"), at_end(trace, "attacker.left.syns")) == (0, 0)


def test_without_limit_nothing_is_counted() -> None:
    system = connection(a=User(), b=User(), attacker=Attacker(resets=None), established=True)
    assert [v.name for v in system.variables if v.name.startswith("attacker")] == []
    play(system, *["attacker: forges a reset to B", "B: segment arrives"] * 3)


def test_an_attacker_who_may_do_nothing_changes_nothing() -> None:
    idle, none = (connection(a=User(), b=User(), attacker=x, established=True) for x in (Attacker(), None))
    assert [rule.name for rule in idle.rules] == [rule.name for rule in none.rules]
    assert [v.name for v in idle.variables] == [v.name for v in none.variables]


# Floods.


FLOOD = world(Attacker(floods=3), backlog="two")


def test_a_stranger_takes_a_place_and_gives_it_back() -> None:
    trace = play(FLOOD, "B: passive OPEN", "attacker: floods B", "attacker: floods B")
    assert at_end(trace, "B.backlog.held") == 2
    assert at_end(play(FLOOD, "B: passive OPEN", "attacker: floods B", "B: backlog timeout"), "B.backlog.held") == 0


def test_a_full_backlog_holds_no_more() -> None:
    with pytest.raises(AssertionError, match="0 steps are 'attacker: floods B'"):
        play(FLOOD, "B: passive OPEN", *["attacker: floods B"] * 3)


def test_where_nobody_listens_there_is_no_backlog_to_fill() -> None:
    with pytest.raises(AssertionError, match="0 steps are 'attacker: floods B'"):
        play(FLOOD, "attacker: floods B")


def test_an_honest_syn_finds_no_place_in_a_full_backlog() -> None:
    calls = ("B: passive OPEN", "attacker: floods B", "A: active OPEN")
    free = play(FLOOD, *calls, "B: segment arrives")
    full = play(FLOOD, *calls, "attacker: floods B", "B: segment arrives")
    assert (state_of(free, "B"), state_of(full, "B")) == ("SYN-RECEIVED", "LISTEN")
    assert firing(full.system, full.steps[-1]).title == "LISTEN drops a SYN for which it has no place"


def test_cookies_need_no_place() -> None:
    system = world(Attacker(floods=2), backlog="one", listener="cookies")
    trace = play(system, "B: passive OPEN", "attacker: floods B", "A: active OPEN", "B: segment arrives")
    assert flying(system, trace.last, "B") == ["<SEQ=3><ACK=1><CTL=SYN,ACK>"]


# What an attack does.


def test_a_forged_syn_is_answered_to_whom_it_seems_to_come_from() -> None:
    system = world(Attacker(syns=1), a=User())
    trace = play(system, "B: passive OPEN", "attacker: forges a SYN to B", arrives("B"), "A: segment arrives")
    assert last_rows(trace) == ("CLOSED resets the sender of an ACK",)
    assert state_of(play(system, "B: passive OPEN", "attacker: forges a SYN to B", arrives("B")), "B") == "SYN-RECEIVED"


# Out of range.


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"target": "C"}, "target='C' is out of range: write 'A' or 'B'"),
        ({"resets": -1}, "resets=-1 is out of range: write a number from 0 to 15, or None for no limit"),
        ({"floods": 16}, "floods=16 is out of range: write a number from 0 to 15, or None for no limit"),
        ({"acks": "some"}, "acks='some' is out of range: write a number from 0 to 15, or None for no limit"),
        ({"misses_by": 0}, "misses_by=0 is out of range: write a number from 1 to 2147483648"),
        ({"knows": "seq"}, "an attacker knows 'seq': write (), ('seq',), ('ack',) or ('seq', 'ack')"),
        ({"knows": ("iss",)}, "an attacker knows ('iss',): write (), ('seq',), ('ack',) or ('seq', 'ack')"),
        ({"knows": None}, "an attacker knows None: write (), ('seq',), ('ack',) or ('seq', 'ack')"),
    ],
    ids=lambda x: x if isinstance(x, str) else " ".join(x),
)
def test_a_wrong_argument_is_told_in_one_sentence(arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(DefinitionError) as wrong:
        Attacker(**arguments)
    assert str(wrong.value) == sentence


def test_a_guess_that_must_miss_by_too_much_is_refused() -> None:
    with pytest.raises(DefinitionError, match=r"^misses_by=5 leaves an attacker nothing to guess: write 4 or less$"):
        world(Attacker(resets=1, misses_by=5))


def test_a_flood_without_a_backlog_is_refused() -> None:
    with pytest.raises(DefinitionError, match=r"^floods=1 fill a backlog: write backlog='one' or 'two'$"):
        world(Attacker(floods=1))
