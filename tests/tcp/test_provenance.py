"""Whose numbers a segment bears is what a history of incarnations knows, in every state of small systems."""

from __future__ import annotations

from functools import cache

import pytest
from tcp.playing import arrives, at_end, picking, play, spec

from tcpmodel import Network, Trace, User, explore, trace_of
from tcpmodel.language.terms import equal, every, implies, one_of, variable
from tcpmodel.systems.claims import Always
from tcpmodel.tcp import promises, provable
from tcpmodel.tcp.observers.ghosts import adopted_by, inc, peer
from tcpmodel.tcp.observers.provenance import ack_of, seq_of, told
from tcpmodel.tcp.rfc9293.ends import each_end, some_end
from tcpmodel.tcp.rfc9293.segment import IN, OUT, fields_of
from tcpmodel.tcp.rfc9293.tcb import CLOSED, CLOSING, FIN_WAIT_1, LISTEN, SYN_SENT, state, syn_outstanding, theirs
from tcpmodel.tcp.world.connection import connection, sibling

SMALL = spec("unbounded").system
FREE = {
    "a": User(active_opens=2, aborts=1, sends=1, first_isn=0),
    "b": User(passive_opens=1, closes=1, first_isn=15),
    "network": Network(capacity=2),
    "isn": "free",
}
CROSSING = {
    "a": User(active_opens=2, aborts=1, first_isn=0),
    "b": User(active_opens=1, passive_opens=1, first_isn=15),
    "network": Network(capacity=2),
}
ZERO = {
    "a": User(active_opens=2, aborts=1, sends=1),
    "b": User(passive_opens=1, closes=1),
    "network": Network(capacity=2),
    "isn": "zero",
}
WORLDS = {
    "the small system": SMALL,
    "two calls": sibling(SMALL, **CROSSING),
    "any number may be chosen": sibling(SMALL, **FREE),
    "all numbers are zero": sibling(SMALL, **ZERO),
    "two segments": sibling(SMALL, **{**FREE, "isn": "apart", "handshake": "two_blind"}),
}
"""Where numbers tell whose they are, and where they do not: what is noted is right in both."""
CONFUSED = ("any number may be chosen", "all numbers are zero", "two segments")
"""Where an end comes past its handshake untold: by a number that is not its own, or by none."""

taken = ~one_of(state, (CLOSED, LISTEN, SYN_SENT))
it_took_us = equal(adopted_by(peer, of=theirs), inc)
each = fields_of("each")


NOTED = (
    Always(
        "who_is_told_was_taken",
        each_end(implies(taken & told, it_took_us)),
        needs=some_end(taken & told),
    ),
    Always(
        "who_is_past_the_handshake_is_told_what_the_history_knows",
        each_end(implies(taken & ~syn_outstanding, equal(told, it_took_us))),
        needs=some_end(taken & ~syn_outstanding),
    ),
    Always(
        "a_segment_acknowledges_whom_its_sender_took",
        each_end(
            every(
                IN,
                "each",
                implies(
                    each.ctl.ack & ~each.ctl.rst,
                    equal(variable("each.ack_of", ack_of.sort), adopted_by(variable("each.inc", inc.sort), of=theirs)),
                ),
            )
        ),
    ),
    Always(
        "but_for_resets_a_segment_bears_its_senders_number",
        each_end(
            every(
                OUT, "each", each.ctl.rst | equal(variable("each.seq_of", seq_of.sort), variable("each.inc", inc.sort))
            )
        ),
    ),
)


@cache
def verdicts(name: str) -> dict[str, str]:
    claims = (*NOTED, provable.agreement(), promises.agreement_on_entry(), provable.no_foreign_reset())
    return {claim: verdict.word for claim, verdict in explore(WORLDS[name], claims).verdicts.items()}


@pytest.mark.parametrize("claim", [claim.name for claim in NOTED])
@pytest.mark.parametrize("name", WORLDS)
def test_what_is_noted_is_what_the_history_knows(name: str, claim: str) -> None:
    confused = claim == "who_is_past_the_handshake_is_told_what_the_history_knows" and name in CONFUSED
    assert verdicts(name)[claim] == ("fails" if confused else "holds")


# What a segment bears.

PLAYED = connection(
    a=User(active_opens=2, sends=1, closes=1, crashes=1),
    b=User(passive_opens=2, crashes=1),
    network=Network(capacity=4),
    bits=4,
    isn="free",
    ghosts="both",
)
CALLS = ("B: passive OPEN", picking("A: active OPEN", 3), arrives("B", "<CTL=SYN>", pick=9))
MEETS = (*CALLS, arrives("A", "<CTL=SYN,ACK>"), arrives("B", "<CTL=ACK>"))


