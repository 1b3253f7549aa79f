"""Promises of TCP as claims about the two-endpoint system: agreement on entry, safety, progress.

Each function gives a claim for both ends.  "Synchronised" is RFC 9293 3.5.2's third group of
states.  An incarnation X#i *took* Y#j when its IRS came from a SYN of Y#j; both are ghosts.

The central promise is agreement on entry (non-injective agreement, Lowe 1997): if X#i is synchronised and took Y#j,
then Y#j took X#i.  Numbers alone cannot say it: an old segment with the right numbers looks as a new one does.  So
observers (history variables) note whose SYN was taken, and claims compare that.  No rule reads a ghost.  The price is
more states: two that differ only in who took whom are two.

`needs` guards against vacuity: where that condition never comes true, the claim is `vacuous` instead of true.
"""

from __future__ import annotations

from tcpmodel.language.prose import prose
from tcpmodel.language.sorts import SEQ
from tcpmodel.language.terms import (
    TRUE,
    Term,
    at_least,
    both,
    choose,
    constant,
    either,
    equal,
    implies,
    named,
    one_of,
    within,
)
from tcpmodel.systems.claims import Always, DeadlockFree, Fair, LeadsTo, Witness, Word
from tcpmodel.tcp.claims.situations import has_been_closed_by_peer as has_been_closed_by_peer
from tcpmodel.tcp.claims.situations import has_closed as has_closed
from tcpmodel.tcp.claims.situations import has_ended as has_ended
from tcpmodel.tcp.claims.situations import has_failed as has_failed
from tcpmodel.tcp.claims.situations import has_sent as has_sent
from tcpmodel.tcp.claims.situations import have_met as have_met
from tcpmodel.tcp.claims.situations import is_in as is_in
from tcpmodel.tcp.claims.situations import mutual
from tcpmodel.tcp.claims.situations import stale_syn as stale_syn
from tcpmodel.tcp.claims.situations import synchronized as synchronized
from tcpmodel.tcp.claims.situations import took_each_other as took_each_other
from tcpmodel.tcp.observers.ghosts import (
    ENDINGS,
    delivered,
    discarded,
    end,
    inc,
    misdelivered,
    peer,
    stale_fin,
    stale_reset,
    truncated,
)
from tcpmodel.tcp.rfc9293.ends import ENDS, at, each_end, in_flight, nothing_in_flight, other_end, some_end
from tcpmodel.tcp.rfc9293.tcb import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LAST_ACK,
    LISTEN,
    STATE,
    SYN_RECEIVED,
    SYN_SENT,
    SYNCHRONIZED,
    TIME_WAIT,
    irs,
    iss,
    rcv,
    snd,
    state,
    syn_outstanding,
    theirs,
    time_wait_elapsed,
)

SENDS_FIN_EARLY = (FIN_WAIT_1, CLOSING)
"""The states that a CLOSE in SYN-RECEIVED leads to before the SYN is acknowledged."""
AGREED = (
    "an end is synchronised only with an incarnation that took its SYN, "
    "or is in FIN-WAIT-1 or CLOSING with its SYN not acknowledged (CLOSE in SYN-RECEIVED)"
)


def no_false_established(*, expected: Word = "holds") -> Always:
    """S1, weak: no end is synchronised with a peer incarnation that is gone and never took part."""
    alive = equal(theirs(inc), peer) & ~one_of(theirs(state), (CLOSED, LISTEN))
    told = named("the peer took this connection, or is still there to take it", mutual | alive)
    return Always(
        "no_false_established",
        each_end(implies(synchronized, told)),
        needs=some_end(synchronized),
        says="no end is synchronised with an incarnation that is gone and never took part",
        expected=expected,
    )


