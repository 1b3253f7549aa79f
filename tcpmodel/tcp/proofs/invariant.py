"""Inductive invariant of RFC 9293's rules, whatever is in flight: the core of the proof without bounds.

*Problem.*  An exploration ends because it counts: so many segments in flight, so many incarnations, few bits.  A proof
for any number of them needs a formula that is true at the start, that every step keeps, and that implies the claims:
an inductive invariant (Floyd 1967; Manna and Pnueli 1995).  The claims alone are not inductive.  A step can break them
from a state in which they are true but which no run reaches, such as one with an old octet in the window.  They are
strengthened here, by hand, until no step from a state that the clauses allow breaks any of them.

*Idea.*  The numbers of one incarnation lie in its *span*, the `span` numbers behind its ISS.  The ISSs of two
incarnations of one end are so far apart that no number of the one can pass for a number of the other, wherever they
are still to be found: in the end itself, in its peer's memory, in what is in flight.  So a number tells whose it is,
though no segment says so.  That is the reason for RFC 9293 3.4.1's rules on choosing an ISS, as a formula.

*Clauses.*  Those of identity say just this, of each two places where an ISS may be found.  Those of segments say which
fields a segment in flight can have, and in whose span its numbers lie; those of ends, that each end's variables fit.
Whose numbers a segment bears, and what was delivered, are noted by ghosts (auxiliary variables, Owicki and Gries 1976)
in `tcp.observers`.  Clauses of history are added where observers keep one, for the claims of specs that read it.
The two lemmas follow from few clauses and are used again and again: what an end believes of a number is so.

*Form.*  A clause speaks of the two ends, and of every segment in flight or of every two; never of how many there are.
That a segment is *not* there is nowhere used, so loss, duplication, reordering and delay without end need no care.

*Why it is right.*  Nothing written here is trusted.  That the clauses hold at the start, that each way through each
rule keeps each of them, and that the claims follow are questions for a solver (`prove.making`).  A clause that is
wrong, or too weak to be kept, shows as a question with another answer.  What a proof does take for granted is what its
assumptions say (`tcp.proofs.unbounded`): above all, that a new ISS keeps its distance from every old number about.

*What it costs.*  That assumption is a little stronger than what explorations use: old numbers must not lie just below
the new ones either (`tcp.knobs.isn`: `apart_isn`, beside `fresh_isn`).  In return a question about a clause speaks of
two arbitrary segments at the most, besides the one that arrives and those sent, and has no quantifier: its size depends
neither on how much is in flight nor on how long a run is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import combinations_with_replacement
from typing import NamedTuple

from tcpmodel.language.sorts import SEQ
from tcpmodel.language.terms import (
    Term,
    both,
    choose,
    constant,
    equal,
    every,
    implies,
    one_of,
    substitute,
    upto,
    within,
)
from tcpmodel.systems.claims import Always
from tcpmodel.systems.proof import Lemma
from tcpmodel.tcp.claims.hygiene import own_numbers
from tcpmodel.tcp.observers.ghosts import (
    NOBODY,
    adopted_by,
    delivered,
    inc,
    misdelivered,
    peer,
    stale_fin,
    truncated,
)
from tcpmodel.tcp.observers.provenance import foreign_reset, told, traced_segment
from tcpmodel.tcp.rfc9293.ends import ENDS, at, bag_from, other_end
from tcpmodel.tcp.rfc9293.segment import segment_length
from tcpmodel.tcp.rfc9293.tcb import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    ESTABLISHED,
    FIN_WAIT_2,
    LAST_ACK,
    LISTEN,
    SYN_SENT,
    TIME_WAIT,
    acknowledges_something_new,
    irs,
    iss,
    rcv,
    sequence_acceptable,
    snd,
    state,
    syn_outstanding,
    theirs,
)

live = ~one_of(state, (CLOSED, LISTEN))
taken = ~one_of(state, (CLOSED, LISTEN, SYN_SENT))
they_live = ~one_of(theirs(state), (CLOSED, LISTEN))
they_took = ~one_of(theirs(state), (CLOSED, LISTEN, SYN_SENT))
consumed_fin = one_of(state, (CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT))


@dataclass(frozen=True)
class Sizes:
    """Two distances: numbers that an incarnation may use, and the least distance between two ISSs of one end."""

    span: int
    far: int

    def apart(self, left: Term, right: Term) -> Term:
        """The two numbers are that far from each other, whichever way one counts."""
        return ~within(left, right, self.far) & ~within(right, left, self.far)


def invariant(*, span: int, far: int, history: bool = False) -> list[Always]:
    """The clauses, each for both ends; `span` and `far` as in `Sizes`.

    With `history`, where observers keep one, more is said, which solvers find hard where spans are large: who took
    whom, and what each end has sent and received in all.
    """
    sizes = Sizes(span, far)
    clauses = [*_of_ends(sizes), *_of_segments(sizes), *_of_identity(sizes), *(_of_history() if history else ())]
    found = [Always(name, both(*(at(end, clause(end)) for end in ENDS)), says=says) for name, says, clause in clauses]
    return [*found, own_numbers()] if history else found


def lemmas(*, window: int) -> list[Lemma]:
    """Consequences of the invariant that are used again and again: what an end believes of a number is so."""
    s = traced_segment("s")
    length = segment_length(s.text, s.ctl)
    acceptable = substitute(sequence_acceptable(s.seq, length), {rcv.wnd: constant(window, SEQ)})
    in_window = taken & ~equal(s.seq_of, NOBODY) & acceptable
    acknowledges = live & s.ctl.ack & acknowledges_something_new(s.ack)
    facts = (
        (
            "in_the_window_is_the_peers",
            "a segment in the window bears a number of the peer that was taken",
            implies(in_window, equal(s.seq_of, peer) & equal(s.seq_iss, irs)),
            (
                "peer_and_sent",
                "bears_a_number",
                "expects_in_its_peers_span",
                "text_ends_in_the_span",
                "syn_has_the_iss",
            ),
        ),
        (
            "acknowledges_what_was_sent",
            "what acknowledges something outstanding acknowledges this incarnation",
            implies(acknowledges, equal(s.ack_of, inc) & equal(s.ack_iss, iss)),
            ("own_and_acknowledged", "acknowledges_a_number", "sends_in_its_span", "una_below_nxt"),
        ),
    )
    return [
        Lemma(Always(name, both(*(at(end, every(bag_from(other_end(end)), "s", term)) for end in ENDS)), says=says), by)
        for name, says, term, by in facts
    ]


Clause = tuple[str, str, Callable[[str], Term]]
"""A clause: its name, its words, and its term at an end."""


def _of_end(term: Term, end: str) -> Term:
    return term


def _of_each(term: Term, end: str) -> Term:
    return every(bag_from(end), "s", term)


def _of_ends(sizes: Sizes) -> Iterator[Clause]:
    """Clauses about one end: its variables fit each other."""
    once_synchronized = one_of(state, (ESTABLISHED, FIN_WAIT_2, CLOSE_WAIT, LAST_ACK, TIME_WAIT))
    received = irs + 1 + delivered + choose(consumed_fin, constant(1, SEQ), 0)
    for name, says, term in (
        ("is_somebody", "an end with a connection has an incarnation", implies(live, ~equal(inc, NOBODY))),
        ("sends_in_its_span", "SND.NXT lies in the span", implies(live, within(snd.nxt, iss + 1, sizes.span))),
        (
            "una_below_nxt",
            "SND.UNA lies between ISS and SND.NXT",
            implies(live, ~upto(snd.una, iss, snd.nxt)),
        ),
        (
            "syn_sent",
            "in SYN-SENT nothing but the SYN has been sent, and nothing received",
            implies(
                equal(state, SYN_SENT), equal(snd.una, iss) & equal(snd.nxt, iss + 1) & equal(delivered, 0) & ~told
            ),
        ),
        (
            "forgotten",
            "without a connection there are no numbers",
            live | both(*(equal(number, 0) for number in (iss, irs, snd.una, snd.nxt, rcv.nxt))),
        ),
        ("took_somebody", "RCV.NXT is the number of a peer that was taken", implies(taken, ~equal(peer, NOBODY))),
        (
            "expects_in_its_peers_span",
            "RCV.NXT lies in the span of the peer",
            implies(taken, within(rcv.nxt, irs + 1, sizes.span)),
        ),
        ("counts_what_it_received", "RCV.NXT counts what was received", implies(taken, equal(rcv.nxt, received))),
        ("acknowledged_is_told", "whose SYN is acknowledged knows by whom", implies(taken & ~syn_outstanding, told)),
        (
            "told_is_mutual",
            "an end that was told so was taken by its peer, as long as that lives",
            implies(
                taken & told & equal(peer, theirs(inc)) & they_live,
                they_took & equal(theirs(peer), inc) & equal(theirs(irs), iss),
            ),
        ),
        (
            "past_the_handshake",
            "in a synchronised state other than FIN-WAIT-1 and CLOSING the SYN is acknowledged",
            implies(once_synchronized, ~syn_outstanding),
        ),
        ("octets_are_the_peers", "S2: only the peer's octets are delivered, in order and once", ~misdelivered),
        ("fins_are_the_peers", "S3: only the peer's FIN is consumed", ~stale_fin),
        ("fins_come_last", "S4: a FIN is consumed only behind all that came before it", ~truncated),
        ("resets_are_the_peers", "S3: a reset that is obeyed bears a number of the peer", ~foreign_reset),
    ):
        yield name, says, partial(_of_end, term)


def _of_segments(sizes: Sizes) -> Iterator[Clause]:
    """Clauses about one segment in flight: its numbers lie in somebody's span, and its fields fit each other."""
    s = traced_segment("s")
    answer = s.ctl.rst & s.ctl.ack
    occupies, text_end = ~equal(s.text, 0) | s.ctl.fin, s.seq + s.text
    for name, says, term in (
        (
            "bears_a_number",
            "J1: SEG.SEQ lies in the span of an incarnation; only RST,ACK has number 0 and nobody's",
            choose(
                answer,
                equal(s.seq_of, NOBODY) & equal(s.seq, 0),
                ~equal(s.seq_of, NOBODY) & within(s.seq, s.seq_iss, sizes.span + 1),
            ),
        ),
        (
            "acknowledges_a_number",
            "J2: SEG.ACK lies in the span of an incarnation of the other end",
            choose(
                s.ctl.ack,
                ~equal(s.ack_of, NOBODY)
                & (within(s.ack, s.ack_iss + 1, sizes.span) | (s.ctl.rst & equal(s.ack, s.ack_iss + 1 + sizes.span))),
                equal(s.ack_of, NOBODY),
            ),
        ),
        (
            "text_has_a_number",
            "text and FIN have a number behind the SYN's, in the span",
            implies(occupies, within(s.seq, s.seq_iss + 1, sizes.span - 1) & equal(s.octet, s.seq - s.seq_iss)),
        ),
        (
            "text_ends_in_the_span",
            "the last number of text and FIN lies in the span, too",
            implies(
                occupies,
                within(s.text, constant(0, SEQ), sizes.span)
                & within(text_end + choose(s.ctl.fin, constant(1, SEQ), 0), s.seq_iss + 1, sizes.span),
            ),
        ),
        (
            "syn_has_the_iss",
            "a SYN, and but for resets nothing else, has the ISS's number",
            choose(
                s.ctl.syn,
                equal(s.seq, s.seq_iss) & ~s.ctl.rst & ~occupies,
                s.ctl.rst | ~equal(s.seq, s.seq_iss),
            ),
        ),
        (
            "says_who_sent_it",
            "but for resets, the sender is whose number the segment bears",
            s.ctl.rst | equal(s.inc, s.seq_of),
        ),
        (
            "acks_whom_it_took",
            "what an end's incarnation sent while it lives acknowledges the incarnation that it took, if any",
            implies(
                s.ctl.ack & ~s.ctl.rst & live & equal(s.seq_of, inc),
                taken & equal(s.ack_of, peer) & equal(s.ack_iss, irs),
            ),
        ),
        ("bare_segments", "without ACK there are SYNs and resets", s.ctl.ack | ((s.ctl.syn | s.ctl.rst) & ~occupies)),
        ("resets_are_bare", "a reset has no text and no FIN", ~s.ctl.rst | ~occupies),
    ):
        yield name, says, partial(_of_each, term)


