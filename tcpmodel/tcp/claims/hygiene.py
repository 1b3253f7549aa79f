"""Auxiliary claims (lemmas): what may be in flight, and what an end may believe of the other.

These are the lemmas behind `tcp.promises`: each segment carries its sender's own numbers, what was
acknowledged has arrived, and who is told that all went well is told the truth.
"""

from __future__ import annotations

from tcpmodel.language.sorts import COUNT
from tcpmodel.language.terms import (
    Term,
    at_least,
    both,
    choose,
    equal,
    every,
    implies,
    named,
    one_of,
    some,
    upto,
    variable,
    within,
)
from tcpmodel.systems.claims import Always, DeadlockFree, Word
from tcpmodel.tcp.claims.situations import is_in, synchronized
from tcpmodel.tcp.observers.ghosts import ENDINGS, adopted_by, end, inc, peer
from tcpmodel.tcp.rfc9293.ends import ENDS, each_end, some_end
from tcpmodel.tcp.rfc9293.segment import OUT, fields_of
from tcpmodel.tcp.rfc9293.tcb import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LAST_ACK,
    LISTEN,
    SYN_RECEIVED,
    SYN_SENT,
    TIME_WAIT,
    irs,
    iss,
    passive,
    queued,
    rcv,
    rtx_elapsed,
    sent_fin,
    snd,
    state,
    theirs,
)

HAS_TAKEN_FIN = (CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT)
"""The states in which the peer's FIN has been taken."""
each = fields_of("each")


def own_numbers(*, expected: Word = "holds") -> Always:
    """J1 and J2: a live end's segments begin within what it has sent and acknowledge what it has received.

    A SYN begins at the ISS, a FIN is the last number, text lies between them, and nothing but a first
    SYN goes without ACK; a FIN that answers the peer's acknowledges it.  A reset carries the number that it
    answers, so of resets only the form is known: alone, and with ACK at number 0.
    """
    living = equal(variable("each.inc", COUNT), inc) & ~one_of(state, (CLOSED, LISTEN))
    acknowledges = ~equal(state, SYN_SENT) & within(each.ack, irs + 1, rcv.nxt - irs)
    right = both(
        within(each.seq, iss, snd.nxt - iss + 1),
        implies(each.ctl.syn, equal(each.seq, iss)),
        implies(each.has_text, within(each.seq, iss + 1, snd.nxt - iss - 1)),
        implies(each.has_text, upto(each.seq, each.seq + each.text, snd.nxt)),
        implies(each.ctl.fin, sent_fin & equal(each.seq + each.text + 1, snd.nxt)),
        implies(each.ctl.fin & equal(state, LAST_ACK), equal(each.ack, rcv.nxt)),
        implies(each.ctl.ack, acknowledges),
        implies(~each.ctl.syn, each.ctl.ack & ~equal(each.seq, iss)),
    )
    reset = ~each.ctl.syn & ~each.ctl.fin & ~each.has_text & implies(each.ctl.ack, equal(each.seq, 0))
    return Always(
        "own_numbers",
        each_end(every(OUT, "each", choose(each.ctl.rst, reset, implies(living, right)))),
        says="what a live end has in flight, but for resets, has numbers that it has sent and acknowledges what it has "
        "received; a reset is bare, and has number 0 if it has an ACK",
        expected=expected,
    )


def acknowledged_is_received(*, expected: Word = "holds") -> Always:
    """S6: between ends that took each other, the peer has received all that an end takes for acknowledged."""
    mutual = both(
        synchronized,
        equal(adopted_by(inc, of=lambda t: t), theirs(inc)),
        equal(adopted_by(theirs(inc), of=theirs), inc),
        ~one_of(theirs(state), (CLOSED, LISTEN)),
    )
    matched = named("the ends took each other", mutual)
    return Always(
        "acknowledged_is_received",
        each_end(implies(matched, within(theirs(rcv.nxt), snd.una, snd.nxt - snd.una + 1))),
        needs=some_end(matched),
        says="SND.UNA =< the peer's RCV.NXT =< SND.NXT between ends that took each other",
        expected=expected,
    )


