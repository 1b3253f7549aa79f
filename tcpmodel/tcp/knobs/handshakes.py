"""Other ways to open a connection: two segments, a split handshake, Linux's sequence test, a SYN repeated bare."""

from __future__ import annotations

from dataclasses import replace

from tcpmodel.language.terms import TRUE, before, equal, named
from tcpmodel.systems.row import Row
from tcpmodel.tcp.knobs.protections import UNACCEPTABLE
from tcpmodel.tcp.rfc9293.arrivals import SYN_ACK_SEGMENT, TAKE_SYN
from tcpmodel.tcp.rfc9293.calls import CHOOSE_ISS, SYN_NUMBERS, SYN_SEGMENT
from tcpmodel.tcp.rfc9293.rules import Rules
from tcpmodel.tcp.rfc9293.segment import ACK_SEGMENT, after_seg, ctl, seg, seg_is_acceptable
from tcpmodel.tcp.rfc9293.tcb import (
    ESTABLISHED,
    LISTEN,
    SYN_RECEIVED,
    SYN_SENT,
    TCB,
    in_state,
    irs,
    passive,
    rcv,
    snd,
    something_outstanding,
    syn_outstanding,
)

TWO_WAY = "two-way, not RFC 9293"
LISTENER = "LISTEN answers a SYN with SYN,ACK"
CALLER = "SYN,ACK completes the caller's handshake"


def _listener_trusts_the_first_syn(rules: Rules) -> Rules:
    return rules.changed(LISTENER, goto=ESTABLISHED, rfc=TWO_WAY)


def two_echo(rules: Rules) -> Rules:
    """Two segments; the caller checks that its own SYN is acknowledged."""
    return _listener_trusts_the_first_syn(rules).changed(CALLER, send=None, rfc=TWO_WAY)


def two_blind(rules: Rules) -> Rules:
    """Two segments; the caller takes any SYN,ACK."""
    return (
        _listener_trusts_the_first_syn(rules)
        .replaced(CALLER)
        .preceded(
            "SYN-SENT drops a reset that acknowledges nothing it sent",
            Row(
                "any SYN,ACK is taken for the answer",
                TWO_WAY,
                when=(ctl.syn, ctl.ack, ~ctl.rst),
                set=TAKE_SYN | {snd.una: snd.nxt},
                goto=ESTABLISHED,
            ),
        )
    )


def split(rules: Rules) -> Rules:
    """The listener answers a SYN with a SYN of its own, as if it were calling."""
    return rules.replaced(
        LISTENER,
        Row(
            "LISTEN answers a SYN with a SYN",
            "split handshake, Beardsley and Qian 2010",
            when=(ctl.syn,),
            pick=CHOOSE_ISS,
            set=SYN_NUMBERS | {passive: TRUE},
            goto=SYN_SENT,
            send=SYN_SEGMENT,
        ),
    )


def syn_is_repeated_bare(rules: Rules) -> Rules:
    """An end that called repeats its SYN without an ACK, also where it has already taken the peer's SYN."""
    return rules.preceded(
        "the SYN,ACK is sent again",
        Row(
            "a caller's SYN is sent again without ACK",
            "3.10.8",
            when=(in_state(SYN_RECEIVED), ~passive, syn_outstanding),
            send=SYN_SEGMENT,
            reading="what stands in the queue is the SYN as it was first sent",
        ),
    )


def repeated_syn_draws_syn_ack(rules: Rules) -> Rules:
    """A SYN that comes again is answered as the first one was."""
    return rules.preceded(
        UNACCEPTABLE,
        Row(
            "a repeated SYN is answered with SYN,ACK",
            "Linux, not RFC 9293",
            when=(in_state(SYN_RECEIVED), ctl.syn, ~ctl.ack, ~ctl.rst, equal(seg.seq, irs)),
            send=SYN_ACK_SEGMENT,
        ),
    )


def timeout_returns_to_listen(rules: Rules) -> Rules:
    """A user timeout in SYN-RECEIVED sends a listener back to LISTEN, as a reset does."""
    return rules.preceded(
        "the user timeout ends the connection",
        Row(
            "a user timeout sends a listener back to LISTEN",
            "3.10.7.4 second, as for a reset; not 3.10.8",
            when=(something_outstanding, in_state(SYN_RECEIVED), passive),
            goto=LISTEN,
            forget=TCB,
            ends="timed out",
        ),
    )


linux_acceptable = named(
    "the segment is acceptable to Linux", ~before(after_seg, rcv.nxt) & ~before(rcv.nxt + rcv.wnd, seg.seq)
)


def linux_sequence_test(rules: Rules) -> Rules:
    """A segment is in the window if it neither ends in front of it nor begins behind it; edges count as in."""

    def swapped(event: str, block: object, row: Row) -> tuple[Row, ...]:
        when = tuple(linux_acceptable if c is seg_is_acceptable else c for c in row.when)
        return (replace(row, when=tuple(~linux_acceptable if c is ~seg_is_acceptable else c for c in when)),)

    return rules.map(swapped).preceded(
        "a second SYN sends a listener back to LISTEN",
        Row(
            "the crossing SYN,ACK passes",
            "Linux, not RFC 9293",
            when=(in_state(SYN_RECEIVED), ~passive, ctl.ack, equal(seg.seq, irs), equal(seg.ack, snd.nxt)),
            more=True,
        ),
        Row(
            "a SYN that comes again is not a second one",
            "Linux, not RFC 9293",
            when=(in_state(SYN_RECEIVED), equal(seg.seq, irs)),
            send=ACK_SEGMENT,
        ),
    )