def agreement_on_entry(*ends: str, expected: Word = "holds") -> Always:
    """S1: a synchronised end was taken by the incarnation that it took (agreement).

    Exempt is only an end that called CLOSE in SYN-RECEIVED: its FIN is sent before its SYN is acknowledged, and until
    that is, nothing has been agreed.  `ends` are the ends for which that is claimed; both, if none is named.
    """
    agreed = named("the peer incarnation taken took this one", mutual)
    closed_early = named(
        "a FIN follows a SYN that is not acknowledged", one_of(state, SENDS_FIN_EARLY) & syn_outstanding
    )
    entered = synchronized & ~closed_early
    asked = ends or ENDS
    return Always(
        "agreement_on_entry",
        both(*(at(who, implies(entered, agreed)) for who in asked)),
        needs=either(*(at(who, entered) for who in asked)),
        says=AGREED,
        expected=expected,
    )


def authenticity(*, expected: Word = "holds") -> Always:
    """S1a: a synchronised end took a SYN that the other end sent, no forged one (authentication)."""
    return Always(
        "authenticity",
        each_end(implies(synchronized, ~equal(peer, 0))),
        needs=some_end(one_of(state, (SYN_RECEIVED, *SYNCHRONIZED))),
        says="an end is synchronised only with somebody who sent a SYN, not with who pretends to be him",
        expected=expected,
    )


def sequence_agreement(*, expected: Word = "holds") -> Always:
    """S1b: two ESTABLISHED ends, one of which took the other, know each other's ISS."""
    numbers = equal(irs, theirs(iss)) & equal(iss, theirs(irs))
    matched = equal(state, ESTABLISHED) & equal(theirs(state), ESTABLISHED) & equal(peer, theirs(inc))
    return Always(
        "sequence_agreement",
        each_end(implies(matched, numbers)),
        needs=some_end(matched),
        says="two ESTABLISHED ends, one of which took the other's SYN, know each other's initial sequence number",
        expected=expected,
    )


def no_stale_data(*, expected: Word = "holds") -> Always:
    """S2: every octet delivered is the next one of the incarnation that was taken."""
    return Always(
        "no_stale_data",
        each_end(~misdelivered),
        needs=some_end(~equal(delivered, 0)),
        says="only the peer's own octets are delivered, in order and once",
        expected=expected,
    )


def no_octet_discarded(*, expected: Word = "holds") -> Always:
    """S6 from the user's side: no octet still to be received from the incarnation taken is turned away."""
    return Always(
        "no_octet_discarded",
        each_end(~discarded),
        needs=both(*(is_in(who, ESTABLISHED) for who in ENDS)),
        says="no octet of a peer that took this connection is turned away as unacceptable before it was delivered",
        expected=expected,
    )


def no_stale_control(*, expected: Word = "holds") -> Always:
    """S3: no synchronised end obeys another connection's FIN, or a reset that neither is its peer's nor answers it."""
    return Always(
        "no_stale_control",
        each_end(~stale_fin & ~stale_reset),
        needs=some_end(has_been_closed_by_peer()),
        says="a synchronised end obeys only its own peer's FIN and resets, and resets that answer what it sent itself",
        expected=expected,
    )


def whole_stream(*, expected: Word = "holds") -> Always:
    """S4: a FIN is consumed only after every octet in front of it."""
    return Always(
        "whole_stream",
        each_end(~truncated),
        needs=some_end(one_of(state, (CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT))),
        says="the peer's FIN is consumed only after all that it sent",
        expected=expected,
    )


def passive_closer_succeeds(*, expected: Word = "holds") -> Always:
    """S7: LAST-ACK and CLOSING end with the ACK of the FIN, never with a reset."""
    return Always(
        "passive_closer_succeeds",
        each_end(~equal(end, ENDINGS["cut short"])),
        needs=some_end(one_of(state, (LAST_ACK, CLOSING))),
        says="an end in LAST-ACK or CLOSING is never reset",
        expected=expected,
    )


def time_wait_integrity(*, expected: Word = "holds") -> Always:
    """S8: TIME-WAIT is not cut short: not by a reset, an old SYN or another timer.

    A SYN may reopen it (MAY-2), and then be acknowledged, or TIME-WAIT be taken up again.
    """
    return Always(
        "time_wait_integrity",
        each_end(~equal(end, ENDINGS["assassinated"])),
        needs=some_end(equal(state, TIME_WAIT)),
        says="only its timer, its user or a crash ends TIME-WAIT, or a SYN whose sender then acknowledges the answer",
        expected=expected,
    )