def no_false_success(*, expected: Word = "holds") -> Always:
    """S5: if an end is told that its FIN was acknowledged, its peer took the FIN, unless the peer is gone."""
    told = one_of(state, (FIN_WAIT_2, TIME_WAIT)) | (equal(state, CLOSED) & equal(end, ENDINGS["closed"]))
    there = equal(theirs(peer), inc) & ~one_of(theirs(state), (CLOSED, LISTEN))
    return Always(
        "no_false_success",
        each_end(implies(told & there, one_of(theirs(state), HAS_TAKEN_FIN))),
        needs=some_end(told & there),
        says="where an end is told that its FIN has arrived, a peer that is still in the connection took it",
        expected=expected,
    )


def all_is_settled(*, expected: Word = "holds") -> DeadlockFree:
    """Quiescence: when no step is left, no end waits for a segment, and all that users gave has been acknowledged."""
    waits = one_of(state, (SYN_SENT, SYN_RECEIVED, FIN_WAIT_1, CLOSING, LAST_ACK))
    settled = ~waits & equal(snd.una, snd.nxt) & equal(queued.text, 0) & ~queued.fin
    return DeadlockFree(
        "all_is_settled",
        each_end(settled),
        says="the system stops only where whoever has a connection has had all acknowledged that it sent or queued",
        expected=expected,
    )


def all_is_forgotten(*, expected: Word = "holds") -> Always:
    """Deletion of the TCB is complete: an end in CLOSED or LISTEN has no number, no origin and no queue."""
    numbers = both(*(equal(number, 0) for number in (iss, irs, snd.una, snd.nxt, rcv.nxt)))
    nothing = numbers & ~passive & equal(queued.text, 0) & ~queued.fin
    return Always(
        "all_is_forgotten",
        each_end(implies(one_of(state, (CLOSED, LISTEN)), nothing)),
        needs=some_end(one_of(state, (CLOSED, LISTEN)) & ~equal(end, ENDINGS["open"])),
        says="an end that is CLOSED or in LISTEN remembers nothing of the connection before",
        expected=expected,
    )


def nobody_listens(*ends: str) -> Always:
    """These ends are never in LISTEN, as no passive OPEN could bring them there; both ends, if none is named."""
    ends = ends or ENDS
    return Always(
        "nobody_listens",
        both(*(~is_in(who, LISTEN) for who in ends)),
        says=f"{' and '.join(ends)} never listen{'s' * (len(ends) == 1)}",
    )


def _front_is_in_flight(age: Term) -> Term:
    """A segment of such an age is in flight that begins at SND.UNA, occupies numbers and is this incarnation's own."""
    mine = equal(variable("each.inc", COUNT), inc) & equal(each.seq, snd.una)
    return some(OUT, "each", mine & (each.has_text | each.ctl.syn | each.ctl.fin) & ~each.ctl.rst & age)


def timer_leaves_time(*, msl: int, expected: Word = "holds") -> Always:
    """RFC 6298 (5.3), (5.6): what is sent, or becomes the front by an ACK, has the whole RTO to be acknowledged."""
    younger = (_front_is_in_flight(equal(each.age, age)) & at_least(rtx_elapsed, age + 1) for age in range(msl + 1))
    return Always(
        "timer_leaves_time",
        each_end(both(*(~early for early in younger))),
        needs=some_end(_front_is_in_flight(at_least(each.age, 1))),
        says="the retransmission timer has never run longer than a segment at the front of the queue is old",
        expected=expected,
    )


def timer_is_not_put_off(*, msl: int, expected: Word = "holds") -> Always:
    """RFC 6298 (5.1): what is sent behind the front of the queue does not start its timer over.

    It is claimed of the number behind the SYN, for which no ACK of earlier data starts the timer over either; and
    the RTO must be longer than `msl`, or a repeated segment would have older copies in flight.
    """
    first = equal(snd.una, iss + 1)
    passed = (
        implies(_front_is_in_flight(at_least(each.age, age)), at_least(rtx_elapsed, age)) for age in range(1, msl + 1)
    )
    return Always(
        "timer_is_not_put_off",
        each_end(implies(first, both(*passed))),
        needs=some_end(first & _front_is_in_flight(at_least(each.age, 1))),
        says="the timer of the first number behind the SYN has run as long as its segment is in flight",
        expected=expected,
    )
