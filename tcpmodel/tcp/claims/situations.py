"""State predicates that claims are made of: an end's states, its ending, the peer it took, its numbers sent.

An incarnation X#i *took* Y#j when its IRS came from a SYN of Y#j; both are ghosts.
"""

from __future__ import annotations

from tcpmodel.errors import DefinitionError, choices
from tcpmodel.language.sorts import SEQ
from tcpmodel.language.terms import Term, choose, constant, equal, named, one_of
from tcpmodel.tcp.observers.ghosts import ENDINGS, adopted_by, end, inc, peer
from tcpmodel.tcp.rfc9293.ends import at, each_end, in_flight
from tcpmodel.tcp.rfc9293.tcb import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LAST_ACK,
    LISTEN,
    STATE,
    SYNCHRONIZED,
    TIME_WAIT,
    iss,
    sent_fin,
    snd,
    state,
    theirs,
)

synchronized = named("the connection is synchronised", one_of(state, SYNCHRONIZED))
mutual = equal(adopted_by(peer, of=theirs), inc)
"""The peer incarnation that this end took also took this one's SYN."""


def is_in(who: str, *states: Term) -> Term:
    """The endpoint is in one of the states."""
    for given in states or (None,):
        if not isinstance(given, Term) or given.sort != STATE:
            raise DefinitionError(f"is_in({who!r}, ...) needs states, not {given!r}: {_states_like(given)}")
    return at(who, one_of(state, states))


def _states_like(given: object) -> str:
    """A hint at the states there are and where to import them, for a message."""
    names = [value.replace("-", "_") for value in STATE.values]
    name = str(given).upper().replace("-", "_")
    near = f"write {name} without quotes" if name in names else choices(name, names)
    return f"tcpmodel.tcp has them, {near}"


def has_ended(who: str, *how: str) -> Term:
    """The endpoint's last incarnation ended in one of these ways.

    They are "closed", "reset", "refused", "timed out", "aborted", "crashed", "given up" (CLOSE before there
    was a connection), "cut short" (a reset in CLOSING or LAST-ACK) and "assassinated" (one in TIME-WAIT); what is
    "open" has not ended.
    """
    for way in how or ("",):
        if way not in ENDINGS:
            raise DefinitionError(f"has_ended({who!r}, ...) needs ways to end, not {way!r}: {choices(way, ENDINGS)}")
    return at(who, one_of(end, tuple(ENDINGS[h] for h in how)))


def has_sent(who: str) -> Term:
    """The endpoint has sent text in the connection that it is in now; its SYN and its FIN are no text."""
    begun = ~one_of(state, (CLOSED, LISTEN))
    unsent = iss + 1 + choose(sent_fin, constant(1, SEQ), 0)
    return at(who, named("text has been sent", begun & ~equal(snd.nxt, unsent)))


def stale_syn(sender: str) -> Term:
    """A SYN of an incarnation that is no more is in flight."""
    return in_flight(sender, lambda s, i: s.ctl.syn & ~s.ctl.ack & (~equal(i, inc) | one_of(state, (CLOSED, LISTEN))))


def took_each_other(who: str) -> Term:
    """The peer incarnation that this end took also took this one's SYN."""
    return at(who, mutual)


def has_been_closed_by_peer() -> Term:
    """A FIN was consumed, or a reset obeyed."""
    ended = one_of(end, tuple(ENDINGS[h] for h in ("reset", "refused", "cut short", "assassinated")))
    return one_of(state, (CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT)) | ended


def have_met() -> Term:
    """The ends' present or last incarnations took each other."""
    return each_end(~equal(inc, 0) & equal(adopted_by(inc, of=lambda own: own), theirs(inc)))


def has_closed(who: str) -> Term:
    """The user has closed the connection: its end closes, or has ended without failing."""
    return is_in(who, FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT) | has_ended(
        who, "closed", "cut short", "given up"
    ) & is_in(who, CLOSED)


def has_failed(who: str) -> Term:
    """The end's last incarnation was ended by its own timeout, user or host, and not by what the peer sent."""
    return has_ended(who, "timed out", "aborted", "crashed")