def old_segments_are_gone(closer: str, sender: str) -> Term:
    """Q1, where the sender is the closer itself: nothing of its connection is in flight.  Q2, its peer: nothing is."""
    if sender == closer:
        return ~in_flight(sender, lambda segment, incarnation: equal(incarnation, inc))
    return ~in_flight(sender, lambda segment, incarnation: TRUE)


def time_wait_outlasts(closer: str, sender: str, *, ticks: int, expected: Word = "holds") -> Always:
    """Q1 and Q2: a TIME-WAIT of so many ticks does not end while old segments of this sender are in flight."""
    since = " in this connection" if sender == closer else ""
    over = named(f"TIME-WAIT has lasted {ticks} ticks", equal(state, TIME_WAIT) & at_least(time_wait_elapsed, ticks))
    return Always(
        f"no_old_segment_from_{sender.lower()}",
        implies(at(closer, over), old_segments_are_gone(closer, sender)),
        needs=at(closer, over),
        says=f"when {closer}'s TIME-WAIT may end, nothing that {sender} sent{since} is in flight",
        expected=expected,
    )


def typing() -> Always:
    """S11: the TCB's numbers and the connection state belong together."""
    consumed_fin = one_of(state, (CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT))
    received = irs + 1 + delivered + choose(consumed_fin, constant(1, SEQ), 0)
    return Always(
        "typing",
        each_end(
            both(
                implies(one_of(state, (CLOSED, LISTEN)), equal(snd.una, 0) & equal(snd.nxt, 0) & equal(rcv.nxt, 0)),
                implies(equal(state, SYN_SENT), equal(snd.una, iss) & equal(snd.nxt, iss + 1)),
                within(snd.una, iss, snd.nxt - iss + 1),
                implies(equal(state, SYN_RECEIVED), equal(rcv.nxt, irs + 1 + delivered)),
                implies(synchronized, equal(rcv.nxt, received)),
            )
        ),
        says="CLOSED and LISTEN have no numbers, SYN-SENT has sent one, UNA lies between ISS and NXT, and "
        "RCV.NXT counts what was received",
    )


def established_is_acknowledged(*, expected: Word = "holds") -> Always:
    """An end past SYN-RECEIVED has had its SYN acknowledged; FIN-WAIT-1 and CLOSING, by an early CLOSE, are exempt."""
    past = one_of(state, (ESTABLISHED, FIN_WAIT_2, CLOSE_WAIT, LAST_ACK, TIME_WAIT))
    return Always(
        "established_is_acknowledged",
        each_end(implies(past, ~syn_outstanding)),
        needs=some_end(past),
        says="no end is in a synchronised state other than FIN-WAIT-1 and CLOSING before its SYN is acknowledged",
        expected=expected,
    )


def callers_never_listen(*, expected: Word = "holds") -> Always:
    """MUST-11, where nobody calls a passive OPEN: no caller that reached SYN-RECEIVED comes to LISTEN."""
    return Always(
        "callers_never_listen",
        each_end(~equal(state, LISTEN)),
        needs=some_end(equal(end, ENDINGS["refused"])),
        says="no end listens, as none has called a passive OPEN",
        expected=expected,
    )


def nobody_waits(*, expected: Word = "holds") -> DeadlockFree:
    """Quiescence: when no step is left, no end waits for an ACK of its SYN or FIN."""
    waiting = either(*(is_in(who, SYN_SENT, SYN_RECEIVED, FIN_WAIT_1, CLOSING, LAST_ACK) for who in ENDS))
    return DeadlockFree(
        predicate=~waiting,
        says="the system stops only where no end waits for an ACK of its SYN or FIN",
        expected=expected,
    )


def stale_syn_reaches(who: str, in_state: Term) -> Witness:
    """A witness that claims about old SYNs are not vacuous: one is in flight towards an end in this state."""
    reached = is_in(who, in_state) & stale_syn(other_end(who))
    named_state = STATE.values[in_state.payload].lower().replace("-", "_") if isinstance(in_state.payload, int) else ""
    return Witness(
        f"stale_syn_at_{named_state}",
        reached,
        says="a SYN of an incarnation that is no more is in flight towards an end in this state",
    )


