"""What the stories of the extensions do not say themselves: the world without them, and what each promise is for."""

from dataclasses import replace

import pytest
from tcp.playing import at_end, play, spec, unneeded

from tcpmodel import Attacker, Network, User, Witness, explore
from tcpmodel.judging.pins import in_words
from tcpmodel.language.terms import both, equal
from tcpmodel.tcp import promises
from tcpmodel.tcp.knobs.extensions import held
from tcpmodel.tcp.rfc9293.ends import at
from tcpmodel.tcp.rfc9293.tcb import LISTEN, SYN_SENT
from tcpmodel.tcp.world.connection import sibling


def verdict(name, claim, **changes):
    asked = spec(name).claim(claim)
    return in_words(explore(sibling(spec(name).system, **changes), [asked]).verdicts[claim])


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("accept_queue_drained", "caller_is_met"),
        ("cookies_client_speaks_first", "caller_is_met"),
    ],
)
def test_no_promise_of_fairness_is_idle(name, claim):
    assert unneeded(spec(name), claim) == []


ARRIVALS = ("B: segment arrives", "A: segment arrives", "B: segment arrives")
"""Of the three segments of a handshake."""

# Floods.


@pytest.mark.parametrize(("backlog", "places"), [("one", 1), ("two", 2)])
def test_an_honest_syn_is_dropped_in_as_many_steps_as_there_are_places_and_three_more(backlog, places):
    full = both(promises.is_in("A", SYN_SENT), promises.is_in("B", LISTEN), at("B", equal(held, places)))
    shut_out = Witness("shut_out", full & promises.nothing_in_flight())
    system = sibling(spec("syn_flood").system, backlog=backlog)
    assert in_words(explore(system, [shut_out]).verdicts["shut_out"]) == f"witnessed {places + 3}"


def test_an_attacker_with_an_end_to_his_syns_only_delays_the_client():
    assert verdict("syn_flood", "establishment", attacker=Attacker(floods=2)) == "holds"


def test_a_place_that_never_expires_is_as_good_as_a_flood():
    story = spec("syn_flood")
    claim = story.claim("establishment")
    forgetful = replace(claim, fair=tuple(e for e in claim.fair if e.rule != "B: backlog timeout"))
    system = sibling(story.system, attacker=Attacker(floods=1))
    assert explore(system, [forgetful]).verdicts[claim.name].word == "fails"


def test_cookies_serve_nobody_whose_ack_is_lost():
    lossy = Network(lose=None, when_full="block")
    assert verdict("syn_flood_cookies", "establishment", network=lossy).startswith("fails")


# Accept queue.


def test_a_client_that_sends_finds_out_that_the_server_gave_up():
    story = spec("full_accept_queue")
    system = sibling(story.system, a=replace(story.system.origin["a"], sends=1))
    left_alone = ("B: passive OPEN", "A: active OPEN", *ARRIVALS, "B: user timeout")
    trace = play(system, *left_alone, "A: SEND", "B: segment arrives", "A: segment arrives")
    assert (len(trace), at_end(trace, "A.end")) == (9, "reset")


# Cookies.


def test_a_listener_that_remembers_repeats_its_syn_ack_to_a_silent_client():
    assert verdict("cookies_server_speaks_first", "caller_is_met", listener="tcb") == "holds"


@pytest.mark.parametrize("claim", ["agreement_on_entry", "heard_once"])
def test_without_cookies_an_old_ack_opens_nothing(claim):
    assert verdict("cookie_replay", claim, listener="tcb") == "holds"


# Fast Open.


@pytest.mark.parametrize("claim", ["heard_once", "heard_once_after_a_close"])
def test_without_fast_open_an_octet_is_heard_once(claim):
    sends = User(active_opens=1, sends=1, closes=1, first_isn=0)
    assert verdict("fast_open_replay", claim, a=sends, fast_open="off") == "holds"


def test_a_server_that_crashes_forgets_as_well_as_one_that_closes():
    crashes = User(passive_opens=2, crashes=1, first_isn=8)
    assert verdict("fast_open_replay", "heard_once", b=crashes) == "fails 6"


def test_without_a_duplicate_nothing_is_heard_twice():
    assert verdict("fast_open_replay", "heard_once", network=Network(capacity=3)) == "holds"
