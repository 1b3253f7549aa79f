"""What the stories of closing do not say themselves: runs played step by step, and the other variant."""

import pytest
from tcp.playing import arrives, last_rows, loses, play, spec, states_of, unneeded

from tcpmodel import Network, Time, explore
from tcpmodel.judging.pins import in_words
from tcpmodel.tcp import mutants
from tcpmodel.tcp.rfc9293.rules import RFC_9293
from tcpmodel.tcp.world.connection import sibling

ACKS_LOST = (
    *("A: CLOSE", "B: CLOSE"),
    *(arrives("A", "<CTL=FIN,ACK>"), arrives("B", "<CTL=FIN,ACK>")),
    *(loses("A"), loses("B")),
)


def verdict(name, claim, **changes):
    asked = spec(name).claim(claim)
    return in_words(explore(sibling(spec(name).system, **changes), [asked]).verdicts[claim])


def repaired(end, peer):
    """An end sends its FIN again, and the peer acknowledges it."""
    return f"{end}: retransmission timeout", arrives(peer, "<CTL=FIN,ACK>"), arrives(end, "<CTL=ACK>")


def test_a_second_fin_repairs_the_end_that_sends_it_in_9_steps():
    trace = play(spec("closing_acks_lost").system, *ACKS_LOST, *repaired("A", "B"))
    assert (len(trace), states_of(trace)) == (9, ("TIME-WAIT", "CLOSING"))


def test_both_ends_need_their_second_fin_and_12_steps():
    trace = play(spec("closing_acks_lost").system, *ACKS_LOST, *repaired("A", "B"), *repaired("B", "A"))
    assert (len(trace), states_of(trace)) == (12, ("TIME-WAIT", "TIME-WAIT"))


def test_where_snd_nxt_is_rewound_each_ack_draws_another():
    system = sibling(spec("closing_acks_lost").system, rules=mutants.retransmission_rewinds_snd_nxt(RFC_9293))
    war = [arrives(end, "<CTL=ACK>") for end in "ABABABAB"]
    trace = play(system, *ACKS_LOST, *repaired("A", "B")[:2], *war)
    assert states_of(trace) == ("CLOSING", "CLOSING")
    assert last_rows(trace) == ("an unacceptable segment is answered with an ACK",)


@pytest.mark.parametrize("claim", ["lost_acks_are_made_good", "falls_silent"])
def test_each_promise_of_fairness_is_needed(claim):
    assert unneeded(spec("closing_acks_lost"), claim) == []


def test_full_duplex_close_reads_what_is_sent_in_close_wait():
    assert verdict("half_duplex_close", "close_wait_may_send", half_duplex=False) == "holds"
    assert verdict("half_duplex_close", "nobody_is_reset", half_duplex=False) == "holds"


def test_a_patient_first_closer_waits_for_the_fin():
    assert verdict("fin_wait_2_forgotten", "first_closer_waits_for_fin", fin_wait_2="waits") == "holds"


@pytest.mark.parametrize(
    ("copies", "ticks", "found"),
    [(0, 0, "holds"), (1, 0, "fails 8"), (1, 1, "fails 9"), (1, 2, "fails 11"), (1, 3, "holds")],
)
def test_a_copy_is_what_both_time_waits_are_for(copies, ticks, found):
    changes = {"network": Network(capacity=4, duplicate=copies), "time": Time(msl=1, time_wait=ticks)}
    assert verdict("time_wait_on_both", "free_pair_is_clean", **changes) == found