def _of_history() -> Iterator[Clause]:
    """Clauses about the history: what it says of who took whom agrees with what segments and ends tell."""
    s = traced_segment("s")
    by = partial(adopted_by, of=_own)
    yield (
        "history_of_ends",
        "the history says whom an end took",
        partial(_of_end, implies(taken, equal(by(inc), peer))),
    )
    yield (
        "history_of_segments",
        "the history says whom a segment's sender took",
        partial(_of_each, implies(s.ctl.ack & ~s.ctl.rst, equal(by(s.seq_of), s.ack_of))),
    )
    yield (
        "received_was_sent",
        "the peer that took an end expects no more than has been sent",
        partial(_of_end, implies(live & they_took & equal(theirs(peer), inc), upto(iss, theirs(rcv.nxt), snd.nxt))),
    )
    mutual = taken & they_took & equal(peer, theirs(inc)) & equal(theirs(peer), inc)
    yield (
        "acknowledged_was_received",
        "of ends that took each other, the one has received what the other holds acknowledged",
        partial(_of_end, implies(mutual, ~upto(theirs(rcv.nxt), snd.una, snd.nxt))),
    )
    to_its_peer = s.ctl.ack & ~s.ctl.rst & taken & equal(s.seq_of, inc) & equal(peer, theirs(inc)) & they_live
    yield (
        "acks_what_was_received",
        "what an end sent to the peer that it took acknowledges no more than it has received",
        partial(_of_each, implies(to_its_peer, ~upto(rcv.nxt, s.ack, theirs(snd.nxt)))),
    )
    yield (
        "history_of_the_told",
        "the history says of whoever was told so that its peer took it",
        partial(_of_end, implies(taken & told, equal(adopted_by(peer, of=theirs), inc))),
    )


