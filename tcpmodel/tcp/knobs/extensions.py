"""Extensions that change what a listener remembers: SYN cookies, Fast Open, a bounded backlog.

A SYN cookie is a listener's ISS that it can compute again: a function of the caller's SYN and of a
secret that changes slowly (RFC 4987 3.6).  Here it is the caller's number plus a constant, which stands
for the function as long as the secret stays; nobody but the listener uses it, and no attacker guesses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tcpmodel.errors import DefinitionError
from tcpmodel.language.sorts import BOOL, COUNT
from tcpmodel.language.terms import FALSE, TRUE, at_least, down, equal, variable
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.systems.system import Variable
from tcpmodel.tcp.knobs.choices import trims_syn
from tcpmodel.tcp.knobs.handshakes import LISTENER
from tcpmodel.tcp.rfc9293.checks import TEXT
from tcpmodel.tcp.rfc9293.rules import ARRIVAL, Edit, Rules
from tcpmodel.tcp.rfc9293.segment import ACK, SYN, ctl, emit, has_text, seg, text_ends
from tcpmodel.tcp.rfc9293.tcb import (
    ESTABLISHED,
    EVERY_STATE,
    LISTEN,
    SYN_RECEIVED,
    irs,
    isn,
    iss,
    passive,
    rcv,
    snd,
    state,
)

COOKIE = 3
"""The number that a listener adds to the caller's; any constant does, since all numbers occur.

What hosts add is a function of addresses, ports and a secret (Bernstein, Linux).  So it is here as there: a
segment from further on in the connection, when both ends have sent as many numbers, fits as the first does.
"""


def syn_cookies(rules: Rules) -> Rules:
    """The listener remembers nothing of a SYN, and knows its own answer again when it is acknowledged."""
    cookie = seg.seq + COOKIE
    answer = Row(
        "LISTEN answers a SYN with a cookie",
        "RFC 4987 3.6",
        when=(ctl.syn,),
        send=emit(seq=cookie, ack=seg.seq + 1, ctl=(SYN, ACK)),
    )
    known = Row(
        "LISTEN knows its cookie again",
        "RFC 4987 3.6",
        when=(ctl.ack, ~ctl.syn, equal(seg.ack, cookie)),
        set={
            iss: seg.ack - 1,
            snd.una: seg.ack,
            snd.nxt: seg.ack,
            irs: seg.seq - 1,
            rcv.nxt: seg.seq,
            passive: TRUE,
        },
        goto=ESTABLISHED,
        more=True,
        reading="the ACK, or text that carries it: SEG.SEQ-1 was the SYN, SEG.ACK-1 its answer",
    )
    _usual_listener(rules)
    return rules.replaced(LISTENER, answer).preceded("LISTEN resets the sender of an ACK", known)


def _usual_listener(rules: Rules) -> Row:
    """The row that answers a SYN with SYN,ACK, where no other knob has taken it away."""
    if LISTENER not in (row.name for _, _, row in rules.rows()):
        raise DefinitionError("a listener departs in one way only: leave out the knob handshake, listener or fast_open")
    return rules.row(LISTENER)


def fast_open(rules: Rules) -> Rules:
    """The SYN carries the first octet, and the listener hands it over at once."""
    syn_with_text = emit(seq=iss, ctl=(SYN,), text=1)
    calls = rules.row("an active OPEN sends a SYN")
    listens = _usual_listener(rules)
    return (
        trims_syn(rules)
        .replaced(
            calls.name,
            replace(
                calls,
                rfc="RFC 7413 4.2.2",
                set={**calls.set, snd.nxt: isn + 2},
                send=syn_with_text,
                reading="the caller holds a cookie from an earlier connection",
            ),
        )
        .preceded(
            LISTENER,
            replace(
                listens,
                name="LISTEN delivers the text of a SYN at once",
                rfc="RFC 7413 4.2.2",
                when=(ctl.syn, has_text),
                set={**listens.set, rcv.nxt: text_ends},
                tell=TEXT,
                delivers=True,
                reading="the cookie names the caller's address, and is valid",
            ),
        )
    )


# A bounded backlog.

held = variable("backlog.held", COUNT, says="the number of places of the backlog that strangers hold")
PLACES = {"one": 1, "two": 2}
"""Number of half-open connections that a listener can hold, by the knob's value."""
EXPIRY = "backlog timeout"


def backlog(places: int) -> Edit:
    """The listener answers a SYN only while one of these places for half-open connections is free.

    One that remembers nothing of a SYN needs no place for it.
    """

    def edit(rules: Rules) -> Rules:
        full = Row("LISTEN drops a SYN for which it has no place", "RFC 4987 2", when=(ctl.syn, at_least(held, places)))
        freed = Row(
            "a half-open connection of a stranger expires", "3.10.8", when=(at_least(held, 1),), set={held: down(held)}
        )
        remembers = [r.name for r in _listening(rules) if r.pick]
        rules = rules.preceded(remembers[0], full) if remembers else rules
        return rules.extended(EXPIRY, FirstMatch(EXPIRY, state, EVERY_STATE, (freed,)))

    return edit


def _listening(rules: Rules) -> Iterator[Row]:
    """The rows of a listener."""
    yield from (row for event, block, row in rules.rows() if event == ARRIVAL and LISTEN in block.states)


def counts_places(places: int) -> tuple[Variable, ...]:
    """The variable that counts the places of a backlog that are taken; it has so many places."""
    return (Variable(held, top=places),)


queue_is_full = variable(
    "accept.full", BOOL, says="the application accepts no connection", denies="the application accepts connections"
)
ACCEPT = "accept"
DROPPED_ACK = "an ACK of our SYN is dropped: nobody accepts"


def accept_queue(rules: Rules) -> Rules:
    """A segment that would make a listener's end ESTABLISHED is dropped until the application makes room."""

    def guarded(event: str, block: FirstMatch, row: Row) -> tuple[Row, ...]:
        if event != ARRIVAL or row.goto is not ESTABLISHED or not set(block.states) & {LISTEN, SYN_RECEIVED}:
            return (row,)
        listens = LISTEN in block.states
        name = f"dropped, for nobody accepts: {row.name}" if listens else DROPPED_ACK
        full = (queue_is_full,) if listens else (passive, queue_is_full)
        return Row(name, "Linux, not RFC 9293", when=(*row.when, *full)), row

    accepts = Row("the application accepts", "Linux, not RFC 9293", when=(queue_is_full,), set={queue_is_full: FALSE})
    return rules.map(guarded).extended(ACCEPT, FirstMatch(ACCEPT, state, (LISTEN, SYN_RECEIVED), (accepts,)))
