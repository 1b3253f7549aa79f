"""Untimed part of the invariant of closing: which states of two ends go together, what segments in flight tell of them.

Behind the SYNs nothing has a number but the two FINs, so each end's numbers follow from its state; what is in flight is
bare ACKs, FINs that acknowledge, and bare resets.  Numbers are told by their distance from an ISS alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tcpmodel.language.sorts import COUNT, SEQ
from tcpmodel.language.terms import Term, both, choose, constant, equal, every, implies, one_of
from tcpmodel.tcp.observers.ghosts import ENDINGS, end
from tcpmodel.tcp.observers.provenance import traced_segment
from tcpmodel.tcp.proofs.invariant import Clause
from tcpmodel.tcp.rfc9293.ends import at, bag_from, other_end
from tcpmodel.tcp.rfc9293.tcb import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LAST_ACK,
    TIME_WAIT,
    irs,
    iss,
    queued,
    rcv,
    snd,
    state,
    theirs,
)

HAS_CONSUMED = (CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT)
HAS_SENT = (FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT)
WAITS = (FIN_WAIT_1, CLOSING, LAST_ACK)
live = ~equal(state, CLOSED)
they_live = ~equal(theirs(state), CLOSED)
consumed = one_of(state, HAS_CONSUMED)
sent_fin = one_of(state, HAS_SENT)
waits = one_of(state, WAITS)
they_wait = one_of(theirs(state), WAITS)


def _number(condition: Term) -> Term:
    return choose(condition, constant(1, SEQ), 0)


def of_closing() -> Iterator[Clause]:
    """All clauses: of an end, of both, of segments."""
    yield from (*_of_ends(), *_of_both(), *_of_segments())


def of_end(term: Term, end: str) -> Term:
    """The term, said of the end itself."""
    return at(end, term)


def of_each(term: Term, end: str) -> Term:
    """The term, said of every segment in flight that the end sent."""
    return at(end, every(bag_from(end), "s", term))


def of_the_peers(term: Term, end: str) -> Term:
    """The term, said of every segment in flight that the end's peer sent."""
    return at(end, every(bag_from(other_end(end)), "s", term))


def _of_ends() -> Iterator[Clause]:
    """Clauses about one end: its variables fit each other."""
    states = (CLOSED, ESTABLISHED, CLOSE_WAIT, FIN_WAIT_2, TIME_WAIT, *WAITS)
    sent, acknowledged = _number(sent_fin), _number(one_of(state, (FIN_WAIT_2, TIME_WAIT)))
    for name, says, term in (
        ("is_connected_or_closed", "nobody opens a connection again", one_of(state, states)),
        (
            "counts_its_own_fin",
            "behind the SYN nothing has a number but the FIN",
            implies(live, equal(snd.nxt, iss + 1 + sent) & equal(snd.una, iss + 1 + acknowledged)),
        ),
        (
            "counts_the_peers_fin",
            "RCV.NXT counts the peer's FIN",
            implies(live, equal(rcv.nxt, irs + 1 + _number(consumed))),
        ),
        ("nothing_is_queued", "no octet and no CLOSE is queued", equal(queued.text, constant(0, COUNT)) & ~queued.fin),
        ("is_never_reset", "S7: no end in LAST-ACK or CLOSING is reset", ~equal(end, ENDINGS["cut short"])),
    ):
        yield name, says, partial(of_end, term)


def _of_both() -> Iterator[Clause]:
    """Clauses about both ends: what the state of one tells of the state of the other."""
    for name, says, term in (
        (
            "know_each_other",
            "two ends with a connection know each other's ISS",
            implies(live & they_live, equal(irs, theirs(iss)) & equal(iss, theirs(irs))),
        ),
        (
            "acknowledged_is_consumed",
            "an end whose FIN is acknowledged has a peer that consumed it",
            implies(one_of(state, (FIN_WAIT_2, TIME_WAIT)), one_of(theirs(state), (*HAS_CONSUMED, CLOSED))),
        ),
        (
            "consumed_is_sent",
            "an end that consumed a FIN has a peer that sent it",
            implies(consumed, one_of(theirs(state), (*HAS_SENT, CLOSED))),
        ),
        (
            "passive_closer_goes_last",
            "an end that closes after its peer acknowledges its peer's FIN with its own",
            implies(
                one_of(state, (CLOSE_WAIT, LAST_ACK)),
                one_of(theirs(state), (FIN_WAIT_1, FIN_WAIT_2, TIME_WAIT, CLOSED)),
            ),
        ),
        (
            "closed_has_finished",
            "Q3: an end that is CLOSED has a peer that is CLOSED, or waits in TIME-WAIT",
            implies(~live, one_of(theirs(state), (TIME_WAIT, CLOSED))),
        ),
    ):
        yield name, says, partial(of_end, term)


def _of_segments() -> Iterator[Clause]:
    """Clauses about one segment in flight: its form, and what it tells of the two ends."""
    s = traced_segment("s")
    behind_fin, acks_fin = equal(s.seq, s.seq_iss + 2), equal(s.ack, s.ack_iss + 2)
    for name, says, term in (
        (
            "forms",
            "in flight there are bare ACKs, FINs with ACK, and bare resets",
            both(
                ~s.ctl.syn,
                equal(s.text, 0),
                choose(s.ctl.rst, ~s.ctl.ack & ~s.ctl.fin, s.ctl.ack),
                equal(s.seq, s.seq_iss + 1) | (behind_fin & ~s.ctl.fin),
                s.ctl.rst | equal(s.ack, s.ack_iss + 1) | acks_fin,
            ),
        ),
        (
            "bears_its_senders_numbers",
            "SEG.SEQ counts from the sender's ISS, SEG.ACK from the receiver's",
            both(
                implies(live, equal(s.seq_iss, iss) & (s.ctl.rst | equal(s.ack_iss, irs))),
                implies(they_live, equal(s.seq_iss, theirs(irs)) & (s.ctl.rst | equal(s.ack_iss, theirs(iss)))),
            ),
        ),
        (
            "tells_of_its_sender",
            "what is sent behind a FIN shows that there is one, what acknowledges one that it was consumed",
            both(
                implies(s.ctl.fin | (behind_fin & ~s.ctl.rst), sent_fin | ~live),
                implies(acks_fin & ~s.ctl.rst, consumed | ~live),
                implies(s.ctl.fin & equal(state, LAST_ACK), acks_fin),
            ),
        ),
        ("resets_come_from_nobody", "a reset was sent by an end that is CLOSED", implies(s.ctl.rst, ~live)),
    ):
        yield name, says, partial(of_each, term)