def _own(variable: Term) -> Term:
    return variable


class _Holder(NamedTuple):
    """A place where an incarnation of an end may be found: whether one is there, which, its ISS; the bag, if any."""

    there: Term
    incarnation: Term
    iss: Term
    bag: str = ""


_HOLDERS = {
    "own": "an end",
    "peer": "what its peer remembers",
    "sent": "what it sent",
    "acknowledged": "what acknowledges it",
}


def _of_identity(sizes: Sizes) -> Iterator[Clause]:
    """Clauses about each two places where an end's incarnations are: the same has one ISS, two have them far apart."""
    for one, two in combinations_with_replacement(_HOLDERS, 2):
        if one == two and one in ("own", "peer"):
            continue
        says = f"{_HOLDERS[one]} and {_HOLDERS[two]}: one incarnation has one ISS, two have them far apart"
        yield f"{one}_and_{two}", says, partial(_told_apart, sizes, one, two)


def _told_apart(sizes: Sizes, one: str, two: str, end: str) -> Term:
    left, right = _holder(end, one, "s"), _holder(end, two, "t")
    same = equal(left.incarnation, right.incarnation)
    alike = choose(same, equal(left.iss, right.iss), sizes.apart(left.iss, right.iss))
    term = implies(left.there & right.there, alike)
    for holder, element in ((right, "t"), (left, "s")):
        term = every(holder.bag, element, term) if holder.bag else term
    return term


def _holder(end: str, kind: str, element: str) -> _Holder:
    s = traced_segment(element)
    return {
        "own": _Holder(live, inc, iss),
        "peer": _Holder(they_took, theirs(peer), theirs(irs)),
        "sent": _Holder(~equal(s.seq_of, NOBODY), s.seq_of, s.seq_iss, bag_from(end)),
        "acknowledged": _Holder(~equal(s.ack_of, NOBODY), s.ack_of, s.ack_iss, bag_from(other_end(end))),
    }[kind]