def both_established() -> Witness:
    """The ends are ESTABLISHED together and know each other."""
    known = both(*(is_in(who, ESTABLISHED) & took_each_other(who) for who in ENDS))
    return Witness("both_established", known, says="both ends are ESTABLISHED and took each other")


# Progress.


def establishment(*fair: Fair, name: str = "establishment", expected: Word = "holds") -> LeadsTo:
    """L1: a caller's SYN and a listener lead to a connection, or the caller is told that there is none."""
    connected = named("both ends are ESTABLISHED and took each other", both_established().predicate)
    over = named("A's attempt is over", has_ended("A", "refused", "given up", "aborted", "timed out"))
    return LeadsTo(
        name,
        is_in("A", SYN_SENT) & is_in("B", LISTEN),
        connected | over,
        fair,
        says="a caller and a listener become connected, unless the caller is refused, gives up, aborts or times out",
        expected=expected,
    )


def caller_is_met(*fair: Fair, name: str = "caller_is_met", expected: Word = "holds") -> LeadsTo:
    """L1 from where the caller believes in it: its peer comes to be ESTABLISHED, or the caller is told otherwise."""
    told = named("A is told that there is no connection", has_ended("A", "reset", "refused", "timed out"))
    return LeadsTo(
        name,
        is_in("A", ESTABLISHED),
        is_in("B", ESTABLISHED) | told,
        fair,
        says="where A is ESTABLISHED, B comes to be, or A is told that there is no connection",
        expected=expected,
    )


def termination(*fair: Fair, name: str = "termination", expected: Word = "holds") -> LeadsTo:
    """L3: where both users have closed a connection, both ends come to CLOSED, and not without the peer's FIN.

    Who comes to CLOSED by way of LAST-ACK, CLOSING or TIME-WAIT has taken it.  Who fails may leave its peer behind.
    """
    took_fin = both(*(is_in(who, CLOSED) & has_ended(who, "closed", "cut short", "assassinated") for who in ENDS))
    return LeadsTo(
        name,
        both(have_met(), *(has_closed(who) for who in ENDS)),
        took_fin | either(*(has_failed(who) for who in ENDS)),
        fair,
        says="where both users have closed, both ends come to CLOSED, each having taken the other's FIN, "
        "unless one timed out, was aborted or crashed",
        expected=expected,
    )


def leaves(who: str, where: Term, *fair: Fair, name: str = "", expected: Word = "holds") -> LeadsTo:
    """L4, L6 and their like: this end does not stay in this state for ever."""
    staying = is_in(who, where)
    named_state = STATE.values[where.payload] if isinstance(where.payload, int) else ""
    return LeadsTo(
        name or f"leaves_{named_state.lower().replace('-', '_')}",
        staying,
        ~staying,
        fair,
        says=f"{who} does not stay in {named_state} for ever",
        expected=expected,
    )


def half_open_is_found_out(
    who: str, *fair: Fair, given: Term = TRUE, name: str = "half_open_is_found_out", expected: Word = "holds"
) -> LeadsTo:
    """L2: a synchronised end whose peer is CLOSED leaves its connection in the end, where `given` holds besides."""
    where = "" if given is TRUE else f", where {prose(given)}"
    return LeadsTo(
        name,
        at(who, synchronized) & is_in(other_end(who), CLOSED) & given,
        ~at(who, synchronized),
        fair,
        says=f"{who} does not stay in a connection that its peer has left{where}",
        expected=expected,
    )


def falls_silent(*fair: Fair, name: str = "falls_silent", expected: Word = "holds") -> LeadsTo:
    """L5: where no user has anything to send, the network empties."""
    silence = named("nothing is in flight", nothing_in_flight())
    return LeadsTo(
        name, TRUE, silence, fair, says="again and again there comes a moment with nothing in flight", expected=expected
    )
