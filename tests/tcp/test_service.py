"""What users rely on holds whatever they do besides, and fails where one end alone has what trackers report."""

from __future__ import annotations

from typing import Any

import pytest
from tcp.playing import holds_at_end, play, spec

from tcpmodel import User, explore
from tcpmodel.systems.claims import Claim
from tcpmodel.tcp import mutants, promises, service
from tcpmodel.tcp.claims.fairness import BARE_ACKS, FINS, TEXTS, arrive, repeats
from tcpmodel.tcp.rfc9293.rules import RFC_9293, Edit
from tcpmodel.tcp.world.connection import sibling

CLOSES: dict[str, Any] = {"closes": 1, "retransmissions": None}
LASTS = (*spec("termination").claim("termination").fair, *arrive("A", BARE_ACKS), *arrive("B", TEXTS))
TERMINATION = promises.termination(*LASTS)
HEARD = service.peer_hears_of_close("A", *repeats("A"), *arrive("A", BARE_ACKS), *arrive("B", TEXTS, FINS))
OWNED = service.no_connection_without_owner()
UNCUT = promises.time_wait_integrity()
ACKNOWLEDGED = spec("sent_is_acknowledged").claim("sent_is_acknowledged")


def words(name: str, *claims: Claim, **changes: Any) -> list[str]:
    """The verdicts on the claims in a spec's world, changed."""
    found = explore(sibling(spec(name).system, **changes), claims).verdicts
    return [found[claim.name].word for claim in claims]


@pytest.mark.parametrize("besides", ["sends", "aborts", "timeouts", "crashes"])
def test_a_close_is_heard_and_comes_to_its_end_whatever_its_user_does_besides(besides: str) -> None:
    user = User(**CLOSES, **{besides: 1})
    found = words("termination", TERMINATION, HEARD, OWNED, UNCUT, a=user, time_wait_rst="ignore")
    assert found == ["holds"] * 4


@pytest.mark.parametrize(
    ("name", "fault", "claim"),
    [
        ("termination", mutants.close_forgets, TERMINATION),
        ("termination", mutants.close_says_nothing, TERMINATION),
        ("termination", mutants.close_forgets, HEARD),
        ("termination", mutants.close_says_nothing, HEARD),
        ("termination", mutants.close_forgets, ACKNOWLEDGED),
        ("sent_is_acknowledged", mutants.close_wait_repeats_nothing, ACKNOWLEDGED),
    ],
    ids=lambda value: getattr(value, "__name__", None) or getattr(value, "name", value),
)
def test_the_fault_of_one_end_is_noticed(name: str, fault: Edit, claim: Claim) -> None:
    budgets = {**CLOSES, "sends": 1}
    assert words(name, claim, a=User(**budgets, rules=fault(RFC_9293))) == ["fails"]


@pytest.mark.parametrize("fault", [mutants.syn_received_ignores_rst_ack, mutants.established_ignores_rst_ack])
def test_a_listener_that_ignores_its_callers_reset_with_ack_is_noticed(fault: Edit) -> None:
    story = spec("reset_with_ack")
    told = [story.claim(name) for name in ("told_in_syn_received", "told_when_established")]
    listener = {"passive_opens": 1, "sends": 1, "first_isn": 4}
    assert "fails" in words("reset_with_ack", *told, b=User(**listener, rules=fault(RFC_9293)))


def test_who_has_only_listened_has_met_nobody() -> None:
    """Two listeners that give up have no connection to bring to an end."""
    listener = User(passive_opens=1, closes=1)
    quits = ("A: passive OPEN", "A: CLOSE", "B: passive OPEN", "B: CLOSE")
    trace = play(sibling(spec("termination").system, a=listener, b=listener, established=False), *quits)
    assert holds_at_end(trace, promises.has_closed("A") & promises.has_closed("B"))
    assert not holds_at_end(trace, promises.have_met())
