"""An ISN clock keeps ISSs apart, if it outruns connections or is waited for, and does not come round: exactly then."""

from dataclasses import replace

import pytest

from tcpmodel import explore, load
from tcpmodel.prove.breaking import bite
from tcpmodel.prove.unbounded import prove
from tcpmodel.systems.trace import firing, replay
from tcpmodel.tcp.knobs.isn import apart_isn, reach
from tcpmodel.tcp.proofs import unbounded
from tcpmodel.tcp.proofs.clocked import Clocked, claims, clocked, proven

HOST = Clocked()
SMALL = Clocked(bits=5, window=2, span=2)
HURRIED = replace(SMALL, keeps_pace=False)
COARSE = replace(SMALL, bits=6, rate=3)
HOSTS = {"in pace": SMALL, "as fast as it likes": HURRIED, "of a coarse clock": COARSE}
TEETH = {tooth.name: tooth for tooth in load("isn_clock").proof().teeth}


def apart(system, host):
    """What becomes of the claim that the next ISS is apart, and how long the run is that shows it."""
    claim = claims(host)[0]
    verdict = explore(system, [claim]).verdicts[claim.name]
    return verdict.word, len(verdict.trace) if verdict.word == "fails" else 0


def of(host, **changes):
    changed = replace(host, **changes)
    return apart(clocked(changed), changed)


def test_the_clock_is_proved_for_the_sizes_of_the_unbounded_proof():
    assert (HOST.window, HOST.span, HOST.bits) == (unbounded.WINDOW, unbounded.SPAN, unbounded.BITS)
    assert HOST.far == reach(units=HOST.span, window=HOST.window)
    policy = repr(apart_isn(units=HOST.span, window=HOST.window))
    says = repr(claims(HOST)[0].predicate)
    assert str(2 * HOST.far + HOST.span + 2) in policy
    assert str(2 * HOST.far + HOST.span + 2) in says


@pytest.mark.long  # `make proofs` proves the first of them, too
@pytest.mark.parametrize("host", [HOST, replace(HOST, keeps_pace=False), replace(HOST, rate=64)], ids=str)
def test_every_obligation_is_met(host):
    found = prove(proven(host), workers=1)
    assert [o.name for o in found.failed] == []
    assert not any(o.dead for o in found.obligations)


@pytest.mark.parametrize("name", HOSTS)
def test_with_these_waits_and_lifetimes_the_next_iss_is_apart(name):
    assert of(HOSTS[name])[0] == "holds"


@pytest.mark.parametrize("name", HOSTS)
def test_with_a_little_less_or_a_little_more_it_is_not(name):
    host = HOSTS[name]
    assert of(host, wait=host.waits - host.rate)[0] == "fails"
    assert of(host, life=host.lives + host.rate)[0] == "fails"


def test_who_outruns_the_clock_must_wait_for_all_that_a_connection_may_use():
    assert of(HURRIED, wait=SMALL.waits)[0] == "fails"


@pytest.mark.parametrize("name", TEETH)
def test_a_tooth_breaks_the_proof_in_the_row_that_it_names(name):
    found = bite(load("isn_clock").proof(), TEETH[name])
    assert found.breaking is not None
    trace = found.breaking.trace
    assert replay(trace) is trace
    assert TEETH[name].breaks in [row.name for row in firing(trace.system, trace.steps[0]).rows]


SHORTEST = {"too_fast": HURRIED, "no_wait": SMALL, "too_long": SMALL, "key_changes": SMALL}
STEPS = {"too_fast": 17, "no_wait": 2, "too_long": 33, "key_changes": 17}
CHANGES = {"too_fast": {"wait": SMALL.waits}, "no_wait": {"wait": 0}, "too_long": {"life": 31}, "key_changes": {}}


@pytest.mark.parametrize("name", TEETH)
def test_what_breaks_the_proof_leads_to_an_iss_that_is_not_apart(name):
    host = replace(SHORTEST[name], **CHANGES[name])
    rekeyed = name == "key_changes"
    assert apart(clocked(host, capacity=1 if rekeyed else 2, changing_key=rekeyed), host) == ("fails", STEPS[name])
