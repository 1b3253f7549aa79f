"""What is left to an attacker where a protection is on, and what he needs where it is off."""

import pytest
from tcp.playing import arrives, last_rows, loses, play, spec, unneeded

from tcpmodel import Attacker, Network, User, explore
from tcpmodel.judging.pins import in_words
from tcpmodel.systems.firing import Reference
from tcpmodel.tcp.world.connection import sibling


def verdict(name, claim, **changes):
    asked = spec(name).claim(claim)
    return in_words(explore(sibling(spec(name).system, **changes), [asked]).verdicts[claim])


@pytest.mark.parametrize(
    ("name", "claim", "knob"),
    [
        ("blind_reset", "no_stale_control", "rst_5961"),
        ("blind_syn", "survives", "syn_5961"),
        ("blind_text", "no_stale_data", "ack_5961"),
        ("blind_text", "no_stale_control", "ack_5961"),
    ],
)
def test_without_rfc_5961_one_forged_segment_and_its_arrival_suffice(name, claim, knob):
    assert verdict(name, claim, **{knob: "off"}) == "fails 2"


def test_a_reset_at_rcv_nxt_is_obeyed_all_the_same():
    known = Attacker(resets=1, knows=("seq",))
    assert verdict("blind_reset", "no_stale_control", attacker=known) == "fails 2"


def test_a_reset_that_rcv_nxt_comes_to_meet_is_obeyed():
    """The guess was wrong when it was made; an octet of A's makes it right."""
    assert verdict("blind_reset", "no_stale_control", a=User(sends=1)) == "fails 4"


def test_a_syn_is_challenged_even_at_rcv_nxt():
    assert verdict("blind_syn", "survives", attacker=Attacker(syns=1, knows=("seq",))) == "holds"


@pytest.mark.parametrize("window", [2, 4])
def test_text_is_heard_if_its_ack_is_off_by_a_window_and_not_if_by_more(window):
    near, far = (Attacker(octets=1, fins=1, knows=("seq",), misses_by=by) for by in (window, window + 1))
    assert verdict("blind_text", "no_stale_data", attacker=near, window=window) == "fails 2"
    assert verdict("blind_text", "no_stale_data", attacker=far, window=window) == "holds"


def test_text_that_does_not_begin_at_rcv_nxt_is_not_heard():
    blind = Attacker(octets=1, fins=1, knows=("ack",))
    still = User(closes=1)
    assert verdict("blind_text", "no_stale_control", attacker=blind, a=still, ack_5961="off") == "holds"


def heard(name, **changes):
    """The acknowledgment numbers, all but the right one, with which forged text at RCV.NXT is delivered."""
    guessing = Attacker(octets=1, knows=("seq",))
    reference = Reference(sibling(spec(name).system, attacker=guessing, **changes))
    system = reference.system
    forged = [o for o in reference.steps(system.initial) if system.rules[o.step.rule].agent == "attacker"]
    arrived = {o.step.picked[1]: next(reference.steps(o.state)) for o in forged}
    return {ack for ack, o in arrived.items() if system.value(o.state, "B.delivered") == 1}


def test_half_of_all_numbers_will_do_for_the_ack_of_forged_text():
    """B's SND.NXT is 17 of 32."""
    assert heard("blind_text", a=User(), ack_5961="off") == {n % 32 for n in range(17 - 16, 17)}


def test_with_rfc_5961_a_window_of_them_will_do():
    assert heard("blind_text", a=User()) == {15, 16}


def test_one_lost_ack_ends_the_storm():
    system = sibling(spec("ack_storm").system, network=Network(lose=1))
    octet = ("attacker: forges text to B", lambda fired: fired.picked == (1, 1))
    storm = (octet, "B: segment arrives", "A: segment arrives", "B: segment arrives")
    trace = play(system, *storm, loses("B", "<CTL=ACK>"))
    assert trace.states[-1].bags == ((), ())


def test_the_reset_of_who_never_called_takes_back_a_forged_connection():
    """Where A is not silenced, it answers B's ACK of the octet: B is reset, but its user has the octet."""
    system = spec("predictable_isn").system
    forged = ("B: passive OPEN", ("attacker: forges a SYN to B", lambda fired: fired.picked == (0,)))
    heard = (arrives("B", "<CTL=SYN>"), "attacker: forges text to B", arrives("B", "<DATA>"))
    trace = play(system, *forged, *heard, arrives("A", "<SEQ=5><ACK=2><CTL=ACK>"), arrives("B", "<CTL=RST>"))
    assert last_rows(trace) == ("a reset ends the connection",)


@pytest.mark.parametrize(
    ("knows", "expected"), [((), "holds"), (("seq",), "holds"), (("ack",), "fails 5"), (("seq", "ack"), "fails 5")]
)
def test_the_iss_is_what_an_attacker_must_know(knows, expected):
    """SEG.SEQ need only be in the window."""
    guessing = Attacker(syns=1, octets=1, knows=knows)
    assert verdict("predictable_isn", "authenticity", attacker=guessing) == expected


def test_quiet_needs_every_promise_of_arrival():
    assert unneeded(spec("ack_storm_throttled"), "falls_silent") == []