def bears(trace: Trace, sender: str) -> list[tuple[object, ...]]:
    """Of each segment in flight: SEG.SEQ is whose, from which ISS, and SEG.ACK likewise."""
    names = ("seq_of", "seq_iss", "ack_of", "ack_iss")
    bag = next(b.name for b in trace.system.bags if b.name.startswith(f"{sender}_to"))
    return [tuple(r[name] for name in names) for r in trace.system.records(trace.last, bag)]


def test_a_syn_bears_its_own_number_and_nobodys_beside() -> None:
    assert bears(play(PLAYED, "B: passive OPEN", picking("A: active OPEN", 3)), "A") == [(1, 3, 0, 0)]


def test_a_syn_ack_bears_both_numbers() -> None:
    assert bears(play(PLAYED, *CALLS), "B") == [(1, 9, 1, 3)]


def test_text_and_fin_count_from_the_same_iss() -> None:
    assert bears(play(PLAYED, *MEETS, "A: SEND", "A: CLOSE"), "A") == [(1, 3, 1, 9)] * 2


def test_a_reset_that_answers_an_ack_bears_the_number_that_was_acknowledged() -> None:
    trace = play(PLAYED, *MEETS, "A: SEND", "B: crash", "B: segment arrives")
    assert bears(trace, "B") == [(1, 9, 0, 0)]


def test_a_reset_that_answers_a_syn_acknowledges_it_and_has_nobodys_number() -> None:
    trace = play(PLAYED, picking("A: active OPEN", 3), arrives("B", "<CTL=SYN>"))
    assert bears(trace, "B") == [(0, 0, 1, 3)]


# Who is told.


@pytest.mark.parametrize(("moves", "a", "b"), [(CALLS, False, False), (MEETS[:-1], True, False), (MEETS, True, True)])
def test_an_end_is_told_by_the_first_segment_that_acknowledges_it(moves: tuple, a: bool, b: bool) -> None:
    trace = play(PLAYED, *moves)
    assert (at_end(trace, "A.told"), at_end(trace, "B.told")) == (a, b)


def test_a_new_incarnation_has_been_told_nothing() -> None:
    trace = play(PLAYED, *MEETS, "A: crash", picking("A: active OPEN", 5))
    assert at_end(trace, "A.told") is False


# The claims that proofs can make.


@pytest.mark.parametrize("name", WORLDS)
def test_agreement_by_provenance_holds_where_agreement_by_history_does(name: str) -> None:
    word = "fails" if name in CONFUSED else "holds"
    assert (verdicts(name)["agreement"], verdicts(name)["agreement_on_entry"]) == (word, word)


def test_a_reset_with_another_incarnations_number_is_noted() -> None:
    """Where numbers lie apart the RFC's own resets are never foreign: the same numbers are needed."""
    assert verdicts("the small system")["no_foreign_reset"] == "holds"
    assert verdicts("all numbers are zero")["no_foreign_reset"] == "fails"


TWO_WAY = ("two_way_stale_syn", "two_way_stale_reply", "two_way_echo")


@pytest.mark.parametrize("story", TWO_WAY)
@pytest.mark.parametrize("noted", ["history", "provenance"])
def test_agreement_fails_in_every_two_way_handshake_before_the_caller_has_heard_a_word(story: str, noted: str) -> None:
    claim = promises.agreement_on_entry() if noted == "history" else provable.agreement()
    trace = trace_of(explore(sibling(spec(story).system, ghosts="both"), [claim]).verdicts[claim.name])
    assert trace is not None
    assert (len(trace), at_end(trace, "A.state"), at_end(trace, "B.state")) == (3, "SYN-SENT", "ESTABLISHED")


def test_only_who_closes_in_syn_received_is_synchronised_before_anybody_took_it() -> None:
    """The exemption is needed, and reaches no further: the FIN goes out before the SYN is acknowledged."""
    story = spec("early_close_unrepeated")
    early = one_of(state, (FIN_WAIT_1, CLOSING)) & syn_outstanding
    mutual = each_end(implies(promises.synchronized, it_took_us))
    claims = (
        promises.agreement_on_entry(),
        Always("without_the_exemption", mutual),
        Always("with_it_alone", each_end(implies(promises.synchronized & ~early, it_took_us))),
    )
    words = {name: verdict.word for name, verdict in explore(story.system, claims).verdicts.items()}
    assert words == {"agreement_on_entry": "holds", "without_the_exemption": "fails", "with_it_alone": "holds"}
