"""Fairness that claims of progress name, in TCP's words: the steps that may not be put off for ever.

The network of such a claim loses without limit and is fair all the same: of the segments of one kind
that are sent infinitely often to an end, infinitely many arrive.  That is strong fairness of arrival
for the kind, as long as what is sent is in flight for a moment; so the specs say `when_full="block"`,
and a segment that would find no room is beyond the bounds instead of lost unseen.

*Problem.*  "What is sent is acknowledged" fails in every model in which a run may stop, or lose every segment: such a
run breaks the claim and says nothing of TCP.  So a claim of progress (`LeadsTo`; liveness) names the steps on which
the protocol may rely, and only runs that are fair to them count.

*Two strengths* (Lamport 1994).  Weak fairness: a rule that is enabled for ever from some step on is taken again and
again.  It is enough for a timer or a user's call, which only a step of its own end disables: the functions that
return `weak`.  Strong fairness: a rule that is enabled again and again is taken again and again.  An arrival needs it,
since a loss may disable it until the next retransmission: the functions that return `strong`.

*Why by kind.*  Strong fairness of arrivals alone is kept by a network that delivers every bare ACK and loses every
FIN.  `taking=` asks for it of one kind of segment at a time; `some_arrive` is the weaker promise, for comparison.

*Counterexample.*  A fair lasso: a run to a cycle in which each promised rule is taken, or is disabled in some state
of the cycle (weak) or in all of them (strong).  A run that stops where no promised rule is enabled is one as well.
"""

from __future__ import annotations

from tcpmodel.language.terms import Term, named
from tcpmodel.systems.claims import Fair, strong, weak
from tcpmodel.tcp.rfc9293.rules import ARRIVAL
from tcpmodel.tcp.rfc9293.segment import ctl, seg

SYNS = named("it is a SYN", ctl.syn & ~ctl.ack)
SYN_ACKS = named("it is a SYN,ACK", ctl.syn & ctl.ack)
RESETS = named("it is a reset", ctl.rst)
FINS = named("it is a FIN", ctl.fin)
TEXTS = named("it carries text", seg.has_text)
BARE_ACKS = named("it is a bare ACK", ctl.ack & ~ctl.syn & ~ctl.fin & ~ctl.rst & ~seg.has_text)
KINDS = (SYNS, SYN_ACKS, RESETS, FINS, TEXTS, BARE_ACKS)
"""The kinds of segments: two of one kind differ in their numbers only."""


def arrive(end: str, *kinds: Term) -> tuple[Fair, ...]:
    """F1: of each of these kinds sent to the end infinitely often, infinitely many segments arrive."""
    return tuple(strong(f"{end}: {ARRIVAL}", taking=kind) for kind in kinds)


def some_arrive(end: str) -> tuple[Fair, ...]:
    """Of the segments sent to the end infinitely often some arrive, but perhaps always of another kind."""
    return (strong(f"{end}: {ARRIVAL}"),)


def repeats(*ends: str) -> tuple[Fair, ...]:
    """F2 and F3: what is not acknowledged is sent again, without end."""
    return tuple(weak(f"{end}: retransmission timeout") for end in ends)


def time_wait_runs_out(*ends: str) -> tuple[Fair, ...]:
    """F2: TIME-WAIT's timer runs out."""
    return tuple(weak(f"{end}: time-wait timeout") for end in ends)


def calls_close(*ends: str) -> tuple[Fair, ...]:
    """F5: a user that may CLOSE does."""
    return tuple(weak(f"{end}: CLOSE") for end in ends)
